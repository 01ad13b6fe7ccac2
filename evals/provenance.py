"""Whether a citation is what it claims to be, checked against the articles and the crawled text."""

from collections import Counter
from collections.abc import Mapping

from evals.corpus import Corpus
from evals.metrics.grounding import bigrams
from service.schema import AskResponse, Citation

RAW_SHARE = 0.7
"""A quote that shares less than this with its crawled text, once that is folded, does not come from there.

Not 1: what a slip or a cut word did to the crawled text cannot be undone by folding a fragment of it.
"""


def citation_errors(response: AskResponse, corpus: Corpus, raw_texts: Mapping[int, str | None]) -> list[str]:
    """Return what is wrong with the citations and their use, one line each; empty when every one is valid.

    Valid: numbered 1..N once each and used, cited numbers exist, the quote is the article's text at its span, the
    crawled file is the article's, and the crawled text at the raw span reads as the quote. An answer cites something.
    By hand: two citations, the second with a quote shifted by one character, gives one error.
    """
    errors: list[str] = []
    numbers = [c.n for c in response.citations]
    used = Counter(n for sentence in response.sentences for n in sentence.citations)
    if response.status in ("answered", "partial") and not numbers:
        errors.append("answered without a citation")
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        errors.append(f"citations are numbered {numbers}")
    errors += [f"[{n}] is cited but not listed" for n in used if n not in numbers]
    errors += [f"[{n}] is listed but never cited" for n in numbers if n not in used]
    for s in response.sentences:
        if response.answer[s.start : s.end] != s.text:
            errors.append(f"sentence {s.start}-{s.end} is not the answer's text there")
    for citation in response.citations:
        errors += _errors_of(citation, corpus, raw_texts.get(citation.n))
    return errors


def _errors_of(citation: Citation, corpus: Corpus, raw_text: str | None) -> list[str]:
    article = corpus.by_id.get(citation.article_id)
    if article is None:
        return [f"[{citation.n}] names an article that does not exist"]
    errors: list[str] = []
    span = citation.clean
    if not citation.quote or article.text[span.start : span.end] != citation.quote:
        errors.append(f"[{citation.n}] quote is not the article's text at {span.start}-{span.end}")
    if (citation.raw.path, citation.raw.sha256) != (article.raw.path, article.raw.sha256):
        errors.append(f"[{citation.n}] names another crawled file than its article")
    quote = bigrams(citation.quote)
    if raw_text is None:
        errors.append(f"[{citation.n}] has no crawled text at its raw span")
    elif quote and len(quote & bigrams(raw_text)) < RAW_SHARE * len(quote):
        errors.append(f"[{citation.n}] crawled text at its raw span does not read as the quote")
    return errors
