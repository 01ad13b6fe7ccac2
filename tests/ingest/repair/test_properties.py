"""What must hold for any text at all."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.repair import detect, repair, replay

SCRAPS = st.sampled_from(
    ["導(dǎo)", "語(yǔ)", "?qū)", "е碌", "馄?", "L(fēng)", "??", "?！", "？", "，", ",", "。", " ", "(", ")", "(yǔ)", "ǔ)", "著", "乾",
     "問", "问", "解决问的", "拨打 ,", "客服", "7", "a", "@", "\n", "\r", "\u2028", "\ufffd", "€", "の", "か", "한", "т", "Ц", "臺", "灣", "只", "的",
     "通??梢栽谥Ц", "請(qǐng)?jiān)赼pp", "<br>", "?br>", "\ud800", "\U0001f600", "鱼", "一個", "粋€(gè)", "(AI)", "真的嗎?yes"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(SCRAPS, max_size=30).map("".join), st.text(max_size=60))


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["hans", "keep"]))
def test_edits_tell_the_whole_change(text, script):
    repaired = repair(text, script=script)
    assert replay(text, repaired.edits) == repaired.clean
    assert repaired.clean.count("\n") == text.count("\n")
    for edit in repaired.edits:
        assert repaired.clean[edit.clean_start : edit.clean_end] == edit.after
        assert "\n" not in edit.before + edit.after
        assert 0.0 <= edit.confidence <= 1.0


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["hans", "keep"]))
def test_repairing_the_repaired_changes_nothing(text, script):
    clean = repair(text, script=script).clean
    assert repair(clean, script=script).clean == clean


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_every_line_is_judged(text):
    detected = detect(text)
    assert len(detected.lines) == text.count("\n") + 1
    assert all(0.0 <= probability <= 1.0 for probability in detected.lines)
