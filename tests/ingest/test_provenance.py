"""Composed edits do what the two steps do one after the other, and keep every span."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.provenance import Change, apply, compose
from ingest.repair import clean_to_raw, replay


@st.composite
def changes(draw, text):
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [
        Change(draw(st.sampled_from(("note", "script"))), start, end, draw(st.text("甲乙", max_size=3)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]


@given(st.data())
def test_composition_equals_one_after_the_other(data):
    raw = data.draw(st.text("逾期還款123", max_size=24))
    first = apply(raw, data.draw(changes(raw)))
    middle = replay(raw, first)
    second = apply(middle, data.draw(changes(middle)))
    clean = replay(middle, second)
    both = compose(raw, first, second)
    assert replay(raw, both) == clean
    for edit in both:
        assert clean[edit.clean_start : edit.clean_end] == edit.after
        assert edit.before != edit.after
    for left, right in pairwise(both):
        assert left.raw_end <= right.raw_start
        assert left.clean_end <= right.clean_start


@given(st.data())
def test_a_span_that_no_edit_touches_is_the_same_text_in_both(data):
    raw = data.draw(st.text("逾期還款", min_size=1, max_size=24))
    edits = apply(raw, data.draw(changes(raw)))
    clean = replay(raw, edits)
    start = data.draw(st.integers(0, len(clean)))
    end = data.draw(st.integers(start, len(clean)))
    raw_start, raw_end = clean_to_raw(edits, start, end)
    assert 0 <= raw_start <= raw_end <= len(raw)
    if not any(e.clean_start <= end and start <= e.clean_end for e in edits):
        assert raw[raw_start:raw_end] == clean[start:end]


def test_a_deletion_takes_the_edits_inside_it_along_under_its_own_name():
    raw = "打開(kāi)APP體驗\n正文"
    first = apply(raw, [Change("note", 2, 7), Change("script", 1, 2, "开")])
    middle = replay(raw, first)
    (edit,) = compose(raw, first, apply(middle, [Change("furniture", 0, middle.index("正"))]))
    assert (edit.step, edit.before, edit.after) == ("furniture", "打開(kāi)APP體驗\n", "")
