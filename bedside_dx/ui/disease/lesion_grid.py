"""Lesions by visit, to type: a size in mm or a word in each cell."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from bedside_dx.core.response import LesionState
from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.disease.notes import Lesion
from bedside_dx.ui.disease.open_picker import OpenPicker
from bedside_dx.ui.disease.visit_words import cell_words, state_words, typed_cell
from bedside_dx.ui.keyboard import in_order, stops_in
from bedside_dx.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look

MOST_VISITS, MOST_LESIONS = 8, 12
NAME, ORGAN, DAY = 72, 84, 108


class LesionGrid(QWidget):
    """A row a lesion, a column a visit; nothing is judged here."""

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._hint = Words("soft", wrap=True)
        self._holder: QWidget | None = None
        self.add_lesion, self.add_visit = (
            Button(look, "flush", "plus"),
            Button(look, "flush", "plus"),
        )
        self.add_lesion.clicked.connect(self._add_lesion)
        self.add_visit.clicked.connect(self._add_visit)
        self.days: list[QLineEdit] = []
        self.names: list[QLineEdit] = []
        self.organs: list[QLineEdit] = []
        self.cells: dict[tuple[int, int], OpenPicker] = {}
        self.nodes: list[Button] = []
        self.targets: list[Button] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_8)
        self._layout.addWidget(self._hint)
        buttons = row(self.add_lesion, self.add_visit)
        buttons.addStretch(1)
        self._layout.addLayout(buttons)
        desk.turned.connect(self.fill)
        desk.courses.filled.connect(self.fill)
        look.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Make the fields of what is noted."""
        t, course = self._look.t, self._desk.notes.course
        self._hint.setText(
            t("Sizes in mm: of a lymph node the short axis, of all else the longest diameter.")
        )
        self.add_lesion.say(t("One more lesion"))
        self.add_visit.say(t("One more visit"))
        self.add_lesion.setEnabled(len(course.lesions) < MOST_LESIONS)
        self.add_visit.setEnabled(len(course.days) < MOST_VISITS)
        if self._holder is not None:
            self._layout.removeWidget(self._holder)
            self._holder.hide()
            self._holder.deleteLater()
        self._holder = QWidget()
        grid = QGridLayout(self._holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_4)
        grid.setVerticalSpacing(SPACE_8)
        heads = (t("Lesion"), t("Organ"), "", "", *(t("day") for _ in course.days))
        for column, text in enumerate(heads):
            head = Words("heading")
            head.setText(text)
            grid.addWidget(head, 0, column)
        self._make_days(grid)
        self.names, self.organs, self.nodes, self.targets, self.cells = [], [], [], [], {}
        for at, lesion in enumerate(course.lesions):
            self._make_lesion(grid, at, lesion)
        grid.setColumnStretch(4 + len(course.days), 1)
        self._layout.insertWidget(1, self._holder)
        in_order([*stops_in(self._holder), self.add_lesion, self.add_visit])

    def _make_days(self, grid: QGridLayout) -> None:
        t, course = self._look.t, self._desk.notes.course
        self.days = []
        for at, text in enumerate(course.days):
            field = QLineEdit(text)
            field.setMaximumWidth(DAY)
            field.setAccessibleName(t("Day of visit {n}", n=at + 1))
            field.textEdited.connect(partial(self._state_day, at))
            grid.addWidget(field, 1, 4 + at)
            self.days.append(field)

    def _make_lesion(self, grid: QGridLayout, at: int, lesion: Lesion) -> None:
        t = self._look.t
        name, organ = QLineEdit(lesion.name), QLineEdit(lesion.organ)
        name.setFixedWidth(NAME)
        organ.setFixedWidth(ORGAN)
        name.setAccessibleName(t("Name of lesion {n}", n=at + 1))
        organ.setAccessibleName(t("Organ of lesion {n}", n=at + 1))
        name.textEdited.connect(partial(self._state_word, lesion, "name"))
        organ.textEdited.connect(partial(self._state_word, lesion, "organ"))
        node, target = (Button(self._look, "segment") for _ in range(2))
        for button, key, words in (
            (node, "is_node", t("node")), (target, "is_target", t("target"))
        ):  # fmt: skip
            button.say(words)
            button.setAccessibleName(t("Lesion {n}: {what}", n=at + 1, what=words))
            button.setCheckable(True)
            button.setChecked(bool(getattr(lesion, key)))
            button.clicked.connect(partial(self._state_flag, lesion, key))
        for column, widget in enumerate((name, organ, node, target)):
            grid.addWidget(widget, 2 + at, column, Qt.AlignmentFlag.AlignTop)
        self.names.append(name)
        self.organs.append(organ)
        self.nodes.append(node)
        self.targets.append(target)
        for visit in range(len(self._desk.notes.course.days)):
            grid.addWidget(self._make_cell(at, visit, lesion), 2 + at, 4 + visit)

    def _make_cell(self, at: int, visit: int, lesion: Lesion) -> OpenPicker:
        t = self._look.t
        lesion.cells += [""] * (visit + 1 - len(lesion.cells))
        cell = OpenPicker(self._look)
        cell.setFixedWidth(DAY)
        states = state_words(t)
        offered = [LesionState.GONE, LesionState.TOO_SMALL, LesionState.NOT_ASSESSED]
        if not lesion.is_target:
            offered = list(states)
        cell.offer([states[state] for state in offered], cell_words(lesion.cells[visit], t))
        cell.name(t("Lesion {n}, visit {visit}", n=at + 1, visit=visit + 1))
        cell.stated.connect(partial(self._state_cell, lesion, visit))
        self.cells[at, visit] = cell
        return cell

    def _state_day(self, at: int, text: str) -> None:
        self._desk.notes.course.days[at] = text
        self._desk.courses.soon()

    def _state_word(self, lesion: Lesion, key: str, text: str) -> None:
        setattr(lesion, key, text)
        self._desk.courses.soon()

    def _state_flag(self, lesion: Lesion, key: str, on: bool) -> None:
        setattr(lesion, key, on)
        self._desk.courses.soon()
        self.fill()

    def _state_cell(self, lesion: Lesion, visit: int, text: str) -> None:
        lesion.cells[visit] = typed_cell(text, self._look.t)
        self._desk.courses.soon()

    def _add_lesion(self) -> None:
        course = self._desk.notes.course
        course.lesions.append(Lesion(cells=[""] * len(course.days)))
        self.fill()

    def _add_visit(self) -> None:
        self._desk.notes.course.days.append("")
        self.fill()
