"""The styles that a page carries itself, its ``<style>`` sheets and ``style`` attributes, as a small cascade.

Of CSS 2.1 (chapters 5 and 6) this knows what pages hide text with: selectors of tags, classes and ids with the
descendant and child combinators, specificity, order and ``!important``. Rules for some devices only, pseudo-classes
and attribute selectors are passed over: what they hide is seen somewhere or at some time.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

PROPERTIES = frozenset(
    ("display", "visibility", "opacity", "font-size", "left", "right", "top", "bottom", "margin-left", "margin-top",
     "text-indent", "overflow", "height", "max-height", "width", "max-width", "clip", "clip-path", "transform", "color",
     "background", "background-color")
)  # fmt: skip
"""Those by which text can be kept from the eye; all others are passed over."""

MAX_DECLARATION_CHARS = 200
"""Longer ones hold pictures."""

_SHEET_START = re.compile(r"<style\b[^<>]{0,400}>", re.IGNORECASE)
_PRINT = re.compile(r"media\s*=\s*[\"']?\s*print", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_EVERY_SCREEN = re.compile(r"@media\s+(?:all|screen|only\s+screen)", re.IGNORECASE)
_BRACE = re.compile("[{}]")
_COMPOUND = re.compile(r"([a-zA-Z][\w-]*|\*)?((?:[.#][\w-]+)*)")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)

_Declaration = tuple[str, str, bool]
"""Property, value, and whether it is important."""

Style = Mapping[str, str]
"""Values in lower case by the property's name."""


@dataclass(frozen=True, slots=True)
class Element:
    """An open element, as far as selectors can name it."""

    tag: str
    key: str | None = None
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Compound:
    """``tag.class#id``; ``child`` when the one before it in the selector must be its parent."""

    tag: str | None
    key: str | None
    classes: frozenset[str]
    child: bool

    def fits(self, element: Element) -> bool:
        return (
            self.tag in (None, element.tag)
            and self.key in (None, element.key)
            and self.classes <= element.classes
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    selector: tuple[_Compound, ...]
    weight: tuple[int, int, int, int]
    """Ids, classes and tags named, then the place among all rules: of two, the greater holds."""

    declared: tuple[_Declaration, ...]


class Styles:
    """The rules of a page's own sheets that could hide something."""

    def __init__(self, source: str) -> None:
        self._by_key: dict[str, list[_Rule]] = defaultdict(list)
        self._names: set[str] = set()
        self._known: dict[tuple[tuple[Element, ...], str], Style] = {}
        written = (entry for css in _sheets(source) for entry in _rules(_COMMENT.sub("", css)))
        for order, (selector, declared) in enumerate(written):
            rule = _Rule(selector, (*_weight(selector), order), declared)
            self._by_key[_index_key(selector[-1])].append(rule)
            self._names.update(name for part in selector for name in _names(part))

    def named(self, element: Element) -> Element:
        """Return the element with no other names than those that rules ask for: to rules most elements are alike."""
        key = element.key if f"#{element.key}" in self._names else None
        return Element(element.tag, key, frozenset(c for c in element.classes if f".{c}" in self._names))

    def of(self, path: Sequence[Element], inline: str) -> Style:
        """Return what holds for the last element of ``path`` (outermost first; as ``named``), whose ``style`` attribute is ``inline``."""
        if not self._by_key:
            return self._resolve((), inline) if inline else {}
        # The paragraphs of a page are styled alike.
        key = (tuple(path), inline)
        if key not in self._known:
            self._known[key] = self._resolve(path, inline)
        return self._known[key]

    def _resolve(self, path: Sequence[Element], inline: str) -> Style:
        names = [name for element in path[-1:] for name in _names(element)]
        rules = [
            rule for name in names for rule in self._by_key.get(name, ()) if _matches(rule.selector, path)
        ]
        rules.sort(key=lambda rule: rule.weight)
        declared = [entry for rule in rules for entry in rule.declared]
        declared += _declarations(inline)
        return {
            name: value
            for important in (False, True)
            for name, value, is_so in declared
            if is_so is important
        }


def _names(element: Element | _Compound) -> Iterator[str]:
    """Yield the names of an element, or of a part of a selector, as they stand in sheets."""
    yield element.tag or ""
    yield f"#{element.key}"
    yield from (f".{name}" for name in element.classes)


def _index_key(compound: _Compound) -> str:
    if compound.key:
        return f"#{compound.key}"
    return f".{min(compound.classes)}" if compound.classes else compound.tag or ""


def _matches(selector: Sequence[_Compound], path: Sequence[Element]) -> bool:
    """Whether the last element of ``path`` is one that the selector names."""
    if not selector[-1].fits(path[-1]):
        return False
    # Where on the path the part of the selector that was looked at last may stand.
    places = {len(path) - 1}
    for outer, inner in reversed(list(pairwise(selector))):
        reach = {place - 1 for place in places if place} if inner.child else range(max(places))
        places = {place for place in reach if outer.fits(path[place])}
        if not places:
            return False
    return True


def _sheets(source: str) -> Iterator[str]:
    """Yield the sheets of a page that hold on screens."""
    lowered, at = source.lower(), 0
    while match := _SHEET_START.search(source, at):
        end = lowered.find("</style", match.end())
        if end < 0:
            return
        if not _PRINT.search(match[0]):
            yield source[match.end() : end]
        at = end


def _rules(
    css: str, *, nested: bool = False
) -> Iterator[tuple[tuple[_Compound, ...], tuple[_Declaration, ...]]]:
    """Yield each selector of a sheet, or of the block in it that is ``nested``, with what its rule declares, in order."""
    at = 0
    while (opened := css.find("{", at)) >= 0:
        closed = _closing(css, opened)
        prelude = css[at:opened].rpartition(";")[2].strip()
        body = css[opened + 1 : closed]
        at = closed + 1
        if not nested and _EVERY_SCREEN.fullmatch(prelude):
            yield from _rules(body, nested=True)
        elif not prelude.startswith("@") and (declared := tuple(_declarations(body))):
            for text in prelude.split(","):
                if selector := _selector(text):
                    yield selector, declared


def _closing(css: str, opened: int) -> int:
    depth = 0
    for match in _BRACE.finditer(css, opened):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.start()
    return len(css)


def _selector(text: str) -> tuple[_Compound, ...]:
    """Return the parts of a selector; none if it has a part that is not known here, or names everything."""
    parts: list[_Compound] = []
    child = False
    for word in text.replace(">", " > ").split():
        if word == ">":
            child = True
            continue
        match = _COMPOUND.fullmatch(word)
        if not match:
            return ()
        names = re.findall(r"[.#][\w-]+", match[2])
        tag = None if match[1] in (None, "*") else match[1].lower()
        keys = [name[1:] for name in names if name[0] == "#"]
        classes = frozenset(name[1:] for name in names if name[0] == ".")
        parts.append(_Compound(tag, keys[0] if keys else None, classes, child))
        child = False
    named = bool(parts) and _index_key(parts[-1])
    return tuple(parts) if named else ()


def _weight(selector: Sequence[_Compound]) -> tuple[int, int, int]:
    return (
        sum(part.key is not None for part in selector),
        sum(len(part.classes) for part in selector),
        sum(part.tag is not None for part in selector),
    )


def _declarations(body: str) -> Iterator[_Declaration]:
    for declaration in body.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if colon and name in PROPERTIES and len(value) <= MAX_DECLARATION_CHARS:
            plain = _IMPORTANT.sub("", value)
            yield name, plain.strip().lower(), plain != value
