"""Where a plan is composed: the whole, each line, and how it is recorded, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, row
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_16
from bedside_dx.ui.therapy.about_form import AboutForm
from bedside_dx.ui.therapy.line_form import LineForm
from bedside_dx.ui.therapy.plan_notes import RECORD
from bedside_dx.ui.therapy.record_form import RecordForm

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.plan_desk import PlanDesk


class PlanForm(QWidget):
    """A list of the parts, and the form of one of them.

    Signals
    -------
    dose_wanted
        A person wants to work out a dose for the line in front.
    """

    dose_wanted = Signal()

    def __init__(self, look: Look, desk: PlanDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self.part = Picker(look)
        self.part.setSizeAdjustPolicy(Picker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.part.setMinimumContentsLength(10)
        self.part.activated.connect(lambda: desk.turn_to(str(self.part.currentData())))
        self.add_line = Button(look, "quiet", "plus")
        self.add_line.clicked.connect(desk.add_line)
        self.shown: AboutForm | LineForm | RecordForm | None = None
        head = row(self.part, self.add_line)
        head.setStretch(0, 1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_16)
        self._layout.addLayout(head)
        desk.turned.connect(self._fill)
        desk.changed.connect(self.refresh)
        look.changed.connect(self._fill)
        self._fill()

    def refresh(self) -> None:
        """Show the words of the part in front."""
        t = self._look.t
        self.part.setAccessibleName(t("Part of the plan"))
        self.add_line.say(t("Line"), more=t("Add a line of treatment"))
        for at, line in enumerate(self._desk.notes.lines, start=1):
            name = t("Line {n:count}: {name}", n=at, name=line.name or "…")
            if at < self.part.count() and self.part.itemText(at) != name:
                self.part.setItemText(at, name)
        if self.shown is not None:
            self.shown.refresh()

    def _fill(self) -> None:
        """Make the form of the part that is turned to; the keyboard stays at its place."""
        t, notes = self._look.t, self._desk.notes
        self.part.clear()
        self.part.addItem(t("The plan as a whole"), "")
        for line in notes.lines:
            self.part.addItem("", line.key)
        self.part.addItem(t("Record and write files"), RECORD)
        self.part.setCurrentIndex(max(self.part.findData(notes.part), 0))
        at = self._place_of_focus()
        if self.shown is not None:
            self._layout.removeWidget(self.shown)
            self.shown.hide()
            self.shown.deleteLater()
        self.shown = self._make()
        self._layout.addWidget(self.shown)
        self.refresh()
        self._bring_focus(at)

    def _make(self) -> AboutForm | LineForm | RecordForm:
        if self._desk.notes.part == RECORD:
            return RecordForm(self._look, self._desk)
        if (line := self._desk.notes.line) is None:
            return AboutForm(self._look, self._desk)
        made = LineForm(self._look, self._desk, line)
        made.dose_wanted.connect(self.dose_wanted)
        return made

    def _place_of_focus(self) -> str:
        focused = QApplication.focusWidget()
        if focused is None or self.shown is None or not self.shown.isAncestorOf(focused):
            return ""
        return focused.accessibleName()

    def _bring_focus(self, name: str) -> None:
        if not name or self.shown is None:
            return
        for widget in self.shown.findChildren(QWidget):
            if widget.accessibleName() == name and widget.isEnabled():
                widget.setFocus()
                return
