"""Server-sent events, cut into chunks anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.sse import ServerSentEvent, read_events

NAMES = st.sampled_from(["retrieval", "sentence", "final"])
# U+2028 and U+0085 end a line for str.splitlines, and must not here.
DATA = st.text(
    st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]) | st.sampled_from("\u2028\x85：: 借")
)


@given(
    st.lists(st.tuples(NAMES, st.lists(DATA, min_size=1, max_size=3)), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.data(),
)
def test_events_do_not_depend_on_where_the_stream_is_cut(events, line_end, data):
    lines = []
    for name, parts in events:
        lines += [f"event: {name}", *(f"data: {part}" for part in parts), ""]
    stream = "".join(line + line_end for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert list(read_events(chunks)) == [ServerSentEvent(name, "\n".join(parts)) for name, parts in events]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (": a comment\n\ndata: x\n\n", [ServerSentEvent("message", "x")]),
        ("event: sentence\n\ndata: x\n\n", [ServerSentEvent("message", "x")]),
        ("id: 7\nretry: 10\ndata:no space\n\n", [ServerSentEvent("message", "no space")]),
        ("data:  two spaces\n\n", [ServerSentEvent("message", " two spaces")]),
        ("data: unfinished\n", []),
    ],
    ids=["comment", "event without data", "unused fields", "one space is taken off", "cut off"],
)
def test_fields_are_read_as_the_standard_says(stream, expected):
    assert list(read_events([stream])) == expected
