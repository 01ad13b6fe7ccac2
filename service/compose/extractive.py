"""Composing without an LLM: choose the source sentences that answer, put them in order, join them without repetition."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.sentences import refers_back
from service.asked import Asked
from service.compose.anaphor import standing_alone, with_what_it_refers_to
from service.compose.attribution import label
from service.compose.draft import Draft, DraftSentence
from service.compose.opening import Opening
from service.compose.openings import find_openings
from service.compose.quotable import introduces, is_damaged, is_doubtful, is_filler, quotable
from service.folded import folded
from service.query import Query
from service.query.intent import NUMBER, AnswerType
from service.sources import Source

MAX_CHARS = 420
MAX_SECTIONS = 8


@dataclass(frozen=True, slots=True)
class _Shape:
    """How long an answer of a type is, and how far below its best sentence another may score to be worth reading."""

    sentences: int
    within: float
    across: float


# Set on the dev questions: where fewer sentences begin to cost evidence.
SHAPES: dict[AnswerType, _Shape] = {
    "yes_no": _Shape(3, 0.65, 0.70),
    "quantity": _Shape(3, 0.80, 0.70),
    "what": _Shape(4, 0.65, 0.70),
    "how": _Shape(6, 0.50, 0.60),
    "list": _Shape(8, 0.50, 0.60),
}
SAME_AT = 0.6
NUMBERS_WITHIN = 0.5
SEVERAL, TOGETHER, SECTIONS_WITHIN = 2, 0.7, 0.3
"""Sections answer together where the second best scores so well beside the best; one that scores less than the last is left out."""
ANNOUNCED = 0.6
"""A list is told whole where its first words score so well beside the best of its sentences; below, one item is what was asked for."""
DECIDES = 0.15
"""By how much a sentence that decides a yes/no question may score below one that does not, and lead."""

_ENUMERATION = re.compile(r"^(?:\d{1,2}[.、)]\s*(?!\d)|[(（]\d{1,2}[)）]\s*|[-•*·]\s*|[①-⑳]\s*)")


def compose(
    query: Query,
    sources: Sequence[Source],
    scores: Sequence[float],
    sections: Sequence[int] = (),
    *,
    asked: Asked,
) -> Draft:
    """Return a draft made of ``sources`` verbatim, chosen by their ``scores`` in [0, 1].

    ``sections`` are rows that answer together, one after the other, each with its best sentence; ``asked`` holds
    the known questions.

    The passage of the best sentence comes first, even where that sentence holds a number that must not be given, and
    says what else it has on the question; further passages give what scores nearly as well and is not said yet. Sentences
    keep their order within a passage, so steps come as steps; in the answer to a yes/no question the deciding sentence leads,
    in that to a question of contact the best one, each with the one before it where it begins with 这 or 此.
    """
    usable = [
        (source, score) for source, score in zip(sources, scores, strict=True) if quotable(query, source)
    ]
    if not usable:
        return Draft(())
    if query.asks_number:
        usable = _of_numbers(usable) or usable
    # Where the best sentence stands elsewhere, or introduces a list of its own, sections under one heading do not answer.
    best = max(usable, key=lambda pair: pair[1])[0]
    first = _one_each(usable, sections) if best.hit.row in sections and not introduces(best) else []
    leading = max(
        ((score, source) for score, source in zip(scores, sources, strict=True) if not is_filler(source)),
        key=lambda pair: pair[0],
    )[1].hit.row
    openings = _openings(query, usable, asked)
    chosen = first or _choose(query, usable, openings, leading)
    begins = openings.get(chosen[0].n)
    return Draft(tuple(_sentence(query, chosen, place, begins) for place in range(len(chosen))), begins)


def _of_numbers(usable: Sequence[tuple[Source, float]]) -> list[tuple[Source, float]]:
    """Return the sentences that speak of a number to call, of those that answer nearly as well as the best."""
    least = NUMBERS_WITHIN * max(score for _, score in usable)
    return [pair for pair in usable if pair[1] >= least and NUMBER.search(pair[0].folded)]


def _one_each(usable: Sequence[tuple[Source, float]], sections: Sequence[int]) -> list[Source]:
    """Return the best sentence of each section that says something of it, in the order of the sections.

    Empty where only one of them answers: then the heading is not what was asked about.
    """
    chosen: list[tuple[Source, float]] = []
    for row in sections:
        group = [(source, score) for source, score in usable if source.hit.row == row]
        group = [pair for pair in group if not introduces(pair[0])] or group
        if group and len(chosen) < MAX_SECTIONS:
            chosen.append(max(group, key=lambda pair: pair[1]))
    scores = sorted(score for _, score in chosen)
    if len(scores) < SEVERAL or scores[-SEVERAL] < TOGETHER * scores[-1]:
        return []
    return [source for source, score in chosen if score >= SECTIONS_WITHIN * scores[-1]]


def _choose(
    query: Query, usable: Sequence[tuple[Source, float]], openings: Mapping[int, Opening], leading: int
) -> list[Source]:
    """Return the sentences to say, the passage in row ``leading`` first where it has any, then the others by their best."""
    shape = SHAPES[query.answer_type]
    best = max(score for _, score in usable)
    by_row: dict[int, list[tuple[Source, float]]] = {}
    for source, score in usable:
        by_row.setdefault(source.hit.row, []).append((source, score))
    passages = sorted(
        by_row.values(),
        key=lambda group: (group[0][0].hit.row != leading, -max(score for _, score in group)),
    )
    chosen: list[Source] = []
    chars = 0
    for group in passages:
        top = max(score for _, score in group)
        if chosen and top < shape.across * best:
            break
        worth = _worth(query, group, shape.within * (best if chosen else top), openings)
        if chosen and any(map(introduces, worth)) and len(chosen) + len(worth) > shape.sentences:
            # A further list is told whole or not at all.
            continue
        for source in worth:
            if any(say_about_the_same(source.text, other.text) for other in chosen):
                continue
            if chosen and (len(chosen) >= shape.sentences or chars + len(source.text) > MAX_CHARS):
                return _without_dangling(chosen)
            chosen.append(source)
            chars += len(source.text)
    return _without_dangling(chosen)


def _worth(
    query: Query, group: Sequence[tuple[Source, float]], least: float, openings: Mapping[int, Opening]
) -> list[Source]:
    """Return what to take of one passage: a list that is asked for whole, else the sentences that score enough."""
    announced = max((score for source, score in group if introduces(source)), default=0.0)
    if query.answer_type in ("list", "how") and announced >= ANNOUNCED * max(score for _, score in group):
        return [source for source, _ in group]
    kept = [source for source, score in group if score >= least and not introduces(source)]
    if kept and (query.answer_type == "yes_no" or query.intent == "contact"):
        scores = {source.n: score for source, score in group}
        decisive = max(kept, key=lambda source: scores[source.n] * (1 + DECIDES * (source.n in openings)))
        kept.sort(key=lambda source: source is not decisive)
    return standing_alone(kept, [source for source, _ in group])


def _without_dangling(chosen: list[Source]) -> list[Source]:
    """Drop a last sentence that only introduces what did not fit any more."""
    while len(chosen) > 1 and introduces(chosen[-1]):
        chosen.pop()
    return chosen


def _sentence(query: Query, chosen: Sequence[Source], place: int, begins: Opening | None) -> DraftSentence:
    source = chosen[place]
    # The number of a list item counts the source's items, not ours.
    text = _ENUMERATION.sub("", source.text.strip())
    lead = label(query, chosen, place)
    words = _first_words(query, source, begins) if place == 0 else ""
    if words:
        lead = f"{words.removesuffix(':')}({lead.removesuffix(':')}):" if lead else words
    return DraftSentence(text, (source,), lead, _is_item(source) and query.answer_type != "yes_no")


def _openings(query: Query, usable: Sequence[tuple[Source, float]], asked: Asked) -> dict[int, Opening]:
    """Return by number the sentences that decide a yes/no question, and how the answer begins where they lead."""
    sure = [
        (source, score) for source, score in usable if not (is_doubtful(query, source) or is_damaged(source))
    ]
    if query.answer_type != "yes_no":
        return {}
    openings = find_openings(
        query.search_text,
        [source.folded for source, _ in sure],
        [score for _, score in sure],
        [asked.knows(source.hit.row) for source, _ in sure],
        own=query.whole,
        beside=lambda at: beside(sure[at][0], asked),
    )
    quoted = [source for source, _ in usable]
    return {
        source.n: its
        for (source, _), its in zip(sure, openings, strict=True)
        if its is not None
        and not (refers_back(source.folded) and with_what_it_refers_to(source, quoted) is None)
    }


def beside(source: Source, asked: Asked) -> str:
    """Return what tells what the sentence is about besides itself: its headings and the known questions that it answers."""
    known = asked.answered_by(source.hit.row, source.start, source.end)
    return "\n".join(map(folded, (source.passage.title, *source.passage.heading, *known)))


def _first_words(query: Query, source: Source, begins: Opening | None) -> str:
    if is_doubtful(query, source):
        return "这个号码不能当作花呗或借呗的官方电话:"
    return begins.words if begins else ""


def say_about_the_same(one: str, other: str) -> bool:
    """Return whether two sentences say the same, by the share of character bigrams of the shorter in the longer."""
    a, b = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (folded(one), folded(other)))
    shorter = min(len(a), len(b))
    return shorter > 0 and len(a & b) / shorter >= SAME_AT


def _is_item(source: Source) -> bool:
    return any(
        block.kind == "list_item" and block.start <= source.start < block.end
        for block in source.article.blocks
    )
