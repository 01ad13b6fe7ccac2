"""What comes first and what follows: whether a claim turns round the order, or cause and effect, of its source."""

import re
from itertools import pairwise

from service.verify.align import Alignment
from service.verify.reading import Reading

# Words with 先, 前 or 后 that tell no order.
_FIXED = re.compile("先息后本|先后|前后|提前|目前|当前")
# 先 with nothing to follow it tells no order by itself: X的话,要先Y.
_FIRST_ALONE = re.compile("^(?!.*(?:再|然后|后))(?=.*先)")
_SIDE = re.compile("([\u4e00-\u9fff]{2,3}?)(?:(之前|以前|前)|(之后|以后|后))(?!果|续|来|期|台|本)")
_CUT = re.compile(
    "[,，。;；:：]|(?P<before>之前|以前|(?<=[\u4e00-\u9fff])前(?!期|来|景))|"
    "(?:之后|以后|(?<=[\u4e00-\u9fff])后(?!果|续|来|台))|才(?!能)|再(?!次)|然后|随后|最后|先(?!进)|"
    "(?:从而)?(?:将|会|可能|甚至|所以|因此){0,4}(?:导致|造成|引起|使得|引发)"
)
_TELLS_ORDER = re.compile("前|后|才|再|先|其次|第一步|第二步|导致|造成|引起|使得")


def turned_round(alignment: Alignment) -> str | None:
    """Return why the order of the claim is not that of the source, or None."""
    ours, theirs = _blanked(alignment.claim.text), _blanked(alignment.source.text)
    moved = _other_side(ours, theirs)
    if moved:
        return moved
    if not all(_TELLS_ORDER.search(text) and not _FIRST_ALONE.search(text) for text in (ours, theirs)):
        return None
    ranks, its_ranks = _ranks(alignment.claim, ours), _ranks(alignment.source, theirs)
    by_rank: dict[int, list[int]] = {}
    for mine, its in alignment.pairs:
        by_rank.setdefault(ranks[mine], []).append(its_ranks[its])
    order = [by_rank[rank] for rank in sorted(by_rank)]
    if any(min(one) > max(other) for one, other in pairwise(order)):
        return "what comes first and what follows are turned round"
    return None


def _other_side(claim: str, source: str) -> str | None:
    """Return what the claim puts after an event and the source before it, or the other way round."""
    ours, theirs = ({(m[1][-2:], bool(m[2])) for m in _SIDE.finditer(text)} for text in (claim, source))
    for event, before in sorted(ours - theirs):
        if (event, not before) in theirs and (event, not before) not in ours:
            return f"{event}{'前' if before else '后'} ≠ {event}{'后' if before else '前'}"
    return None


def _ranks(reading: Reading, text: str) -> list[int]:
    """Return for each word of ``reading`` the rank in time of the stretch of ``text`` it stands in."""
    marks = list(_CUT.finditer(text))
    starts = [0, *(mark.end() for mark in marks)]
    # What stands before 前 comes after all that follows it.
    ranks = [
        len(starts) + place if place < len(marks) and marks[place]["before"] else place
        for place in range(len(starts))
    ]
    return [ranks[max(n for n, start in enumerate(starts) if start <= word.start)] for word in reading.words]


def _blanked(text: str) -> str:
    return _FIXED.sub(lambda match: "　" * len(match.group()), text)
