"""Fields of the patient and the examination, checked as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from bedside_dx.core.case import Case, Patient
from bedside_dx.ui.controls import Words, mark_wrong
from bedside_dx.ui.dates import parse_date, typed_date, written_date

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class PatientForm(QWidget):
    """Identifier, name, birth, accession and specimen; kept with the slide as typed."""

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._filled: object = None
        self.name, self.identifier, self.born = QLineEdit(), QLineEdit(), QLineEdit()
        self.accession, self.specimen = QLineEdit(), QLineEdit()
        self._fields = (self.name, self.identifier, self.born, self.accession, self.specimen)
        self._labels = tuple(Words("heading") for _ in self._fields)
        self._answer = Words("caption", wrap=True)
        self._missing = Words("warning", wrap=True)
        for label, field in zip(self._labels, self._fields, strict=True):
            label.setBuddy(field)
            field.textEdited.connect(self._keep)
        self._lay_out()
        workplace.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the patient of the slide in front; what is being typed stays."""
        t, examination = self._look.t, self._workplace.current
        words = (
            t("Name"), t("Identifier"), t("Born"), t("Accession number"), t("Specimen"),
        )  # fmt: skip
        for label, field, text in zip(self._labels, self._fields, words, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        self.born.setPlaceholderText(t("YYYY-MM-DD"))
        if examination is not None and examination is not self._filled:
            self._filled = examination
            self._fill(examination.case)
        self._judge()

    def _fill(self, case: Case) -> None:
        patient = case.patient
        born = typed_date(patient.born, self._look.language) if patient.born else ""
        values = (patient.name, patient.identifier, born, case.accession, case.specimen)
        for field, value in zip(self._fields, values, strict=True):
            field.setText(value)
            field.setCursorPosition(0)

    def _keep(self) -> None:
        patient = Patient(
            identifier=self.identifier.text().strip(),
            name=self.name.text().strip(),
            born=parse_date(self.born.text()),
        )
        case = Case(patient, self.accession.text().strip(), self.specimen.text().strip())
        self._workplace.edit_case(case)
        self._judge()

    def _judge(self) -> None:
        t, examination = self._look.t, self._workplace.current
        text = self.born.text().strip()
        born = parse_date(text)
        wrong = bool(text) and born is None
        mark_wrong(self.born, wrong)
        if wrong:
            self._answer.setText(t("Not a date yet: write 1958-03-12 or 12/03/1958."))
        else:
            self._answer.setText(written_date(born, self._look.language) if born else "")
        named = examination is not None and examination.case.patient.is_identified
        self._missing.setText(t("Two identifiers are needed to know whose report it is."))
        self._missing.setVisible(examination is not None and not named)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        places = ((0, 0, 2), (2, 0, 1), (2, 1, 1), (5, 0, 2), (7, 0, 2))
        for label, field, (at, column, span) in zip(
            self._labels, self._fields, places, strict=True
        ):
            grid.addWidget(label, at, column, 1, span)
            grid.addWidget(field, at + 1, column, 1, span)
        grid.addWidget(self._answer, 4, 1)
        grid.addWidget(self._missing, 9, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
