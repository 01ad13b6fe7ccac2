"""Figures of the repair: round trip through the fault, good text, confidence, the five articles, speed beside ftfy.

    evals bench repair                 the committed sample (local ordinances, in the public domain)
    evals bench repair --text FILE     other clean Simplified text, one sentence a line

The language model was built from none of the sample. ``--seed`` chooses sites and notes; the costs of the search
were set on other text (CMRC 2018, dev split) with seeds 1 to 9.
"""

import argparse
import difflib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import ftfy
from tqdm import tqdm

from ingest.repair import repair
from ingest.repair.edits import Edit
from ingest.repair.forward import Garbled, Site, Spot, garble, random_site
from ingest.textlines import read_lines

ROOT = Path(__file__).parents[1]
SAMPLE = Path(__file__).with_name("repair_sample.txt")
PAGE_LINES = 30
"""Sentences that one page holds: the same site garbled them all."""
SURE = 0.9
"""Confidence from which an edit counts as sure."""
WIDTH = str.maketrans("，！？；：（）", ",!?;:()")
"""Marks compare without their width: which one a page shows is the crawl's habit, not the text's."""


@dataclass(slots=True)
class Tally:
    """Counts of one run: name → (right, all)."""

    right: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, right: bool) -> None:
        """Count one."""
        self.seen[name] += 1
        self.right[name] += right

    def lines(self) -> Iterator[str]:
        """Yield one line of the table for each name."""
        for name in sorted(self.seen):
            share = self.right[name] / self.seen[name]
            yield f"  {name:44} {self.right[name]:6} of {self.seen[name]:6}  {share:8.2%}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--text", type=Path, default=SAMPLE, help="clean Simplified sentences, one a line")
    parser.add_argument("--sentences", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=11)


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    sentences = read_lines(args.text)[: args.sentences]
    sys.stdout.write(f"round trip: {len(sentences)} sentences of {args.text.name}, seed {args.seed}\n")
    tally, damaged = round_trip(sentences, Random(args.seed))
    sys.stdout.write(
        "\n".join([*tally.lines(), *articles(), *good_text(), *speed("\n".join(sentences), damaged), ""])
    )
    return 0


def round_trip(sentences: Sequence[str], rng: Random) -> tuple[Tally, str]:
    """Garble pages of sentences, each by another site, and repair them; return the counts and the damaged text."""
    tally = Tally()
    damaged: list[str] = []
    for start in tqdm(
        range(0, len(sentences), PAGE_LINES), disable=not sys.stderr.isatty(), desc="round trip"
    ):
        site = random_site(rng)
        page = [garble(sentence, site) for sentence in sentences[start : start + PAGE_LINES]]
        shown = "\n".join(line.shown for line in page)
        damaged.append(shown)
        repaired = repair(shown)
        _score_page(tally, site, page, repaired.clean.split("\n"))
        _score_edits(tally, page, repaired.clean.split("\n"), repaired.edits)
    return tally, "\n".join(damaged)


def _score_page(tally: Tally, site: Site, page: Sequence[Garbled], lines: Sequence[str]) -> None:
    for line, clean in zip(page, lines, strict=True):
        wrong = differences(line.truth, clean)
        tally.add("sentences", not wrong)
        tally.add("sentences with a slip" if line.spots else "sentences without a slip", not wrong)
        for spot in line.spots:
            right = not any(start <= spot.end and spot.start <= end for start, end, _, _ in wrong)
            fixed = "bytes determine it" if not spot.lost else "bytes were lost"
            tally.add(f"slips: {fixed}", right)
            tally.add(f"slips by kind: {_kind(spot)}, {fixed}", right)
            tally.add(f"slips by site: lone byte {'shown' if site.lone else 'dropped'}, {fixed}", right)


def _kind(spot: Spot) -> str:
    return "/".join(sorted(set(spot.kinds))) or "end of another"


def _score_edits(tally: Tally, page: Sequence[Garbled], lines: Sequence[str], edits: Sequence[Edit]) -> None:
    """Count the edits of slips by their confidence: right where the text they wrote is the truth's."""
    wrong: list[tuple[int, int]] = []
    at = 0
    for line, clean in zip(page, lines, strict=True):
        wrong += [(at + start, at + end) for _, _, start, end in differences(line.truth, clean)]
        at += len(clean) + 1
    for edit in edits:
        if edit.step == "script":
            continue
        right = not any(start <= edit.clean_end and edit.clean_start <= end for start, end in wrong)
        name = "note edits" if edit.step == "note" else "slip edits"
        tally.add(f"confidence: {name} {'>= 0.9' if edit.confidence >= SURE else '< 0.9'}", right)
        if edit.step != "note":
            tally.add(f"confidence: slip edits in {int(edit.confidence * 10) / 10:.1f}..", right)


def differences(truth: str, clean: str) -> list[tuple[int, int, int, int]]:
    """Return where two texts differ, width of marks apart: (start, end) in the truth and in the clean text."""
    a, b = truth.translate(WIDTH), clean.translate(WIDTH)
    if a == b:
        return []
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return [(op[1], op[2], op[3], op[4]) for op in matcher.get_opcodes() if op[0] != "equal"]


def articles() -> Iterator[str]:
    """Yield the character error rate on the five source articles against the texts checked by hand."""
    yield "the five source articles"
    for path in sorted((ROOT / "tests/cases/truth").glob("*.txt")):
        truth = path.read_text(encoding="utf-8")
        clean = repair((ROOT / "corpus/raw" / path.name).read_text(encoding="utf-8")).clean
        errors = sum(max(e - s, d - c) for s, e, c, d in differences(truth, clean))
        yield f"  {path.stem:44} character error rate {errors / len(truth):.4f}"


def good_text() -> Iterator[str]:
    """Yield how many lines of good text the repair changes but for their script."""
    lines = read_lines(ROOT / "tests/cases/repair/must_not_change.txt")
    changed = sum(repair(line, script="keep").clean != line for line in lines)
    yield f"good text: {changed} of {len(lines)} lines changed"


def speed(clean: str, damaged: str) -> Iterator[str]:
    """Yield characters a second of the repair and of ``ftfy.fix_text``, turn about, on clean and on damaged text."""
    yield "speed, one core, characters a second (best of three)"
    for name, text in (("clean", clean), ("damaged", damaged[: len(clean) // 4])):
        ours, theirs = 0.0, 0.0
        for _ in range(3):
            ours = max(ours, _rate(repair, text))
            theirs = max(theirs, _rate(ftfy.fix_text, text))
        yield f"  {name:8} repair {ours:12,.0f}   ftfy.fix_text {theirs:12,.0f}"


def _rate(function: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    function(text)
    return len(text) / (time.process_time() - started)
