"""What is written over a scan: whose it is, where it is cut, how it is shown, and how large."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from bedside_dx.app.cutting import Slab
from bedside_dx.ui.scans.window_words import told
from bedside_dx.ui.theme import CAPTION, SPACE_8, SPACE_12
from bedside_dx.ui.viewer.scale_bar import round_length

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.projection import Projection
    from bedside_dx.ui.scans.scan_view import ScanView

LETTERS = (("R", "L"), ("A", "P"), ("F", "H"))
"""For each axis of patient coordinates, towards its negative and its positive end."""
OBLIQUE = 0.3826834
"""Sine of 22.5°: a second letter is added where a direction leans more than that."""
ROOM_SIDE_BY_SIDE = 480
"""Width from which the words on both sides and what is between them have room, logical px."""
LONGEST_BAR = 160
SEAM = QColor(0, 0, 0, 210)
PLATE = QColor(0, 0, 0, 150)
"""Behind words: pixels may be white there, and a cross-hair may run through."""
SEAM_WAYS = tuple(QPointF(x, y) for x, y in ((1, 1), (-1, -1), (1, -1), (-1, 1)))
Side = tuple[int, int]
"""Where words stand in an area: left −1 to right 1, top −1 to bottom 1."""
TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT = (-1, -1), (1, -1), (-1, 1), (1, 1)
MIDDLE = (0, 0)


class Corners:
    """Words in the corners of one view, letters at its edges, and its scale bar.

    Attributes
    ----------
    whose
        Lines about the patient and the study, upper left; as a rule they name the patient.
    which
        Lines about the series, upper right.
    value
        Of the pixel under the pointer, in the series' unit; None where there is none.
    is_brief
        Whether only what differs from the main view beside it is written.
    hides_all
        Whether nothing is written: the picture alone is looked at.
    """

    def __init__(self, look: Look, view: ScanView) -> None:
        self._look, self._view = look, view
        self.whose: tuple[str, ...] = ()
        self.which: tuple[str, ...] = ()
        self.hides_all = self.is_brief = False
        self.value: float | None = None

    def draw(self, painter: QPainter) -> None:
        """Draw over the whole view."""
        view, projection = self._view, self._view.projection
        area = QRectF(view.rect()).adjusted(SPACE_12, SPACE_8, -SPACE_12, -SPACE_8)
        font = QFont(painter.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        pen = _Pen(painter, self.ink)
        if notice := self._notice():
            pen.write(area, MIDDLE, (notice,))
        if self.hides_all:
            return
        is_narrow = area.width() < ROOM_SIDE_BY_SIDE
        if is_narrow:
            pen.write(area, TOP_LEFT, (*self.whose, *self.which), plated=True)
        else:
            pen.write(area, TOP_LEFT, self.whose, plated=True)
            pen.write(area, TOP_RIGHT, self.which, plated=True)
        if projection is None:
            return
        pen.write(area, BOTTOM_LEFT, self._place_lines(projection), plated=True)
        if not self.is_brief:
            pen.write(area, BOTTOM_RIGHT, self._window_lines(), plated=True)
        if projection.is_placed:
            self._draw_letters(pen, area, projection)
        if projection.is_measured:
            self._draw_bar(painter, pen, area, projection)

    @property
    def ink(self) -> QColor:
        """Of all words: as bright as the theme allows, on the black around every scan."""
        return QColor("#c9ced3" if self._look.theme.value == "dim" else "#e9eef3")

    def _notice(self) -> str:
        """What is said in the middle while there is no picture."""
        t, sheets = self._look.t, self._view.sheets
        if sheets.error is not None:
            return t.error(sheets.error)[0]
        is_coming = sheets.series is not None and sheets.sheet is None
        return t("Reading the slice…") if is_coming else ""

    def _place_lines(self, projection: Projection) -> tuple[str, ...]:
        t, sheets = self._look.t, self._view.sheets
        lines: list[str] = []
        if sheets.name != "stack":
            lines.append(plane_words(sheets.name, self._look))
        elif sheets.count > 1:
            lines.append(t("Slice {n:count} of {all:count}", n=sheets.number + 1, all=sheets.count))
        if sheets.thick_mm:
            thick = t("slab {mm:decimal} mm", mm=sheets.thick_mm)
            lines.append(f"{slab_words(sheets.slab, self._look)} · {thick}")
        if projection.is_placed:
            normal = projection.plane.normal
            axis = int(np.argmax(np.abs(normal)))
            at = float(middle_of(projection)[axis])
            far = t("{mm:decimal} mm", mm=abs(at))
            lines.append(f"{LETTERS[axis][at > 0]} {far}")
        else:
            lines.append(t("place not stated"))
        return tuple(lines)

    def _window_lines(self) -> tuple[str, ...]:
        t, window, series = self._look.t, self._view.window_of_values, self._view.sheets.series
        if series is None or series.is_colour:
            return ()
        under: tuple[str, ...] = ()
        if self.value is not None and isfinite(self.value):
            here = t("here {value:decimal}", value=self.value)
            under = (f"{here} {series.unit}".rstrip(),)
        if self._view.is_shown_by_table:
            return (*under, t("table of the file"))
        centre, width = told(window)
        words = t("C {centre:decimal} · W {width:decimal}", centre=centre, width=width)
        return (*under, f"{words} {series.unit}".rstrip())

    def _draw_letters(self, pen: _Pen, area: QRectF, projection: Projection) -> None:
        if area.width() < ROOM_SIDE_BY_SIDE:
            area = area.adjusted(0, pen.height(len(self.whose) + len(self.which)), 0, 0)
        for side in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            pen.write(area, side, (letters(projection, *side),), strong=True, plated=True)

    def _draw_bar(self, painter: QPainter, pen: _Pen, area: QRectF, projection: Projection) -> None:
        room = min(LONGEST_BAR, self._view.width() / 4)
        length = round_length(room / projection.scale)
        words = self._look.t("{um:length}", um=length * 1000)
        half = length * projection.scale / 2
        middle, base = area.center().x(), area.bottom() - 22
        if area.width() < ROOM_SIDE_BY_SIDE and not self.is_brief:
            base -= pen.height(2)
        for color, width in ((QColor(0, 0, 0, 160), 4.0), (self.ink, 1.5)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(middle - half, base), QPointF(middle + half, base))
            for x in (middle - half, middle + half):
                painter.drawLine(QPointF(x, base - 4), QPointF(x, base + 4))
        pen.write(
            QRectF(area.left(), base - 24, area.width(), 20),
            (0, -1),
            (words,),
            plated=True,
        )


class _Pen:
    """Writes lines with a dark seam, so that they can be read over bright pixels."""

    def __init__(self, painter: QPainter, ink: QColor) -> None:
        self._painter, self._ink = painter, ink

    def height(self, lines: int) -> float:
        """Height of so many lines, logical px."""
        return QFontMetricsF(self._painter.font()).height() * lines

    def write(
        self,
        area: QRectF,
        where: Side,
        lines: tuple[str, ...],
        *,
        strong: bool = False,
        plated: bool = False,
    ) -> None:
        """Write lines into a corner of an area."""
        if not any(lines):
            return
        font = QFont(self._painter.font())
        if strong:
            font.setPixelSize(CAPTION + 2)
            font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        height = metrics.height() * len(lines)
        across, down = (where[0] + 1) / 2, (where[1] + 1) / 2
        top = area.top() + (area.height() - height) * down
        self._painter.save()
        self._painter.setFont(font)
        for number, line in enumerate(lines):
            width = metrics.horizontalAdvance(line)
            left = area.left() + (area.width() - width) * across
            at = QPointF(left, top + metrics.ascent() + number * metrics.height())
            if plated and line:
                plate = QRectF(left, at.y() - metrics.ascent(), width, metrics.height())
                self._painter.fillRect(plate.adjusted(-3, 0, 3, 0), PLATE)
            self._painter.setPen(SEAM)
            for way in SEAM_WAYS:
                self._painter.drawText(at + way, line)
            self._painter.setPen(self._ink)
            self._painter.drawText(at, line)
        self._painter.restore()


def middle_of(projection: Projection) -> NDArray[np.float64]:
    """Middle of a plane, (3,) mm: a slanted one's corner lies far from what is looked at."""
    plane = projection.plane
    down = (projection.rows - 1) / 2 * plane.spacing[0] * np.asarray(plane.along_column)
    across = (projection.columns - 1) / 2 * plane.spacing[1] * np.asarray(plane.along_row)
    return np.asarray(plane.origin) + down + across


def letters(projection: Projection, x: float, y: float) -> str:
    """Letters of the patient's side towards which the screen's (x, y) points."""
    direction: list[float] = projection.direction(x, y).tolist()
    order = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    leaning = [axis for axis in order if abs(direction[axis]) > OBLIQUE]
    return "".join(LETTERS[axis][direction[axis] > 0] for axis in leaning)


def slab_words(slab: Slab, look: Look) -> str:
    """What is shown of a slab."""
    t = look.t
    return {Slab.MEAN: t("mean"), Slab.MAX: t("brightest"), Slab.MIN: t("darkest")}[slab]


def plane_words(name: str, look: Look) -> str:
    """What a plane is called."""
    t = look.t
    return {
        "stack": t("As scanned"),
        "axial": t("Axial"),
        "coronal": t("Coronal"),
        "sagittal": t("Sagittal"),
    }[name]
