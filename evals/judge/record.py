"""What an LLM judge said of a run, kept beside it as judge.json."""

from pathlib import Path

from pydantic import ValidationError

from evals.metrics.intervals import Figure, mean, proportion
from evals.record import Record, RunError


class JudgementRecord(Record):
    """The verdicts on one answer; None where there was none that could be read."""

    faithful: bool | None
    relevant: bool | None
    nugget_coverage: float | None


class JudgeRecord(Record):
    """Who judged by which prompts, and the verdict on each case."""

    model: str
    prompt_version: str
    rows: dict[str, JudgementRecord]

    def figures(self) -> dict[str, Figure | None]:
        """Return the three figures by name; None where nothing could be judged."""
        rows = list(self.rows.values())
        return {
            "faithfulness": proportion([r.faithful for r in rows if r.faithful is not None]),
            "relevance": proportion([r.relevant for r in rows if r.relevant is not None]),
            "nugget coverage": mean([r.nugget_coverage for r in rows if r.nugget_coverage is not None]),
        }


def read_judge(run_path: Path) -> JudgeRecord | None:
    """Return what the judge said of the run in ``run_path``, None where it was not run.

    Raises:
        RunError: judge.json is there and cannot be read.
    """
    path = run_path / "judge.json"
    if not path.exists():
        return None
    try:
        return JudgeRecord.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise RunError(f"{path}: {error.errors()[0]['msg']}") from error
