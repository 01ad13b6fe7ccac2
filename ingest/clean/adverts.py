"""Adverts that stand in a text: lines that say so themselves, as the law on advertising asks, and offers with a number to call."""

import re
from collections.abc import Iterator

from ingest.clean.contacts import ACCOUNT, LANDLINE, MOBILE
from ingest.clean.page import Line, Page
from ingest.provenance import Change

MAX_CHARS = 120
"""A longer line is no banner: of it only the sentence goes that is marked, or makes the offer."""

_NAME = r"(?:商业|付费)?(?:广告(?:位|推广)?|推广|赞助(?:内容|商)?|软文|ads?|advert(?:isement)?|sponsored|promoted)"
_OPEN, _CLOSE = r"[\[【［〔〖(（<]\s*", r"\s*[\]】］〕〗)）>]"
_MARKED = re.compile(rf"\W*{_OPEN}{_NAME}{_CLOSE}.*|.{{2,60}}\s{_OPEN}{_NAME}{_CLOSE}", re.IGNORECASE)
_ANNOUNCED = re.compile(rf"\W*{_NAME}\s*[:：丨|]", re.IGNORECASE)
# Words that no lender or authority uses of its own service; what is said of a private number too stands in contacts.
_OFFER = re.compile(
    r"秒(?:批|到|下|放款)|强开|(?:低息|无抵押|免抵押|零抵押)(?:贷|借)|(?:无视|不看|不查)(?:征信|黑白|黑户|负债|逾期|信用|大数据)|黑户(?:可|也|能)|"
    r"不成功不(?:收费|收钱)|(?:成功|下款|办成|事成)之?[后再](?:付款|收费|付费|给钱)|提额\w{0,2}代办|代办(?:提额|贷款|信用卡|停息|征信)|包(?:过|下款|成功)|"
    r"套现|急用钱|法务(?:团队|公司|咨询)|(?:律师|专业|代理)团队|专业(?:协商|代[理办还])|债务(?:优化|重组|规划)(?:师|顾问|公司|团队|咨询)"
)
# Whoever warns of an offer, or names who answers officially, makes none.
_WARNS = re.compile(
    r"骗|诈|冒充|假冒|自称|不要|切勿|请勿|警惕|谨防|当心|小心|举报|不可信|谣言|违法|官方|例如|比如|示例|假设"
)


def adverts(page: Page) -> Iterator[Change]:
    """Yield what is marked as an advert, and offers with a number or account beside them (rule advert)."""
    for line in page.lines:
        if len(line.text) <= MAX_CHARS:
            if _MARKED.fullmatch(line.text) or _sells(line.text):
                yield Change("advert", line.start, line.end, confidence=0.95)
            continue
        for start, end in line.sentences():
            if _starts_marked(line, start, end) or _sells(page.text[start:end]):
                yield Change("advert", start, min(end, line.end), confidence=0.9)


def _starts_marked(line: Line, start: int, end: int) -> bool:
    return _MARKED.fullmatch(line.text[start - line.start : end - line.start]) is not None


def _sells(text: str) -> bool:
    has_contact = MOBILE.search(text) or LANDLINE.search(text) or ACCOUNT.search(text)
    is_offer = _OFFER.search(text) or (_ANNOUNCED.match(text) and has_contact)
    return bool(has_contact and is_offer and not _WARNS.search(text))
