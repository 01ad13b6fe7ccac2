"""What composing produces and verification reads."""

from dataclasses import dataclass

from service.compose.opening import Opening
from service.sources import Source


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence and the sources it leans on, Simplified and without markers; ``item`` starts a new line.

    ``lead`` are words of ours before it (whose product it speaks of, yes or no); they claim nothing that ``text``
    does not say.
    """

    text: str
    sources: tuple[Source, ...]
    lead: str = ""
    item: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft answer; ``opening`` is what its first sentence says to a yes/no question, None where it leaves it open."""

    sentences: tuple[DraftSentence, ...]
    opening: Opening | None = None
