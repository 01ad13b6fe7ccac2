"""What must hold for any text at all."""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.repair import detect, repair, replay
from ingest.repair.forward import garble, random_site

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


WORDS = st.sampled_from(
    ["借呗", "花呗", "逾期", "还款", "之后", "可以", "联系", "客服", "导致", "的", "风险", "分期", "需要", "提前", "协商", "机构", "额度", "会", "还了",
     "拨打", "95188", "12345", "5个工作日", "12期", "2024年", "5730元", "18%", "3.5%", "第3条", "6000", "0.05", "，", "。", "；", "、", "：", "？", "！"]
)  # fmt: skip
SENTENCES = st.lists(WORDS, min_size=3, max_size=14).map(lambda words: "".join(words) + "。")


def numbers(text):
    return re.findall("[0-9]", text)


@settings(max_examples=150, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=4), st.integers(0, 10_000))
def test_no_digit_that_the_fault_left_is_changed(lines, seed):
    site = random_site(Random(seed))
    shown = "\n".join(garble(line, site).shown for line in lines)
    repaired = repair(shown)
    assert replay(shown, repaired.edits) == repaired.clean
    for edit in repaired.edits:
        # The first digit of a year is put back; nothing else about a number is.
        assert numbers(edit.before) == [] or numbers(edit.before) == numbers(edit.after)
        assert numbers(edit.after) in ([], ["1"], ["2"], numbers(edit.before))


@settings(max_examples=150, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=4))
def test_a_page_without_damage_is_not_touched(lines):
    page = "\n".join(lines)
    assert repair(page).clean == page
    assert repair(page).edits == ()


@settings(max_examples=150, deadline=None)
@given(SENTENCES, st.integers(0, 10_000))
def test_what_is_read_before_a_number_has_no_mark_that_was_guessed(line, seed):
    repaired = repair(garble(line, random_site(Random(seed))).shown)
    for edit in repaired.edits:
        following = repaired.clean[edit.clean_end : edit.clean_end + 1]
        if edit.step == "lost_digit":
            assert (edit.before, edit.after, edit.confidence) == ("", "□", 0.0)
        elif edit.step in ("slip", "punctuation_slip") and following.isdigit():
            assert not edit.after.endswith(tuple(",;:!"))
