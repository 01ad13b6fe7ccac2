"""What a citation opens: the right stretch of the article, and of the crawled file."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.repair import Edit, clean_to_raw
from service.schema import ArticleOut, Citation, CleanSpan, EditOut, HeadingOut, RawSpan
from tests.ui.scripted import REF, article, citation
from ui.evidence import CONTEXT_CHARS, Excerpt, Note, crawled_text, gather, raw_end_offset, raw_offset

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


def cited(of: ArticleOut, start: int, end: int, raw_start: int, raw_end: int) -> Citation:
    """A citation of the clean span, with its raw span."""
    return citation(article()).model_copy(
        update={
            "quote": of.text[start:end],
            "clean": CleanSpan(start=start, end=end),
            "raw": RawSpan(path=REF.path, sha256=REF.sha256, start=raw_start, end=raw_end),
        }
    )


def gathered(of: ArticleOut, raw: str, a_citation: Citation) -> tuple[Excerpt, Excerpt]:
    """Both excerpts of the citation; ``raw`` is what the article was made from."""
    assert crawled_text(of) == raw
    evidence = gather(a_citation, of)
    assert evidence.cleaned is not None
    assert evidence.crawled is not None
    return evidence.cleaned, evidence.crawled


@given(st.lists(st.tuples(PIECE, PIECE, PIECE), min_size=1, max_size=6), st.data())
def test_excerpts_are_cut_out_of_the_two_texts_around_the_quote(pieces, data):
    of, raw = built(pieces)
    start = data.draw(st.integers(0, len(of.text)))
    end = data.draw(st.integers(start, len(of.text)))
    edits = [Edit(**edit.model_dump()) for edit in of.edits]
    raw_start, raw_end = clean_to_raw(edits, start, end)
    cleaned, crawled = gathered(of, raw, cited(of, start, end, raw_start, raw_end))
    for excerpt, text, at, stop in [(cleaned, of.text, start, end), (crawled, raw, raw_start, raw_end)]:
        assert excerpt.quote == text[at:stop]
        assert text[:at].endswith(excerpt.before)
        assert text[stop:].startswith(excerpt.after)
        assert not excerpt.cut_before or len(excerpt.before) < at
        assert not excerpt.cut_after or len(excerpt.after) < len(text) - stop
        for note in excerpt.notes:
            assert 0 <= note.start < note.end <= stop - at
    assert max(len(cleaned.before), len(cleaned.after)) <= CONTEXT_CHARS


@given(st.lists(st.tuples(PIECE, PIECE, PIECE), min_size=1, max_size=6))
def test_an_offset_leads_to_the_same_place_of_the_crawled_text(pieces):
    of, raw = built(pieces)
    for offset, letter in enumerate(of.text):
        inside = [edit for edit in of.edits if edit.clean_start < offset < edit.clean_end]
        begins = [edit for edit in of.edits if edit.clean_start == offset < edit.clean_end]
        at = raw_offset(of, offset)
        if inside:
            assert at == inside[0].raw_end
        elif begins:
            assert at == begins[0].raw_start
        else:
            assert raw[at] == letter
    assert raw_offset(of, len(of.text)) == len(raw)


@given(st.lists(st.tuples(PIECE, PIECE, PIECE), min_size=1, max_size=6))
def test_an_end_leads_to_the_end_of_what_was_crawled_for_the_text_before_it(pieces):
    of, raw = built(pieces)
    for offset in range(1, len(of.text) + 1):
        at = raw_end_offset(of, offset)
        repaired = [edit for edit in of.edits if edit.clean_start < offset <= edit.clean_end]
        if repaired:
            assert at == repaired[0].raw_end
        else:
            assert raw[at - 1] == of.text[offset - 1]


def test_the_sites_own_text_is_not_shown_beside_a_quote():
    takedown = "本站联系电话010-00000000，侵权请联系我们删除，谢谢。"
    of, raw = built([("标题\n", takedown, ""), ("\n引文。", takedown, "")])
    at, raw_at = of.text.index("引文"), raw.index("引文")
    _, crawled = gathered(of, raw, cited(of, at, at + 2, raw_at, raw_at + 2))
    assert (crawled.before, crawled.quote, crawled.after) == ("", "引文", "。")


def test_both_texts_show_the_same_section_from_its_heading_on():
    of, raw = built(
        [
            ("上一节。\n", "2. 標(biāo)題", "2. 标题"),
            ("\n上一句。", "原話", "原话"),
            ("下一句。\n", "", ""),
            ("3. 下一节", "", ""),
        ]
    )
    headings = [
        HeadingOut(text=text, level=1, start=of.text.index(text), end=of.text.index(text) + len(text))
        for text in ("2. 标题", "3. 下一节")
    ]
    of = of.model_copy(update={"headings": headings})
    at, raw_at = of.text.index("原话"), raw.index("原話")
    cleaned, crawled = gathered(of, raw, cited(of, at, at + 2, raw_at, raw_at + 2))
    assert (cleaned.before, cleaned.quote, cleaned.after) == ("2. 标题\n上一句。", "原话", "下一句。")
    assert (crawled.before, crawled.quote, crawled.after) == ("2. 標(biāo)題\n上一句。", "原話", "下一句。")
    assert crawled.notes == (Note(0, 2, "原话"),)
    assert [cleaned.cut_before, cleaned.cut_after, crawled.cut_before, crawled.cut_after] == [False] * 4


def test_context_begins_and_ends_at_a_line_where_it_can():
    long_line = "长" * CONTEXT_CHARS
    of, raw = built([(f"{long_line}\n上一行\n原文\n下一行\n{long_line}", "", "")])
    at = raw.index("原文")
    for excerpt in gathered(of, raw, cited(of, at, at + 2, at, at + 2)):
        assert (excerpt.before, excerpt.after) == ("上一行\n", "\n下一行")
        assert excerpt.cut_before
        assert excerpt.cut_after
