"""What a reader should know of an article before trusting it: rewording, lost names, example numbers, age."""

import re
from collections.abc import Iterator, Sequence

from ingest.clean.contacts import LANDLINE, MOBILE
from ingest.clean.damage import find_damage
from ingest.provenance import Edit
from ingest.records import ArticleWarning, Product

RULES_IN_FORCE = "2022-01-01"
"""Day from which today's credit reporting rules (征信业务管理办法) apply; older pages may describe earlier ones."""

_SERVICE_NUMBER = re.compile(r"(?<!\d)(?:95\d{3,4}|12\d{3}|1010\d{4})(?!\d)")
_PUBLIC_LINE = re.compile(r"12\d{3}")
"""Lines of authorities (12378, 12368, 12315), which belong to no lender."""
_SAID_EXAMPLE = re.compile(r"示例|样例|仅供参考|仅为参考|以实际|假设|虚构|举例|X{3,}|x{3,}")
# Wording that a synonym-swapping rewriter leaves and a writer would not: 之一步 for 第一步, 进展中 for 过程中.
_REWORDED = re.compile(
    r"之一(?:步|时间|次|个|类)(?![一-龥]?之)|(?:利用|沟通|协商|处理|还款|使用|操作)的?进展中|(?:应对|解决|处理|解答|填写|遇到|存在)(?:的)?疑惑|"
    r"本身的(?:协商|权益|情况|经济|实际|身份|义务)|(?:发现|告知)自身(?:存在|遇到)|可能存在感到|或是说|要是是|情况下情况下|(?:客户|用户)对于[，,]|须要|作用(?:信用|征信|个人)|"
    r"预约条款|关注力|实行(?:交流|沟通|协商)|(?:保障|知晓)客户可以|遵循(?:须要|协定|指示)|大大地?加强"
)
MIN_REWORDED = 4


def find_cautions(
    text: str, edits: Sequence[Edit], product: tuple[Product, ...], *, deleted: bool, published: str | None
) -> tuple[ArticleWarning, ...]:
    """Return the warnings that one article alone gives rise to; spans point into ``text``."""
    owner = None
    if product == ("unknown",):
        owner = "一家未写明名称的机构" if deleted else "文中所说的另一家机构"
    return (
        *_wording(text, deleted=deleted),
        *_numbers(text, owner),
        *_removed(edits),
        *find_damage(text, edits),
        *_age(published),
    )


def _wording(text: str, *, deleted: bool) -> Iterator[ArticleWarning]:
    reworded = {match[0] for match in _REWORDED.finditer(text)}
    if len(reworded) >= MIN_REWORDED:
        sample = "、".join(sorted(reworded)[:4])
        yield ArticleWarning("machine_reworded", f"此文疑经机器改写（如“{sample}”），用词可能不准。")
    if deleted:
        yield ArticleWarning("product_deleted", "此文原有的产品名称已被删去，不知说的是哪家机构。")


def _numbers(text: str, owner: str | None) -> Iterator[ArticleWarning]:
    for pattern in (MOBILE, LANDLINE, _SERVICE_NUMBER):
        for match in pattern.finditer(text):
            start, end = _line_around(text, match.start(), match.end())
            if _SAID_EXAMPLE.search(text, start, end):
                message = f"原文称 {match[0]} 只是示例号码，请勿当作客服电话。"
                yield ArticleWarning("example_number", message, match.start(), match.end())
            elif owner and not _PUBLIC_LINE.fullmatch(match[0]):
                message = f"{match[0]} 出自{owner}，不能当作花呗或借呗的客服电话。"
                yield ArticleWarning("unnamed_lender_number", message, match.start(), match.end())


def _removed(edits: Sequence[Edit]) -> Iterator[ArticleWarning]:
    if any(edit.step in ("takedown_contact", "advert") for edit in edits):
        yield ArticleWarning("site_contact", "原网页附有网站或广告的联系方式，与客服无关，已移除。")
    restored = [edit for edit in edits if is_restored(edit)]
    if restored:
        yield ArticleWarning("restored_words", f"原网页删去的 {len(restored)} 处词语已补回，引文中有标记。")


def is_restored(edit: Edit) -> bool:
    """Whether the edit puts back words that the site had cut out, so that they are not in the crawled text."""
    return edit.step.startswith("restore")


def _age(published: str | None) -> Iterator[ArticleWarning]:
    if published and published < RULES_IN_FORCE:
        yield ArticleWarning("old", f"此文发布于 {published}，早于现行征信规定，内容可能过时。")


def _line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence with what is bracketed after it: from the last 。 or newline to the next."""
    left = max(text.rfind("\n", 0, start), text.rfind("。", 0, start)) + 1
    stops = [at for at in (text.find("\n", end), text.find("。", end)) if at >= 0]
    return left, min(stops, default=len(text))
