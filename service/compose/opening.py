"""How an answer to a yes/no question begins: with what the source says of the very thing that is asked."""

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

Says = Literal["yes", "maybe", "depends", "no"]
"""What an answer says of the thing asked; ``depends``: yes in one case and no in another."""

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
_TAG = re.compile("(?:行吗|行不|行么|可以吗|可以不|可以么|好吗|好使不|成不|能行吗|对吗|对吧|是吗|是吧)$")
_END = re.compile(r"[吗么嘛吧不没呢啊呀哦?？!！。~ ]+$")
_CLAUSE = re.compile(r"[,，;；:：。!！?？、\s]+")
_DOUBLED = re.compile("([\u4e00-\u9fff])不\\1")
_DENIES = re.compile(
    "不(?:会|用|影响|要紧|上|怕)|没(?:事|关系|影响|什么)|无所谓|不还也|没有(?:影响|后果|关系)"
)

_NO = re.compile(
    "(?:并?不(?:会|能|得|可以?|用|必|需要?|再|予|受理?|收取?|影响|算|属于|要|支持|允许|是|了)?|无[法须需]|没有?|未|非(?!法)|禁止|严禁|切勿|勿|拒绝|别)"
)
# What a sentence denies with these is what it is about; 逾期不还款 is only what it happens to.
_FORBIDS = re.compile("不(?:会|能|得|可以|影响|支持|允许|受|收|算|是|用|需)|无[法需须]|没有|禁止|严禁|切勿")
# Where 不, 没, 未 or 无 is part of a word that denies nothing.
_NO_DENIAL = re.compile(
    "不(?:良|同|仅|但|论|管|过|足|满|少|断|久|错|等|如|妨|得不|超过|低于|高于|少于|当|合理)|未(?:来|必|成年|还|按)|没收|无论|无抵押|无形|非常|非法|(?<=[能可])不|(?:会|能|要|是|有|用)不(?=会|能|要|是|有|用)"
)
_DEPENDS = re.compile(
    "考虑|酌情|根据具体情况|视.{0,6}而定|某些情况|是否可以|可以尝试|尝试请求|可以请求|询问|争取|尽量"
)
_MAYBE = re.compile("有权|可能|或许|也许|往往|有时")
_CONDITION = re.compile(
    "如果|若|除非|才(?:能|可以?|会|给)|(?:以内|之内|不超过|超过|满|以上|以下|未)[^,，。]{0,12}的[,，]|除外|只有"
)
_WARNS = re.compile("诈骗|骗局|骗子|违法|犯罪|谨防|警惕")
_MODALS: dict[Kind, re.Pattern[str]] = {
    "may": re.compile("可以|能够|可|能|支持|允许"),
    "need": re.compile("需|应|必|要|最好|建议|准备|务必"),
    "will": re.compile("会|将|影响|导致|被|受损|降低|收取?|上报"),
    "have": re.compile("有|会|收取|产生|提供|可"),
    "is": re.compile("是|属于|算|视为|会"),
}
_YES_WORD: dict[Kind, str] = {"may": "可以", "need": "需要", "will": "会", "have": "有", "is": "是的"}
_NO_WORD: dict[Kind, str] = {"may": "不可以", "need": "不用", "will": "不会", "have": "没有", "is": "不是"}
# Words of a question for one thing, that something is affected; a source says it with any of them.
_AFFECTED = re.compile("影响|受限|限制|耽误|连累|拖累|牵连|波及")
_VERBS = frozenset("还交付接给收退")
_SELF_ANSWERING = re.compile(
    "^(?:是的|会的|可以的|不会|不是|不能|能|可以[,，])|^(?:答[:：])?(?:会|要|可以|需要|没有|不)[^,，。]{0,3}[。!！]?$"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """The ``words`` that begin an answer, and what they say of the very thing asked, whatever the asker expected of it."""

    words: str
    says: Says


@dataclass(frozen=True, slots=True)
class Asked:
    """What a yes/no question asks: ``terms`` are the words of it, ``denied`` whether it expects a no (不会…吧)."""

    kind: Kind
    terms: tuple[str, ...]
    denied: bool


def opening(question: str, sentence: str, *, sure: bool = False) -> Opening | None:
    """Return how the answer to the folded yes/no ``question`` begins, or None where the source leaves it open.

    A clause of the source must say what is asked, unless it is ``sure`` to answer and denies nothing. What it denies
    begins with no; only the source's own modality is repeated: what it calls possible is never called certain. Where a
    number of the question is not the source's, the reader has to compare for himself.

    >>> opening("花呗逾期会影响征信吗", "逾期还款会直接影响用户的信用记录")
    Opening(words='会:', says='yes')
    >>> opening("逾期不会影响征信吧", "逾期还款会直接影响用户的信用记录")
    Opening(words='不是这样:', says='yes')
    >>> opening("能减免利息吗", "在某些情况下,金融机构可能会考虑减免部分利息")
    Opening(words='有可能,要看具体情况:', says='maybe')
    >>> opening("提前还要收违约金吗", "随时可以提前还款,不收违约金")
    Opening(words='不用:', says='no')
    >>> opening("找黑客追款可以吗", "网上自称黑客可以帮你追款的,是二次诈骗") is None
    True
    """
    if _SELF_ANSWERING.search(sentence):
        return None
    asked = find_asked(question)
    if _facts(question) - _facts(sentence):
        return None
    stances = {stance for clause in _CLAUSE.split(sentence) if (stance := _stance(asked, clause)) is not None}
    if not stances and sure and not _FORBIDS.search(sentence):
        stances = {True}
    if not stances:
        return None
    if stances == {False}:
        return None if asked.denied and asked.kind != "will" else Opening(f"{_NO_WORD[asked.kind]}:", "no")
    if stances == {True, False}:
        return Opening("要看具体情况:", "depends")
    if asked.denied:
        return Opening("不是这样:", "yes")
    if asked.kind != "need":
        if _DEPENDS.search(sentence):
            return Opening("有可能,要看具体情况:", "maybe")
        if _MAYBE.search(sentence):
            return Opening("有可能:", "maybe")
    if not _MODALS[asked.kind].search(sentence):
        return None
    if asked.kind == "may" and _WARNS.search(sentence):
        return None
    if asked.kind == "may" and _CONDITION.search(sentence):
        return Opening("可以,但有条件:", "maybe")
    return Opening(f"{_YES_WORD[asked.kind]}:", "yes")


@lru_cache(maxsize=READ)
def find_asked(question: str) -> Asked:
    """Return what the folded ``question`` asks.

    >>> find_asked("白条逾期收不收违约金")
    Asked(kind='will', terms=('收', '违约金'), denied=False)
    """
    denied = _DENIES.search(_ANY_A_NOT_A.sub("", question)) is not None
    clauses = [clause for clause in _CLAUSE.split(_TAG.sub("", question.strip())) if clause]
    tagged = _TAG.search(question.strip("?？ ")) is not None
    for clause in reversed(clauses):
        for kind, words in _A_NOT_A:
            match = re.search(words, clause)
            if match:
                return _asked(kind, clause[match.end() :] or clause[: match.start()], clause, denied)
        doubled = _DOUBLED.search(clause)
        if doubled:
            return _asked("will", doubled[1] + clause[doubled.end() :], clause, denied)
    last = _END.sub("", clauses[-1]) if clauses else ""
    found = [
        (match.start(), kind, match.end()) for kind, words in _MODAL for match in re.finditer(words, last)
    ]
    if tagged and not found:
        return _asked("may", last, last, denied)
    if not found:
        return _asked("will", last, last, denied)
    start, kind, end = min(found)
    rest = last[start:] if kind == "will" and last[start:end] == "影响" else last[end:]
    return _asked(kind, rest or last[:start], last, denied)


def _asked(kind: Kind, rest: str, clause: str, denied: bool) -> Asked:
    terms = tuple(term for term in content_terms(rest) if term not in OURS)
    verb = _END.sub("", rest)
    if not terms and verb in _VERBS:
        terms = (verb,)
    return Asked(kind, terms or content_terms(clause), denied)


@lru_cache(maxsize=READ)
def _facts(text: str) -> frozenset[str]:
    return frozenset(
        f.value for f in find_facts(text) if f.kind in ("duration", "amount", "date", "count", "rate")
    )


def _stance(asked: Asked, clause: str) -> bool | None:
    """Return whether ``clause`` says yes (True) or no (False) to what is asked, None where it does not speak of it."""
    places = []
    total = sum(len(term) for term in asked.terms)
    said = 0
    for term in asked.terms:
        at = _find(term, clause)
        if at is not None:
            places.append(at)
            said += len(term)
    if not places or said < SAID_AT * total:
        return None
    start, end = min(at for at, _ in places), max(end for _, end in places)
    for match in _NO.finditer(_without_false_denials(clause)):
        before = match.start() <= end and start - match.end() <= REACH
        behind = 0 <= match.start() - end <= REACH
        if before or behind:
            return False
    return True


def _without_false_denials(text: str) -> str:
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
