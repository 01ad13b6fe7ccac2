"""Whether a sentence begins with a yes or a no of its own: 会的, 不可以, 不一定."""

import re
from dataclasses import dataclass

from service.compose.opening import Opening, Says
from service.compose.wording import find_asked

_SURELY = "(?:当然|肯定|一定|确实|并|也|都|还是)?"
_VERB = "会|可以|能够|能|行|需要|需|必须|应该|应当|要|得|有|算|属于|收|用|影响|支持|允许"
PAUSES = " ,，:：。!！;；"
_PAUSE = f"(?=[{PAUSES}]|$)"
# Each is all that stands before a pause; 是的 and 不是 tell what is so only by what the asker expects.
_BARE: tuple[tuple[Says | None, re.Pattern[str]], ...] = (
    (
        "depends",
        re.compile(f"(?:不一定|未必|不见得|(?:要|得|需要?)?[看视](?:具体|实际)?情况(?:而定)?){_PAUSE}"),
    ),
    ("maybe", re.compile(f"(?:也许|或许|说不定|有条件|(?:有?可能|一般|通常|往往)(?:{_VERB})?)的?{_PAUSE}")),
    ("no", re.compile(f"{_SURELY}(?:(?:不|没)(?:{_VERB}|必)|无需|无须|没有?)的?{_PAUSE}")),
    ("yes", re.compile(f"{_SURELY}(?:{_VERB})的?{_PAUSE}")),
    (None, re.compile(f"(?:是的?|对的?|没错|正确|好的|不是的?|不对|否|不){_PAUSE}")),
)
_OWN = re.compile(
    f"(?:一般|通常|往往|有时|有?可能|也许|或许){{0,1}}{_SURELY}(?:(?P<no>不|没|无法|无需|无须)(?:{_VERB}|必)?|{_VERB}|是)"
)


@dataclass(frozen=True, slots=True)
class Assent:
    """What a sentence ``says`` at once, None where the same words may mean yes and no, and where the rest of it begins.

    ``rest`` is 0 where the yes or no is a part of what is claimed (可以申请延期) and cannot be set aside.
    """

    says: Says | None
    rest: int


def find_assent(question: str, sentence: str, own: Opening | None) -> Assent | None:
    """Return what ``sentence`` says at once to the folded yes/no ``question``, or None; ``own`` is its opening as that of a source.

    >>> find_assent("逾期会影响征信吗", "不会的,影响很小", None)
    Assent(says='no', rest=4)
    >>> find_assent("能延期吗", "可以申请延期", Opening("可以:", "yes"))
    Assent(says='yes', rest=0)
    >>> find_assent("能延期吗", "不能按时还款的,可以申请延期", Opening("可以:", "yes")) is None
    True
    """
    for says, bare in _BARE:
        match = bare.match(sentence)
        if match:
            rest = len(sentence) - len(sentence[match.end() :].lstrip(PAUSES))
            return Assent(says or _plain(question, match.group()), rest)
    begins = _OWN.match(sentence)
    if begins and own is not None and (begins["no"] is not None) == (own.says == "no"):
        return Assent(own.says, 0)
    return None


def is_bare(sentence: str) -> bool:
    """Return whether ``sentence`` is a yes or no and nothing else.

    >>> is_bare("会的"), is_bare("不一定"), is_bare("会的,影响很小")
    (True, True, False)
    """
    return any((match := bare.match(sentence)) and match.end() == len(sentence) for _, bare in _BARE)


def _plain(question: str, said: str) -> Says | None:
    if find_asked(question).denied:
        return None
    return "no" if said.startswith(("不", "否")) else "yes"
