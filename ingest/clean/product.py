"""Whose product a text speaks of."""

import re
from dataclasses import dataclass

from ingest.records import Product

NAMES: dict[Product, re.Pattern[str]] = {"花呗": re.compile("花[呗唄]"), "借呗": re.compile("借[呗唄]")}
_OTHER_LENDER = re.compile(
    r"京东(?:金条|白条)|白条|金条|微粒贷|微业贷|美团(?:月付|借钱|生意贷)|度小满|有钱花|360借条|捷信|马上消费|安逸花|招联|好期贷|分期乐|乐信|拍拍贷|宜信|"
    r"宜人贷|平安普惠|陆金所|放心借|抖音(?:月付|放心借)|滴水贷|滴滴(?:金融|月付)|小米(?:金融|贷款)|国美易卡|众安|信用飞|还呗|来分期|桔多多|洋钱罐|玖富|网商贷|"
    r"信用卡|车贷|房贷|助学贷款"
)
_GENERAL = re.compile(r"金融机构|借款人|催收|网贷|贷款机构|贷款平台|借贷|债务|征信|债权人|放款机构|银行")
# A product counts as the page's subject when it is named at least this often as the one named most.
_EQUAL_WEIGHT = 0.5
_OTHERS_WEIGHT = 2.0
_MIN_GENERAL = 3

_HOLES = (
    re.compile(r"(?:例如|比如|其|在|向|与|和|及|或)(?:或|和|及)(?=[\u4e00-\u9fff])(?<!或或)"),
    re.compile(r"(?:^|[。！？，,])(?:其实|目前|往往)?(?:提供了|为(?:客户|用户|使用者)提供了|会在其或)"),
    re.compile(r"(?:^|[。！？，,中里])作为一(?:种|款|个|项|家)[^。，,]{2,20}(?:工具|平台|产品|服务)[，,]?为"),
    re.compile(r"(?:拨打|联系|登录|打开|进入)的(?=[\u4e00-\u9fff])"),
    re.compile(r"(?:^|[。！？，,])在(?:利用|使用|采用)的(?:进展|过程|期间)"),
)
MIN_HOLES = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose product a page speaks of; ``deleted`` when its name was cut out of the text."""

    product: tuple[Product, ...]
    deleted: bool = False


def find_subject(title: str, text: str, known: tuple[Product, ...] | None) -> Subject:
    """Return whose product the page speaks of: as the manifest says, else by its title, else by its text.

    Both 花呗 and 借呗 when they weigh alike; 通用 when no product is named and the page speaks of lenders or
    collection at large; unknown when another lender is its subject, or when the name was cut out.
    """
    deleted = name_is_deleted(text)
    if known:
        return Subject(known, deleted and known == ("unknown",))
    titled = named_products(title)
    if titled:
        return Subject(titled)
    counts: dict[Product, int] = {name: len(pattern.findall(text)) for name, pattern in NAMES.items()}
    most = max(counts.values())
    others = len(_OTHER_LENDER.findall(text))
    if _OTHER_LENDER.search(title) or others > _OTHERS_WEIGHT * max(most, _MIN_GENERAL):
        return Subject(("unknown",))
    if most >= 2 or (most and not deleted):
        return Subject(tuple(name for name, count in counts.items() if count > _EQUAL_WEIGHT * most))
    if deleted:
        return Subject(("unknown",), deleted=True)
    titled_general = not others and _GENERAL.search(title) is not None
    return Subject(
        ("通用",) if titled_general or len(_GENERAL.findall(text)) >= _MIN_GENERAL else ("unknown",)
    )


def named_products(text: str) -> tuple[Product, ...]:
    """Return the products that ``text`` names, in the order of ``PRODUCTS``."""
    return tuple(name for name, pattern in NAMES.items() if pattern.search(text))


def name_is_deleted(text: str) -> bool:
    """Whether the text has the holes that a deleted product name leaves.

    Each pattern of holes is ungrammatical by itself (``例如或…``, ``拨打的客服热线``, a sentence that begins 其实提供了);
    two different ones are needed, and a page that still names a product often has other reasons for them.
    """
    if any(len(pattern.findall(text)) >= 3 for pattern in NAMES.values()):
        return False
    return sum(pattern.search(text) is not None for pattern in _HOLES) >= MIN_HOLES
