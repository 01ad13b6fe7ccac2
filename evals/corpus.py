"""The articles as the service serves them, and where the gold evidence lies in them."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from evals.cases import Case, GoldError, Relevant
from service.schema import ArticleOut


@dataclass(frozen=True, slots=True)
class Span:
    """``article.text[start:end]`` of one article."""

    article_id: str
    start: int
    end: int

    def overlap(self, other: "Span") -> int:
        """Return how many characters both hold."""
        if self.article_id != other.article_id:
            return 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of gold evidence, where it stands, the paragraph around it, and the section it belongs to."""

    relevant: Relevant
    span: Span
    paragraph: Span

    @property
    def section(self) -> str:
        """Name of the unit of evidence: file and heading."""
        return f"{self.relevant.file}#{self.relevant.heading}"


class Corpus:
    """All articles of one build, by id and by crawled file name.

    ``products`` gives the product by crawled file name where the gold set knows it: a service that tags an article
    wrongly must not be the judge of its own tag. Other files have the product that the service gives them.
    """

    def __init__(
        self, articles: Iterable[ArticleOut], products: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.by_id = {article.article_id: article for article in articles}
        self._by_file = {PurePosixPath(a.raw.path).name: a for a in self.by_id.values()}
        self._products = {
            article.article_id: list((products or {}).get(file, article.product))
            for file, article in self._by_file.items()
        }

    def product_of(self, article_id: str) -> list[str]:
        """Return whose product an article speaks of; empty for an article that does not exist."""
        return self._products.get(article_id, [])

    @property
    def sha256(self) -> str:
        """Hash over the crawled files' hashes: the same for the same set of articles."""
        lines = sorted(a.raw.sha256 for a in self.by_id.values())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def locate(self, case: Case) -> tuple[Evidence, ...]:
        """Return where the evidence of ``case`` stands.

        Raises:
            GoldError: an article is missing, or does not hold the evidence verbatim.
        """
        return tuple(self._evidence(case.case_id, relevant) for relevant in case.relevant)

    def heading_at(self, span: Span) -> str:
        """Return the text of the nearest heading that starts at or before ``span``, empty where there is none."""
        headings = self.by_id[span.article_id].headings
        at = bisect_right([heading.start for heading in headings], span.start) - 1
        return headings[at].text if at >= 0 else ""

    def _evidence(self, case_id: str, relevant: Relevant) -> Evidence:
        article = self._by_file.get(relevant.file)
        if article is None:
            raise GoldError(f"{case_id}: the corpus has no article from {relevant.file}")
        start = article.text.find(relevant.evidence)
        if start < 0:
            raise GoldError(f"{case_id}: {relevant.file} does not hold the evidence {relevant.evidence!r}")
        end = start + len(relevant.evidence)
        line_start = article.text.rfind("\n", 0, start) + 1
        line_end = article.text.find("\n", end)
        return Evidence(
            relevant,
            Span(article.article_id, start, end),
            Span(article.article_id, line_start, len(article.text) if line_end < 0 else line_end),
        )


def covered_by_hit(hit: Span, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence of which the hit holds at least half the characters."""
    return [e for e in evidence if 2 * hit.overlap(e.span) >= e.span.end - e.span.start]


def covered_by_citation(citation: Span, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence whose paragraph the citation touches: a quote of the sentence beside it still sends the reader there."""
    return [e for e in evidence if citation.overlap(e.paragraph)]
