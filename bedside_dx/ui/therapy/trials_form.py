"""What trials ask of a person beside the tumour, and the packs they come from."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from bedside_dx.core.dosing import Sex
from bedside_dx.ui.controls import Button, Words, line, row, show_when
from bedside_dx.ui.theme import SPACE_4, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.trials_desk import TrialsDesk

ECOG = (0, 1, 2, 3, 4)
PRIOR = (0, 1, 2, 3)


class TrialsForm(QWidget):
    """Nothing has to be stated: what is not counts as unknown, and hides no trial."""

    def __init__(self, look: Look, desk: TrialsDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._how = Words("soft", wrap=True)
        self._headings = {name: Words("heading") for name in ("sex", "ecog", "stage", "prior")}
        self.sexes = {sex: self._segment("sex", sex) for sex in Sex}
        self.ecog = {value: self._segment("ecog", value) for value in ECOG}
        self.prior = {value: self._segment("prior_lines", value) for value in PRIOR}
        self.stage = QLineEdit()
        self.stage.editingFinished.connect(self._state_stage)
        self._packs, self.refusal = Words("caption", wrap=True), Words("warning", wrap=True)
        self.bring = Button(look, "quiet", "download-simple")
        self.bring.clicked.connect(self._ask)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._lay_out()
        desk.changed.connect(self.refresh)
        desk.therapy.turned.connect(self.fill)
        look.changed.connect(self.refresh)
        self.fill()

    def fill(self) -> None:
        """Show the notes of the patient in front."""
        self.stage.setText(self._desk.notes.stage)
        self.refresh()

    def refresh(self) -> None:
        """Show what is stated, and the packs."""
        t, desk, notes = self._look.t, self._desk, self._desk.notes
        self._how.setText(
            t("Tumour and findings are those of the options. What is not stated counts as unknown:"
              " no trial is hidden for it.")
        )  # fmt: skip
        titles = {"sex": t("Sex"), "ecog": t("ECOG performance status"), "stage": t("Stage"),
                  "prior": t("Prior lines of therapy")}  # fmt: skip
        for name, words in self._headings.items():
            words.setText(titles[name])
        for sex, button in self.sexes.items():
            button.say({Sex.FEMALE: t("female"), Sex.MALE: t("male")}[sex])
            button.setChecked(notes.sex is sex)
        for buttons, chosen, title in (
            (self.ecog, notes.ecog, titles["ecog"]),
            (self.prior, notes.prior_lines, titles["prior"]),
        ):
            for value, button in buttons.items():
                button.say(str(value))
                button.setAccessibleName(f"{title}: {value}")
                button.setChecked(value == chosen)
        self.stage.setPlaceholderText(t("IIIB, IV, …"))
        self.stage.setAccessibleName(titles["stage"])
        self.bring.say(t("Import trials…"))
        self.bring.setEnabled(not desk.is_busy)
        show_when(self._bar, desk.is_busy)
        self._packs.setText(self._said())
        error = desk.error
        self.refusal.setText(" ".join(filter(None, t.error(error))) if error is not None else "")
        show_when(self.refusal, error is not None)

    def _said(self) -> str:
        t, found = self._look.t, self._desk.found
        if found is None:
            return t("No trials are kept here. A pack, or an export of ClinicalTrials.gov as JSON.")
        lines: list[str] = []
        for pack in found.packs:
            said = t.plural("{name}: {n:count} trial, as of {day:day}, {licence}",
                            "{name}: {n:count} trials, as of {day:day}, {licence}",
                            len(pack.trials), name=pack.name, day=pack.made,
                            licence=pack.licence)  # fmt: skip
            if pack.name in found.old:
                said += " " + t("{name} is older than a year.", name=pack.name)
            lines.append(said)
        return "\n".join(lines)

    def _segment(self, name: str, value: object) -> Button:
        button = Button(self._look, "segment")
        button.setCheckable(True)
        button.clicked.connect(partial(self._state, name, value))
        return button

    def _state(self, name: str, value: object) -> None:
        notes = self._desk.notes
        setattr(notes, name, None if getattr(notes, name) == value else value)
        self._desk.match()

    def _state_stage(self) -> None:
        self._desk.notes.stage = self.stage.text().strip()
        self._desk.match()

    def _ask(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self._look.t("Import trials"), "", "JSON (*.json)"
        )
        if path:
            self._desk.bring(Path(path), self._look.t)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_16)
        layout.addWidget(self._how)
        for name, buttons in (("sex", self.sexes), ("ecog", self.ecog), ("prior", self.prior)):
            part = QVBoxLayout()
            part.setSpacing(SPACE_4)
            part.addWidget(self._headings[name])
            segments = row(*buttons.values())
            segments.addStretch(1)
            part.addLayout(segments)
            layout.addLayout(part)
        field = QVBoxLayout()
        field.setSpacing(SPACE_4)
        field.addWidget(self._headings["stage"])
        field.addWidget(self.stage)
        layout.addLayout(field)
        layout.addWidget(line())
        layout.addWidget(self._packs)
        last = row(self.bring)
        last.addStretch(1)
        layout.addLayout(last)
        layout.addWidget(self._bar)
        layout.addWidget(self.refusal)
