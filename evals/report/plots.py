"""Plots as inline SVG, so that the report is one file that opens anywhere.

Every function returns an ``<svg>`` element scaled by its viewBox; colours come from the page's CSS variables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 640, 46, 14, 14, 34
COLOURS = ("var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)")


@dataclass(frozen=True, slots=True)
class Axes:
    """Maps data in [0, x_max] × [0, y_max] to the drawing."""

    x_max: float
    y_max: float
    height: int = 300

    def x(self, value: float) -> float:
        """Return the horizontal place of ``value``."""
        return LEFT + value / self.x_max * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Return the vertical place of ``value``."""
        return self.height - BOTTOM - value / self.y_max * (self.height - TOP - BOTTOM)


def grouped_bars(groups: Mapping[str, Mapping[str, float]], label: str) -> str:
    """Return bars of shares: one cluster per group, one bar per key, with a legend of the keys."""
    axes = Axes(max(1, len(groups)), 1.0)
    keys = list(dict.fromkeys(key for values in groups.values() for key in values))
    parts = _share_lines(axes)
    slot = (axes.x(1) - axes.x(0)) * 0.8 / max(1, len(keys))
    for g, (name, values) in enumerate(groups.items()):
        begin = axes.x(g + 0.1)
        for k, key in enumerate(keys):
            if key in values:
                top = axes.y(values[key])
                parts.append(
                    f'<rect x="{begin + k * slot:.1f}" y="{top:.1f}" width="{slot * 0.9:.1f}" '
                    f'height="{axes.y(0) - top:.1f}" fill="{COLOURS[k % 5]}">'
                    f"<title>{escape(name)} {escape(key)}: {values[key]:.1%}</title></rect>"
                )
        parts.append(_text(axes.x(g + 0.5), axes.height - 16, name, "middle"))
    return _svg(parts, axes.height, label) + _legend(keys)


def curve(points: Sequence[tuple[float, float]], label: str, x_name: str, y_name: str) -> str:
    """Return a line through ``points`` of shares, begun level at the left edge."""
    y_max = max(0.1, *(y for _, y in points)) if points else 1.0
    axes = Axes(1.0, min(1.0, y_max * 1.15))
    parts = _frame(axes, x_name, y_name)
    drawn = [(0.0, points[0][1]), *points] if points else []
    path = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in drawn)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[0]}" stroke-width="2.5"/>')
    return _svg(parts, axes.height, label)


def calibration(bins: Sequence[tuple[float, float, int]], label: str) -> str:
    """Return dots (mean confidence, share right, n) beside the line on which a calibrated service would lie."""
    axes = Axes(1.0, 1.0)
    parts = _frame(axes, "confidence", "share right")
    parts.append(
        f'<line x1="{axes.x(0)}" y1="{axes.y(0)}" x2="{axes.x(1)}" y2="{axes.y(1)}" class="grid" stroke-dasharray="4 4"/>'
    )
    largest = max((n for _, _, n in bins), default=1)
    for confidence, right, n in bins:
        radius = 4 + 10 * (n / largest) ** 0.5
        parts.append(
            f'<circle cx="{axes.x(confidence):.1f}" cy="{axes.y(right):.1f}" r="{radius:.1f}" fill="{COLOURS[0]}" '
            f'fill-opacity="0.7"><title>confidence {confidence:.2f}, right {right:.1%}, n {n}</title></circle>'
        )
    return _svg(parts, axes.height, label)


def histogram(values: Sequence[float], label: str, x_name: str, bins: int = 30) -> str:
    """Return how many ``values`` fall in each of ``bins`` equal steps up to the 99th percentile; the rest ends the plot."""
    if not values:
        return ""
    ordered = sorted(values)
    top = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(value / top * bins))] += 1
    axes = Axes(top, max(counts) * 1.1)
    parts = _frame(axes, x_name, "answers", shares=False)
    for i, count in enumerate(counts):
        left, right = axes.x(top * i / bins), axes.x(top * (i + 1) / bins)
        parts.append(
            f'<rect x="{left:.1f}" y="{axes.y(count):.1f}" width="{right - left - 1:.1f}" '
            f'height="{axes.y(0) - axes.y(count):.1f}" fill="{COLOURS[1]}"><title>{count}</title></rect>'
        )
    return _svg(parts, axes.height, label)


def differences(rows: Sequence[tuple[str, float, bool]], label: str) -> str:
    """Return one bar per (name, difference, better) around a middle line."""
    if not rows:
        return ""
    height = TOP + 24 * len(rows) + 10
    widest = max(0.02, *(abs(d) for _, d, _ in rows))
    middle, reach = 380.0, 190.0
    parts = [f'<line x1="{middle}" y1="4" x2="{middle}" y2="{height - 6}" class="axis"/>']
    for i, (name, difference, better) in enumerate(rows):
        y = TOP + 24 * i
        length = abs(difference) / widest * reach
        begin = middle if difference >= 0 else middle - length
        colour = "var(--good)" if better else "var(--bad)"
        parts.append(
            f'<rect x="{begin:.1f}" y="{y}" width="{max(length, 0.5):.1f}" height="14" fill="{colour}"/>'
        )
        parts.append(_text(170, y + 12, name, "end"))
        parts.append(_text(WIDTH - 4, y + 12, f"{difference:+.3f}", "end"))
    return _svg(parts, height, label)


def _svg(parts: Sequence[str], height: int, label: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _share_lines(axes: Axes) -> list[str]:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        if share <= axes.y_max + 1e-9:
            y = axes.y(share)
            parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" class="grid"/>')
            parts.append(_text(LEFT - 6, y + 4, f"{share:.0%}", "end"))
    return parts


def _frame(axes: Axes, x_name: str, y_name: str, *, shares: bool = True) -> list[str]:
    parts = _share_lines(axes) if shares and axes.y_max > 0.3 else []
    bottom = axes.y(0)
    parts.append(f'<line x1="{LEFT}" y1="{bottom}" x2="{WIDTH - RIGHT}" y2="{bottom}" class="axis"/>')
    parts.append(f'<line x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{bottom}" class="axis"/>')
    if not parts[0].startswith("<line x1") or axes.y_max <= 0.3 or not shares:
        top = f"{axes.y_max:.0%}" if shares else f"{axes.y_max:.0f}"
        parts.append(_text(LEFT - 6, TOP + 6, top, "end"))
    for part in (0.25, 0.5, 0.75, 1.0):
        value = axes.x_max * part
        parts.append(
            _text(axes.x(value), bottom + 15, f"{value:.0%}" if axes.x_max == 1 else f"{value:.0f}", "end")
        )
    parts.append(_text(WIDTH - RIGHT, bottom + 30, x_name, "end"))
    parts.append(_text(LEFT + 6, TOP + 4, y_name, "start"))
    return parts


def _legend(keys: Sequence[str]) -> str:
    items = "".join(
        f'<span><i style="background:{COLOURS[k % 5]}"></i>{escape(key)}</span>' for k, key in enumerate(keys)
    )
    return f'<div class="legend">{items}</div>'
