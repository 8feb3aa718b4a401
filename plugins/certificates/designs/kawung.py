"""Draws the woven frame, the hem and the bridge of the certificate once, as plain SVG files.

Computing the frame in typst costs about 90 ms a certificate, a ready drawing almost nothing. After
a change here: `python -m plugins.certificates.designs.kawung`. A test compares the files.

The cloth is kawung: four petals that meet in the middle of a cell, and a seed between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
NAVY, CREAM, GOLD, SAND, BROWN = "#21437a", "#e9dfc6", "#d9a94f", "#fae7c6", "#b86e0c"
INK, RAIL = "#29231d", "#6e6456"

WIDTH, HEIGHT = 297, 210  # A4 across, in mm
# 48 × 33 cells of 5.8 mm leave the same margin of 9.3 mm on all four sides.
CELL, COLUMNS, ROWS = 5.8, 48, 33
MARGIN = (WIDTH - COLUMNS * CELL) / 2
PETAL = (1.6, 0.7)  # half axes in mm


def frame() -> str:
    """Draw the frame of the front page: a band of cells, and a thin line inside."""
    x, y, w, h = MARGIN, MARGIN, COLUMNS * CELL, ROWS * CELL
    inner = _hole(x + CELL, y + CELL, w - 2 * CELL, h - 2 * CELL)
    cells = [
        (x + column * CELL, y + row * CELL)
        for row in range(ROWS)
        for column in range(COLUMNS)
        if row in (0, ROWS - 1) or column in (0, COLUMNS - 1)
    ]
    gap = CELL + 1.5
    line = (
        f'<rect x="{_n(x + gap)}" y="{_n(y + gap)}" width="{_n(w - 2 * gap)}" '
        f'height="{_n(h - 2 * gap)}" fill="none" stroke="{GOLD}" stroke-width=".35"/>'
    )
    band = f'<path fill="{NAVY}" fill-rule="evenodd" d="{_box(x, y, w, h)}{inner}"/>'
    return _svg(WIDTH, HEIGHT, band + _cloth(cells) + line)


def hem() -> str:
    """Draw the band at the top of the other pages: one row of cells."""
    width = COLUMNS * CELL
    band = f'<path fill="{NAVY}" d="{_box(0, 0, width, CELL)}"/>'
    cells = [(column * CELL, 0.0) for column in range(COLUMNS)]
    return _svg(width, CELL, band + _cloth(cells))


def bridge() -> str:
    """Draw the bridge from one level to the next; the numbers are set by typst."""
    rails = "M66 54V38m27-2V20m27 8V12m27 18V13m27 24V21M44 50Q120-4 196 30"
    lines = 'fill="none" stroke-linecap="round"'
    return _svg(
        240,
        96,
        f'<path {lines} stroke="{RAIL}" stroke-width="2" d="{rails}"/>'
        f'<path {lines} stroke="{NAVY}" stroke-width="4" d="M44 66Q120 14 196 46"/>'
        f'<circle cx="30" cy="66" r="24" fill="#fff" stroke="{RAIL}" stroke-width="2"/>'
        f'<circle cx="210" cy="46" r="26" fill="{SAND}" stroke="{BROWN}" stroke-width="2"/>',
    )


DRAWINGS = {"frame.svg": frame, "hem.svg": hem, "bridge.svg": bridge}


def _cloth(cells: Iterable[tuple[float, float]]) -> str:
    petals, seeds = [], []
    for left, top in cells:
        x, y = left + CELL / 2, top + CELL / 2
        for across in (-1, 1):
            for down in (-1, 1):
                petals.append(_petal(x + across * CELL / 4, y + down * CELL / 4, across * down))
        seeds += [_dot(x, y, 0.5), _dot(x, top + 0.75, 0.32), _dot(x, top + CELL - 0.75, 0.32)]
        seeds += [_dot(left + 0.75, y, 0.32), _dot(left + CELL - 0.75, y, 0.32)]
    return f'<path fill="{CREAM}" d="{"".join(petals)}"/><path fill="{GOLD}" d="{"".join(seeds)}"/>'


def _petal(x: float, y: float, slope: int) -> str:
    """Give an ellipse along a diagonal as two arcs."""
    long, short = PETAL
    dx, dy = long * 0.7071, long * 0.7071 * slope
    arc = f"a{long} {short} {45 * slope} 1 0 "
    there, back = f"{_n(2 * dx)} {_n(2 * dy)}", f"{_n(-2 * dx)} {_n(-2 * dy)}"
    return f"M{_n(x - dx)} {_n(y - dy)}{arc}{there}{arc}{back}"


def _dot(x: float, y: float, r: float) -> str:
    return f"M{_n(x - r)} {_n(y)}a{r} {r} 0 1 0 {_n(2 * r)} 0a{r} {r} 0 1 0 {_n(-2 * r)} 0"


def _box(x: float, y: float, w: float, h: float) -> str:
    return f"M{_n(x)} {_n(y)}h{_n(w)}v{_n(h)}h{_n(-w)}z"


def _hole(x: float, y: float, w: float, h: float) -> str:
    return f"M{_n(x)} {_n(y)}v{_n(h)}h{_n(w)}v{_n(-h)}z"


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _svg(width: float, height: float, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}mm" height="{_n(height)}mm">{content}</svg>\n'
    )


if __name__ == "__main__":
    for name, draw in DRAWINGS.items():
        (FOLDER / name).write_text(draw())
