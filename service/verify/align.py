"""Word alignment: which words of a claim stand for which words of its source, and which clause for which.

Read: two folded texts and the lists of words that may stand for one another. Out come pairs of places, for the rules.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.synonyms import synonyms_of
from service.verify.paraphrases import alternatives
from service.verify.reading import Reading, Word, is_light, read

TAKEN_UP = 0.3
"""The share of a clause of the source from which a claim counts as speaking of it."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim beside one source sentence: ``pairs`` are words that say the same, by their places in ``words``."""

    claim: Reading
    source: Reading
    pairs: tuple[tuple[int, int], ...]

    @property
    def turned(self) -> "Alignment":
        """The same with the sides changed."""
        return Alignment(self.source, self.claim, tuple((theirs, ours) for ours, theirs in self.pairs))

    @property
    def literal(self) -> float:
        """The share of the claim's words, by characters, that the source has as they are; 1 without words."""
        total = _size(self.claim.words)
        return _size(w for w in self.claim.words if w.text in self.source.text) / total if total else 1.0

    def counterparts(self, place: int) -> list[Word]:
        """Return the words of the source that stand for one word of the claim."""
        return [self.source.words[theirs] for ours, theirs in self.pairs if ours == place]

    def partner(self, clause: int) -> int | None:
        """Return the clause of the source that shares most with a clause of the claim, or None."""
        shared: Counter[int] = Counter()
        for ours, theirs in self.pairs:
            if self.claim.words[ours].clause == clause:
                shared[self.source.words[theirs].clause] += len(self.claim.words[ours].text)
        return max(shared, key=lambda number: (shared[number], -number)) if shared else None

    def met(self, clause: int | None = None, partner: int | None = None) -> int:
        """Return how many characters of the claim, or of one clause, have a counterpart, or have one in clause ``partner``."""
        words = self.claim.words
        met = {i for i, j in self.pairs if partner is None or self.source.words[j].clause == partner}
        return _size(words[place] for place in met if clause is None or words[place].clause == clause)

    def taken_up(self) -> str:
        """Return the clauses of the source that the claim speaks of, one after the other."""
        turned = self.turned
        clauses = enumerate(self.source.clauses)
        return ",".join(
            clause.text
            for n, clause in clauses
            if turned.met(n) >= TAKEN_UP * _size(self.source.in_clause(n))
        )


def align(claim: str, source: str) -> Alignment:
    """Return the folded ``claim`` beside the folded ``source``."""
    ours, theirs = read(claim), read(source)
    pairs = tuple(
        (i, j)
        for i, word in enumerate(ours.words)
        for j, other in enumerate(theirs.words)
        if say_the_same(word.text, other.text)
    )
    return Alignment(ours, theirs, pairs)


def closest_quotes(claim: str, quotes: Sequence[str]) -> list[int]:
    """Return for each clause of ``claim`` which of ``quotes`` it is closest to; between equals that of the whole claim."""
    alignments = [align(claim, quote) for quote in quotes]
    whole = max(range(len(quotes)), key=lambda number: alignments[number].met())
    found = []
    for number in range(len(alignments[0].claim.clauses)):
        shares = [alignment.met(number) for alignment in alignments]
        found.append(whole if shares[whole] == max(shares) else shares.index(max(shares)))
    return found


def beside_each(claim: str, quotes: Sequence[str]) -> list[Alignment]:
    """Return the clauses of ``claim`` beside the quote that each is closest to, those of one quote together."""
    if len(quotes) == 1:
        return [align(claim, quotes[0])]
    parts: dict[int, list[str]] = {}
    for clause, number in zip(read(claim).clauses, closest_quotes(claim, quotes), strict=True):
        parts.setdefault(number, []).append(claim[clause.start : clause.end])
    return [align(",".join(part), quotes[number]) for number, part in parts.items()]


def say_the_same(one: str, other: str) -> bool:
    """Return whether two words may stand for one another.

    >>> say_the_same("答应", "同意"), say_the_same("减免", "减免部分"), say_the_same("提高", "降低")
    (True, True, False)
    """
    shorter, longer = sorted((one, other), key=len)
    if shorter in longer and not (len(shorter) == 1 and is_light(shorter)):
        return True
    return one == other or other in alternatives(one) or other in synonyms_of(one)


def _size(words: Iterable[Word]) -> int:
    return sum(len(word.text) for word in words)
