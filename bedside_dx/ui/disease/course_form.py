"""What is followed, from where it comes, and the visits of a size to type."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Elided, Words, line, row, show_when
from bedside_dx.ui.disease.notes import Followed, Visit
from bedside_dx.ui.disease.seen_row import SeenRow
from bedside_dx.ui.keyboard import in_order, stops_in
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_8, SPACE_12
from bedside_dx.ui.untraced import untraced

if TYPE_CHECKING:
    from bedside_dx.core.disease_picture import Offer
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look

MOST_VISITS = 40


class CourseForm(QWidget):
    """Kind, table, patient of the table, and visits one by one."""

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self.kinds = {followed: Button(look, "segment") for followed in Followed}
        for followed, button in self.kinds.items():
            button.setCheckable(True)
            button.clicked.connect(partial(self._follow, followed))
        self._hint = Words("soft", wrap=True)
        self.open = Button(look, "quiet", "folder-open")
        self.open.clicked.connect(self.ask_for_table)
        self._columns = Words("caption", wrap=True)
        self._source = Elided("strong")
        self.patient = Picker(look)
        self.patient.activated.connect(lambda: desk.courses.choose(self.patient.currentText()))
        self.type_instead = Button(look, "flush", "pencil-simple")
        self.type_instead.clicked.connect(desk.courses.type_instead)
        self.immune = Button(look, "segment")
        self.immune.setCheckable(True)
        self.immune.clicked.connect(self._judge_immune)
        self.seen = SeenRow(look)
        self.seen.taken.connect(self._take)
        self.add = Button(look, "flush", "plus")
        self.add.clicked.connect(self._add_visit)
        self.days: list[QLineEdit] = []
        self.values: list[QLineEdit] = []
        self._visits: QWidget | None = None
        self._lay_out()
        desk.turned.connect(self.fill)
        desk.courses.filled.connect(self.fill)
        look.changed.connect(self.fill)
        self.fill()

    def ask_for_table(self) -> None:
        """Open a table from a file dialog."""
        t = self._look.t
        with untraced():
            name, _ = QFileDialog.getOpenFileName(
                self, t("Open a table of visits"), "", "CSV (*.csv)"
            )
        if name:
            self._desk.courses.open(Path(name))

    def fill(self) -> None:
        """Show what is noted."""
        t, notes = self._look.t, self._desk.notes
        course, is_lesions = notes.course, notes.followed is Followed.LESIONS
        words = {Followed.LESIONS: t("Lesions"), Followed.SIZE: t("One size"), Followed.PSA: "PSA"}
        for followed, button in self.kinds.items():
            button.say(words[followed])
            button.setChecked(followed is notes.followed)
        self._hint.setText(
            t("Response by RECIST 1.1 at each visit.")
            if is_lesions
            else t("Where it may go, with an interval of 90% beside the line “no change”.")
        )
        self.open.say(t("Open a table…"))
        self._columns.setText(
            t(
                "CSV with the columns lesion, day, organ, target; id, node, long_mm, short_mm,"
                " slice_mm, state"
            )
            if is_lesions
            else t("CSV with the columns id, day, value")
        )
        self.immune.say(t("Also iRECIST, under immunotherapy"))
        self.immune.setChecked(course.immune)
        show_when(self.immune, is_lesions)
        has_file = course.source is not None
        self._source.setText(course.source.name if course.source else "")
        self._source.setVisible(has_file)
        self.type_instead.say(t("Put the table away and type"))
        show_when(self.type_instead, has_file)
        show_when(self.patient, has_file and len(course.patients) > 1)
        self.patient.setAccessibleName(t("Patient in the table"))
        self.patient.clear()
        self.patient.addItems(list(course.patients))
        self.patient.setCurrentText(course.patient)
        self._make_visits()

    def _make_visits(self) -> None:
        t, notes = self._look.t, self._desk.notes
        if self._visits is not None:
            self._layout.removeWidget(self._visits)
            self._visits.hide()
            self._visits.deleteLater()
        self._visits = QWidget()
        self.days, self.values = [], []
        is_typed = notes.followed is not Followed.LESIONS
        self.add.say(t("One more visit"))
        show_when(self.add, is_typed)
        offer = self._desk.offer_for("lesion-mm") if notes.followed is Followed.SIZE else None
        value = t("{mm:decimal} mm", mm=offer.value) if offer is not None else ""
        used = any(visit.is_seen for visit in notes.course.visits)
        self.seen.show_offer(offer, value, used=used)
        grid = QGridLayout(self._visits)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_8)
        if is_typed:
            unit = t("PSA, ng/mL") if notes.followed is Followed.PSA else t("Size, mm")
            for column, text in enumerate((t("Day or date"), unit)):
                head = Words("heading")
                head.setText(text)
                grid.addWidget(head, 0, column)
            for at, visit in enumerate(notes.course.visits):
                self._make_visit(grid, at, visit, unit)
        self._layout.insertWidget(self._layout.indexOf(self.seen) + 1, self._visits)
        in_order([self.seen.use, *stops_in(self._visits), self.add])

    def _make_visit(self, grid: QGridLayout, at: int, visit: Visit, unit: str) -> None:
        t = self._look.t
        day, value = QLineEdit(visit.day), QLineEdit(visit.value)
        day.setAccessibleName(t("Day of visit {n}", n=at + 1))
        value.setAccessibleName(t("{what} at visit {n}", what=unit, n=at + 1))
        day.textEdited.connect(partial(self._state, visit, "day"))
        value.textEdited.connect(partial(self._state, visit, "value"))
        grid.addWidget(day, at + 1, 0)
        grid.addWidget(value, at + 1, 1)
        self.days.append(day)
        self.values.append(value)

    def _state(self, visit: Visit, key: str, text: str) -> None:
        setattr(visit, key, text)
        visit.is_crowded = False
        if key == "value":
            visit.is_seen = False
        self._desk.courses.soon()

    def _follow(self, followed: Followed) -> None:
        self._desk.notes.followed = followed
        self._desk.turn_to(self._desk.notes.section)

    def _judge_immune(self) -> None:
        self._desk.notes.course.immune = self.immune.isChecked()
        self._desk.courses.judge()

    def _add_visit(self) -> None:
        visits = self._desk.notes.course.visits
        if len(visits) < MOST_VISITS:
            visits.append(Visit())
            self.fill()

    def _take(self, offer: Offer) -> None:
        """Put what was seen into the first visit without a value; its day stays to be stated."""
        visits = self._desk.notes.course.visits
        if all(visit.value.strip() for visit in visits):
            visits.append(Visit())
        free = next(visit for visit in visits if not visit.value.strip())
        free.value, free.is_seen = f"{offer.value:g}", True
        self.fill()
        self._desk.courses.soon()

    def _lay_out(self) -> None:
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_12)
        kinds = row(*self.kinds.values())
        kinds.addStretch(1)
        self._layout.addLayout(kinds)
        self._layout.addWidget(self._hint)
        opening = row(self.open)
        opening.addStretch(1)
        self._layout.addLayout(opening)
        for widget in (self._columns, self._source, self.patient):
            self._layout.addWidget(widget)
        for button in (self.type_instead, self.immune):
            holder = row(button)
            holder.addStretch(1)
            self._layout.addLayout(holder)
        self._layout.addWidget(line())
        self._layout.addWidget(self.seen)
        adding = row(self.add)
        adding.addStretch(1)
        self._layout.addLayout(adding)
