"""Spans lead from the clean text to the raw and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.repair import Edit, clean_to_raw, raw_to_clean, replay

PIECES = st.lists(
    st.one_of(
        st.text("ab", min_size=1, max_size=3).map(lambda kept: (kept, kept)),
        st.tuples(st.text("xy", max_size=3), st.text("XY", max_size=3)).filter(lambda pair: pair != ("", "")),
    ),
    max_size=8,
)


def edited(pieces):
    """Return raw text, clean text and the edits between, from (before, after) pieces."""
    raw = clean = ""
    edits = []
    for before, after in pieces:
        if before != after:
            edits.append(
                Edit(
                    "step",
                    len(raw),
                    len(raw) + len(before),
                    len(clean),
                    len(clean) + len(after),
                    before,
                    after,
                    1.0,
                )
            )
        raw, clean = raw + before, clean + after
    return raw, clean, edits


@given(PIECES)
def test_replay_gives_the_clean_text(pieces):
    raw, clean, edits = edited(pieces)
    assert replay(raw, edits) == clean


@given(PIECES, st.data())
def test_what_no_edit_touches_maps_to_itself(pieces, data):
    raw, clean, edits = edited(pieces)
    start = data.draw(st.integers(0, len(clean)))
    end = data.draw(st.integers(start, len(clean)))
    raw_start, raw_end = clean_to_raw(edits, start, end)
    assert 0 <= raw_start <= raw_end <= len(raw)
    if not any(e.clean_start < end and start < e.clean_end for e in edits):
        kept = "".join(char for char in raw[raw_start:raw_end] if char in "ab")
        assert kept == clean[start:end]


@given(PIECES)
def test_the_whole_maps_to_the_whole(pieces):
    raw, clean, edits = edited(pieces)
    if raw and clean and not (edits and (edits[0].raw_start == 0 or edits[-1].raw_end == len(raw))):
        assert clean_to_raw(edits, 0, len(clean)) == (0, len(raw))
        assert raw_to_clean(edits, 0, len(raw)) == (0, len(clean))


def test_a_span_of_the_clean_text_comes_back_from_the_raw():
    raw, clean, edits = edited([("a", "a"), ("(x)", ""), ("b", "b"), ("y", "YY"), ("a", "a")])
    assert clean == "abYYa"
    assert clean_to_raw(edits, 2, 4) == (5, 6)
    assert raw[5:6] == "y"
    assert raw_to_clean(edits, 5, 6) == (2, 4)


def test_an_edit_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit the text at 0"):
        replay("ab", [Edit("step", 0, 1, 0, 1, "x", "y", 1.0)])
