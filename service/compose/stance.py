"""What a sentence that answers a yes/no question says to it, as boosted trees over its wording estimate.

Rules alone mislead: 只退本金 says no to 手续费退吗 and denies nothing, and 可以申请 may be said of another case.
``python -m evals.train_stance`` fits the trees to what people read in such sentences.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from service.compose.opening import AT_DISCRETION, CONDITION, POSSIBLE, WARNS, Says, worded_opening
from service.compose.wording import (
    CLAUSE,
    DENIAL,
    FORBIDS,
    READ,
    Asked,
    Kind,
    affirms,
    find_asked,
    quantities,
    share_said,
    without_false_denials,
)
from service.verify.trees import Trees

FITTED = "stance.npz"
OFTEN = 2
"""So many times a cue counts."""
LONG, LONG_QUESTION, MANY = 80, 30, 6
"""Lengths in characters, and clauses, from which more makes no difference."""

_ASKS = {
    "denies": "不|没",
    "must": "要|需|得|用",
    "may": "能|可以|行|让|给|可|成|准|许",
    "will": "会|影响",
    "have": "有",
    "is": "是|算|属",
    "still": "还",
    "also": "也|都",
    "supposes": "要是|如果|的话|了",
    "only": "只|光|就|必须|一定",
    "tag": "(?:行|可以|成|好|对|是)(?:吗|不|么)?[?？]?$",
    "expects": "吧",
    "judges": "真|靠谱|骗|合法|合规|违法|犯法|正常|有事|没事|来得及|有用|安全",
    "quantity": "多久|多少|几|哪",
    "directly": "直接|马上|现在|随时|自己",
}
_SAYS = {
    "only": "只|仅|限|才",
    "must": "必须|应当|应该|需要|需|务必|得|要",
    "may": "可以|可|能|允许|支持",
    "will": "会|将",
    "but": "但|不过|只是|却|然而|除非|除外|例外|之外",
    "all": "一律|都|全|任何|均|所有|无论|不论|随时|照样|照常|仍|还是|也",
    "need_not": "不用|无需|无须|不需|不必|免|用不着",
    "may_not": "不能|不得|不可|不许|不准|禁止|不允许|不支持|无法|不行|不给|不让|谢绝",
    "will_not": "不会|不算|不影响|不受|不收|不扣|不计|不再|不予|不是|不属",
    "have_not": "没有|没|未|无",
    "advises": "最好|建议|尽量|不要|别",
    "steps": "先|再|然后|之后",
    "discretion": "视|看|协商|情况|酌情|可能|也许",
}
_ASKED_CUES = tuple(re.compile(words) for words in _ASKS.values())
_SAID_CUES = (
    *(DENIAL, FORBIDS, AT_DISCRETION, POSSIBLE, CONDITION, WARNS),
    *(re.compile(words) for words in _SAYS.values()),
)
_MAY, _MUST = re.compile(_SAYS["may"]), re.compile(_SAYS["must"])
_KINDS: tuple[Kind, ...] = get_args(Kind)
_WORDED: tuple[Says | None, ...] = (*get_args(Says), None)


@dataclass(frozen=True, slots=True)
class Stance:
    """The probabilities that a sentence which answers says ``yes`` to what is asked, and that it says ``no``."""

    yes: float
    no: float


@lru_cache(maxsize=READ)
def find_stance(question: str, sentence: str) -> Stance:
    """Return what the folded ``sentence`` says to the folded yes/no ``question``, provided that it answers it.

    >>> stance = find_stance("取现的钱能分期吗", "取现的金额不能再做账单分期")
    >>> stance.no > 0.6 > stance.yes
    True
    """
    x = find_cues(question, sentence)
    yes, no = fitted_trees()
    return Stance(yes.probability(x), no.probability(x))


def find_cues(question: str, sentence: str) -> NDArray[np.float32]:
    """Return what the trees see of both folded texts, as numbers (f,) between 0 and 1.

    Cues of the question, cues of the sentence, the kind of question, what the wording says by itself, how its clauses take up
    what is asked, quantities, lengths, and how the clause that takes up most is worded.
    """
    asked, worded = find_asked(question), worded_opening(question, sentence)
    says = worded.says if worded else None
    values = [
        *(bool(cue.search(question)) for cue in _ASKED_CUES),
        *(min(len(cue.findall(sentence)), OFTEN) / OFTEN for cue in _SAID_CUES),
        *(asked.kind == kind for kind in _KINDS),
        asked.denied,
        *(says == one for one in _WORDED),
        *_clauses(asked, [clause for clause in CLAUSE.split(sentence) if clause]),
        *_quantities(quantities(question), quantities(sentence)),
        min(len(sentence), LONG) / LONG,
        min(len(question), LONG_QUESTION) / LONG_QUESTION,
    ]
    return np.array(values, np.float32)


def _clauses(asked: Asked, clauses: list[str]) -> list[float]:
    """Return whether any affirms and any denies what is asked, the most any says of it, how that one is worded, and how many there are."""
    if not clauses:
        return [0.0] * 8
    stances = {affirms(asked, clause) for clause in clauses}
    shares = [share_said(asked, clause) for clause in clauses]
    nearest = clauses[shares.index(max(shares))]
    denials = [DENIAL.search(without_false_denials(clause)) is not None for clause in (nearest, clauses[0])]
    modal = [_MAY.search(nearest) is not None, _MUST.search(nearest) is not None]
    found = [True in stances, False in stances, max(shares), *denials, *modal, min(len(clauses), MANY) / MANY]
    return [float(value) for value in found]


def _quantities(asked: frozenset[str], said: frozenset[str]) -> list[float]:
    return [float(bool(asked)), float(bool(asked - said)), float(bool(asked & said))]


@cache
def fitted_trees() -> tuple[Trees, Trees]:
    """Return the trees for yes and for no, from the file beside this module."""
    with files("service.compose").joinpath(FITTED).open("rb") as file, np.load(file) as data:
        return Trees.read(data, "yes_"), Trees.read(data, "no_")
