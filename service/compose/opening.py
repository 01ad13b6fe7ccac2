"""How an answer to a yes/no question begins: with what the source says of the very thing that is asked."""

import re
from dataclasses import dataclass
from typing import Literal

from service.compose.wording import CLAUSE, MODALS, Kind, affirms, find_asked, quantities

Says = Literal["yes", "maybe", "depends", "no"]
"""What an answer says of the thing asked; ``depends``: yes in one case and no in another."""

AT_DISCRETION = re.compile(
    "考虑|酌情|根据具体情况|视.{0,6}而定|某些情况|是否可以|可以尝试|尝试请求|可以请求|询问|争取|尽量"
)
POSSIBLE = re.compile("有权|可能|或许|也许|往往|有时")
CONDITION = re.compile(
    "如果|若|除非|才(?:能|可以?|会|给)|(?:以内|之内|不超过|超过|满|以上|以下|未)[^,，。]{0,12}的[,，]|除外|只有"
)
WARNS = re.compile("诈骗|骗局|骗子|违法|犯罪|谨防|警惕")
_YES_WORD: dict[Kind, str] = {"may": "可以", "need": "需要", "will": "会", "have": "有", "is": "是的"}
_NO_WORD: dict[Kind, str] = {"may": "不可以", "need": "不用", "will": "不会", "have": "没有", "is": "不是"}
_SELF_ANSWERING = re.compile(
    "^(?:是的|会的|可以的|不会|不是|不能|能|可以[,，])|^(?:答[:：])?(?:会|要|可以|需要|没有|不)[^,，。]{0,3}[。!！]?$"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """The ``words`` that begin an answer, and what they say of the very thing asked, whatever the asker expected of it."""

    words: str
    says: Says


def worded_opening(question: str, sentence: str) -> Opening | None:
    """Return how the answer to the folded yes/no ``question`` begins by the wording of ``sentence`` alone, None where that is silent.

    A clause must say what is asked. What it denies begins with no. Where a number of the question is not the source's, the
    reader has to compare for himself.

    >>> worded_opening("花呗逾期会影响征信吗", "逾期还款会直接影响用户的信用记录")
    Opening(words='会:', says='yes')
    >>> worded_opening("逾期不会影响征信吧", "逾期还款会直接影响用户的信用记录")
    Opening(words='不是这样:', says='yes')
    >>> worded_opening("能减免利息吗", "在某些情况下,金融机构可能会考虑减免部分利息")
    Opening(words='有可能,要看具体情况:', says='maybe')
    >>> worded_opening("提前还要收违约金吗", "随时可以提前还款,不收违约金")
    Opening(words='不用:', says='no')
    >>> worded_opening("找黑客追款可以吗", "网上自称黑客可以帮你追款的,是二次诈骗") is None
    True
    """
    asked = find_asked(question)
    if _SELF_ANSWERING.search(sentence) or quantities(question) - quantities(sentence):
        return None
    stances = {stance for clause in CLAUSE.split(sentence) if (stance := affirms(asked, clause)) is not None}
    if stances == {True, False}:
        return Opening("要看具体情况:", "depends")
    return put_in_words(question, sentence, yes=stances == {True}) if stances else None


def put_in_words(question: str, sentence: str, *, yes: bool) -> Opening | None:
    """Return how the answer begins where ``sentence`` says ``yes``, or no, to what the folded ``question`` asks.

    Only the source's own modality is repeated: what it calls possible is never called certain. None where it begins with
    its own yes or no, where a yes would be to a number that the sentence does not hold, or where neither word would be understood.

    >>> put_in_words("能提前还吗", "满三个月的,可以提前还款", yes=True)
    Opening(words='可以,但有条件:', says='maybe')
    """
    asked = find_asked(question)
    if _SELF_ANSWERING.search(sentence):
        return None
    if yes and quantities(question) - quantities(sentence):
        return None
    if not yes:
        return None if asked.denied and asked.kind != "will" else Opening(f"{_NO_WORD[asked.kind]}:", "no")
    if asked.denied:
        return Opening("不是这样:", "yes")
    if asked.kind != "need":
        if AT_DISCRETION.search(sentence):
            return Opening("有可能,要看具体情况:", "maybe")
        if POSSIBLE.search(sentence):
            return Opening("有可能:", "maybe")
    if not MODALS[asked.kind].search(sentence) or (asked.kind == "may" and WARNS.search(sentence)):
        return None
    if asked.kind == "may" and CONDITION.search(sentence):
        return Opening("可以,但有条件:", "maybe")
    return Opening(f"{_YES_WORD[asked.kind]}:", "yes")
