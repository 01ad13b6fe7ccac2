"""What a yes/no question asks, and whether the wording of a clause affirms or denies it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from service.query.product import OURS
from service.query.terms import content_terms
from service.synonyms import synonyms_of
from service.verify import find_facts

Kind = Literal["may", "need", "will", "have", "is"]
"""What is asked: whether one may or can, whether one must, whether it happens, whether there is, whether it is so."""

SAID_AT = 0.6
"""The share of what is asked, by length, that a clause has to say."""
READ = 5000
"""Texts whose reading is kept: one question is held against every sentence that might answer it."""
REACH = 6
"""How many characters a denial or a modal verb reaches ahead of, and how many behind, what it is said of."""

_A_NOT_A: tuple[tuple[Kind, str], ...] = (
    ("may", "能不能够?|可不可以|可以不可以|可唔可以|行不行|给不给|让不让|允不允许|肯不肯|可否|能否"),
    ("need", "要不要|用不用|需不需要|该不该|应不应该|得不得|必不必须"),
    ("will", "会不会|会唔会|影不影响|是否会"),
    ("have", "有没有|有冇|有无|有木有"),
    ("is", "是不是|算不算|属不属于|是否"),
)
_ANY_A_NOT_A = re.compile("|".join(words for _, words in _A_NOT_A))
_MODAL: tuple[tuple[Kind, str], ...] = (
    ("may", "可以|能够|能|允许|肯"),
    (
        "need",
        "需要|用得着|必须|应该|(?<![信费使利采借作应专备录])用(?=[还交付给去再写])|(?<![不重主只想需])要(?![求是紧么])|得(?=[还交付去找])",
    ),
    ("will", "影响|会"),
    ("have", "(?<!没)有"),
    ("is", "算|属于|是"),
)
_TAG = re.compile(
    "(?:是真的吗|是真的吧|是真的|真的吗|真的假的|是这样吗|是不是这样|行吗|行不|行么|可以吗|可以不|可以么|好吗|好使不|成不|能行吗|对吗|对吧|是吗|是吧)$"
)
_END = re.compile(r"[吗么嘛吧不没呢啊呀哦?？!！。~ ]+$")
CLAUSE = re.compile(r"[,，;；:：。!！?？、\s]+")
# 、 joins what is asked in one (能办房贷、信用卡吗).
_ASKED_APART = re.compile(r"[,，;；:：。!！?？\s]+")
_DOUBLED = re.compile("([\u4e00-\u9fff])不\\1")
_ASKING = re.compile(f"{_ANY_A_NOT_A.pattern}|不?可能|可以|能够?|允许|需要|必须|应该|不?会|不")
_DENIES = re.compile(
    "不(?:会|用|影响|要紧|上|怕|收|要钱|可能)|没(?:事|关系|影响|什么)|无所谓|不还也|没有(?:影响|后果|关系|费用)"
)

DENIAL = re.compile(
    "(?:并?不(?:会|能|得|可以?|用|必|需要?|再|予|受理?|收取?|影响|算|属于|要|支持|允许|是|了)?|无[法须需]|没有?|未|非(?!法)|禁止|严禁|切勿|勿|拒绝|别|切忌|不宜)"
)
# What a sentence denies with these is what it is about; 逾期不还款 is only what it happens to.
FORBIDS = re.compile("不(?:会|能|得|可以|影响|支持|允许|受|收|算|是|用|需)|无[法需须]|没有|禁止|严禁|切勿")
# Where 不, 没, 未 or 无 is part of a word that denies nothing.
_NO_DENIAL = re.compile(
    "不(?:良|同|仅|但|论|管|过|足|满|少|断|久|错|等|如|妨|得不|超过|低于|高于|少于|当|合理)|未(?:来|必|成年|还|按)|没收|无论|无抵押|无形|非常|非法|(?<=[能可])不|(?:会|能|要|是|有|用)不(?=会|能|要|是|有|用)"
)
MODALS: dict[Kind, re.Pattern[str]] = {
    "may": re.compile("可以|能够|可|能|支持|允许"),
    "need": re.compile("需|应|必|要|最好|建议|准备|务必"),
    "will": re.compile("会|将|影响|导致|被|受损|降低|收取?|上报"),
    "have": re.compile("有|会|收取|产生|提供|可"),
    "is": re.compile("是|属于|算|视为|会"),
}
# Words of a question for one thing, that something is affected; a source says it with any of them.
_AFFECTED = re.compile("影响|受限|限制|耽误|连累|拖累|牵连|波及")
_VERBS = frozenset("还交付接给收退")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a yes/no question asks: ``terms`` are the words of it, ``denied`` whether it expects a no (不会…吧)."""

    kind: Kind
    terms: tuple[str, ...]
    denied: bool


