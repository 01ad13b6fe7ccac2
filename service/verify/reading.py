"""A sentence as the rules read it: its words in place, its clauses, and the scope of its negations.

Read: folded text and ``light_words.txt``. Out comes a :class:`Reading`, kept for the next who asks.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from service.lists import read_list
from service.query.terms import cut
from service.verify.facts import without_facts

_CLAUSE = re.compile(r"[,，。.;；!！?？:：\n]+")
_WORD = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z0-9.%@]*")

LIGHT_WORDS = frozenset(
    word for line in read_list("service.verify", "light_words.txt") for word in line.split()
)
"""Words that carry no claim of their own, from the list beside this module."""

_LIGHT_CHARACTERS = frozenset("".join(word for word in LIGHT_WORDS if len(word) == 1))

# Where a denial begins. What stands after it, up to the end of the clause or the next 的, is denied.
_DENIAL = re.compile(
    "不得不|不(?:肯|愿意|愿|同意|答应|得|能|会|可以|可|要|用|必|应当|应该|应|需要|需|该|再|曾|许|准|宜|太)?|没有|没|未|无需|无须|无法|无权|无|勿|切勿|别(?!人|的)|非(?=恶意|本人)|从不|"
    "避免|免得|以免|以防|防止|禁止|严禁|拒绝|停止|杜绝|并非|"
)
# A denial ends where an attribute ends or where the next one is set beside it.
_STOP = re.compile("就|则|便|的(?!方式|形式|方法|办法|做法)|[也又更且还、](?=不|没|未|无|别)")
_EMPTY = re.compile(
    "[这那]段时间|[这那]个?时候|[这那]一?步|[这那]部分|[这那]样的话|也就是说|换句话说|总的来说|一般来说|来说|的时候"
)
_ASIDE = re.compile("(?:在|按|照|以|把|将|对|向|用)[^的]{1,8}的")
_CANNOT = re.compile("[\u4e00-\u9fff]不[了成到出](?!现)")
_NO_DENIAL = re.compile(
    "(?P<again>[\u4e00-\u9fff])不(?P=again)|会不会|能不能|可不可以|是不是|要不要|有没有|算不算|不仅|不但|不只|不光|不止|不同|不过|不妨|不断|不少|不错|不良|不便|不满|不等(?!于)|不限于|不善|不利|不合理|不必要|"
    "不可抗力|不论|无论|不管|不得不|不能不|不可避免|无助|无误|毫无疑问|未来|特别|个别|分别|级别|类别|区别|识别|别人|别的|性别|无的放矢|没收|沉没|不知道|不清楚|不一定|"
    "未必|不见得|不保证|不足|不久|不然|不够|不多|不太|不齐|不全|不符|不起|不上|不清|不完|不掉|不住|不开|不拢|要不|差不多|并无|无关|不妥"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence: where it stands, in which clause, and whether it is denied."""

    text: str
    start: int
    end: int
    clause: int
    denied: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a sentence, without the mark that ends it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded sentence, read. ``words`` are those that carry a claim, in order; exact facts are no words here."""

    text: str
    clauses: tuple[Clause, ...]
    words: tuple[Word, ...]
    denials: tuple[tuple[int, int], ...] = ()

    def in_clause(self, number: int) -> tuple[Word, ...]:
        """Return the words of one clause."""
        return tuple(word for word in self.words if word.clause == number)


@lru_cache(maxsize=5_000)
def read(folded: str) -> Reading:
    """Return ``folded`` read.

    >>> [(word.text, word.denied) for word in read("逾期不会影响信用").words]
    [('逾期', False), ('影响', True), ('信用', True)]
    """
    bare = _EMPTY.sub(lambda match: "　" * len(match.group()), without_facts(folded))
    clauses = _clauses(bare)
    denied = [denials(clause.text) for clause in clauses]
    words: list[Word] = []
    for number, clause in enumerate(clauses):
        at = clause.start
        for token in cut(clause.text):
            start, at = at, at + len(token)
            if _WORD.fullmatch(token) and token not in LIGHT_WORDS:
                offset = start - clause.start
                odd = sum(begin <= offset < end for begin, end in denied[number]) % 2 == 1
                words.append(Word(token, start, at, number, odd))
    stretches = tuple(
        (clause.start + begin, clause.start + end)
        for clause, found in zip(clauses, denied, strict=True)
        for begin, end in found
    )
    return Reading(folded, tuple(clauses), tuple(words), stretches)


def denials(clause: str) -> list[tuple[int, int]]:
    """Return the stretches of ``clause`` that are denied, as offsets.

    >>> denials("不用避免争吵")
    [(2, 6), (4, 6)]
    """
    bare = _NO_DENIAL.sub(lambda match: "　" * len(match.group()), clause)
    found = []
    for match in _DENIAL.finditer(bare):
        if match.group():
            aside = _ASIDE.match(bare, match.end())
            stop = _STOP.search(bare, aside.end() if aside else match.end())
            begin = match.start() - 1 if _CANNOT.match(bare, max(0, match.start() - 1)) else match.end()
            found.append((begin, stop.start() if stop else len(clause)))
    return found


def is_light(character: str) -> bool:
    """Return whether a single character says nothing by itself."""
    return character in _LIGHT_CHARACTERS


def _clauses(text: str) -> list[Clause]:
    clauses, at = [], 0
    for match in (*_CLAUSE.finditer(text), None):
        end = match.start() if match else len(text)
        if text[at:end].strip():
            clauses.append(Clause(text[at:end], at, end))
        at = match.end() if match else end
    return clauses
