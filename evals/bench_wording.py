"""How well what was typed is read as it was meant: questions as they are, with a slip put in, and in pinyin.

A slip is made: one hanzi becomes another of the same sound, the commoner the likelier. It is put right if the question is then read as it
is without the slip. Pinyin, that of a dictionary of phrases, is of the questions that are read as typed; counted are the hanzi that do not come back.
"""

import argparse
import json
import math
import random
import re
import sys
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from pypinyin import lazy_pinyin

from evals.cases import GOLD_DIR, load_cases
from evals.record import RunError
from evals.served import answerer_over, built_index
from ingest.artifact import IndexBroken
from ingest.embed import EmbedError
from ingest.repair.model import load_model
from ingest.settings import IngestSettings
from service.retrieve.sounds import sounds_of
from service.retrieve.wording import word

GOLD = (
    "forum_dev",
    "asked_dev",
    "common_dev",
    "openings_dev",
    "retrieval_dev",
    "colloquial_dev",
    "helpbox_dev",
)
LONGEST = 60
ALIKE, LEAST = 8, -11.0
"""A slip is one of so many hanzi of the same sound, none rarer than e to this power in the language at large."""

Read = Callable[[str], tuple[str, str]]
"""What returns of a question its wording before slips and pinyin are read, and after."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is asked."""
    parser.add_argument("--gold", nargs="+", default=list(GOLD), help="gold files whose questions are taken")
    parser.add_argument("--questions", type=int, default=500, help="how many questions (default 500)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")


def run(args: argparse.Namespace) -> int:
    """Measure, print, and return 0.

    Raises:
        GoldError: the questions cannot be read.
        RunError: there is no index or no model to measure.
    """
    cases = load_cases([GOLD_DIR / f"{name}.jsonl" for name in args.gold])
    fitting = (case for case in cases if case.style in ("plain", "slang") and not case.history)
    questions = sorted({case.question for case in fitting if len(case.question) < LONGEST})
    chance = random.Random(args.seed)
    chance.shuffle(questions)
    figures = measure(_reader(), questions[: args.questions], chance)
    for name, value in figures.items():
        sys.stdout.write(f"{name:<45}{value:>8}\n")
    if args.out:
        args.out.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def measure(read: Read, questions: Sequence[str], chance: random.Random) -> dict[str, float]:
    """Return the figures of ``read`` on ``questions``."""
    wordings = {question: read(question) for question in questions}
    meant = {question: after for question, (_, after) in wordings.items()}
    slips = [
        (question, slip) for question in questions if (slip := with_a_slip(question, chance)) is not None
    ]
    figures: dict[str, float] = {
        "questions": len(questions),
        "without a slip, changed": sum(before != after for before, after in wordings.values()),
        "with a slip": len(slips),
        "… put right": sum(read(slip)[1] == meant[question] for question, slip in slips),
    }
    hanzi = [
        letters for question in questions if (letters := _hanzi_of(question)) == _hanzi_of(meant[question])
    ]
    for name, blank in (("with blanks", " "), ("without blanks", "")):
        kept = sum(_kept(text, read(blank.join(lazy_pinyin(text)))[1]) for text in hanzi)
        figures[f"pinyin {name}: characters lost, %"] = round(
            100 - 100 * kept / max(1, sum(map(len, hanzi))), 1
        )
    return figures


def with_a_slip(question: str, chance: random.Random) -> str | None:
    """Return ``question`` with one hanzi changed for another of the same sound, None where it has none to change.

    Names of products are left alone: those have rules of their own.
    """
    places = [
        at
        for at, hanzi in enumerate(question)
        if _alike(hanzi) and "呗" not in question[max(0, at - 1) : at + 2]
    ]
    if not places:
        return None
    at = chance.choice(places)
    others, shares = zip(*_alike(question[at]), strict=True)
    slip: str = chance.choices(others, shares)[0]
    return question[:at] + slip + question[at + 1 :]


@cache
def _alike(hanzi: str) -> tuple[tuple[str, float], ...]:
    """Return the commonest other hanzi of the same sound, and how frequent they are in the language at large."""
    sounds = sounds_of(hanzi)
    found = [(other, share) for other, share in _common() if sounds[:1] == sounds_of(other)[:1]][:ALIKE]
    return tuple(pair for pair in found if pair[0] != hanzi) if sounds else ()


@cache
def _common() -> list[tuple[str, float]]:
    """Return the hanzi of the language, the commonest first, and how frequent they are."""
    model = load_model()
    likely = {
        chr(code): model.log_probability(0, 0, model.symbol_id(chr(code))) for code in range(0x4E00, 0x9FFF)
    }
    common = [(hanzi, math.exp(value)) for hanzi, value in likely.items() if value > LEAST]
    return sorted(common, key=lambda pair: -pair[1])


def _reader() -> Read:
    settings = IngestSettings()
    try:
        index, embedder = built_index(settings)
        answerer = answerer_over(index, embedder, settings.model_dir or settings.corpus_dir / "models")
    except (IndexBroken, EmbedError) as error:
        raise RunError(str(error)) from error

    def read(question: str) -> tuple[str, str]:
        query = answerer.listener.understand(question)
        return word(query.search_text, None).respelled, answerer.search(query, 1).respelled

    return read


def _hanzi_of(text: str) -> str:
    return re.sub("[^\u4e00-\u9fff]", "", text)


def _kept(text: str, reading: str) -> int:
    """Return how many characters of ``text`` stand in ``reading``, in their order."""
    blocks = SequenceMatcher(None, text, reading, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)
