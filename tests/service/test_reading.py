"""What an LLM writes, in whatever form, read as sentences with the numbers they cite."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.compose.reading import Claim, read_claims


def read(text, size=3):
    return [(c.text, c.numbers) for c in read_claims(text[i : i + size] for i in range(0, len(text), size))]


@pytest.mark.parametrize(
    ("written", "claims"),
    [
        ("会影响信用[1]。", [("会影响信用", (1,))]),
        ("会影响信用。[1]", [("会影响信用", (1,))]),
        ("会影响信用。 [1][2]", [("会影响信用", (1, 2))]),
        ("会影响信用【1，2】。", [("会影响信用", (1, 2))]),
        ("[1] 会影响信用。[2] 还会罚息。", [("会影响信用", (1,)), ("还会罚息", (2,))]),
        ("1. [1] 会影响信用。\n2. [2] 还会罚息。", [("会影响信用", (1,)), ("还会罚息", (2,))]),
        ("- 会影响信用[1]\n- 还会罚息[2]", [("会影响信用", (1,)), ("还会罚息", (2,))]),
        ("会影响信用[1] 还会罚息[2]", [("会影响信用", (1,)), ("还会罚息", (2,))]),
        ("会影响信用[1],还会罚息[2]。", [("会影响信用,还会罚息", (1, 2))]),
        ("会影响信用。还会罚息[2]。", [("会影响信用", (2,)), ("还会罚息", (2,))]),
        ("会影响信用。\n还会罚息[2]。", [("会影响信用", ()), ("还会罚息", (2,))]),
        ("**回答:**会影响信用[1]。", [("会影响信用", (1,))]),
        ("<think>先想一想[3]。</think>会影响信用[1]。", [("会影响信用", (1,))]),
        ("<think>想个没完[3]。", []),
        ("见[注]会影响信用[1]。", [("见[注]会影响信用", (1,))]),
        ("", []),
        ("[1]", []),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_text_with_markers(written, claims, size):
    assert read(written, size) == claims


@pytest.mark.parametrize("size", [1, 5, 500])
@pytest.mark.parametrize("frame", ["{}", "```json\n{}\n```", "<think>嗯</think>\n{}"])
def test_json_by_the_schema(frame, size):
    answer = {
        "sentences": [{"text": "会影响信用。", "sources": [1]}, {"text": "还会罚息", "sources": [2, 2]}]
    }
    written = frame.format(json.dumps(answer, ensure_ascii=False))
    assert read(written, size) == [("会影响信用", (1,)), ("还会罚息", (2,))]


@pytest.mark.parametrize(
    ("written", "claims"),
    [
        ('{"sentences": [{"text": "会影响信用。", "sources": [1]}, {"text": "还会', [("会影响信用", (1,))]),
        (
            '{"answer": "会影响信用[1]。还会罚息。", "citations": [2]}',
            [("会影响信用", (1,)), ("还会罚息", (2,))],
        ),
        ('[{"sentence": "会影响信用", "citations": [1]}]', [("会影响信用", (1,))]),
        ('{"sentences": []}', []),
        ('{"sentences": [{"text": 5, "sources": [1]}]}', []),
        ('{"sentences": [{"text": "会影响信用", "sources": ["一", true]}]}', [("会影响信用", ())]),
        ('{"sentences": [{text: 会影响信用}]}', []),
    ],
)
def test_json_of_other_shapes_or_cut_short(written, claims):
    assert read(written) == claims


@given(st.text(alphabet='会息。\n[]【】1,{}"a <think>/`: ', max_size=60), st.integers(1, 7))
def test_any_text_is_read_the_same_in_whatever_pieces_and_never_breaks(written, size):
    claims = list(read_claims(written[i : i + size] for i in range(0, len(written), size)))
    assert claims == list(read_claims([written]))
    assert all(isinstance(claim, Claim) and claim.text.strip() for claim in claims)
