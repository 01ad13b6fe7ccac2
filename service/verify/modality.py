"""Modality and quantification: whether a claim is surer than its source, more binding, or of more cases.

Read: an alignment of claim and source. Out comes the word that says more, or None.
"""

import re

from service.verify.align import Alignment

_SURE = re.compile(
    "保证|百分之百|百分百|绝对|必定|必然|必有|必会|一定(?!的|程度)|肯定|一律|毫无例外|无一例外|永远|永久|完全|承诺|包(?:过|批|成)|无论如何|任何时候|立刻|立即|马上"
)
# 不保证 promises nothing, nor does 一定的宽限期.
_NOT_SURE = re.compile("不(?:能)?保证|不一定|不肯定|不完全|不承诺|一定的|一定程度|口头承诺|承诺事项")
_AT_ONCE = re.compile("立刻|立即|马上")
_SOON = re.compile("立即|马上|立刻|即时|及时|实时|迅速|快|尽早|尽快|当场")
_BE_SURE_TO = re.compile("一定要|保证在|保证按")

_HEDGE = re.compile(
    "可能|也许|或许|有望|说不定|一般|通常|往往|多数|大多|多半|有时|某些情况|酌情|视情况|看情况|不一定|未必|不保证|考虑|有助于|尽量|尽可能|建议|尝试|试着|试试|最好|几乎|"
    "差不多|有机会|较|容易|不妨|争取|风险|因人而异|常"
)
_MAYBE = re.compile("可能|有权|或许|也许|酌情|考虑")
_STILL_MAYBE = re.compile("说不定|未必|不一定|有望|风险|机会|可以|能")
_ASSERTS = re.compile("会|将|能|可以|必|都|就|使|导致|造成|构成|被|属于|由.{1,6}承担|有")
_WILL = re.compile("会|将|必")

_MUST = re.compile("必须|务必|不得不|只能|不得|一定要")
_SHOULD = re.compile("应|确保|需|要(?!是)|须|得(?!到)|务必|必|不能|严禁|禁止|只能")
_MAY = re.compile("可|能|有权|允许|不妨|试")
_ADVISED = re.compile("最好|建议|可以")
_NEED_NOT = re.compile("可以?(?:选择)?不(?!可)")
_NEED_NOT_EITHER = re.compile("可以?不|有权不|无需|不必|不需要|不用|没有义务")
_PERHAPS = re.compile("可能|也许|或许|考虑是否|考虑不|可以考虑")

_EVERY = re.compile(
    "所有|全部|全都|一切|任何|每个(?!月)|每一|人人|统统|凡|均|一律|无论|不论|都|各|整个|完全|全额"
)
_CLEARLY_EVERY = re.compile(
    "所有|全部|全都|一切|任何|每个(?!月|人)|每一|人人|统统|均|一律|整个|任意|(?<!是)都会|全额|其他人|其中一个|任一"
)
_SOME = re.compile(
    "部分|一些|有些|有的|某|少数|个别|多数|大多|一点|之一|不少|许多|也有|些|例如|比如|多半|其中|几"
)
_FEW = re.compile("(?<![这那])部分|一些|有些|有的|某些|个别|少数|几个")
_ONLY = re.compile("只有|只能|仅(?!为)|唯有|只(?=需|要偿|收|扣|限|针对|用|会|有)")
_ONLY_TOO = re.compile("只|仅|唯|除")


def surer(alignment: Alignment) -> str | None:
    """Return a promise of the claim alone, or a hedge of the source alone."""
    ours, theirs, told = alignment.claim.text, alignment.source.text, alignment.taken_up()
    sure = _SURE.search(_NOT_SURE.sub("　", ours))
    if sure and not _SURE.search(_NOT_SURE.sub("　", theirs)) and sure.group() not in theirs:
        soon = _AT_ONCE.fullmatch(sure.group()) and _SOON.search(theirs)
        bidden = _BE_SURE_TO.search(ours) and _SHOULD.search(theirs)
        if not soon and not bidden:
            return sure.group()
    hedge = _HEDGE.search(told)
    if hedge and _ASSERTS.search(ours) and not any(p.search(ours) for p in (_HEDGE, _MAY, _SOME)):
        return hedge.group()
    maybe = _MAYBE.search(told)
    if maybe and _WILL.search(ours) and not _MAYBE.search(ours) and not _STILL_MAYBE.search(ours):
        return maybe.group()
    return None


def more_binding(alignment: Alignment) -> str | None:
    """Return a duty of the claim that is none in the source, or a choice where the source leaves none."""
    ours, theirs = alignment.claim.text, alignment.source.text
    must = _MUST.search(ours)
    if must and not _MUST.search(theirs) and (_ADVISED.search(theirs) or not _SHOULD.search(theirs)):
        return must.group()
    choice = _NEED_NOT.search(ours)
    if choice and not _NEED_NOT_EITHER.search(theirs):
        return choice.group()
    perhaps = _PERHAPS.search(ours)
    if perhaps and not _HEDGE.search(theirs) and not _MAY.search(theirs):
        return perhaps.group()
    return None


def wider(alignment: Alignment) -> str | None:
    """Return a quantifier that only one side has: all for some, some for all, or an only too many."""
    ours, theirs, told = alignment.claim.text, alignment.source.text, alignment.taken_up()
    every = _CLEARLY_EVERY.search(ours)
    if every and not _EVERY.search(theirs):
        return every.group()
    few = _FEW.search(told)
    if few and not _SOME.search(ours):
        return few.group()
    few = _FEW.search(ours)
    if few and _EVERY.search(theirs) and not _SOME.search(theirs):
        return few.group()
    only = _ONLY.search(ours)
    if only and not _ONLY_TOO.search(theirs):
        return only.group()
    return None