@lru_cache(maxsize=READ)
def find_asked(question: str) -> Asked:
    """Return what the folded ``question`` asks.

    >>> find_asked("白条逾期收不收违约金")
    Asked(kind='will', terms=('收', '违约金'), denied=False)
    """
    clause = asking_clause(question)
    for kind, words in _A_NOT_A:
        match = re.search(words, clause)
        if match:
            return _asked(kind, clause[match.end() :] or clause[: match.start()], clause)
    doubled = _DOUBLED.search(clause)
    if doubled:
        return _asked("will", doubled[1] + clause[doubled.end() :], clause)
    last = _END.sub("", clause)
    found = [
        (match.start(), kind, match.end()) for kind, words in _MODAL for match in re.finditer(words, last)
    ]
    if not found and _TAG.search(_bare(question)):
        return _asked("may", last, last)
    if not found:
        return _asked("will", last, last)
    start, kind, end = min(found)
    rest = last[start:] if kind == "will" and last[start:end] == "影响" else last[end:]
    return _asked(kind, rest or last[:start], last)


def asking_clause(question: str) -> str:
    """Return the clause of the folded ``question`` that asks, without a tag behind it (…,对吧).

    >>> asking_clause("会不会上门啊,我好怕"), asking_clause("花呗逾期了,能分期吗")
    ('会不会上门啊', '能分期吗')
    """
    clauses = [clause for clause in _ASKED_APART.split(_TAG.sub("", _bare(question))) if clause]
    asking = (
        clause for clause in reversed(clauses) if _ANY_A_NOT_A.search(clause) or _DOUBLED.search(clause)
    )
    return next(asking, clauses[-1] if clauses else "")


def has_modal(clause: str) -> bool:
    """Return whether ``clause`` asks by a modal verb (会, 能, 要, 有, 是) or a doubled one, not by its predicate alone (犯法吗)."""
    bare = _END.sub("", clause)
    return any(
        pattern.search(bare)
        for pattern in (_ANY_A_NOT_A, _DOUBLED, *(re.compile(words) for _, words in _MODAL))
    )


def without_modals(clause: str) -> str:
    """Return ``clause`` with commas in place of what asks in it, which else runs together with the words beside it (会受, 内收)."""
    return _ASKING.sub(",", _DOUBLED.sub(r",\1", clause))


def _bare(question: str) -> str:
    return question.strip("?？!！。 ")


def _asked(kind: Kind, rest: str, clause: str) -> Asked:
    terms = tuple(term for term in content_terms(rest) if term not in OURS)
    verb = _END.sub("", rest)
    if not terms and verb in _VERBS:
        terms = (verb,)
    denied = _DENIES.search(_DOUBLED.sub("", _ANY_A_NOT_A.sub("", clause))) is not None
    return Asked(kind, terms or content_terms(clause), denied)


@lru_cache(maxsize=READ)
def quantities(text: str) -> frozenset[str]:
    """Return the durations, amounts, dates, counts and rates in the folded ``text``."""
    return frozenset(
        f.value for f in find_facts(text) if f.kind in ("duration", "amount", "date", "count", "rate")
    )


def affirms(asked: Asked, clause: str) -> bool | None:
    """Return whether ``clause`` says yes (True) or no (False) to what is asked, None where it does not speak of it."""
    places = [at for term in asked.terms if (at := _find(term, clause)) is not None]
    if not places or share_said(asked, clause) < SAID_AT:
        return None
    start, end = min(at for at, _ in places), max(end for _, end in places)
    for match in DENIAL.finditer(without_false_denials(clause)):
        before = match.start() <= end and start - match.end() <= REACH
        behind = 0 <= match.start() - end <= REACH
        if before or behind:
            return False
    return True


def share_said(asked: Asked, clause: str) -> float:
    """Return the share of what is asked, by length, that ``clause`` says."""
    said = sum(len(term) for term in asked.terms if _find(term, clause) is not None)
    return said / max(1, sum(map(len, asked.terms)))


def without_false_denials(text: str) -> str:
    """Return ``text`` with 〇 in place of 不, 没, 未 or 无 that deny nothing (不良, 未来)."""
    return _NO_DENIAL.sub(lambda match: "〇" * len(match.group()), text)


def _find(term: str, clause: str) -> tuple[int, int] | None:
    """Return the span of ``term``, or of a word for the same, in ``clause``."""
    if _AFFECTED.fullmatch(term):
        affected = _AFFECTED.search(clause)
        return affected.span() if affected else None
    for word in (term, *synonyms_of(term)):
        at = clause.find(word)
        # What 的 follows tells one thing from others; it is not said of it.
        if at >= 0 and not clause.startswith("的", at + len(word)):
            return at, at + len(word)
    return None
