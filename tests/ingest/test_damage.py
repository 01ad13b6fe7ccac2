"""What a reader is told of the damage that the repair of a page could not settle."""

import pytest

from tests.ingest.pages import PAGES, SOURCES, cleaned, cleaned_text

GARBLED = (
    "借唄逾期之后的處(chù)理\n借唄逾期之后會(huì)產(chǎn)生罰(fá)息,請(qǐng)盡(jìn)快聯(lián)系客服說(shuō)明情況。\n"
    "仲裁裁?zhàng)Q須(xū)?zhān)Ц侗鞠?730元,外加仲裁費450元。\n"
    "總之,?mǎ)喙┲爸辽偬崆?個月和貸(dài)款銀(yín)行談(tán)。\n"
    "一般的借款分12期還清,年利率是12%,要等多久?3天。\n"
)
CODES = {"damaged_number", "uncertain_words", "unread_words"}


def told(article):
    return [(w.code, article.text[w.start : w.end]) for w in article.warnings if w.code in CODES]


def test_numbers_that_may_have_lost_a_digit_are_told():
    found = told(cleaned_text(GARBLED))
    assert [words for code, words in found if code == "damaged_number"] == ["□730元", "□个"]


def test_a_guess_is_told_where_it_stands():
    article = cleaned_text(GARBLED)
    doubted = [e for e in article.edits if e.step == "slip" and e.confidence < 0.5]
    assert [words for code, words in told(article) if code == "uncertain_words"] == [e.after for e in doubted]
    assert doubted


def test_half_a_note_that_is_left_is_told():
    page = GARBLED + "機(jī)構(gòu)應(yīng)當(dāng)載an)位同事的姓名。\n"
    assert ("unread_words", "an)位同事的姓名") in told(cleaned_text(page))


@pytest.mark.parametrize(
    "page", ["借呗逾期要多久?3天。\n打开支付宝?12345也行。\n", "选(a)还是选(b)都行,β值和д字也行。\n"]
)
def test_the_same_signs_on_a_sound_page_are_its_own(page):
    assert told(cleaned_text("借呗逾期之后怎么处理\n" + page * 3)) == []


@pytest.mark.parametrize("name", sorted(path.name for path in (*SOURCES.glob("*.txt"), *PAGES.iterdir())))
def test_a_page_that_is_repaired_whole_tells_nothing(name):
    assert told(cleaned(name)) == []
