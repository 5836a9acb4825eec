"""The tumour, what was found in it and what was not, and the line of therapy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress, mark_wrong, row, show_when
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16
from bedside_dx.ui.therapy.chips import Chips, Flow

if TYPE_CHECKING:
    from bedside_dx.app.advising import SeenTumour
    from bedside_dx.core.therapy import Unknown
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.desk import TherapyDesk

LINES = (0, 1, 2, 3)
"""Lines of therapy to choose from; 0: not stated, the last: that one or a later one."""


class FindingsForm(QWidget):
    """Stated by a person; what a model saw is only offered."""

    def __init__(self, look: Look, desk: TherapyDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._tumour_heading, self._line_heading = Words("heading"), Words("heading")
        self.tumour = QLineEdit()
        self._names = QStringListModel(self)
        self.tumour.setCompleter(self._completer())
        self.tumour.editingFinished.connect(self._state_tumour)
        self.seen = _Seen(look)
        self.seen.use.clicked.connect(self._take_seen)
        self.unknown = _Asked(look, desk)
        self.refusal = Words("warning", wrap=True)
        self.found, self.negative = Chips(look), Chips(look)
        for chips, is_found in ((self.found, True), (self.negative, False)):
            chips.added.connect(partial(desk.add, is_found=is_found))
            chips.removed.connect(partial(desk.remove, is_found=is_found))
        self.lines = {line: Button(look, "segment") for line in LINES}
        for line, button in self.lines.items():
            button.setCheckable(True)
            button.clicked.connect(partial(desk.choose_line, line))
        self._lay_out()
        desk.turned.connect(self.fill)
        desk.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.fill()

    def fill(self) -> None:
        """Show the notes of the patient in front."""
        self._names.setStringList(list(self._desk.names))
        self.tumour.setText(self._desk.notes.tumour)
        self.refresh()

    def refresh(self) -> None:
        """Show what is stated, and what is wrong with it."""
        t, notes, answer = self._look.t, self._desk.notes, self._desk.answer
        self._tumour_heading.setText(t("Tumour type (OncoTree)"))
        self.tumour.setPlaceholderText(t("lung adenocarcinoma, COADREAD, …"))
        self.tumour.setAccessibleName(t("Tumour type (OncoTree)"))
        if not self.tumour.hasFocus() and self.tumour.text() != notes.tumour:
            self.tumour.setText(notes.tumour)
        self.found.show_findings(notes.found)
        self.negative.show_findings(notes.negative)
        self.found.say(t("Found"), t("EGFR T790M, ALK fusion, MSI-H, …"))
        self.negative.say(t("Looked for, not found"), t("RAS wild type, ALK, …"))
        self._line_heading.setText(t("Line of therapy"))
        words = (t("not stated"), "1", "2", t("{n} or later", n=LINES[-1]))
        for (line, button), text in zip(self.lines.items(), words, strict=True):
            button.say(text)
            button.setAccessibleName(t("Line of therapy: {line}", line=text))
            button.setChecked(line == notes.line)
        self.seen.show_seen(self._desk.seen)
        self.unknown.show_unknown(answer.unknown if answer is not None else ())
        mark_wrong(self.tumour, bool(notes.tumour) and answer is not None and not answer.tumour)
        error = self._desk.error
        self.refusal.setText(" ".join(filter(None, t.error(error))) if error is not None else "")
        show_when(self.refusal, error is not None)

    def _state_tumour(self) -> None:
        if (written := self.tumour.text().strip()) != self._desk.notes.tumour:
            self._desk.state_tumour(written)

    def _take_seen(self) -> None:
        if (seen := self._desk.seen) is not None:
            self._desk.state_tumour(f"{seen.name} ({seen.code})")
            self.tumour.setText(self._desk.notes.tumour)

    def _completer(self) -> QCompleter:
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._desk.state_tumour)
        return completer

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_16)
        field = QVBoxLayout()
        field.setSpacing(SPACE_4)
        field.addWidget(self._tumour_heading)
        field.addWidget(self.tumour)
        layout.addLayout(field)
        for widget in (self.seen, self.refusal, self.unknown, self.found, self.negative):
            layout.addWidget(widget)
        line = QVBoxLayout()
        line.setSpacing(SPACE_4)
        line.addWidget(self._line_heading)
        segments = row(*self.lines.values())
        segments.addStretch(1)
        line.addLayout(segments)
        layout.addLayout(line)


class _Seen(QWidget):
    """The tumour a model saw, and the one click that states it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title, self._state = Words("strong", wrap=True), Words("caption", wrap=True)
        self.use = Button(look, "quiet", "check")
        dress(self, "well")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_4)
        layout.addWidget(self._title)
        layout.addWidget(self._state)
        last = row(self.use)
        last.addStretch(1)
        layout.addLayout(last)

    def show_seen(self, seen: SeenTumour | None) -> None:
        """Offer it, or nothing."""
        show_when(self, seen is not None)
        if seen is not None:
            t = self._look.t
            value = f"{seen.name} ({seen.code})"
            self._title.setText(t("Seen on this slide: {value}", value=value))
            self._state.setText(
                t("AI-derived, needs confirmation. It is not used until you say so.")
            )
            self.use.say(t("Use it"))
            self.use.setAccessibleName(t("Use what was seen on this slide: {value}", value=value))


class _Asked(QWidget):
    """What no pack knows, and the nearest names, each a click."""

    def __init__(self, look: Look, desk: TherapyDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._shown: tuple[Unknown, ...] | None = None
        self._language = ""
        self.names: list[Button] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_4)
        self.hide()

    def show_unknown(self, unknown: tuple[Unknown, ...]) -> None:
        """Ask what was meant."""
        t = self._look.t
        if (unknown, t.language) == (self._shown, self._language):
            return
        self._shown, self._language = unknown, t.language
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()  # it goes only with the loop's next turn
                widget.deleteLater()
        self.names = []
        for one in unknown:
            self._layout.addWidget(self._part(one))
        show_when(self, bool(unknown))

    def _part(self, one: Unknown) -> QWidget:
        t, desk = self._look.t, self._desk
        part = QWidget()
        dress(part, "well")
        layout = QVBoxLayout(part)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_4)
        said = Words("warning", wrap=True)
        day = max(pack.evidence_date for pack in desk.packs)
        said.setText(
            t("“{input}” is not in the knowledge packs ({day:day}).", input=one.written, day=day)
        )
        layout.addWidget(said)
        if one.nearest:
            asked = Words("soft")
            asked.setText(t("Did you mean"))
            layout.addWidget(asked)
        holder = QWidget()
        flow = Flow(holder)
        for name in one.nearest:
            button = Button(self._look, "quiet")
            button.say(name)
            button.clicked.connect(partial(desk.mean, one.written, name))
            flow.addWidget(button)
            self.names.append(button)
        layout.addWidget(holder)
        return part
