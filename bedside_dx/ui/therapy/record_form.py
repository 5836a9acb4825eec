"""Who records the plan and why; opening one; and the files that are made of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from bedside_dx.text.message import mark
from bedside_dx.ui.confirm_row import ConfirmRow
from bedside_dx.ui.controls import Button, Words, line, row
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12
from bedside_dx.ui.therapy.typed import TypedChoice, TypedField
from bedside_dx.ui.untraced import untraced
from bedside_dx.ui.written_files import WrittenFiles

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.plan_desk import PlanDesk

LANGUAGE_NAMES = {"en": "English", "fr": "Français"}


class RecordForm(QWidget):
    """A version with who and why, then the exports."""

    def __init__(self, look: Look, desk: PlanDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        notes = desk.notes
        self._heading, self._stand = Words("strong"), Words("soft", wrap=True)
        self.who, self.why = TypedField(notes.who), TypedField(notes.why)
        self.who.edited.connect(partial(self._state, "who"))
        self.why.edited.connect(partial(self._state, "why"))
        self.record = Button(look, "primary", "check")
        self.record.clicked.connect(desk.record)
        self.why.field.returnPressed.connect(self._record)
        self.open = Button(look, "quiet", "folder-open")
        self.start_over = ConfirmRow(look, "arrow-counter-clockwise")
        self.open.clicked.connect(self._open)
        self.start_over.confirmed.connect(desk.start_over)
        self.failure = Notice(look)
        self._export_heading, self._export_why = Words("strong"), Words("soft", wrap=True)
        self.kinds = {kind: Button(look, "segment") for kind in EXPORT_KINDS}
        for button in self.kinds.values():
            button.setCheckable(True)
            button.clicked.connect(self._keep_kinds)
        for kind in EXPORT_KINDS if notes.kinds is None else notes.kinds:
            self.kinds[kind].setChecked(True)
        self.languages = TypedChoice(look, LANGUAGE_NAMES, self.language)
        self.languages.chosen.connect(self._use_language)
        self._folder_heading = Words("heading")
        self.folder = QLineEdit(notes.folder or str(desk.folder))
        self.folder.textEdited.connect(self._keep_folder)
        self.choose = Button(look, "icon", "folder-open")
        self.choose.clicked.connect(self._choose_folder)
        self.export = Button(look, "quiet", "export")
        self.export.clicked.connect(self._export)
        self.written = WrittenFiles(look, mark("These files were written"))
        self.written.folder_wanted.connect(_show_folder)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done now."""
        t, desk, notes = self._look.t, self._desk, self._desk.notes
        self._heading.setText(t("Record this version"))
        self._stand.setText(self._stand_words(t))
        self.who.say(t("Who"), hint=t("Dr A. Lefèvre"))
        self.why.say(t("Why"), hint=t("Tumour board"))
        self.record.say(t("Record the plan") if notes.kept is None else t("Record the change"))
        said = bool(notes.who.strip()) and bool(notes.why.strip())
        is_whole = desk.plan is not None and not desk.is_busy
        self.record.setEnabled(is_whole and said and desk.is_changed)
        self.open.say(t("Open a plan…"), more=t("Record or clear what is typed first"))
        self.open.setEnabled(notes.is_blank or not desk.is_changed)
        self.start_over.say(
            t("Back to what is on record") if notes.kept is not None else t("Clear the plan"),
            t("What is typed and not recorded is lost."),
        )
        self.start_over.setVisible(not notes.is_blank and desk.is_changed)
        self.failure.setVisible(notes.error is not None)
        if notes.error is not None:
            what, hint = t.error(notes.error)
            self.failure.say("warning-circle", what, hint, hue="suspicious")
        self._say_export(t)

    def _stand_words(self, t: Texts) -> str:
        desk, notes = self._desk, self._desk.notes
        if desk.is_busy:
            return t("Working")
        if desk.plan is None:
            return t("Not whole yet: the board says what is still to be stated.")
        if notes.kept is None:
            where = str(notes.path or desk.folder)
            return t("Nothing is recorded yet. It goes to {folder}.", folder=where)
        if desk.is_changed:
            return t("Changed since version {n:count}. A change needs a name and a reason.",
                     n=notes.kept.version)  # fmt: skip
        return t("On record: version {n:count}, {file}.", n=notes.kept.version, file=notes.path)

    def _say_export(self, t: Texts) -> None:
        desk, notes = self._desk, self._desk.notes
        ready = notes.kept is not None and not desk.is_changed and not desk.is_busy
        self._export_heading.setText(t("Files made of the plan"))
        self._export_why.setText(t("Record the plan first: files are made of what is on record."))
        self._export_why.setVisible(not ready and not desk.is_busy)
        names = (
            t("Tumour board sheet (PDF)"), t("Sheet for the patient (PDF)"), t("Calendar (.ics)"),
            "FHIR R4B", t("Data (JSON)"),
        )  # fmt: skip
        for button, words in zip(self.kinds.values(), names, strict=True):
            button.say(words)
        self.languages.say(t("Language of the files"), LANGUAGE_NAMES)
        self._folder_heading.setText(t("Folder"))
        self.folder.setAccessibleName(t("Folder of the files"))
        self.choose.say(t("Choose the folder…"))
        self.export.say(t("Write the files"))
        chosen = any(button.isChecked() for button in self.kinds.values())
        self.export.setEnabled(ready and chosen and bool(self.folder.text().strip()))
        self.written.show_files(notes.written)

    # --- acts --------------------------------------------------------------------------

    def _state(self, name: str, text: str) -> None:
        setattr(self._desk.notes, name, text)
        self._desk.soon()

    def _record(self) -> None:
        if self.record.isEnabled():
            self._desk.record()

    def _open(self) -> None:
        t = self._look.t
        with untraced():
            name, _ = QFileDialog.getOpenFileName(
                self, t("Open a plan…"), str(self._desk.folder), "JSON (*.json)"
            )
        if name:
            self._desk.open(Path(name))

    @property
    def language(self) -> str:
        """Language of the files: that of the window until another one is chosen."""
        return self._desk.notes.language or self._look.language

    def _use_language(self, language: str | None) -> None:
        if language is None:  # one of them stays chosen
            self.languages.buttons[self.language].setChecked(True)
        else:
            self._desk.notes.language = language

    def _keep_kinds(self) -> None:
        self._desk.notes.kinds = {kind for kind, b in self.kinds.items() if b.isChecked()}
        self.refresh()

    def _keep_folder(self, text: str) -> None:
        self._desk.notes.folder = text.strip()
        self.refresh()

    def _choose_folder(self) -> None:
        with untraced():
            chosen = QFileDialog.getExistingDirectory(
                self, self._look.t("Folder of the files"), self.folder.text()
            )
        if chosen:
            self.folder.setText(chosen)
            self._keep_folder(chosen)

    def _export(self) -> None:
        kinds = [kind for kind, button in self.kinds.items() if button.isChecked()]
        folder = Path(self.folder.text().strip()).expanduser()
        self._desk.export(kinds, folder, self.language)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        for widget in (self._heading, self._stand, self.who, self.why):
            layout.addWidget(widget)
        acts = row(self.record)
        acts.addStretch(1)
        layout.addLayout(acts)
        layout.addWidget(self.failure)
        opening = row(self.open)
        opening.addStretch(1)
        layout.addLayout(opening)
        layout.addWidget(self.start_over)
        layout.addWidget(line())
        layout.addWidget(self._export_heading)
        layout.addWidget(self._export_why)
        kinds = QVBoxLayout()
        kinds.setSpacing(SPACE_4)
        for button in self.kinds.values():
            kind = row(button)
            kind.addStretch(1)
            kinds.addLayout(kind)
        layout.addLayout(kinds)
        layout.addWidget(self.languages)
        folder = QGridLayout()
        folder.setSpacing(SPACE_4)
        folder.setHorizontalSpacing(SPACE_8)
        folder.addWidget(self._folder_heading, 0, 0)
        folder.addWidget(self.folder, 1, 0)
        folder.addWidget(self.choose, 1, 1)
        layout.addLayout(folder)
        exports = row(self.export)
        exports.addStretch(1)
        layout.addLayout(exports)
        layout.addWidget(self.written)


EXPORT_KINDS = ("rcp", "patient", "ics", "fhir", "json")
"""In the order of the buttons."""


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
