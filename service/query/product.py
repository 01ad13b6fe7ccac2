"""Which product, and which other lender, a text speaks of."""

import re

from ingest.records import Product

# What people type for 呗. The first four hardly occur after 花 or 借 otherwise; of the rest, 被 is a word of its own,
# so something said of a debt must follow it (花被逾期了, but not 钱花被骗了).
_SURE = "呗唄贝貝"
_LIKELY = "备倍北背杯臂"
_DEBT_NEXT = "[逾还催欠分账客协利怎能可]"


def _spellings(first: str, pinyin: str, initials: str) -> re.Pattern[str]:
    return re.compile(
        rf"{first}[{_SURE}]|{first}[{_LIKELY}](?![钱景后书])|{first}被(?={_DEBT_NEXT})"
        rf"|(?<![a-z]){pinyin}\s*bei(?!\s*jing)|(?<![a-z])(?:{pinyin}b|{initials})(?![a-z])"
    )


OURS: tuple[Product, ...] = ("花呗", "借呗")
"""The two products that articles and questions are told apart by."""

_PATTERNS: tuple[tuple[Product, re.Pattern[str]], ...] = (
    ("花呗", _spellings("花", "hua", "hb")),
    ("借呗", _spellings("借", "jie", "jb")),
)

# Lenders and credit products that people confuse with the two. A question that names one of them is about that
# one; whether the corpus knows it is for retrieval to say.
OTHER_LENDERS = re.compile(
    "白条|金条|微粒贷|微业贷|网商贷|度小满|有钱花|美团(?:借钱|月付|生活费)|抖音(?:月付|放心借)|放心借|放心花|招联|捷信|拍拍贷|360借条|借条|分期乐|"
    "乐分期|宜人贷|马上(?:消费|金融)|安逸花|平安普惠|陆金所|小米贷款|滴水贷|省呗|还呗|来分期|任性付|桔多多|洋钱罐|信而富|榕树|小花钱包|"
    "微信分付|分付|携程(?:借钱|拿去花)|拿去花|唯品花|苏宁(?:任性)?贷|国美易卡|信用飞|玖富|你我贷|众安|"
    "(?:工商|农业|中国|建设|交通|招商|浦发|中信|民生|光大|平安|兴业|广发|华夏|邮储)银行|信用卡|(?<!买)房贷|(?<!买)车贷|公积金贷|助学贷"
)

# Credit that is only applied for is what may suffer (逾期了还能办信用卡吗), not the lender that is asked about.
_APPLIED_FOR = re.compile(
    "(?:办|申请|申|批|影响)[^,。?!;]{0,6}?(?P<what>信用卡|房贷|车贷|公积金贷|助学贷)款?"
    "(?!的?(?:分期|协商|延期|停息|减免|逾期|还款|欠款|催收|账单|提额|年费))"
)


def find_products(folded: str) -> tuple[Product, ...]:
    """Return the products of ours that ``folded`` names, homophones and pinyin included, in a fixed order.

    >>> find_products("借贝逾期了"), find_products("huabei 逾期"), find_products("天气")
    (('借呗',), ('花呗',), ())
    """
    return tuple(product for product, pattern in _PATTERNS if pattern.search(folded))


def normalise_products(folded: str) -> str:
    """Return ``folded`` with every spelling of a product replaced by its name.

    >>> normalise_products("借贝和huabei都逾期")
    '借呗和花呗都逾期'
    """
    for product, pattern in _PATTERNS:
        folded = pattern.sub(product, folded)
    return folded


def find_other_lenders(folded: str) -> tuple[str, ...]:
    """Return the names of other lenders and credit products in ``folded``, each once, in order of appearance."""
    return tuple(dict.fromkeys(match.group() for match in OTHER_LENDERS.finditer(folded)))


def find_lenders_asked_about(folded: str) -> tuple[str, ...]:
    """Return the other lenders and credit products that a question is about, not those that it only applies for.

    >>> find_lenders_asked_about("信用卡逾期能分60期吗"), find_lenders_asked_about("逾期了还能办信用卡吗")
    (('信用卡',), ())
    """
    return find_other_lenders(
        _APPLIED_FOR.sub(lambda match: match.group().replace(match["what"], "贷款"), folded)
    )
