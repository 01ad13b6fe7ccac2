"""What a citation opens: the right stretch of the article, and of the crawled file."""

from hypothesis import given
from hypothesis import strategies as st

from service.schema import ArticleOut, Citation, CleanSpan, EditOut, RawSpan, RawText
from tests.ui.scripted import REF, article, citation
from ui.errors import ServiceFailedError
from ui.evidence import CONTEXT_CHARS, gather, raw_length

PIECE = st.text("借呗逾期，。\n", min_size=0, max_size=120)


def built(pieces: list[tuple[str, str, str]]) -> tuple[ArticleOut, str]:
    """An article and its crawled text out of (kept, before, after) pieces."""
    raw = clean = ""
    edits = []
    for kept, before, after in pieces:
        raw, clean = raw + kept, clean + kept
        if before != after:
            edits.append(
                EditOut(
                    step="note",
                    raw_start=len(raw),
                    raw_end=len(raw) + len(before),
                    clean_start=len(clean),
                    clean_end=len(clean) + len(after),
                    before=before,
                    after=after,
                    confidence=1.0,
                )
            )
        raw, clean = raw + before, clean + after
    return article().model_copy(update={"text": clean, "edits": edits}), raw


@given(st.lists(st.tuples(PIECE, PIECE, PIECE), min_size=1, max_size=6), st.data())
def test_excerpts_are_cut_out_of_the_two_texts_around_the_quote(pieces, data):
    of, raw = built(pieces)
    start = data.draw(st.integers(0, len(of.text)))
    end = data.draw(st.integers(start, len(of.text)))
    raw_start = data.draw(st.integers(0, len(raw)))
    raw_end = data.draw(st.integers(raw_start, len(raw)))
    assert raw_length(of) == len(raw)
    cited = Citation(
        **{
            **citation(article()).model_dump(),
            "quote": of.text[start:end],
            "clean": CleanSpan(start=start, end=end),
            "raw": RawSpan(path=REF.path, sha256=REF.sha256, start=raw_start, end=raw_end),
        }
    )

    def fetch(article_id: str, from_: int, to: int) -> RawText:
        assert 0 <= from_ <= to <= len(raw)
        span = RawSpan(path=REF.path, sha256=REF.sha256, start=from_, end=to)
        return RawText(article_id=article_id, raw=span, text=raw[from_:to])

    evidence = gather(cited, of, fetch)
    for excerpt, text, at, stop in [
        (evidence.cleaned, of.text, start, end),
        (evidence.crawled, raw, raw_start, raw_end),
    ]:
        assert excerpt is not None
        assert excerpt.quote == text[at:stop]
        assert text[:at].endswith(excerpt.before)
        assert text[stop:].startswith(excerpt.after)
        assert max(len(excerpt.before), len(excerpt.after)) <= CONTEXT_CHARS
        assert excerpt.cut_before == (len(excerpt.before) < at)
        assert excerpt.cut_after == (len(excerpt.after) < len(text) - stop)
    for repair in evidence.repairs:
        assert 0 <= repair.start < repair.end <= raw_end - raw_start


def test_context_begins_and_ends_at_a_line_where_it_can():
    long_line = "长" * CONTEXT_CHARS
    of, raw = built([(f"{long_line}\n上一行\n", "原话", "原文"), (f"\n下一行\n{long_line}", "", "")])
    at = of.text.index("原文")
    cited = citation(of).model_copy(
        update={
            "quote": "原文",
            "clean": CleanSpan(start=at, end=at + 2),
            "raw": RawSpan(path=REF.path, sha256=REF.sha256, start=at, end=at + 2),
        }
    )

    def fetch(article_id: str, from_: int, to: int) -> RawText:
        return RawText(article_id=article_id, raw=cited.raw, text=raw[from_:to])

    evidence = gather(cited, of, fetch)
    for excerpt in (evidence.cleaned, evidence.crawled):
        assert excerpt is not None
        assert (excerpt.before, excerpt.after) == ("上一行\n", "\n下一行")
        assert excerpt.cut_before
        assert excerpt.cut_after


def test_without_the_crawled_text_the_cleaned_passage_still_shows():
    def fetch(*_: object) -> RawText:
        raise ServiceFailedError("the service failed")

    evidence = gather(citation(article()), article(), fetch)
    assert evidence.cleaned is not None
    assert evidence.crawled is None
