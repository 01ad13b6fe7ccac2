"""Composing without an LLM: choose the source sentences that answer, put them in order, join them without repetition."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.fold import fold

from service.compose.draft import Draft, DraftSentence
from service.compose.opening import opening
from service.query import Query
from service.query.terms import content_terms
from service.sources import Source
from service.verify.judge import coverage

MAX_SENTENCES = 8
MAX_CHARS = 420
SAME_AT = 0.6
KEEP_AT = 0.55
MORE_PASSAGES_AT = {"list": 0.62, "how": 0.62, "what": 0.72, "yes_no": 0.8, "quantity": 0.85}

_INTRODUCES = re.compile("[:：]$|(?:如下|以下)[^。]{0,12}$")
_FILLER = re.compile(
    "^(?:本站|本文|本篇|希望|小编|以下是|下面|接下来|总之|综上)|(?:本站|本文|本篇文章)将|显得尤为重要"
)


@dataclass(frozen=True, slots=True)
class _Scored:
    source: Source
    score: float


def compose(
    query: Query,
    sources: Sequence[Source],
    *,
    synonyms: Callable[[str], Sequence[str]] | None = None,
) -> Draft:
    """Return a draft made of source sentences verbatim.

    Passages come by their rank; the best one gives its whole answer, further ones only what is about the question
    and not said yet. Sentences keep their order within a passage, so steps come as steps.
    """
    chosen = _choose(query, sources, synonyms)
    sentences: list[DraftSentence] = []
    for position, scored in enumerate(chosen):
        source = scored.source
        text = source.text.strip()
        lead = _label(query, source, chosen, position)
        if position == 0 and query.answer_type == "yes_no":
            lead += opening(query.search_text, fold(text)) or ""
        sentences.append(DraftSentence(text, (source,), lead, _is_item(source)))
    return Draft(tuple(sentences))


def _choose(
    query: Query, sources: Sequence[Source], synonyms: Callable[[str], Sequence[str]] | None
) -> list[_Scored]:
    """Return the sentences to show, passages by rank and sentences in their order."""
    terms = [term for term in content_terms(query.search_text) if term not in query.products]
    by_passage = [list(group) for _, group in groupby(sources, key=lambda source: source.hit.row)]
    chosen: list[_Scored] = []
    chars = 0
    best = 0.0
    for rank, group in enumerate(by_passage):
        scored = [
            _Scored(source, _score(source, terms, synonyms)) for source in group if _quotable(query, source)
        ]
        if not scored:
            continue
        strength = group[0].hit.score
        best = max(best, strength)
        threshold = MORE_PASSAGES_AT[query.answer_type] * best
        if chosen and strength < threshold:
            continue
        keep = _worth(scored, whole=rank == 0)
        for item in keep:
            text = item.source.text
            if any(_same(text, other.source.text) for other in chosen):
                continue
            if chosen and (len(chosen) >= MAX_SENTENCES or chars + len(text) > MAX_CHARS):
                return chosen
            chosen.append(item)
            chars += len(text)
    return chosen


def _quotable(query: Query, source: Source) -> bool:
    """Return whether a reader may be shown the sentence: filler never, a doubtful number only where it is asked about."""
    folded = fold(source.text)
    if _FILLER.search(folded):
        return False
    doubtful = [
        w for w in source.warnings if w.code in ("example_number", "unnamed_lender_number", "site_contact")
    ]
    if not doubtful:
        return True
    numbers = re.findall(r"\d{5,}", folded)
    return any(number in query.search_text for number in numbers)


def _score(source: Source, terms: Sequence[str], synonyms: Callable[[str], Sequence[str]] | None) -> float:
    folded = fold(source.text)
    if not terms:
        return 0.0
    return coverage("".join(terms), folded, "", synonyms)


def _worth(scored: Sequence[_Scored], *, whole: bool) -> list[_Scored]:
    """Return what to take of one passage: a list with its lead whole, else the sentences near the best one."""
    has_list = (
        any(_INTRODUCES.search(item.source.text.strip()) for item in scored)
        or sum(_is_item(item.source) for item in scored) >= 2
    )
    if whole or has_list:
        return list(scored)
    top = max(item.score for item in scored)
    return [item for item in scored if item.score >= KEEP_AT * top]


def _same(one: str, other: str) -> bool:
    """Return whether two sentences say the same, by the share of character bigrams of the shorter in the longer."""
    a, b = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (fold(one), fold(other)))
    shorter = min(len(a), len(b))
    return shorter > 0 and len(a & b) / shorter >= SAME_AT


def _is_item(source: Source) -> bool:
    return any(
        block.kind == "list_item" and block.start <= source.start < block.end
        for block in source.article.blocks
    )


def _label(query: Query, source: Source, chosen: Sequence[_Scored], position: int) -> str:
    """Return the words that say whose product a sentence speaks of, where the reader could not tell.

    Needed where the asker named no product and the answer has one, or where the answer mixes several.
    """
    product = source.passage.product
    if position and product == chosen[position - 1].source.passage.product:
        return ""
    asked = set(query.products)
    mixed = len({item.source.passage.product for item in chosen}) > 1
    if asked and not mixed and asked & set(product):
        return ""
    if "unknown" in product:
        return "一篇未写明平台的文章说:"
    if "通用" in product:
        return "一般来说:" if mixed or asked else ""
    name = "、".join(product)
    return "" if name in source.text[:12] and not mixed else f"{name}:"
