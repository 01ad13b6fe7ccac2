"""Whether a claim leaves out the condition under which its source says it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.verify.align import Alignment
from service.verify.reading import Reading, Word
from service.verify.support import share_said

KEPT = 0.5
"""Up to this share of its characters said, a condition counts as left out."""
KEPT_TIME = 0.4
"""The same for a condition that only says before or after what."""
KEPT_BARE = 0.7
"""The same in a claim that has nothing like a condition at all."""
RULED = 0.4
"""The share of what the condition governs that the claim must say to need it."""

_OPENS = re.compile(
    "(?:^|[:：条 ])[^\u4e00-\u9fff]{0,4}(?:但|不过|而|通常|一般)?(?:如果|如(?=确|有|无)|若(?!干)|要是|倘若|假如|一旦|除非|除|只有|只要|当(?!前|然|天)|在.{2,16}(?:情况|前提|条件)下|"
    "对于|对(?=.{2,30}的.{0,8}$)|因(?!此|而|人)|因为|由于|凡|遇到|经(?!济|常)|逾期(?:超过|满|不到)|超过|满)"
)
_CLOSES = re.compile("(?:的|的话|情况下|前提下|之后|以后|后|之前|以前)$")
_JOINED = re.compile("^(?:而且|并且|且|又|或者).*(?:的|的话)$")
_FOLLOWS = re.compile("^(?:但|不过)?这?(?:需要|前提|须|必须先|除非|以.{2,12}为准)")
_WHICH = re.compile(
    "^(?P<which>[\u4e00-\u9fff]{2,12})的(?!第)[\u4e00-\u9fff]{0,3}(?:人|生|户|者|母)(?!员)|"
    "^(?P<who>(?!使用)[\u4e00-\u9fff]{2,5})者(?=可|会|将|应|不|也)"
)


LOOKS_CONDITIONAL = re.compile(
    "如|若|要是|倘若|假如|一旦|只要|只有|除|的话|的[,，]|时|后|前|以上|以后|情况|因|由于|对|遇|凡|碰|的[\u4e00-\u9fff]{0,3}[人生户者母]|就|才|在"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a sentence: where it stands and which clauses it governs."""

    start: int
    end: int
    governs: frozenset[int]


def left_out(alignment: Alignment) -> str | None:
    """Return the condition that the claim leaves out, or None."""
    source = alignment.source
    for condition in find_conditions(source):
        text = source.text[condition.start : condition.end].strip()
        if not any(condition.start <= word.start < condition.end for word in source.words):
            continue
        kept = share_said(text, alignment.claim.text, loosely=True)
        least = KEPT_TIME if text.endswith(("后", "前")) else KEPT
        if not LOOKS_CONDITIONAL.search(alignment.claim.text):
            least = KEPT_BARE
        if kept <= least and _share_told(alignment, condition) >= RULED:
            return text
    return None


def _share_told(alignment: Alignment, condition: Condition) -> float:
    """Return the share of what ``condition`` governs that the claim says, in [0, 1]."""

    def ruled(word: Word) -> bool:
        return word.clause in condition.governs and not condition.start <= word.start < condition.end

    words = alignment.source.words
    total = sum(len(word.text) for word in words if ruled(word))
    told = sum(
        len(words[place].text) for place in {theirs for _, theirs in alignment.pairs} if ruled(words[place])
    )
    return told / total if total else 0.0


def find_conditions(source: Reading) -> Iterator[Condition]:
    """Yield the conditions of a sentence, in their order."""
    everything = frozenset(range(len(source.clauses)))
    for number, clause in enumerate(source.clauses):
        text = source.text[clause.start : clause.end]
        later = frozenset(other for other in everything if other > number)
        opens = _OPENS.search(text)
        if later and (opens or _CLOSES.search(text)):
            yield Condition(clause.start + (opens.start() if opens else 0), clause.end, later)
        elif later and any(
            _JOINED.search(source.text[c.start : c.end]) for c in source.clauses[number + 1 : -1]
        ):
            # 逾期满三个月,而且金额较大的,…: what comes before an 而且 …的 is a condition too.
            yield Condition(clause.start, clause.end, later)
        elif number and _FOLLOWS.search(text):
            yield Condition(clause.start, clause.end, everything - later - {number})
        elif which := _WHICH.search(text):
            name = "which" if which["which"] else "who"
            yield Condition(clause.start + which.start(name), clause.start + which.end(name), everything)
