"""How an LLM's answer to a yes/no question begins: with the verdict of the source, as the extractive answer does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.fold import fold
from service.compose.assent import PAUSES, Assent, find_assent
from service.compose.draft import Draft, DraftSentence
from service.compose.extractive import say_about_the_same
from service.compose.opening import Opening, Says, worded_opening
from service.compose.stance import find_stance
from service.query.product import find_products
from service.sources import Source

BORNE_AT = 0.5
_AGAINST: tuple[frozenset[Says], ...] = (frozenset({"yes", "no"}), frozenset({"maybe", "no"}))


@dataclass(slots=True)
class Opener:
    """Sets what an LLM says to the folded yes/no ``question`` beside what its sources say, sentence by sentence.

    ``extract`` is the extractive answer, whose first sentence decides the question where it has an opening. ``put_in_front``
    is that sentence once it has been said, for want of an LLM's sentence that cites it.
    """

    question: str
    extract: Draft
    put_in_front: Source | None = None

    def contradicts(self, draft: DraftSentence) -> bool:
        """Return whether ``draft`` says yes where a source says no, or no where it says yes or maybe.

        Its yes or no is held against the deciding sentence, against what it cites, and against the rest of it; what it claims
        besides only against what it cites.
        """
        assent, own, cited = self._read(draft)
        decides = self._decides
        if own is not None and cited and all(_against(own.says, its.says) for its in cited):
            return True
        if assent is None or assent.says is None:
            return False
        decided = [decides] if decides else cited[:1]
        held = [*decided, own] if own and assent.rest else decided
        return any(_against(assent.says, its.says) for its in held)

    def opened(self, draft: DraftSentence) -> Iterator[DraftSentence]:
        """Yield what is said first of an answer that the LLM begins with ``draft``, which does not contradict."""
        decides = self._decides
        if decides is None:
            yield self._by_its_own_source(draft)
            return
        first = self.extract.sentences[0]
        assent, own, cited = self._read(draft)
        agreeing = [its for its in cited if its.says == decides.says]
        if assent is not None and not _too_flat(assent, decides):
            yield draft if assent.rest == 0 or own or agreeing else _citing(draft, first.sources)
            return
        claim = _without(draft, assent)
        if _cites(draft, first.sources[0]):
            # Whose product it is, an LLM mostly says by itself.
            named = find_products(claim.text) or self.extract.opening is None
            yield replace(claim, lead=decides.words if named else first.lead)
        elif own is not None and own.says == decides.says and agreeing:
            yield replace(claim, lead=agreeing[0].words)
        else:
            self.put_in_front = first.sources[0]
            yield first
            if not self.is_said(claim):
                yield claim

    def is_said(self, draft: DraftSentence) -> bool:
        """Return whether ``draft`` only says again what was put in front."""
        said = self.put_in_front
        return said is not None and _cites(draft, said) and say_about_the_same(said.text, draft.text)

    def _by_its_own_source(self, draft: DraftSentence) -> DraftSentence:
        """Return ``draft`` begun as its own source begins, where both speak of the thing asked; a bare yes that none bears is left out."""
        assent, own, cited = self._read(draft)
        agreeing = [its for its in cited if own is not None and its.says == own.says]
        if assent is None:
            borne = agreeing and any(self._bears(agreeing[0], source) for source in draft.sources)
            return replace(draft, lead=agreeing[0].words) if borne else draft
        if assent.rest == 0 or (assent.says is not None and (own or cited)):
            return draft
        return _without(draft, assent)

    def _bears(self, its: Opening, source: Source) -> bool:
        """Return whether ``source`` is likelier than not to say what ``its`` wording says, by what people read in such sentences."""
        stance = find_stance(self.question, source.folded)
        return (stance.no if its.says == "no" else stance.yes) >= BORNE_AT

    @property
    def _decides(self) -> Opening | None:
        """What the deciding sentence says."""
        if self.extract.opening or not self.extract.sentences:
            return self.extract.opening
        return self._said_by_itself(self.extract.sentences[0].text)

    def _said_by_itself(self, text: str) -> Opening | None:
        """Return what a source says that answers at once (是的,…) and goes on about the thing asked, in its own words."""
        assent = find_assent(self.question, text, None)
        if assent is None or assent.says is None:
            return None
        rest = worded_opening(self.question, fold(text[assent.rest :]))
        if rest is None or _against(rest.says, assent.says):
            return None
        return Opening(f"{text[: assent.rest].rstrip(PAUSES)}:", assent.says)

    def _read(self, draft: DraftSentence) -> tuple[Assent | None, Opening | None, list[Opening]]:
        """Return the yes or no that ``draft`` begins with, its opening without that, and those of what it cites."""
        whole = worded_opening(self.question, fold(draft.text))
        assent = find_assent(self.question, draft.text, whole)
        own = (
            worded_opening(self.question, fold(draft.text[assent.rest :]))
            if assent and assent.rest
            else whole
        )
        cited = (
            worded_opening(self.question, source.folded) or self._said_by_itself(source.text)
            for source in draft.sources
        )
        return assent, own, [its for its in cited if its is not None]


def _against(one: Says, other: Says) -> bool:
    return frozenset({one, other}) in _AGAINST


def _too_flat(assent: Assent, decides: Opening) -> bool:
    """Return whether a bare yes or no is surer than the source, or may mean either."""
    return assent.rest > 0 and (
        assent.says is None or (assent.says != decides.says and assent.says in ("yes", "no"))
    )


def _without(draft: DraftSentence, assent: Assent | None) -> DraftSentence:
    return replace(draft, text=draft.text[assent.rest :]) if assent else draft


def _citing(draft: DraftSentence, sources: tuple[Source, ...]) -> DraftSentence:
    further = tuple(source for source in sources if not _cites(draft, source))
    return replace(draft, sources=(*draft.sources, *further))


def _cites(draft: DraftSentence, source: Source) -> bool:
    return any(
        (own.article.article_id, own.start, own.end) == (source.article.article_id, source.start, source.end)
        for own in draft.sources
    )
