"""The search form of text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.fold import fold

MIXED = st.text(
    st.one_of(
        st.sampled_from("借唄呗逾期著帳蚊瞭甚麼覆?？()（）,，。 \u3000\u200bＡｐｐīǎ①㈠薴乾е碌挠馄"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("借唄逾期了怎麼辦", "借呗逾期了怎么办"),
        ("ＡＰＰ　９５１８８", "app 95188"),
        ("導(dǎo)語(yǔ)", "导语"),
        ("重慶(Chóngqìng)", "重庆"),
        ("因?qū)е碌挠馄?,需提供", "因导致的逾期,需提供"),
        ("面臨著風險,帳戶裡的錢", "面临着风险,账户里的钱"),
        ("顯著、著名、蚊帳、帳篷", "显著、著名、蚊帐、帐篷"),
        ("甚麼時候回覆,幫妳瞭解", "什么时候回复,帮你了解"),
        ("借\u200b呗\ufeff  逾期 \n 了", "借呗 逾期 了"),
        ("", ""),
    ],
)
def test_all_forms_of_a_text_fold_to_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["人工智能(ai)", "真的吗?yes)", "第(3)条", "影响资料", "ω-3", "what?!"])
def test_folding_leaves_alone_what_is_no_damage(text: str) -> None:
    assert fold(text) == text


@given(MIXED)
@example("a\u200b\u0301")
@example("¨借")
@example("借(jiè)(jiè)")
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text("借呗逾期还款客服利息协商征信记录", min_size=1, max_size=20))
def test_traditional_and_simplified_fold_alike(text: str) -> None:
    from opencc import OpenCC

    assert fold(OpenCC("s2t").convert(text)) == fold(text)
