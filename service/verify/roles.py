"""Semantic roles: whether a claim gives an act to another agent than its source does.

Read: an alignment of claim and source, and the context. Out comes who is named instead of whom, or None.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.query.terms import is_noun
from service.verify.align import Alignment
from service.verify.reading import Word

# Whoever may act in a text about debts, by the side they are on. A product acts only where an act of a lender follows.
_SIDES = {
    "collector": "催收(?:人员|员|方|公司|的人)",
    "bureau": "征信机构|提供信息的机构|人民银行",
    "court": "人民法院|法院(?:院长)?|法官|律师事务所|公安机关|警方",
    "agent": "中介|代理(?!费)|反催收联盟",
    "family": "父母(?:和|、)?(?:子女)?|子女|家属|家人|亲友|夫妻|配偶",
    "service": "(?<!在线)(?<!支付宝)(?:上级|人工|强硬)?客服(?!热线|电话|中心)(?:人员|团队)?|工作人员|专员",
    "lender": (
        "(?<!媒体)(?<!公共)(?<!社交)平台|金融机构|银行(?!卡|账户|流水|余额|系统|的)|借款公司|贷款公司|放贷方|贷款人|机构|"
        "系统(?!故障)|公司(?!名|的)|[花借]呗(?=会|有权|无权|将|对|提供|应|向|收|要求|答应|同意|承诺|也会|可以请求)"
    ),
    "guarantor": "保证人|担保人",
    "creditor": "债权人|出借人",
    "other": "对方",
    "borrower": (
        "借款人|用户|客户|使用者|债务人|持卡人|申请人|被执行人|当事人|消费者|您|你|本人|有的人|个人(?!信|征|账|财|隐|生)"
    ),
}
_SOMEBODY = re.compile("|".join(f"(?P<{side}>{names})" for side, names in _SIDES.items()))

# What stands right before one to whom, not by whom, something is done.
_TO = re.compile(
    "(?:向|对|给|与|和|跟|同|替|代|为|对于|针对|找|问|联系|打|引导|帮|帮助|把|委托|要求|请求|接到|收到|通过|联络|转接至|转到|转给|讲给|讲|告诉|告知|请教|咨询|用|适合|"
    "服务)(?:所有|部分|一些|本人|[花借]呗|支付宝)?$"
)
_MADE = re.compile("(?:让|令|使|叫|请|要求|引导)$")
_BY = re.compile("(?:被|由|经|以便|帮助|帮)$")
_OWNED = re.compile("^(?:的|之|隐私|账户|权益)")
_MARKS = ("由", "替", "向", "对")
NEAR = 4
"""How many characters after its owner a word may begin and still be what is owned."""

# Sides that a text may call by either name, where it does not speak of both.
_FRIENDS = (
    {"lender", "service"},
    {"lender", "collector"},
    {"service", "collector"},
    {"lender", "bureau"},
)


@dataclass(frozen=True, slots=True)
class _Mention:
    """Somebody named in a sentence: whether they act, are the owner of what follows, or are ``made`` to act by another."""

    side: str
    name: str
    start: int
    end: int
    acts: bool
    owns: bool
    made: bool


def somebody_else(alignment: Alignment, context: str) -> str | None:
    """Return why the claim gives an act to somebody else than the source, or None.

    Where the source names nobody, it speaks to the borrower, and a lender may be meant.
    """
    ours, theirs = _mentions(alignment.claim.text), _mentions(alignment.source.text)
    marked = _other_mark(alignment, ours, theirs)
    if marked:
        return marked
    around = {mention.side for mention in _mentions(context)}
    for mention in ours:
        act = _act_of(mention, ours, alignment) if mention.acts else None
        if act is None:
            continue
        actor = _actor_of(act, theirs)
        if actor is None:
            if _uncalled(mention, act, alignment, theirs, around):
                return f"{mention.name} does not do this"
        elif mention.made and actor.side in {other.side for other in ours}:
            continue
        elif mention.side == "borrower" and "," in alignment.source.text[actor.end : act.start]:
            # Advice that follows a clause with somebody else in it is still given to the borrower.
            continue
        elif actor.side != mention.side and not _interchangeable(mention, actor, theirs):
            return f"{mention.name} ≠ {actor.name}"
    return None


def _mentions(text: str) -> list[_Mention]:
    found = []
    for match in _SOMEBODY.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        made = _MADE.search(before) is not None
        owns = _OWNED.search(after) is not None
        acts = not owns and (made or _BY.search(before) is not None or not _TO.search(before))
        found.append(
            _Mention(str(match.lastgroup), match.group(), match.start(), match.end(), acts, owns, made)
        )
    return found


def _other_mark(alignment: Alignment, ours: Sequence[_Mention], theirs: Sequence[_Mention]) -> str | None:
    """Return where both sides say 由, 替, 向 or 对 somebody, of other sides, or the claim says 由 of one who is not there."""
    for mark in _MARKS:
        mine = {m.side: m.name for m in ours if alignment.claim.text.endswith(mark, 0, m.start)}
        its = {m.side: m.name for m in theirs if alignment.source.text.endswith(mark, 0, m.start)}
        if mine and its and not mine.keys() & its.keys():
            return f"{mark}{min(mine.values())} ≠ {mark}{min(its.values())}"
        if mark == "由" and mine and not {m.side for m in ours} & {m.side for m in theirs}:
            return f"由{min(mine.values())} is not in the cited text"
    return None


def _act_of(mention: _Mention, mentions: Sequence[_Mention], alignment: Alignment) -> Word | None:
    """Return where the source says what ``mention`` does: the first word after it that has a counterpart."""
    acting = (other.start for other in mentions if other.start >= mention.end and other.acts)
    stop = next(acting, len(alignment.claim.text))
    for place, word in enumerate(alignment.claim.words):
        owned = any(other.owns and 0 <= word.start - other.end <= NEAR for other in mentions)
        if mention.end <= word.start < stop and not owned and not _SOMEBODY.search(word.text):
            found = alignment.counterparts(place)
            if found:
                return found[0]
    return None


def _actor_of(word: Word, mentions: Sequence[_Mention]) -> _Mention | None:
    """Return who acts where a word of the source stands: the last one before it who acts, or whose act it is."""
    acting = [
        mention
        for mention in mentions
        if mention.end <= word.start
        and (mention.acts or (mention.owns and word.start - mention.end <= NEAR and not is_noun(word.text)))
    ]
    return acting[-1] if acting else None


def _uncalled(
    mention: _Mention, act: Word, alignment: Alignment, theirs: Sequence[_Mention], around: set[str]
) -> bool:
    """Return whether ``mention`` cannot be the one who acts in a source that names nobody before the act."""
    if mention.side == "borrower":
        passive = "被" in alignment.source.text[max(0, act.start - 2) : act.start]
        return passive and "被" not in alignment.claim.text[mention.end : mention.end + 8]
    named = [other for other in theirs if other.side == mention.side]
    if named:
        return not any(other.acts for other in named)
    return mention.side != "lender" and mention.side not in around


def _interchangeable(one: _Mention, other: _Mention, theirs: Sequence[_Mention]) -> bool:
    sides = {mention.side for mention in theirs}
    if "other" in (one.side, other.side):
        return "other" not in sides or "borrower" not in (one.side, other.side)
    return {one.side, other.side} in _FRIENDS and one.side not in sides
