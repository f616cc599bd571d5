"""Charts as SVG: a lane is a row, a stretch a bar, a moment a line across all of them.

Everything that is written into it is escaped: it came from outside.
"""

from collections.abc import Iterator
from html import escape

from support.facts.chart import Chart, Shade

WIDTH, LABEL, LANE, BAR, TOP = 900, 210, 26, 16, 34
COLOURS = {Shade.FAULT: "#5a6478", Shade.GOOD: "#8fcf9b", Shade.BAD: "#e79a93"}
_TICKS = 6


def svg(chart: Chart) -> str:
    """The picture; wide enough for a page, as high as it has lanes."""
    bottom = TOP + LANE * len(chart.lanes)
    height = bottom + 24 + 16 * (len(chart.marks) + 1)
    scale = (WIDTH - LABEL - 20) / max(chart.seconds, 0.001)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#1d2433">'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
        f'<text x="8" y="18" font-size="14" font-weight="600">{escape(chart.title)}</text>'
    )
    return (
        head + "".join([*_lanes(chart, scale), *_axis(chart, scale, bottom), *_marks(chart, scale, bottom)]) + "</svg>"
    )


def _lanes(chart: Chart, scale: float) -> Iterator[str]:
    for number, lane in enumerate(chart.lanes):
        top = TOP + LANE * number
        yield f'<text x="8" y="{top + BAR - 3}">{escape(lane.name)}</text>'
        for one in lane.stretches:
            x, width = LABEL + one.begin * scale, max(1.5, (one.end - one.begin) * scale)
            bar = f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{COLOURS[one.shade]}">'
            yield f"{bar}<title>{escape(one.words or one.shade)}: {one.begin:.2f} to {one.end:.2f} s</title></rect>"


def _axis(chart: Chart, scale: float, bottom: int) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        at = chart.seconds * tick / _TICKS
        x = LABEL + at * scale
        yield f'<line x1="{x:.1f}" y1="{TOP - 4}" x2="{x:.1f}" y2="{bottom}" stroke="#e3e7ee"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="middle" fill="#5a6478">{at:.1f} s</text>'


def _marks(chart: Chart, scale: float, bottom: int) -> Iterator[str]:
    for number, (at, words) in enumerate(chart.marks):
        x, y = LABEL + at * scale, bottom + 34 + 16 * number
        yield f'<line x1="{x:.1f}" y1="{TOP - 4}" x2="{x:.1f}" y2="{bottom}" stroke="#1d2433" stroke-dasharray="3 3"/>'
        yield f'<text x="8" y="{y}">{at:.2f} s  {escape(words)}</text>'
