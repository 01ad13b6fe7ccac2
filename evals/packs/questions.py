"""Packs that change the question and leave the corpus alone."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

from evals.cases import Case
from service.schema import Turn

TYPO_SHARE = 0.15
"""Share of the characters of a question that become homophones, at least one."""

_SWAP = {"花呗": "借呗", "借呗": "花呗"}


def traditional(cases: Iterable[Case], rng: random.Random) -> list[Case]:
    """Return ``cases`` asked in Traditional characters; nothing else about them changes. ``rng`` is not used."""
    convert = OpenCC("s2t").convert
    return [_asked(case, "traditional", convert) for case in cases]


def homophones(cases: Iterable[Case], rng: random.Random) -> list[Case]:
    """Return ``cases`` with some characters replaced by common ones of the same toneless reading."""
    return [_asked(case, "typo", lambda text: with_homophones(text, rng)) for case in cases]


def swapped_products(cases: Iterable[Case], rng: random.Random) -> list[Case]:
    """Return the cases of one product asked about the other, with nothing expected but the other's sources.

    Whether the other product's articles answer the question is unknown, so the decision is left open: what
    counts is that no citation speaks of the first product only. ``rng`` is not used.
    """
    return [
        _asked(case, "swap", _swap).model_copy(
            update={
                "product": _SWAP[case.product],
                "style": case.style,
                "expected": None,
                "relevant": (),
                "key_facts": case.key_facts if case.type == "crisis" else (),
                "polarity": None,
                "must_not": (),
                "must_not_unless": (),
            }
        )
        for case in cases
        if case.product and case.product in case.question and not case.history
    ]


def with_homophones(text: str, rng: random.Random) -> str:
    """Return ``text`` with ``TYPO_SHARE`` of its replaceable characters changed.

    >>> with_homophones("OK", random.Random(1))
    'OK'
    """
    readings = _by_reading()
    choices = {
        i: others
        for i, c in enumerate(text)
        if (others := [o for o in readings.get(lazy_pinyin(c)[0], "") if o != c])
    }
    count = min(len(choices), max(1, round(TYPO_SHARE * len(choices))))
    letters = list(text)
    for i in rng.sample(sorted(choices), count):
        letters[i] = rng.choice(choices[i])
    return "".join(letters)


def _swap(text: str) -> str:
    return text.replace("花呗", "\0").replace("借呗", "花呗").replace("\0", "借呗")


def _asked(case: Case, style: str, change: Callable[[str], str]) -> Case:
    history = tuple(Turn(role=t.role, content=change(t.content)) for t in case.history)
    return case.model_copy(
        update={
            "case_id": f"{case.stem}.{style}",
            "style": style,
            "question": change(case.question),
            "history": history,
        }
    )


@cache
def _by_reading() -> dict[str, list[str]]:
    """Return the 3,755 most common characters (GB 2312 level 1) by toneless reading."""
    found: dict[str, list[str]] = defaultdict(list)
    for lead in range(0xB0, 0xD8):
        for trail in range(0xA1, 0xFF):
            try:
                character = bytes((lead, trail)).decode("gb2312")
            except UnicodeDecodeError:
                continue  # the last five cells of the last row are empty
            found[lazy_pinyin(character)[0]].append(character)
    return dict(found)
