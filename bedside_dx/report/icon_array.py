"""A hundred people on paper: what becomes of them, told apart by form and not by colour alone."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from reportlab.platypus import Flowable

from bedside_dx.report.fonts import REGULAR
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.typography import ACCENT, FAINT, TRACK, WHITE, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

ACROSS = 10
TALL = 1.22
"""Height of a person's cell over its width."""


class Fate(IntEnum):
    """What becomes of a person, in the order of `core.prognosis.WhatIf.people`."""

    ANYWAY = 0
    WITH_TREATMENT = 1
    DISEASE = 2
    OTHER = 3


class IconArray(Flowable):
    """Ten rows of ten people, and under them what each form means.

    Parameters
    ----------
    counts
        People by `Fate`; they add to 100.
    words
        What a form means, by `Fate`; a form without words is left out of the legend.
    cell
        Width of a person's cell, points.
    size
        Of the letters, points.
    beside
        Whether the legend stands beside the people; else under them.
    """

    canv: Canvas

    def __init__(
        self,
        counts: Sequence[int],
        words: Sequence[str],
        width: float,
        *,
        cell: float = 15.0,
        size: float = 8.0,
        beside: bool = False,
    ) -> None:
        super().__init__()
        self._cell, self._size, self._beside = cell, size, beside
        self._fates = [fate for fate in Fate for _ in range(counts[fate])]
        self._left = ACROSS * cell + 1.6 * size if beside else 0.0
        room = width - self._left - 2 * size
        self._legend = [
            (fate, lines_of(words[fate], REGULAR, size, room)) for fate in Fate if words[fate]
        ]
        self._people = TALL * cell * -(-len(self._fates) // ACROSS)
        lines = sum(len(said) for _, said in self._legend)
        self._signs = lines * 1.35 * size + len(self._legend) * 0.35 * size
        self.width = width
        self.height = (
            max(self._people, self._signs) if beside else self._people + size + self._signs
        )

    def draw(self) -> None:
        """Draw the people from the top left on, then the legend."""
        cell, top = self._cell, self.height
        for at, fate in enumerate(self._fates):
            row, column = divmod(at, ACROSS)
            y = top - (row + 1) * TALL * cell + 0.1 * cell
            draw_person(self.canv, fate, (column + 0.5) * cell, y, 1.02 * cell)
        y = top if self._beside else top - self._people - self._size
        for fate, lines in self._legend:
            y -= 0.35 * self._size
            sign = y - 1.35 * self._size
            draw_person(self.canv, fate, self._left + 0.6 * self._size, sign, 1.25 * self._size)
            for line in lines:
                y -= 1.35 * self._size
                x = self._left + 2 * self._size
                draw_line(self.canv, line, x, y + 0.15 * self._size, REGULAR, self._size)


def draw_person(canvas: Canvas, fate: Fate, x: float, y: float, height: float) -> None:
    """Draw a person standing on (x, y): full, ringed with a plus, pale, or dashed."""
    canvas.saveState()
    wide, body, head = 0.44 * height, 0.58 * height, 0.165 * height
    is_treated, is_other = fate is Fate.WITH_TREATMENT, fate is Fate.OTHER
    canvas.setStrokeColor(ACCENT if fate in (Fate.ANYWAY, Fate.WITH_TREATMENT) else FAINT)
    canvas.setLineWidth(0.075 * height if is_treated else 0.045 * height)
    canvas.setFillColor({Fate.ANYWAY: ACCENT, Fate.DISEASE: TRACK}.get(fate, WHITE))
    if is_other:
        canvas.setDash(0.09 * height, 0.07 * height)
    canvas.roundRect(x - wide / 2, y, wide, body, 0.19 * height, stroke=1, fill=1)
    canvas.circle(x, y + body + 0.06 * height + head, head, stroke=1, fill=1)
    if is_treated:
        middle, arm = y + body / 2, 0.11 * height
        canvas.line(x - arm, middle, x + arm, middle)
        canvas.line(x, middle - arm, x, middle + arm)
    canvas.restoreState()
