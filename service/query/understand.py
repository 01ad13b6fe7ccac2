"""One question, understood: everything later stages need to know of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.fold import fold
from ingest.records import Product
from service.query.colloquial import plain
from service.query.followup import MAX_TURNS, asks_for_another, make_whole
from service.query.intent import (
    ACCOUNT,
    CRISIS,
    AnswerType,
    Intent,
    asks_number,
    asks_where_to_look,
    find_answer_type,
    find_intent,
)
from service.query.mask import mask, without_labels
from service.query.product import find_lenders_asked_about, find_products, normalise_products
from service.query.script import Script, find_script


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the service understands it.

    ``folded`` is what was asked, personal data hidden, in its folded form with products normalised;
    ``rewritten`` the whole question where it is read as leaning on the history, else None, and ``repeats`` says that it asks the
    last question again for another product. ``products`` are those asked
    about, empty where none is named. ``one_of_several`` marks one
    question of a message that asks of several products; ``own_account`` one that sounds as if only the asker's account
    could tell, which matters where the articles do not; ``doubtful`` one that may be unsafe, which is answered only where
    the articles surely do; ``small_talk`` one that asks nothing.
    """

    folded: str
    rewritten: str | None
    products: tuple[Product, ...]
    other_lenders: tuple[str, ...]
    intent: Intent
    answer_type: AnswerType
    crisis: bool
    script: Script
    masked: int
    repeats: bool = False
    one_of_several: bool = False
    own_account: bool = False
    doubtful: bool = False
    small_talk: bool = False

    @property
    def whole(self) -> str:
        """The whole question, what it leans on put in, in the asker's words."""
        return self.rewritten or self.folded

    @property
    def search_text(self) -> str:
        """What is searched for: the whole question in the words that articles use."""
        return plain(self.whole)

    @property
    def asks_quantity(self) -> bool:
        """Whether an amount, a rate or a time is asked for; a telephone number is none."""
        return self.answer_type == "quantity" and self.intent != "contact"

    @property
    def asks_number(self) -> bool:
        """Whether a number to call is asked for."""
        return self.intent == "contact" and asks_number(self.search_text)

    @property
    def asks_where_to_look(self) -> bool:
        """Whether the place where something can be looked up is asked for."""
        return asks_where_to_look(self.search_text)

    @property
    def own_text(self) -> str:
        """The question without what was taken over from the history, in the words that articles use."""
        return plain(self.folded)

    def meaning(self, labels: Sequence[str], *, doubtful: bool, lawful: bool) -> "Query":
        """Return the query with what the classifier believes of it, the surest label first.

        What no pattern foresaw it adds. A pattern that matched keeps its word, unless the classifier finds the question
        ``lawful`` although its words are those of an unsafe one (反催收公司是骗子吗). It never overrides the asking for a
        number, which has rules of its own. Who sounds desperate rather than unlawful is not reproached.
        """
        crisis = self.crisis or "crisis" in labels
        surest = labels[: labels.index("crisis")] if "crisis" in labels else labels
        intents: tuple[Intent, ...] = ("unsafe", "injection")
        found = next((intent for label in surest for intent in intents if intent == label), None)
        intent = self.intent
        if intent == "unsafe" and lawful:
            intent = find_intent(self.folded, lawful=True)
        if intent == "ask" and found is not None:
            intent = found
        return replace(
            self,
            crisis=crisis,
            intent=intent,
            own_account=self.own_account or ("account" in labels and intent != "contact"),
            doubtful=doubtful and not crisis,
            small_talk="chat" in labels and not crisis,
        )

    def narrowed(self, text: str, products: tuple[Product, ...]) -> "Query":
        """Return the query for one of several questions inside the message, ``text`` in the asker's words."""
        if text == self.whole and products == self.products:
            return self
        return replace(
            self,
            folded=text,
            rewritten=None,
            products=products,
            answer_type=find_answer_type(plain(text)),
            one_of_several=len(self.products) > len(products),
        )


def understand(
    question: str,
    *,
    earlier: Sequence[str] = (),
    product: Product | None = None,
    script: Literal["auto", "hans", "hant"] = "auto",
    correct: Callable[[str], str] = str,
    leans: bool = False,
) -> Query:
    """Return ``question`` understood; ``earlier`` are the asker's previous questions, oldest first.

    ``correct`` puts words right that were typed by sound; ``leans`` reads the question as one that leans on the earlier
    ones. The product comes from the client's restriction, else from the question, else, of one that leans on them, from the
    earlier ones.
    """
    text, masked = mask(question)
    folded = _normal(text, correct)
    before = [_normal(mask(turn)[0], correct) for turn in earlier[-MAX_TURNS:]] if leans else []
    rewritten = make_whole(folded, before) if before else None
    whole = rewritten or folded
    lenders = find_lenders_asked_about(whole)
    products = (product,) if product else find_products(whole)
    if not products and not lenders:
        products = next((found for turn in reversed(before) if (found := find_products(turn))), ())
    return Query(
        folded=folded,
        rewritten=rewritten,
        products=products,
        other_lenders=lenders,
        intent=find_intent(folded),
        answer_type=find_answer_type(plain(folded)),
        # As typed too: reading pinyin towards the words of the corpus makes something else of bu xiang huo.
        crisis=any(CRISIS.search(read) for read in (folded, fold(text))),
        script=find_script(text) if script == "auto" else script,
        masked=masked,
        own_account=ACCOUNT.search(folded) is not None,
        repeats=rewritten is not None and asks_for_another(folded, before),
    )


def _normal(text: str, correct: Callable[[str], str]) -> str:
    """Return ``text`` folded, products under their names, words put right."""
    return normalise_products(correct(normalise_products(fold(without_labels(text))))).strip()
