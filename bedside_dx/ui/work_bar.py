"""At the foot of the inspector: the one next action, or how far the running one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.text.words import not_resumable_words, resumed_words
from bedside_dx.ui.controls import Button, Words, dress, line, show_when
from bedside_dx.ui.examination import State
from bedside_dx.ui.progress_words import progress_words
from bedside_dx.ui.share_bar import ShareBar
from bedside_dx.ui.theme import SPACE_8, SPACE_12, SPACE_24

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class WorkBar(QWidget):
    """Run, cancel, save: always in the same place.

    Signals
    -------
    save_wanted
        A person asks to save the report.
    """

    save_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._workplace = look, workplace
        self.note = Words("caption", wrap=True)
        self._words = Words("soft", wrap=True)
        self._bar = ShareBar(look)
        self.run = Button(look, "primary", "play")
        self.again = Button(look, "quiet", "arrow-clockwise")
        self.enough = Button(look, "quiet", "check")
        self.cancel = Button(look, "quiet", "stop")
        self.save = Button(look, "primary", "floppy-disk")
        self.run.clicked.connect(workplace.run)
        self.again.clicked.connect(workplace.run)
        self.enough.clicked.connect(workplace.stop_here)
        self.cancel.clicked.connect(workplace.cancel)
        self.save.clicked.connect(self.save_wanted)
        dress(self, "panel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line())
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_24, SPACE_12, SPACE_24, SPACE_12)
        inner.setSpacing(SPACE_8)
        inner.addWidget(self.note)
        inner.addWidget(self._words)
        inner.addWidget(self._bar)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        for button in (self.run, self.save, self.again, self.enough, self.cancel):
            buttons.addWidget(button, 1 if button.property("kind") == "primary" else 0)
        inner.addLayout(buttons)
        layout.addLayout(inner)
        workplace.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer what can be done with the slide in front."""
        t, examination = self._look.t, self._workplace.current
        state = examination.state if examination else None
        busy = examination is not None and examination.is_busy
        done = state is State.DONE
        show_when(self, examination is not None and examination.is_open)
        show_when(self.run, not busy and not done)
        show_when(self.save, done)
        show_when(self.again, done)
        show_when(self.cancel, busy)
        so_far = examination.so_far if examination and busy else None
        show_when(self.enough, so_far is not None and so_far.is_stable)
        self.enough.setEnabled(state is State.WORKING)
        self._bar.setVisible(busy)
        can_run = examination is not None and examination.can_run and not self._workplace.is_running
        can_run = can_run and self._workplace.hindrance is None
        self.run.setEnabled(can_run)
        self.again.setEnabled(can_run)
        self.cancel.setEnabled(state is State.WORKING)
        self._name_buttons(t, examination)
        note = _note_words(examination, t) if busy else ""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        words = self._line(examination, t)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        if examination is not None:
            self._bar.show_share(examination.pace.share)
            self._bar.setAccessibleName(words)

    def _name_buttons(self, t: Texts, examination: Examination | None) -> None:
        stopped = examination is not None and examination.state in {State.STOPPED, State.FAILED}
        diagnosis = examination.diagnosis if examination else None
        partial = diagnosis is not None and not diagnosis.is_final
        self.run.say(t("Go on") if stopped else t("Run the analysis"), keys="Ctrl+R")
        self.again.say(t("Read the rest") if partial else t("Run again"), keys="Ctrl+R")
        self.enough.say(
            t("Stop here"), more=t("The verdict is settled: end with it, leave the rest unread.")
        )
        self.cancel.say(t("Cancel"), keys="Esc")
        self.save.say(t("Save the report"), keys="Ctrl+S")

    def _line(self, examination: Examination | None, t: Texts) -> str:
        if examination is None or not examination.is_open:
            return ""
        if examination.is_busy:
            return progress_words(examination, t)
        return "" if examination.state is State.DONE else self._missing(examination, t)

    def _missing(self, examination: Examination, t: Texts) -> str:
        if self._workplace.is_running:
            return t("Another slide is being analysed; this one can follow.")
        if examination.study is not None and not examination.study.is_complete:
            return t("The study is still being read.")
        if self._workplace.rules.error is not None:
            return t("Settle the rules of the verdict first.")
        if examination.choice is None:
            return t("Choose a model first.")
        return t("Enter the scale first.") if examination.needs_scale else ""


def _note_words(examination: Examination | None, t: Texts) -> str:
    """What the running analysis said of an earlier reading, and of keeping this one."""
    if examination is None:
        return ""
    notes: list[str] = []
    if examination.resumed is not None:
        notes.append(resumed_words(examination.resumed, t))
    if examination.not_resumable is not None:
        notes.append(not_resumable_words(examination.not_resumable, t))
    return " ".join(notes)
