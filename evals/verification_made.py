"""Sentences made of the labelled ones, to fit the verification on: excerpts of the sources, splices, wrong citations."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from evals.verification import FAIR, Cited, Claim, Kind
from ingest.fold import fold
from service.verify.conditionals import find_outcomes

MADE = "made"
"""The id of every sentence made here."""

MISCITED = 1
"""How many times a sentence is made to cite what it does not say."""

LEAST_KEPT = 8
"""Characters that an excerpt has at least."""

_CLAUSES = re.compile("[^,，;；。]+[,，;；。]?")
# What ends so goes on, and what begins so takes something back.
_OPEN = re.compile(
    "(?:的[^的,，]{0,4}|的话|后|时|前|下|如果.*|若.*|因.*|只有.*|一旦.*|只要.*|对于.*|除.*|先.*)$"
)
_RESTRICTS = re.compile("但|不过|否则|除外|除非|前提|以.{2,12}为准|仅|只|须|必须|需要|才|另有")

# Each pair says the same wherever it stands.
_EXCHANGED = (
    ("应当", "要"),
    ("不得", "不能"),
    ("之后", "后"),
    ("之前", "前"),
    ("需要", "要"),
    ("通常", "一般"),
    ("按时", "准时"),
    ("直接", ""),
    ("进行", ""),
    ("的,", ","),
    ("以及", "和"),
    ("并且", "并"),
    ("及时", ""),
    ("相关", ""),
)


def make(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield all that is made of ``claims``."""
    excerpts = [*shortened(claims), *conditional(claims)]
    yield from miscited([claim for claim in claims if claim.kind == "paraphrase"])
    yield from excerpts
    yield from in_other_words(excerpts)
    yield from spliced(claims)


def miscited(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield each of ``claims`` as it would cite what the next ones on the same article cite, which is elsewhere in it."""
    for place, claim in enumerate(claims):
        own = {cited.quote for cited in claim.cites}
        others = (c for c in claims[place + 1 :] if c.cites[0].article == claim.cites[0].article)
        for other in islice((c for c in others if own.isdisjoint(q.quote for q in c.cites)), MISCITED):
            yield claim.model_copy(
                update={"claim_id": MADE, "kind": "elsewhere", "label": "unsupported", "cites": other.cites}
            )


def shortened(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield of each source sentence of ``claims`` the runs of clauses that say by themselves what it says.

    Those are its beginning, where nothing that follows restricts it, and any run where nothing is a condition.
    """
    for cited in _quotes(claims):
        clauses = _CLAUSES.findall(cited.quote)
        open_ended = any(_OPEN.search(clause.rstrip(",，;；。")) for clause in clauses)
        restricted = open_ended or _RESTRICTS.search(cited.quote) is not None
        free = not restricted and not _has_conditional_clause(fold(cited.quote))
        for start in range(len(clauses) if free else 1):
            for end in range(start + 1, len(clauses) + (start > 0)):
                kept, rest = "".join(clauses[start:end]).rstrip(",，;；。"), "".join(clauses[end:])
                if len(kept) >= LEAST_KEPT and not _OPEN.search(kept) and not _RESTRICTS.search(rest):
                    yield _made(kept, [cited], "paraphrase")


def spliced(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield the beginning of each source sentence with the end of the next, which neither says, as two clauses or as one."""
    for number, (one, other) in enumerate(pairwise(_quotes(claims))):
        first, last = _CLAUSES.findall(one.quote), _CLAUSES.findall(other.quote)
        if one.article == other.article and len(first) > 1 and len(last) > 1:
            yield _made(
                first[0].rstrip(",，") + ("," if number % 2 else "") + last[-1], [one, other], "merged"
            )


def conditional(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield of each source sentence that begins with a condition that condition with one thing said under it, and the latter alone.

    The first says what the source says, the second leaves its condition out.
    """
    for cited in _quotes(claims):
        clauses = [clause.rstrip(",，;；。") for clause in _CLAUSES.findall(cited.quote)]
        first, *governed = clauses
        outcome = next(iter(find_outcomes(fold(cited.quote))), None)
        if outcome is None or not outcome.conditions or outcome.span[0] <= len(fold(first)) or not governed:
            continue
        for number, clause in enumerate(governed):
            # What restricts or goes on with the clause before it does not stand alone.
            if (
                len(clause) < LEAST_KEPT
                or _OPEN.search(clause)
                or _RESTRICTS.search("".join(governed[number + 1 :]))
            ):
                continue
            yield _made(clause, [cited], "condition")
            if number and not _RESTRICTS.search("".join(governed)):
                yield _made(f"{first},{clause}", [cited], "paraphrase")


def in_other_words(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield the made ``claims`` again with such words exchanged as may stand for one another anywhere."""
    for claim in claims:
        sentence = claim.sentence
        for word, other in _EXCHANGED:
            sentence = sentence.replace(word, other)
        if sentence != claim.sentence:
            yield claim.model_copy(update={"sentence": sentence})


def _has_conditional_clause(text: str) -> bool:
    """Return whether something that folded ``text`` says depends on another of its clauses."""
    return any(
        "," in text[condition.span[1] : outcome.span[0]] or "," in text[outcome.span[1] : condition.span[0]]
        for outcome in find_outcomes(text)
        for condition in outcome.conditions
    )


def _quotes(claims: Sequence[Claim]) -> list[Cited]:
    return list(dict.fromkeys(cited for claim in claims for cited in claim.cites))


def _made(sentence: str, cites: Sequence[Cited], kind: Kind) -> Claim:
    label = "supported" if kind in FAIR else "unsupported"
    return Claim.model_validate(
        {
            "claim_id": MADE,
            "kind": kind,
            "label": label,
            "sentence": sentence,
            "cites": [c.model_dump() for c in cites],
        }
    )
