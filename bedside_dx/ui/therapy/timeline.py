"""A plan over time: a lane for each drug, test and image, in bands where it is long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.core.plan import EventKind
from bedside_dx.text.numbers import month
from bedside_dx.text.plan_words import event_words, subject_word
from bedside_dx.ui.theme import CAPTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from bedside_dx.core.plan import PlanEvent
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look

LABEL, RIGHT, AXIS, LANE, BETWEEN, KEY = 150, 12, 24, 24, 20, 26
"""px: names of the lanes, room beside, months above, a lane, between bands, the key below."""
INSET = 6
"""px; of names, from the edge that shows where the keyboard is."""
LEAST_PER_WEEK = 9.0
"""px; a plan that would be drawn narrower goes on in another band."""
BAR, MARK = 14.0, 5.0
"""px: height of a full dose, half the width of a mark."""
ROOM_FOR_NUMBER = 16.0
SOON = timedelta(days=28)
"""How long before the plan today is still drawn."""
ORDER = (EventKind.TREATMENT, EventKind.MONITORING, EventKind.ASSESSMENT, EventKind.QUESTIONS)
WEEK, WHOLE = 7, 100.0


@dataclass(frozen=True)
class Lane:
    """What one row of the drawing shows."""

    line: str
    kind: EventKind
    subject: str


@dataclass(frozen=True)
class Band:
    """A row of time.

    Attributes
    ----------
    top
        px.
    begins
        Its first day.
    lanes
        Those on which something happens in it.
    """

    top: float
    begins: date
    lanes: tuple[Lane, ...]

    @property
    def bottom(self) -> float:
        """Below its last lane, px."""
        return self.top + AXIS + LANE * len(self.lanes)


class Timeline(QWidget):
    """Days of a plan; arrows and clicks go from one to the next.

    Signals
    -------
    chosen
        `PlanEvent` that is looked at.
    """

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.events: tuple[PlanEvent, ...] = ()
        self.lanes: tuple[Lane, ...] = ()
        self.bands: tuple[Band, ...] = ()
        self.at: int | None = None
        self._today = self._begins = self._ends = date.min
        self._band_days = WEEK
        self._said = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_events(self, events: Sequence[PlanEvent], today: date, said: str) -> None:
        """Draw the days of a plan; `said` tells it to those who do not see it."""
        looked_at = self.event_at
        self.events, self._today, self._said = tuple(events), today, said
        self.lanes = _lanes(events)
        keys = [one.key for one in events]
        known = looked_at is not None and looked_at.key in keys
        self.at = keys.index(looked_at.key) if known and looked_at is not None else None
        if events:
            first = min(one.first for one in events)
            self._begins = today if timedelta(0) < first - today <= SOON else first
            self._ends = max(one.last for one in events)
        self._fit()
        self._tell()
        self.update()

    @property
    def event_at(self) -> PlanEvent | None:
        """The day that is looked at."""
        return None if self.at is None else self.events[self.at]

    # --- geometry ----------------------------------------------------------------------

    @property
    def _width(self) -> float:
        return max(float(self.width() - LABEL - RIGHT), 80.0)

    @property
    def _day_px(self) -> float:
        return self._width / self._band_days

    def _fit(self) -> None:
        """Lay the bands out for the width there is, and be as high as they are."""
        weeks = max(math.ceil(((self._ends - self._begins).days + 1) / WEEK), 1)
        count = math.ceil(weeks / max(math.floor(self._width / LEAST_PER_WEEK), 8))
        self._band_days = math.ceil(weeks / count) * WEEK
        bands: list[Band] = []
        top = 0.0
        for number in range(count if self.events else 0):
            begins = self._begins + timedelta(days=number * self._band_days)
            band = Band(top, begins, self._lanes_between(begins))
            bands.append(band)
            top = band.bottom + BETWEEN
        self.bands = tuple(bands)
        height = round(top) + KEY if bands else 0
        if (self.minimumHeight(), self.maximumHeight()) != (height, height):
            self.setFixedHeight(height)

    def _lanes_between(self, begins: date) -> tuple[Lane, ...]:
        ends = begins + timedelta(days=self._band_days - 1)
        busy = {_lane(one) for one in self.events if one.first <= ends and one.last >= begins}
        return tuple(lane for lane in self.lanes if lane in busy)

    def _band_of(self, day: date) -> Band:
        return self.bands[(day - self._begins).days // self._band_days]

    def _place(self, day: date, lane: Lane) -> QPointF:
        """Middle of a lane at the begin of a day."""
        band = self._band_of(day)
        x = LABEL + (day - band.begins).days * self._day_px
        return QPointF(x, band.top + AXIS + (band.lanes.index(lane) + 0.5) * LANE)

    def _spans(self, event: PlanEvent) -> list[QRectF]:
        """Where the days of an event lie: a rectangle in each band that it touches."""
        spans: list[QRectF] = []
        first, lane = event.first, _lane(event)
        while first <= event.last:
            left = self._place(first, lane)
            ends = self._band_of(first).begins + timedelta(days=self._band_days - 1)
            last = min(event.last, ends)
            width = max(((last - first).days + 1) * self._day_px, MARK)
            spans.append(QRectF(left.x(), left.y() - BAR / 2, width, BAR))
            first = last + timedelta(days=1)
        return spans

    # --- going from day to day ---------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.events) - 1
        at = -1 if self.at is None else self.at
        goes = {
            Qt.Key.Key_Right: min(at + 1, last), Qt.Key.Key_Left: max(at - 1, 0),
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        where = goes.get(Qt.Key(event.key()))
        if where is None or last < 0:
            super().keyPressEvent(event)
        else:
            self._go_to(where)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.events and event.button() is Qt.MouseButton.LeftButton:
            spot = event.position()
            self._go_to(min(range(len(self.events)), key=lambda n: self._distance(n, spot)))

    def _distance(self, number: int, spot: QPointF) -> float:
        across = [
            max(span.left() - spot.x(), spot.x() - span.right(), 0)
            + 2 * abs(span.center().y() - spot.y())
            for span in self._spans(self.events[number])
        ]
        return min(across)

    def _go_to(self, at: int) -> None:
        self.at = at
        self._tell()
        self.chosen.emit(self.events[at])
        self.update()

    def _tell(self) -> None:
        event = self.event_at
        here = "" if event is None else event_words(event, self._look.t)
        self.setAccessibleName(self._said)
        self.setAccessibleDescription(here)

    # --- drawing -----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self.events:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        for band in self.bands:
            self._paint_band(painter, band)
        self._paint_today(painter)
        self._paint_events(painter)
        self._paint_key(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint_band(self, painter: QPainter, band: Band) -> None:
        look, before = self._look, ""
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for at, lane in enumerate(band.lanes):
            y = band.top + AXIS + at * LANE
            painter.setPen(QPen(look.color("hairline"), 1))
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
            painter.setPen(look.color("ink" if lane.kind is EventKind.TREATMENT else "soft"))
            words = self._lane_words(lane)
            fitted = painter.fontMetrics().elidedText(
                words, Qt.TextElideMode.ElideRight, LABEL - INSET - 12
            )
            if words != before:
                painter.drawText(QRectF(INSET, y, LABEL - 8, LANE), side, fitted)
            before = words
        painter.setPen(QPen(look.color("hairline"), 1))
        painter.drawLine(QPointF(0, band.bottom), QPointF(self.width(), band.bottom))
        self._paint_months(painter, band)

    def _paint_months(self, painter: QPainter, band: Band) -> None:
        """Mark where months begin; a name that would run into the next one is left out."""
        look = self._look
        days = _months(band.begins, band.begins + timedelta(days=self._band_days - 1))
        places = [LABEL + (day - band.begins).days * self._day_px for day in days]
        for day, x, following in zip(days, places, [*places[1:], self.width()], strict=True):
            painter.setPen(QPen(look.color("hairline"), 1))
            painter.drawLine(QPointF(x, band.top + AXIS - 6), QPointF(x, band.bottom))
            with_year = day in (days[0], days[-1]) or day.month == 1
            words = month(day, look.language, with_year=with_year)
            if painter.fontMetrics().horizontalAdvance(words) + 6 > following - x:
                continue
            painter.setPen(look.color("faint"))
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(QRectF(x + 3, band.top, following - x - 3, AXIS - 4), side, words)

    def _paint_today(self, painter: QPainter) -> None:
        if not self._begins <= self._today <= self._ends:
            return
        look, words = self._look, self._look.t("today")
        band = self._band_of(self._today)
        x = LABEL + (self._today - band.begins).days * self._day_px
        painter.setPen(QPen(look.color("suspicious"), 2))
        painter.drawLine(QPointF(x, band.top + AXIS - 4), QPointF(x, band.bottom + 2))
        width = painter.fontMetrics().horizontalAdvance(words) + 8
        left = min(max(x - width / 2, LABEL), self.width() - width)
        room = QRectF(left, band.bottom + 2, width, 15)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_events(self, painter: QPainter) -> None:
        free: dict[float, float] = {}
        for number, event in enumerate(self.events):
            spans = self._spans(event)
            if number == self.at:
                self._paint_ring(painter, spans[0])
            if event.kind is EventKind.TREATMENT:
                self._paint_treatment(painter, event, spans)
                self._paint_number(painter, event, spans[0], free)
            else:
                middle = QPointF(spans[0].left() + self._day_px / 2, spans[0].center().y())
                self._paint_mark(painter, event.kind, middle, is_first=event.cycle == 0)

    def _paint_treatment(self, painter: QPainter, event: PlanEvent, spans: list[QRectF]) -> None:
        """Draw a bar as high as its share of the planned dose, in the outline of the whole."""
        height = max(BAR * event.percent / 100, 4)
        for span in spans:
            if event.percent != WHOLE:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self._look.color("accent"), 1))
                painter.drawRoundedRect(span.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.color("accent"))
            filled = QRectF(span.left(), span.bottom() - height, span.width(), height)
            painter.drawRoundedRect(filled, 2, 2)

    def _paint_number(
        self, painter: QPainter, event: PlanEvent, span: QRectF, free: dict[float, float]
    ) -> None:
        """Write the number of a cycle beside its first day, where there is room."""
        if event.cycle is None or span.right() < free.get(span.top(), 0.0):
            return
        if self._day_px * WEEK < ROOM_FOR_NUMBER:
            return
        free[span.top()] = span.right() + ROOM_FOR_NUMBER
        painter.setPen(self._look.color("faint"))
        room = QRectF(span.right() + 3, span.top(), ROOM_FOR_NUMBER, BAR)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, left, str(event.cycle))

    def _paint_mark(
        self, painter: QPainter, kind: EventKind, spot: QPointF, *, is_first: bool = False
    ) -> None:
        look, r = self._look, MARK
        painter.setPen(QPen(look.color("ink"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if kind is EventKind.MONITORING:
            painter.drawEllipse(spot, r - 1, r - 1)
            return
        if kind is EventKind.QUESTIONS:
            shape = [QPointF(0, -r), QPointF(r, r - 1), QPointF(-r, r - 1)]
        else:
            shape = [QPointF(0, -r), QPointF(r, 0), QPointF(0, r), QPointF(-r, 0)]
            if not is_first:
                painter.setBrush(look.color("ink"))
        painter.drawPolygon(QPolygonF([spot + one for one in shape]))

    def _paint_ring(self, painter: QPainter, span: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("tint"))
        around = span.adjusted(-5, -4, 5, 4)
        painter.drawRoundedRect(around, 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._look.color("accent"), 1.5))
        painter.drawRoundedRect(around, 5, 5)

    def _paint_key(self, painter: QPainter) -> None:
        t = self._look.t
        kinds = [kind for kind in ORDER if any(one.kind is kind for one in self.events)]
        words = {
            EventKind.TREATMENT: t("treatment: its height is the dose"),
            EventKind.MONITORING: t("test"),
            EventKind.ASSESSMENT: t("response"),
            EventKind.QUESTIONS: t("questions"),
        }
        x, y = INSET + MARK, self.height() - KEY / 2
        for kind in kinds:
            if kind is EventKind.TREATMENT:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._look.color("accent"))
                painter.drawRoundedRect(QRectF(x - 2, y - BAR / 2, 5, BAR), 2, 2)
            else:
                self._paint_mark(painter, kind, QPointF(x, y))
            painter.setPen(self._look.color("soft"))
            width = painter.fontMetrics().horizontalAdvance(words[kind]) + 4
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(x + 12, y - 9, width, 18), side, words[kind])
            x += 12 + width + 18

    def _lane_words(self, lane: Lane) -> str:
        t = self._look.t
        if lane.kind is EventKind.QUESTIONS:
            return t("Quality of life")
        event = next(one for one in self.events if _lane(one) == lane)
        return subject_word(event, t)


def _lane(event: PlanEvent) -> Lane:
    return Lane(event.line, event.kind, event.subject)


def _lanes(events: Sequence[PlanEvent]) -> tuple[Lane, ...]:
    """Lanes in the order of their first day, drugs before tests before images."""
    found = dict.fromkeys(_lane(one) for one in events)
    lines = list(dict.fromkeys(one.line for one in found))
    return tuple(sorted(found, key=lambda one: (ORDER.index(one.kind), lines.index(one.line))))


def _months(first: date, last: date) -> list[date]:
    """First days of months from one day to another; the first day too where it is early in one."""
    days = [first] if first.day <= 20 else []
    day = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= last:
        days.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return days


def days_words(events: Sequence[PlanEvent], today: date, t: Texts) -> str:
    """What a drawing of these days says, in a sentence."""
    if not events:
        return t("No days are planned yet.")
    first, last = min(one.first for one in events), max(one.last for one in events)
    coming = next((one for one in events if one.first >= today), None)
    said = t("{n:count} days from {first:day} to {last:day}", n=len(events), first=first, last=last)
    if coming is None:
        return said
    return t("{said}; next on {day:day}: {what}", said=said, day=coming.first,
             what=event_words(coming, t))  # fmt: skip
