"""The inspector's last page: whose report it is, where it goes, and what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QLineEdit, QScrollArea, QVBoxLayout

from bedside_dx.text import LANGUAGES
from bedside_dx.text.mark_words import marks_sentence
from bedside_dx.text.words import verdict_headline
from bedside_dx.ui.case_folder import folder_of
from bedside_dx.ui.controls import Button, Words, line, panel, row
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.patient_form import PatientForm
from bedside_dx.ui.theme import SPACE_4, SPACE_16, SPACE_24
from bedside_dx.ui.untraced import untraced
from bedside_dx.ui.written_files import WrittenFiles

if TYPE_CHECKING:
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

_LANGUAGE_NAMES = {"en": "English", "fr": "Français"}


class ReportPage(QScrollArea):
    """Patient, language, folder; then the files that were written.

    Signals
    -------
    folder_opened
        Path of the folder that a person asked to see.
    """

    folder_opened = Signal(object)

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._language: str | None = None
        self._seen: tuple[Path, ...] = ()
        self._stand = Words("soft", wrap=True)
        self.left_out = Words("warning", wrap=True)
        self.form = PatientForm(look, workplace)
        self._language_heading = Words("heading")
        self._languages = QButtonGroup(self)
        self.languages = {code: Button(look, "segment") for code in LANGUAGES}
        for number, button in enumerate(self.languages.values()):
            button.setCheckable(True)
            self._languages.addButton(button, number)
        self._languages.idClicked.connect(self._use_language)
        self._folder_heading = Words("heading")
        self.folder = QLineEdit()
        self.choose = Button(look, "icon", "folder-open")
        self.choose.clicked.connect(self._choose_folder)
        self.folder.textEdited.connect(self._keep_folder)
        self.written = WrittenFiles(look)
        self.failure = Notice(look)
        self.written.folder_wanted.connect(self._open_folder)
        self._lay_out()
        workplace.changed.connect(self.refresh)
        workplace.switched.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the report of the slide in front will hold."""
        t, examination = self._look.t, self._workplace.current
        self._language_heading.setText(t("Language of the report"))
        self._folder_heading.setText(t("Folder"))
        self.folder.setAccessibleName(t("Folder of the report"))
        self.choose.say(t("Choose the folder…"))
        for code, button in self.languages.items():
            button.say(_LANGUAGE_NAMES[code])
            button.setChecked(code == self.language)
        self._stand.setText(self._stand_words(examination))
        error = examination.plan_error if examination is not None else None
        if error is not None:
            said = (t("The plan on record is left out of the report."), *t.error(error))
            self.left_out.setText(" ".join(filter(None, said)))
        self.left_out.setVisible(error is not None)
        known = examination is not None
        for widget in (self.folder, self.choose, self.form):
            widget.setEnabled(known)
        if examination is None:
            self.folder.clear()
            self.written.hide()
            self.failure.hide()
            return
        folder = str(folder_of(examination))
        if self.folder.text() != folder:
            self.folder.setText(folder)
            self.folder.setCursorPosition(len(folder))
        self.written.show_files(examination.saved)
        self._show_failure(examination)
        if examination.saved and examination.saved != self._seen:
            QTimer.singleShot(0, lambda: self.ensureWidgetVisible(self.written))
        self._seen = examination.saved

    @property
    def language(self) -> str:
        """Language of the report: that of the window until another one is chosen."""
        return self._language or self._look.language

    def save(self) -> None:
        """Write the report of the slide in front."""
        if examination := self._workplace.current:
            self._workplace.save(folder_of(examination), self.language)

    def _stand_words(self, examination: Examination | None) -> str:
        t = self._look.t
        if examination is not None and examination.marked is not None:
            return marks_sentence(t)
        if examination is None or examination.report is None:
            return t("The report can be saved once the slide is analysed.")
        report = examination.report
        return t("On paper: {verdict}", verdict=verdict_headline(report.diagnosis, report.model, t))

    def _show_failure(self, examination: Examination) -> None:
        error = examination.save_error
        self.failure.setVisible(error is not None)
        if error is not None:
            what, hint = self._look.t.error(error)
            self.failure.say("warning-circle", what, hint, hue="suspicious")

    def _use_language(self, number: int) -> None:
        self._language = LANGUAGES[number]
        self.refresh()

    def _keep_folder(self, text: str) -> None:
        if (examination := self._workplace.current) and text.strip():
            examination.folder = Path(text.strip()).expanduser()

    def _choose_folder(self) -> None:
        with untraced():
            chosen = QFileDialog.getExistingDirectory(
                self, self._look.t("Folder of the report"), self.folder.text()
            )
        if chosen:
            self._keep_folder(chosen)
            self.refresh()

    def _open_folder(self, folder: Path) -> None:
        self.folder_opened.emit(folder)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _lay_out(self) -> None:
        page = panel()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
        layout.setSpacing(SPACE_16)
        layout.addWidget(self._stand)
        layout.addWidget(self.left_out)
        layout.addWidget(self.form)
        layout.addWidget(line())
        language = QVBoxLayout()
        language.setSpacing(SPACE_4)
        language.addWidget(self._language_heading)
        buttons = row(*self.languages.values())
        buttons.addStretch(1)
        language.addLayout(buttons)
        layout.addLayout(language)
        folder = QVBoxLayout()
        folder.setSpacing(SPACE_4)
        folder.addWidget(self._folder_heading)
        folder.addLayout(row(self.folder, self.choose))
        layout.addLayout(folder)
        layout.addWidget(self.failure)
        layout.addWidget(self.written)
        layout.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
