"""Whether the place that a parser has reached is hidden, by the styles of the elements that are open there."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ingest.extract.hidden import Hiding, hiding
from ingest.extract.styles import Element, Style, Styles

_ENDED_BY = {
    "p": frozenset(
        ("address", "article", "aside", "blockquote", "center", "details", "div", "dl", "dd", "dt", "fieldset", "figcaption",
         "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
         "section", "summary", "table", "ul")
    ),
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "tr": frozenset(("tr",)),
    "td": frozenset(("td", "th", "tr")),
    "th": frozenset(("td", "th", "tr")),
}  # fmt: skip
"""Elements that may be left open, and the starts that close them (HTML 13.1.2.4, optional tags)."""

_BORDERS = frozenset(("table", "ul", "ol", "dl", "div", "section", "article", "blockquote"))
"""An element that was left open further out than one of these is not closed from inside it."""


@dataclass(slots=True)
class _Open:
    """An element on the way from the root to the place that is read, and what it is styled with."""

    element: Element
    """With the names only that rules ask for."""

    kind: Element
    """With all its classes, but without the id, which no other has."""

    style: Style = field(default_factory=dict)


class Sight:
    """Follows a parser through a page; ``begin`` and ``end`` are called for its tags.

    ``hiding`` is how the place is hidden, None where it is seen. Elements whose kind is ``unfolded`` hide nothing.
    """

    def __init__(self, styles: Styles, unfolded: Collection[Element]) -> None:
        self.hiding: Hiding | None = None
        self.folded: Counter[Element] = Counter()
        """Characters folded away, by the kind of the outermost element that does so."""

        self._styles, self._unfolded = styles, unfolded
        self._open: list[_Open] = []
        self._folder: Element | None = None

    def begin(self, tag: str, attributes: Mapping[str, str | None], *, void: bool) -> None:
        """Note the start of an element; a ``void`` one has no inside."""
        changed = self._end_what_was_left_open(tag)
        if not void:
            classes = frozenset((attributes.get("class") or "").split())
            element = self._styles.named(Element(tag, attributes.get("id"), classes))
            self._open.append(_Open(element, Element(tag, None, classes)))
            self._open[-1].style = self._style(attributes)
            changed = changed or bool(self._open[-1].style)
        if changed:
            self._look()

    def end(self, depth: int) -> None:
        """Note that only the outermost ``depth`` elements are still open."""
        changed = any(entry.style for entry in self._open[depth:])
        del self._open[depth:]
        if changed:
            self._look()

    def count(self) -> None:
        """Note a character that stands at this place and is hidden."""
        if self._folder is not None:
            self.folded[self._folder] += 1

    def _end_what_was_left_open(self, tag: str) -> bool:
        """Let the styles end of elements that the start of ``tag`` closes, and return whether there were any.

        What else the end of those elements means waits for their end tags.
        """
        changed = False
        for entry in reversed(self._open):
            if entry.style and tag in _ENDED_BY.get(entry.element.tag, ()):
                entry.style, changed = {}, True
            if entry.element.tag in _BORDERS:
                break
        return changed

    def _style(self, attributes: Mapping[str, str | None]) -> Style:
        """Return what hides or shows the innermost element: its own styles above those that every browser gives."""
        innermost = self._open[-1]
        if innermost.kind in self._unfolded:
            return {}
        closed = "hidden" in attributes or (innermost.element.tag == "dialog" and "open" not in attributes)
        path = [entry.element for entry in self._open]
        return {
            **({"display": "none"} if closed else {}),
            **self._styles.of(path, attributes.get("style") or ""),
        }

    def _look(self) -> None:
        """Find out how the place is hidden, and by which kind of element, the outermost, if it is folded away."""
        styled = [entry for entry in self._open if entry.style]
        self.hiding = hiding(entry.style for entry in styled)
        self._folder = None
        if self.hiding == "folded":
            outermost = next(
                n
                for n in range(1, len(styled) + 1)
                if hiding(entry.style for entry in styled[:n]) == "folded"
            )
            self._folder = styled[outermost - 1].kind
