"""The inspector's second page: how far the disease is, what is associated with it, how it goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, line, panel, row
from bedside_dx.ui.disease.course_form import CourseForm
from bedside_dx.ui.disease.desk import DiseaseDesk
from bedside_dx.ui.disease.notes import Section
from bedside_dx.ui.disease.prognosis_form import PrognosisForm
from bedside_dx.ui.disease.staging_form import StagingForm
from bedside_dx.ui.keyboard import KeepInView
from bedside_dx.ui.theme import SPACE_8, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class DiseasePage(QWidget):
    """Three parts, one at a time: what is stated is here, what follows is on the board."""

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look = look
        self.desk = DiseaseDesk(workplace, self)
        self.staging = StagingForm(look, self.desk)
        self.prognosis = PrognosisForm(look, self.desk)
        self.course = CourseForm(look, self.desk)
        self.sections: dict[Section, Button] = {}
        for section in Section:
            button = Button(look, "segment")
            button.setCheckable(True)
            button.clicked.connect(partial(self.desk.turn_to, section))
            self.sections[section] = button
        self._stack = QStackedWidget()
        self._areas = [_scrolling(form) for form in (self.staging, self.prognosis, self.course)]
        for area in self._areas:
            self._stack.addWidget(area)
        head = row(*self.sections.values(), spacing=SPACE_8)
        head.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._stack, 1)
        self.desk.turned.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def needs_room(self) -> bool:
        """Whether what follows is shown on the board, at the width of the viewer."""
        return self.desk.notes.section is not Section.STAGE

    def refresh(self) -> None:
        """Show the part that a person turned to."""
        t, section = self._look.t, self.desk.notes.section
        words = (t("Stage"), t("Prognosis"), t("Course"))
        for (known, button), text in zip(self.sections.items(), words, strict=True):
            button.say(text)
            button.setChecked(known is section)
        self._stack.setCurrentIndex(tuple(Section).index(section))


def _scrolling(form: QWidget) -> QScrollArea:
    page = panel()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
    layout.addWidget(form)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    KeepInView(area)
    return area
