"""Contacts that belong to the site or to an advertiser: a borrower must never take them for customer service."""

import re
from collections.abc import Iterator

from ingest.clean.page import Line, Page
from ingest.provenance import Change

MOBILE = re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}[- ]?\d{7,8}|[48]00[- ]?\d{3,4}[- ]?\d{3,4})(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
ACCOUNT = re.compile(
    r"(?:QQ|扣扣|微信号?|WeChat|VX|[vV]信|薇信|威信)\s*(?:群|号|号码|客服)?\s*[:：]?\s*[a-zA-Z0-9_-]{5,20}",
    re.I,
)

PRIVATE_MAIL = re.compile(
    r"[\w.+-]+@(?:qq|163|126|139|189|sina|sohu|foxmail|yeah|gmail|outlook|hotmail|aliyun)\.[\w.]+", re.ASCII
)

_SITE_MATTER = re.compile(
    r"侵权|侵犯.{0,8}权|删帖|删稿|删文|版权|著作权|稿件|投稿|供稿|站长|本站|本网|违法和?不良信息|不良信息举报|内容举报|"
    r"举报(?:邮箱|信箱|中心|入口)|商务合作|广告合作|合作洽谈|联系我们|联系站"
)
# 删除 may also be said of a credit record; with a private contact beside it, it is said of a page.
_DELETION = re.compile(r"删除|下架")
_SOLICITS = re.compile(
    r"咨询|加我|加微|添加|扫码|律师|法务|代办|代理|办理|专业|免费|团队|老师|经理|顾问|详情|合作|一对一|停息挂账|上岸|包过|"
    r"有(?:困难|问题|需要|需求|意)[的者]?(?:请|就|可)?(?:找|加)|"
    r"微信|QQ|联系|热线|电话|手机"
)
_AGENT = re.compile(
    r"(?:咨询|委托|联系|联络)\w{0,6}(?:律师|法务|代理)|(?:律师|法务|代理)\w{0,6}(?:咨询|热线|电话)"
)
_EXAMPLE = re.compile(r"示例|例如|比如|举例|假设|如[:：]?\s*1[3-9]")


def site_contacts(page: Page) -> Iterator[Change]:
    """Yield what offers a contact for takedowns (rule takedown_contact) or for a paid service (rule advert).

    Evidence for the first: a word on infringement, deletion or the site beside a number, address or account. For
    the second: a private mobile number, chat account or mailbox beside a soliciting word; lenders and authorities
    answer on short numbers and 400 lines, never on these. Numbers said to be an example stay.
    """
    for line in page.lines:
        spans = list(line.sentences())
        verdicts = [_verdict(page.text[start:end]) for start, end in spans]
        found = next((verdict for verdict in verdicts if verdict), None)
        if found is None:
            continue
        if len(line.text) <= 80 or all(verdicts):
            yield Change(found, line.start, line.end, confidence=0.97)
        else:
            yield from _parts(line, spans, verdicts)


def _parts(line: Line, spans: list[tuple[int, int]], verdicts: list[str | None]) -> Iterator[Change]:
    for (start, end), verdict in zip(spans, verdicts, strict=True):
        if verdict:
            yield Change(verdict, start, min(end, line.end), confidence=0.9)


def _verdict(sentence: str) -> str | None:
    private = MOBILE.search(sentence) or ACCOUNT.search(sentence) or PRIVATE_MAIL.search(sentence)
    contact = private or LANDLINE.search(sentence) or MAIL.search(sentence)
    if (contact and _SITE_MATTER.search(sentence)) or (private and _DELETION.search(sentence)):
        return "takedown_contact"
    solicits = _SOLICITS.search(sentence) if private else contact and _AGENT.search(sentence)
    return "advert" if solicits and not _EXAMPLE.search(sentence) else None
