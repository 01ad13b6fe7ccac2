"""Texts made to keep regular expressions busy, and a bound on the processor time that they may take."""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from re import _constants as op
from re import _parser as parser

LIMIT_S = 5.0
# Runs of these make a pattern that starts anywhere try everywhere.
RUNS = (
    "1",
    "a",
    "款",
    " ",
    "\t",
    ",",
    "。",
    "-",
    ".",
    "*",
    "(",
    "[",
    "<",
    "|",
    "#",
    "?",
    "1,",
    "a.",
    "花呗",
    "的",
    "不",
    "• ",
)
MANY = 5  # what may stand fewer times costs little
VARIANTS = 24
_CLASSES = {
    op.CATEGORY_DIGIT: "1",
    op.CATEGORY_NOT_DIGIT: "款",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_SPACE: "款",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_WORD: "-",
}

Attack = tuple[str, str]
"""What stands first, and what is repeated behind it."""


class TooSlow(BaseException):
    """Work took more processor time than it may; no test may catch it by mistake."""


@contextmanager
def within_seconds(limit_s: float, doing: str) -> Iterator[None]:
    """Bound the processor time of this process, however busy the machine is. For the main thread only."""

    def give_up(*_: object) -> None:
        raise TooSlow(f"{doing}: more than {limit_s:g} s of processor time")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def patterns_of(*packages: str) -> dict[str, str]:
    """Return every pattern that the modules of ``packages`` hold, by where it stands."""
    found: dict[str, str] = {}
    for package in map(importlib.import_module, packages):
        below = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        names = [package.__name__, *(m.name for m in below if not m.name.endswith("__main__"))]
        for module in map(importlib.import_module, names):
            for name, value in vars(module).items():
                for n, pattern in enumerate(_patterns(value)):
                    found.setdefault(pattern, f"{module.__name__}.{name}[{n}]")
    return {where: pattern for pattern, where in found.items()}


def _patterns(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value.pattern
    elif isinstance(value, Sequence | set | frozenset) and not isinstance(value, str) and depth < 3:
        for item in value:
            yield from _patterns(item, depth + 1)
    elif hasattr(value, "pattern") and depth < 3:
        yield from _patterns(value.pattern, depth + 1)


def attacks(pattern: str) -> list[Attack]:
    """Return for whatever ``pattern`` repeats often each way to write it, alone and behind what has to stand before."""
    found: dict[Attack, None] = {}

    def walk(nodes: Iterable[tuple[object, object]], before: str) -> str:
        said = ""
        for kind, value in nodes:
            said += step(kind, value, before + said)
        return said

    def step(kind: object, value: object, before: str) -> str:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            least, most, body = value
            once = walk(body, before)
            if most >= MANY:
                for said in filter(None, islice(ways(body), VARIANTS)):
                    found.update(dict.fromkeys([(before, said), ("", said), ("", before + said)]))
            return once * max(1, least)
        if kind is op.BRANCH:
            walked = [walk(nodes, before) for nodes in value[1]]
            return walked[0]
        if kind is op.SUBPATTERN:
            return walk(value[3], before)
        if kind is op.ASSERT:
            said = walk(value[1], before)
            return said if value[0] > 0 else ""
        return next(way(kind, value), "")

    walk(parser.parse(pattern), "")
    return list(found)


def ways(nodes: Iterable[tuple[object, object]]) -> Iterator[str]:
    """Yield texts that ``nodes`` of a parsed pattern match, each alternative once."""
    said = [""]
    for kind, value in nodes:
        here = list(islice(way(kind, value), VARIANTS)) or [""]
        said = list(islice((left + right for right in here for left in said), 2 * VARIANTS))
    yield from dict.fromkeys(said)


def way(kind: object, value: object) -> Iterator[str]:
    if kind is op.LITERAL:
        yield chr(value)
    elif kind is op.NOT_LITERAL:
        yield "款" if value != ord("款") else "a"
    elif kind in (op.ANY, op.GROUPREF):
        yield "款"
    elif kind is op.IN:
        yield from _members(value)
    elif kind is op.BRANCH:
        for nodes in value[1]:
            yield from islice(ways(nodes), 2)
    elif kind is op.SUBPATTERN:
        yield from ways(value[3])
    elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, _, body = value
        yield from (said * max(1, least) for said in ways(body))
        if least == 0:
            yield ""


def _members(items: Sequence[tuple[object, object]]) -> Iterator[str]:
    if items[0][0] is op.NEGATE:
        listed = "".join(_members(items[1:]))
        yield next(char for char in "款a1 -x，" if char not in listed)
        return
    for kind, value in items:
        if kind is op.LITERAL:
            yield chr(value)
        elif kind is op.RANGE:
            yield chr(sum(value) // 2)
        else:
            yield _CLASSES[value]


def text_of(attack: Attack, chars: int) -> str:
    """Return a text of about ``chars`` characters that ends in what the pattern does not want."""
    before, repeated = attack
    return before + repeated * (chars // len(repeated)) + "\x00"


def texts(patterns: dict[str, str], chars: int, each: int) -> dict[str, str]:
    """Return texts of ``chars`` characters against ``patterns``, at most ``each`` for one, by what they are."""
    made = {f"run of {run!r}": text_of(("", run), chars) for run in RUNS}
    for where, pattern in patterns.items():
        for attack in attacks(pattern)[:each]:
            made[f"{where}: {attack[0][-12:]!r} then a run of {attack[1]!r}"] = text_of(attack, chars)
    return made
