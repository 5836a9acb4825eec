"""The days of a plan along one line of time: every administration, test and image at its place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from reportlab.platypus import Flowable

from bedside_dx.core.plan import EventKind
from bedside_dx.report.fonts import MEDIUM, REGULAR, width_of
from bedside_dx.report.page import shortened
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.typography import ACCENT, FAINT, HAIRLINE, INK, TRACK, WHITE
from bedside_dx.text.plan_words import subject_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

    from bedside_dx.core.plan import PlanEvent
    from bedside_dx.text import Texts

NAMES = 150.0
"""Width of the names on the left, points."""
ROW, AXIS, LEGEND = 15.0, 16.0, 16.0
EDGE = 5.0
"""Kept free at both ends, for half of a mark."""
SIZE = 7.5
BAR = 7.0
SHORT = timedelta(days=98)
"""Up to here the axis counts in weeks, beyond in months."""
Row = tuple[EventKind, str, "list[PlanEvent]"]


class PlanTimeline(Flowable):
    """Rows of what is given, tested and asked, over the days."""

    canv: Canvas

    def __init__(self, events: Sequence[PlanEvent], t: Texts, width: float) -> None:
        super().__init__()
        self._t, self.width = t, width
        self._rows = _rows(events, t)
        self._first = min(one.first for one in events)
        self._last = max(*(one.last for one in events), self._first + timedelta(days=27))
        self.height = AXIS + ROW * len(self._rows) + LEGEND

    def draw(self) -> None:
        """Draw the axis, the rows under it, and what the marks mean."""
        top = self.height - AXIS
        self._axis(top)
        for at, (kind, name, events) in enumerate(self._rows):
            y = top - (at + 0.5) * ROW
            line = shortened(name, NAMES - 8, MEDIUM, SIZE)
            draw_line(self.canv, line, 0, y - 2.5, MEDIUM, SIZE)
            self.canv.setStrokeColor(HAIRLINE)
            self.canv.setLineWidth(0.4)
            self.canv.line(0, y - ROW / 2, self.width, y - ROW / 2)
            for one in events:
                self._mark(kind, one, y)
        self._legend()

    def _x(self, when: date, *, after: bool = False) -> float:
        days = (self._last - self._first).days + 1
        part = ((when - self._first).days + (1 if after else 0)) / days
        return NAMES + EDGE + part * (self.width - NAMES - 2 * EDGE)

    def _axis(self, top: float) -> None:
        canvas, free = self.canv, self.width
        canvas.setLineWidth(0.4)
        for when, words in reversed(self._ticks()):  # the first month may have a few days only
            x = self._x(when)
            canvas.setStrokeColor(HAIRLINE)
            canvas.line(x, top + 3, x, LEGEND)
            if x + width_of(words, REGULAR, SIZE) <= free:
                draw_line(canvas, words, x, top + 6, REGULAR, SIZE, soft=True)
                free = x - 6
        canvas.setStrokeColor(HAIRLINE)
        canvas.line(0, top, self.width, top)

    def _ticks(self) -> list[tuple[date, str]]:
        language = self._t.language
        if self._last - self._first <= SHORT:
            weeks = (self._last - self._first).days // 7 + 1
            days = [self._first + timedelta(days=7 * week) for week in range(weeks)]
            return [(one, format_date(one, "d MMM", locale=language)) for one in days]
        months = [self._first.replace(day=1)]
        while months[-1] <= self._last:
            months.append((months[-1] + timedelta(days=32)).replace(day=1))
        return [
            (max(one, self._first), format_date(one, "MMM y", locale=language))
            for one in months[:-1]
        ]

    def _mark(self, kind: EventKind, event: PlanEvent, y: float) -> None:
        begin, end = self._x(event.first), self._x(event.last, after=True)
        if kind is EventKind.TREATMENT:
            draw_bar(self.canv, begin, y, max(end - begin, 2.2), is_whole=event.percent == 100)
        else:
            draw_mark(self.canv, kind, (begin + end) / 2, y)

    def _legend(self) -> None:
        t, x, kinds = self._t, NAMES, {kind for kind, _, _ in self._rows}
        reduced = any(one.percent != 100 for _, _, events in self._rows for one in events)
        for words, kind, is_there in (
            (t("treatment"), EventKind.TREATMENT, EventKind.TREATMENT in kinds),
            (t("changed dose"), None, reduced),
            (t("images"), EventKind.ASSESSMENT, EventKind.ASSESSMENT in kinds),
            (t("test"), EventKind.MONITORING, EventKind.MONITORING in kinds),
            (t("questions"), EventKind.QUESTIONS, EventKind.QUESTIONS in kinds),
        ):
            if is_there:
                draw_mark(self.canv, kind, x + 4, 5)
                draw_line(self.canv, words, x + 11, 2.5, REGULAR, SIZE, soft=True)
                x += 11 + width_of(words, REGULAR, SIZE) + 16


def draw_mark(canvas: Canvas, kind: EventKind | None, x: float, y: float) -> None:
    """Draw the sign of a kind of event around (x, y); None: a changed dose."""
    if kind is EventKind.ASSESSMENT:
        draw_diamond(canvas, x, y)
    elif kind in (EventKind.MONITORING, EventKind.QUESTIONS):
        draw_dot(canvas, x, y, is_full=kind is EventKind.MONITORING)
    else:
        draw_bar(canvas, x - 3, y, 6, is_whole=kind is not None)


def draw_bar(canvas: Canvas, x: float, y: float, width: float, *, is_whole: bool) -> None:
    """Draw an administration: full, or hollow where its dose was changed."""
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(0.8)
    canvas.setFillColor(ACCENT if is_whole else WHITE)
    canvas.rect(x, y - BAR / 2, width, BAR, stroke=1, fill=1)


def draw_diamond(canvas: Canvas, x: float, y: float) -> None:
    """Draw images that tell the response."""
    path: Any = canvas.beginPath()
    path.moveTo(x, y + 4.2)
    path.lineTo(x + 4.2, y)
    path.lineTo(x, y - 4.2)
    path.lineTo(x - 4.2, y)
    path.close()
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.setFillColor(TRACK)
    canvas.drawPath(path, stroke=1, fill=1)  # pyright: ignore[reportUnknownMemberType] - untyped stub


def draw_dot(canvas: Canvas, x: float, y: float, *, is_full: bool) -> None:
    """Draw a test (full) or questions (a ring)."""
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.8)
    canvas.setFillColor(FAINT if is_full else WHITE)
    canvas.circle(x, y, 1.9, stroke=1, fill=1)


def _rows(events: Sequence[PlanEvent], t: Texts) -> list[Row]:
    """Treatments by drug, then images, tests and questions, each by what it is about."""
    by_name: dict[tuple[EventKind, str], list[PlanEvent]] = {}
    order = (EventKind.TREATMENT, EventKind.ASSESSMENT, EventKind.MONITORING, EventKind.QUESTIONS)
    for kind in order:
        for one in events:
            if one.kind is kind:
                name = subject_word(one, t) or t("Questions about everyday life")
                by_name.setdefault((kind, name), []).append(one)
    return [(kind, name, found) for (kind, name), found in by_name.items()]
