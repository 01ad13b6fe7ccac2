"""The numbered source sentences that an answer may be composed of, from the hits of a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.records import Article, ArticleWarning, Passage
from service.folded import folded
from service.orders import is_order, without_orders
from service.retrieve import Hit
from service.verify import Evidence


@dataclass(frozen=True, slots=True)
class Source:
    """One citable sentence: ``text == article.text[start:end]``, number ``n`` from 1, in the order of the hits."""

    n: int
    hit: Hit
    article: Article
    start: int
    end: int
    restored: bool
    warnings: tuple[ArticleWarning, ...]

    @property
    def passage(self) -> Passage:
        """The passage that the sentence stands in."""
        return self.hit.passage

    @property
    def text(self) -> str:
        """The sentence as the cleaned article has it."""
        return self.article.text[self.start : self.end]

    @property
    def folded(self) -> str:
        """The sentence folded."""
        return folded(self.text)

    @property
    def nameless(self) -> bool:
        """Whether the article speaks of a lender whose name was cut out of it."""
        return any(warning.code == "product_deleted" for warning in self.article.warnings)

    @property
    def planted(self) -> bool:
        """Whether the sentence is an order to the machine that reads it, or stands behind one on its line."""
        text = self.article.text
        begin = text.rfind("\n", 0, self.start) + 1
        end = text.find("\n", self.end)
        return is_order(text[begin : end if end >= 0 else None], self.start - begin, self.end - begin)

    @property
    def evidence(self) -> Evidence:
        """The sentence as the verification reads it: folded, with its passage and headings, orders cut, as context."""
        context = folded(without_orders(self.passage.embedded_text))
        return Evidence(self.folded, context, self.passage.product)


def number_sources(hits: Sequence[Hit], articles: Mapping[str, Article]) -> tuple[Source, ...]:
    """Return the sentences of ``hits`` numbered; one that two overlapping passages share is numbered once."""
    sources: list[Source] = []
    seen: set[tuple[str, int, int]] = set()
    for hit in hits:
        article = articles[hit.passage.article_id]
        for sentence in hit.passage.sentences:
            key = (article.article_id, sentence.start, sentence.end)
            if key in seen:
                continue
            seen.add(key)
            touching = tuple(
                warning
                for warning in article.warnings
                if warning.start is not None
                and warning.end is not None
                and warning.start < sentence.end
                and sentence.start < warning.end
            )
            sources.append(
                Source(
                    len(sources) + 1, hit, article, sentence.start, sentence.end, sentence.restored, touching
                )
            )
    return tuple(sources)
