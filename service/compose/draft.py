"""What composing produces and verification reads."""

from dataclasses import dataclass

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
    """A draft answer; ``missing`` are the parts of the question that nothing was found for."""

    sentences: tuple[DraftSentence, ...]
    missing: tuple[str, ...] = ()
