"""Imports a model by dialog: choose it, answer what its files do not say, wait, done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from bedside_dx.text.questions import format_words
from bedside_dx.ui.answer_form import AnswerForm
from bedside_dx.ui.controls import Button, Words, panel, row
from bedside_dx.ui.model_import import ImportState, ModelImport
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_12, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look


class ImportPanel(QScrollArea):
    """The six states of an import, each with its one next step."""

    def __init__(self, look: Look, work: ModelImport) -> None:
        super().__init__()
        self._look, self._work = look, work
        self._title = Words("section", wrap=True)
        self._why = Words("soft", wrap=True)
        self.folder, self.file = Button(look, "quiet", "folder-open"), Button(look, "quiet", "file")
        self.notice = Notice(look)
        self._found = Words("soft", wrap=True)
        self.form = AnswerForm(look)
        self.familiar = Button(look, "link", "image")
        self._familiar_words = Words("caption", wrap=True)
        self.begin = Button(look, "primary", "download-simple")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self.stop = Button(look, "quiet", "x")
        self.again = Button(look, "quiet", "arrow-left")
        self._connect()
        self._lay_out()
        work.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the state of the import."""
        t, work = self._look.t, self._work
        self._title.setText(t("Import a model"))
        self._why.setText(
            t(
                "A package, a folder of the WSInfer zoo, a MONAI bundle with an ONNX file, or one"
                " ONNX file. It is tried apart from the program before it is installed."
            )
        )
        self.folder.say(t("Choose a folder…"))
        self.file.say(t("Choose a file…"))
        self.stop.say(t("Stop"))
        self.begin.say(t("Import"))
        self.again.say(t("Another model…"))
        self.familiar.say(t("Familiar images (optional)…"))
        self._familiar_words.setText(self._words_on_familiar(t))
        shown = self._shown()
        for widget in self._parts():
            widget.setVisible(widget in shown)
        if work.draft is not None:
            words = format_words(work.draft.source, t)
            name = work.path.name if work.path else ""
            self._found.setText(
                t("{file} is {what}. Please state what it does not say.", file=name, what=words)
            )
        if work.state is ImportState.ASKING and work.draft is not None:
            known = {"name": work.draft.name, "activation": str(work.draft.activation or "")}
            self.form.ask(known, work.questions())
            self.form.complain(work.wrong)
        elif not work.is_busy:
            self.form.clear()
        self._say(t)
        self._judge()

    def _shown(self) -> set[QWidget]:
        state = self._work.state
        if state is ImportState.ASKING:
            return {
                self._found, self.form, self.familiar, self._familiar_words, self.begin, self.again,
            }  # fmt: skip
        shown: dict[ImportState, set[QWidget]] = {
            ImportState.IDLE: {self._why, self.folder, self.file},
            ImportState.LOOKING: {self.notice, self._bar},
            ImportState.WORKING: {self.notice, self._bar, self.stop},
        }
        return shown.get(state, {self.notice, self.again})

    def _parts(self) -> tuple[QWidget, ...]:
        return (
            self._why, self.folder, self.file, self.notice, self._bar, self.stop, self._found,
            self.form, self.familiar, self._familiar_words, self.begin, self.again,
        )  # fmt: skip

    def _say(self, t: Texts) -> None:
        work = self._work
        if work.state is ImportState.LOOKING:
            self.notice.say("hourglass-medium", t("Looking at the model"))
        elif work.state is ImportState.WORKING:
            self.notice.say(
                "hourglass-medium",
                t("Converting and trying the model"),
                t("This takes seconds to minutes. It is installed only if all agrees."),
            )
        elif work.state is ImportState.DONE and work.card is not None:
            card = work.card
            self.notice.say(
                "check-circle",
                t("{name} {version} is installed.", name=card.name, version=card.version),
                "\n".join(card.limits.get(t.language) or card.limits["en"]),
                hue="accent",
            )
        elif work.state is ImportState.REFUSED and work.error is not None:
            what, hint = t.error(work.error)
            self.notice.say("hand-palm", what, hint, hue="suspicious")

    def _words_on_familiar(self, t: Texts) -> str:
        if self._work.familiar is not None:
            return t("From {folder}", folder=self._work.familiar.name)
        return t(
            "A folder of 100 or more images of your own teaches the model what is familiar."
            " Without it, it can't tell unfamiliar tissue."
        )

    def _judge(self) -> None:
        self.begin.setEnabled(self.form.is_complete)

    def _connect(self) -> None:
        self.folder.clicked.connect(self._ask_folder)
        self.file.clicked.connect(self._ask_file)
        self.familiar.clicked.connect(self._ask_familiar)
        self.begin.clicked.connect(lambda: self._work.answer(self.form.answers()))
        self.stop.clicked.connect(self._work.stop)
        self.again.clicked.connect(self._work.forget)
        self.form.edited.connect(self._judge)

    def _lay_out(self) -> None:
        page = panel()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, SPACE_12, 0)
        layout.setSpacing(SPACE_16)
        layout.addWidget(self._title)
        layout.addWidget(self._why)
        chosen = row(self.folder, self.file)
        chosen.addStretch(1)
        layout.addLayout(chosen)
        for widget in (self._found, self.form):
            layout.addWidget(widget)
        layout.addWidget(self.familiar, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._familiar_words)
        layout.addWidget(self.notice)
        layout.addWidget(self._bar)
        buttons = row(self.begin, self.stop, self.again)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)

    def _ask_folder(self) -> None:
        if name := QFileDialog.getExistingDirectory(self, self._look.t("Import a model")):
            self._work.look_at(Path(name))

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self._look.t("Import a model"), "", "ONNX, ZIP (*.onnx *.zip)"
        )
        if name:
            self._work.look_at(Path(name))

    def _ask_familiar(self) -> None:
        if name := QFileDialog.getExistingDirectory(self, self._look.t("Familiar images")):
            self._work.familiar = Path(name)
            self.refresh()
