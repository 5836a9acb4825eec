"""Over the viewer, while the disease page is open: what follows from what is stated beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress, line, panel, row
from bedside_dx.ui.disease.course_board import CourseBoard
from bedside_dx.ui.disease.notes import Section
from bedside_dx.ui.disease.prognosis_board import PrognosisBoard
from bedside_dx.ui.keyboard import KeepInView
from bedside_dx.ui.theme import SPACE_8, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look


class DiseaseBoard(QWidget):
    """Prognosis or course, at the width of the viewer.

    Signals
    -------
    left
        A person wants to see the slide.
    """

    left = Signal()

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._title = Words("strong")
        self.back = Button(look, "quiet", "image")
        self.back.clicked.connect(self.left)
        self.prognosis, self.course = PrognosisBoard(look, desk), CourseBoard(look, desk)
        self._stack = QStackedWidget()
        for part in (self.prognosis, self.course):
            self._stack.addWidget(_scrolling(part))
        dress(self, "panel")
        head = row(self._title)
        head.addStretch(1)
        head.addWidget(self.back)
        head.setContentsMargins(SPACE_24, SPACE_8, SPACE_24, SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._stack, 1)
        desk.turned.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the part that the page is at."""
        t, section = self._look.t, self._desk.notes.section
        is_course = section is Section.COURSE
        self._title.setText(t("Course") if is_course else t("Prognosis and what if"))
        self.back.say(t("Show the slide"))
        self._stack.setCurrentIndex(1 if is_course else 0)


def _scrolling(part: QWidget) -> QScrollArea:
    page = panel()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
    layout.addWidget(part)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    KeepInView(area)
    return area
