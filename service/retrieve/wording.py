"""What was asked, in the words that are searched for."""

from dataclasses import dataclass

from ingest.fold import fold
from service.query.product import normalise_products
from service.retrieve.respell import Respeller
from service.synonyms import expansions, in_plain_words


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as it was asked (``folded``), as it was meant (``respelled``), and ``synonyms`` for its words.

    All three are folded text; ``synonyms`` is words with blanks between.
    """

    folded: str
    respelled: str
    synonyms: str


def word(query: str, respeller: Respeller | None) -> Wording:
    """Return the wording of ``query``: products by their name, slang in plain words, homophones and pinyin put right.

    Without a ``respeller`` homophones and pinyin stay as they were typed.
    """
    folded = in_plain_words(normalise_products(fold(query)))
    respelled = respeller.respell(folded) if respeller else folded
    return Wording(folded, respelled, " ".join(expansions(respelled)))
