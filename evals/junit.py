"""A run as JUnit XML, the form that CI systems show."""

from pathlib import Path
from xml.etree import ElementTree as ET

from evals.record import Run


def write_junit(path: Path, run: Run) -> None:
    """Write every gate and every case of ``run``; a gate that fell is a failure, a case that did not pass is skipped.

    Gates decide and cases inform: one case more or less is no reason for a red build.
    """
    suite = ET.Element("testsuite", name="evals", time=f"{run.head.wall_s:.2f}")
    for gate in run.head.gates:
        node = ET.SubElement(
            suite, "testcase", classname="gates", name=f"{gate.name} {gate.slice} {gate.bound}"
        )
        if not gate.passed:
            ET.SubElement(node, "failure", message=f"{gate.value} (n {gate.n}), must be {gate.bound}")
    for row in run.rows.values():
        node = ET.SubElement(
            suite,
            "testcase",
            classname=f"cases.{row.case.type}",
            name=row.case.case_id,
            time=f"{row.latency_ms / 1000:.4f}",
        )
        if row.response is None:
            ET.SubElement(node, "error", message=row.error or "no reply")
        elif not row.verdict.passed:
            ET.SubElement(node, "skipped", message="; ".join(row.verdict.why))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(sum(not gate.passed for gate in run.head.gates)))
    suite.set("errors", str(sum(row.response is None for row in run.rows.values())))
    suite.set("skipped", str(sum(1 for _ in suite.iter("skipped"))))
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
