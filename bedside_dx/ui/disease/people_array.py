"""A hundred people, by what becomes of them: four shapes, so that no colour is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.text.disease_words import people_words
from bedside_dx.ui.controls import Words
from bedside_dx.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.prognosis import WhatIf
    from bedside_dx.ui.look import Look

ROW = 10
CELL = (20.0, 22.0)
FATES = 4


class PeopleArray(QWidget):
    """Ten rows of ten, and beside each shape how many and what it says."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.people = People(look)
        self._legend = [
            (Person(look, fate), Words("strong"), Words("soft", wrap=True)) for fate in range(FATES)
        ]
        self._heading = Words("heading", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_8)
        grid.setVerticalSpacing(SPACE_4)
        grid.setColumnStretch(2, 1)
        for at, (person, count, words) in enumerate(self._legend):
            grid.addWidget(person, at, 0)
            grid.addWidget(count, at, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(words, at, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        layout.addWidget(self.people)
        layout.addLayout(grid)

    def show_changes(self, changes: WhatIf) -> None:
        """Show what becomes of a hundred people like this."""
        t = self._look.t
        self._heading.setText(t("Of 100 people like this, after {year} years", year=changes.year))
        caused = changes.prognosis.model.tells_cause
        words = (
            t("without the event in any case"), t("more with this regimen"),
            t("had it because of the disease") if caused else t("had it"),
            t("had it of other causes"),
        )  # fmt: skip
        self.people.show_counts(changes.people)
        self.people.setAccessibleName(people_words(changes, t))
        for at, (person, count, said) in enumerate(self._legend):
            shown = caused or at < FATES - 1
            for widget in (person, count, said):
                widget.setVisible(shown)
            count.setText(str(changes.people[at]))
            said.setText(words[at])


class People(QWidget):
    """The hundred."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.counts: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_counts(self, counts: tuple[int, ...]) -> None:
        """Show so many of each fate."""
        if counts != self.counts:
            self.counts = counts
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(ROW * CELL[0]), round(ROW * CELL[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fates = [fate for fate, count in enumerate(self.counts) for _ in range(count)]
        for place, fate in enumerate(fates):
            line, column = divmod(place, ROW)
            cell = QRectF(column * CELL[0], line * CELL[1], *CELL)
            paint_person(painter, cell.adjusted(3, 2, -3, -2), fate, self._look)
        painter.end()


class Person(QWidget):
    """One of them, for the legend."""

    def __init__(self, look: Look, fate: int) -> None:
        super().__init__()
        self._look, self._fate = look, fate
        self.setFixedSize(18, 22)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_person(painter, QRectF(2, 2, 14, 18), self._fate, self._look)
        painter.end()


def paint_person(painter: QPainter, area: QRectF, fate: int, look: Look) -> None:
    """Draw one person: full; full with raised arms; an outline crossed out; an outline alone."""
    shape = _figure(area, arms_up=fate == 1)
    if fate <= 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent" if fate == 1 else "faint"))
        painter.drawPath(shape)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("present" if fate == 2 else "soft"), 1.2))
    painter.drawPath(shape)
    if fate == 2:
        painter.drawLine(area.topRight(), area.bottomLeft())


def _figure(area: QRectF, *, arms_up: bool) -> QPainterPath:
    """Head, shoulders and body of a person in a rectangle."""
    width, middle = area.width(), area.center().x()
    head = 0.17 * area.height()
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addEllipse(QPointF(middle, area.top() + head), head, head)
    top = area.top() + 2.35 * head
    body = QRectF(middle - 0.29 * width, top, 0.58 * width, area.bottom() - top)
    trunk = QPainterPath()
    trunk.addRoundedRect(body, 0.22 * width, 0.22 * width)
    path = path.united(trunk)
    arm = 0.16 * width
    for side in (-1, 1):
        limb = QPainterPath()
        x = middle + side * 0.40 * width
        if arms_up:
            high = QRectF(x - arm / 2, area.top(), arm, 0.58 * area.height())
        else:
            high = QRectF(x - arm / 2, top + 1, arm, 0.34 * area.height())
        limb.addRoundedRect(high, arm / 2, arm / 2)
        path = path.united(limb)
    return path
