"""Which styles keep text from the eye, and whether it may be meant to be seen later."""

import re
from collections.abc import Iterable
from typing import Literal

from ingest.extract.styles import Style

Hiding = Literal["folded", "gone"]
"""``folded``: a script may yet show it (display, visibility, opacity, a box of no height); ``gone``: nobody is to see it."""

MAX_OPACITY = 0.05
MAX_FONT_PX = 1.0
_FAR = {"px": 900.0, "pt": 675.0, "em": 60.0, "rem": 60.0, "vw": 100.0, "vh": 100.0, "%": 100.0}
"""Distances from which text lies off the screen, by unit."""

_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|r?em|vw|vh|%)?")
_TAKEN_OVER = ("inherit", "initial", "unset", "revert", "currentcolor")
_PLACES = ("left", "right", "top", "bottom")
_MARGINS = ("margin-left", "margin-top")
_BOX = ("height", "max-height", "width", "max-width")
_CLIPPED = re.compile(r"rect\((?:\s*[01](?:px)?\s*,?){4}\)|inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0")
_SHRUNK = re.compile(r"scale[xy]?\(\s*0(?:\.0+)?\s*[,)]")
_SHIFTED = re.compile(r"translate(?:3d|[xy])?\(([^)]*)\)")
_RELATIVE_SIZE = re.compile(r"inherit|unset|smaller|larger|[\d.]+\s*(?:em|%)")


def hiding(styles: Iterable[Style]) -> Hiding | None:
    """Return how text is hidden inside elements of ``styles``, outermost first; None where it is seen.

    Visibility and size of type are inherited until an inner element sets its own; the rest holds for all inside.
    """
    folded = gone = unseen = tiny = False
    for style in styles:
        folded = folded or _folds(style)
        gone = gone or _is_away(style)
        if "visibility" in style:
            unseen = style["visibility"] in ("hidden", "collapse")
        size = style.get("font-size", "inherit")
        if not _RELATIVE_SIZE.fullmatch(size) or _is_tiny(size):
            tiny = _is_tiny(size)
    if gone or tiny:
        return "gone"
    return "folded" if folded or unseen else None


def _folds(style: Style) -> bool:
    opacity = _LENGTH.fullmatch(style.get("opacity", ""))
    if opacity and float(opacity[1]) <= MAX_OPACITY * (100 if opacity[2] else 1):
        return True
    closed = style.get("overflow") in ("hidden", "clip") and any(_is_zero(style.get(side)) for side in _BOX)
    return style.get("display") == "none" or closed or _SHRUNK.search(style.get("transform", "")) is not None


def _is_away(style: Style) -> bool:
    """Whether text is off the screen, clipped to nothing, or written in the colour of its own ground."""
    if any(_is_far(style.get(place, "")) for place in (*_PLACES, "text-indent")):
        return True
    # Margins of minus the whole width set columns side by side.
    if any(_is_far(margin) for side in _MARGINS if not (margin := style.get(side, "")).endswith("%")):
        return True
    shifts = [step for found in _SHIFTED.findall(style.get("transform", "")) for step in found.split(",")]
    if any(map(_is_far, shifts)):
        return True
    if _CLIPPED.search(style.get("clip", "") + style.get("clip-path", "")):
        return True
    ground = style.get("background-color") or style.get("background")
    return ground is not None and ground not in _TAKEN_OVER and style.get("color") == ground


def _is_far(length: str) -> bool:
    match = _LENGTH.fullmatch(length.strip())
    return match is not None and match[2] is not None and float(match[1]) <= -_FAR[match[2]]


def _is_tiny(size: str) -> bool:
    match = _LENGTH.fullmatch(size)
    return match is not None and float(match[1]) <= (MAX_FONT_PX if match[2] in ("px", "pt", None) else 0)


def _is_zero(length: str | None) -> bool:
    match = _LENGTH.fullmatch(length or "")
    return match is not None and not float(match[1])
