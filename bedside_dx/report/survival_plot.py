"""Curves of a prognosis on paper: one with the regimen, one without, and what is uncertain."""

# The PDF library leaves the types of its paths open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable

from bedside_dx.report.fonts import MEDIUM, REGULAR
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.typography import ACCENT, FAINT, HAIRLINE, INK, SOFT, lines_of
from bedside_dx.text.disease_words import regimen_words
from bedside_dx.text.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

    from bedside_dx.core.prognosis import Curve, Prognosis
    from bedside_dx.text import Texts

SIZE, LEAD = 7.5, 10.0
LEFT, RIGHT, FOOT, HEAD = 22.0, 26.0, 24.0, 4.0
"""Room around the plot for its numbers, points."""
SIGN = 22.0
BAND = 0.16
LEAST_APART = 8.5
"""Points between two numbers at the curves' ends."""


class SurvivalPlot(Flowable):
    """Shares free of the event over the years, of 100 people.

    Parameters
    ----------
    year
        Horizon that is marked; 0 for none.
    """

    canv: Canvas

    def __init__(
        self, prognosis: Prognosis, year: int, t: Texts, width: float, tall: float
    ) -> None:
        super().__init__()
        assert prognosis.curve is not None
        assert prognosis.untreated is not None
        self._curve, self._untreated = prognosis.curve, prognosis.untreated
        self._swept, self._year, self._t = prognosis.swept, year, t
        self._tall = tall
        self._legend = [
            (draw, lines_of(words, REGULAR, SIZE, width - SIGN - LEFT))
            for draw, words in self._signs(prognosis)
        ]
        self.width = width
        self.height = tall + LEAD * sum(len(lines) for _, lines in self._legend) + 4

    def draw(self) -> None:
        """Draw axes, bands, curves, their last numbers and the legend."""
        self._draw_axes()
        self._draw_band(self._curve)
        if self._swept:
            for side in zip(*self._swept, strict=True):
                self._dotted()
                self._line(side)
        if self._curve.regimen:
            self._dashed()
            self._line(self._untreated.alive.tolist())
        self._full()
        self._line(self._curve.alive.tolist())
        self.canv.setDash()
        self._draw_ends()
        self._draw_legend()

    def _signs(self, prognosis: Prognosis) -> list[tuple[str, str]]:
        t, facts = self._t, prognosis.model
        signs = [("full", regimen_words(facts, self._curve.regimen, t))]
        if self._curve.regimen:
            signs.append(("dashed", regimen_words(facts, frozenset(), t)))
        if self._curve.low is not None:
            signs.append(("band", t("interval (95%); what it holds stands below")))
        if self._swept:
            signs.append(("dotted", t("least and most over the stated intervals of the inputs")))
        return signs

    def _at(self, year: float, share: float) -> tuple[float, float]:
        bottom = self.height - self._tall + FOOT
        across = (self.width - LEFT - RIGHT) / len(self._curve.years)
        return LEFT + year * across, bottom + share * (self._tall - FOOT - HEAD)

    def _draw_axes(self) -> None:
        canvas, t = self.canv, self._t
        canvas.setLineWidth(0.5)
        canvas.setStrokeColor(HAIRLINE)
        years = len(self._curve.years)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            x, y = self._at(0, share)
            canvas.line(x, y, self._at(years, share)[0], y)
            draw_line(canvas, f"{100 * share:.0f}", 0, y - 2.6, REGULAR, SIZE, soft=True)
        step = 5 if years > 10 else 1
        for year in range(0, years + 1, step):
            x, y = self._at(year, 0)
            draw_line(canvas, str(year), 0, y - 11, REGULAR, SIZE, soft=True, centre=x)
        x, y = self._at(years / 2, 0)
        draw_line(canvas, t("years"), 0, y - 20, REGULAR, SIZE, soft=True, centre=x)
        if self._year:
            canvas.setStrokeColor(FAINT)
            canvas.setDash(1, 2)
            canvas.line(*self._at(self._year, 0), *self._at(self._year, 1))
            canvas.setDash()

    def _draw_band(self, curve: Curve) -> None:
        if curve.low is None or curve.high is None:
            return
        up = [(0.0, 1.0), *zip(curve.years.tolist(), curve.high.tolist(), strict=True)]
        down = [(0.0, 1.0), *zip(curve.years.tolist(), curve.low.tolist(), strict=True)]
        path = self.canv.beginPath()
        path.moveTo(*self._at(*up[0]))
        for point in (*up[1:], *reversed(down)):
            path.lineTo(*self._at(*point))
        path.close()
        self.canv.setFillColor(ACCENT)
        self.canv.setFillAlpha(BAND)
        self.canv.drawPath(path, stroke=0, fill=1)
        self.canv.setFillAlpha(1)

    def _line(self, shares: Sequence[float]) -> None:
        path = self.canv.beginPath()
        path.moveTo(*self._at(0, 1))
        for year, share in enumerate(shares, start=1):
            path.lineTo(*self._at(year, share))
        self.canv.drawPath(path)

    def _full(self) -> None:
        self.canv.setDash()
        self.canv.setStrokeColor(ACCENT)
        self.canv.setLineWidth(1.9)

    def _dashed(self) -> None:
        self.canv.setDash(4, 2.5)
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(1.1)

    def _dotted(self) -> None:
        self.canv.setDash(0.8, 2.2)
        self.canv.setStrokeColor(SOFT)
        self.canv.setLineWidth(1.0)

    def _draw_ends(self) -> None:
        """Write the last number of each curve beside it, apart where they come close."""
        curves = [self._curve, self._untreated] if self._curve.regimen else [self._curve]
        ends = [float(curve.alive[-1]) for curve in curves]
        places = [self._at(len(self._curve.years), end)[1] - 2.6 for end in ends]
        gap = LEAST_APART - abs(places[0] - places[-1])
        if len(places) > 1 and gap > 0:
            up = 1 if places[0] >= places[1] else -1
            places = [places[0] + up * gap / 2, places[1] - up * gap / 2]
        x = self._at(len(self._curve.years), 0)[0] + 4
        fonts = (MEDIUM, REGULAR)
        for end, y, font in zip(ends, places, fonts, strict=False):
            draw_line(self.canv, decimal(100 * end, self._t.language, 0), x, y, font, SIZE + 0.5)

    def _draw_legend(self) -> None:
        canvas, y = self.canv, self.height - self._tall - 4.0
        for sign, lines in self._legend:
            middle = y - LEAD + 4.6
            if sign == "band":
                canvas.setFillColor(ACCENT)
                canvas.setFillAlpha(BAND)
                canvas.rect(LEFT, middle - 3, SIGN - 6, 6, stroke=0, fill=1)
                canvas.setFillAlpha(1)
            else:
                {"full": self._full, "dashed": self._dashed, "dotted": self._dotted}[sign]()
                canvas.line(LEFT, middle, LEFT + SIGN - 6, middle)
                canvas.setDash()
            for line in lines:
                y -= LEAD
                draw_line(canvas, line, LEFT + SIGN, y + 2, REGULAR, SIZE)
