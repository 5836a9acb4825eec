"""A form and a board of plans side by side, and the hands that fill them in."""

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from bedside_dx.app.dosing import dose
from bedside_dx.core.case import Case, Patient
from bedside_dx.core.plan import Intent
from bedside_dx.core.settings import Settings
from bedside_dx.ui.examination import Examination
from bedside_dx.ui.look import Look
from bedside_dx.ui.therapy.line_form import LineForm
from bedside_dx.ui.therapy.plan_board import PlanBoard
from bedside_dx.ui.therapy.plan_desk import PlanDesk
from bedside_dx.ui.therapy.plan_form import PlanForm
from bedside_dx.ui.therapy.plan_notes import RECORD
from bedside_dx.ui.workplace import Workplace
from tests.ui.conftest import WAIT_MS

WOMAN = {
    "age": 56, "sex": "female", "height_cm": 170, "weight_kg": 70, "creatinine_umol_l": 70,
    "bilirubin_umol_l": 9, "lvef_percent": 62, "hbv": "negative", "earlier": {},
}  # fmt: skip


TUMOUR = {"age": 56, "size": 24, "grade": 3, "nodes": 2, "er": 1, "her2": 0, "ki67": 1, "pr": 1,
          "screen": 0, "smoker": 0, "gen": 3}  # fmt: skip


MARIE = Patient(identifier="000123", name="Example, Marie", born=date(1970, 4, 2))


class Desk(QWidget):
    """Form and board side by side, as the window has them, for a case in a folder."""

    def __init__(self, language: str, folder: Path) -> None:
        super().__init__()
        self.look = Look(language)
        self.workplace = Workplace(Settings())
        examination = Examination(folder / "slide.tif")
        examination.folder, examination.case = folder, Case(MARIE)
        self.workplace.examinations, self.workplace.current = [examination], examination
        self.modelled = None
        self.desk = PlanDesk(self.workplace, self, lambda: self.modelled)
        self.form, self.board = PlanForm(self.look, self.desk), PlanBoard(self.look, self.desk)
        layout = QHBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.board, 2)
        layout.addWidget(self.form, 1)
        self.resize(1200, 1400)

    @property
    def line(self) -> LineForm:
        """The form of the line that is shown."""
        assert isinstance(self.form.shown, LineForm)
        return self.form.shown


def shown(qtbot, language: str, folder: Path):
    made = Desk(language, folder)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    calm(qtbot, made)
    yield made
    made.workplace.close()


def calm(qtbot, place: Desk) -> None:
    qtbot.waitUntil(lambda: place.desk.is_calm, timeout=WAIT_MS)


def write(qtbot, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def compose(qtbot, place: Desk) -> None:
    """Everything a plan needs, typed as a person does."""
    place.desk.turn_to("")
    about = place.form.shown
    for name, text in {
        "title": "Adjuvant treatment", "tumour": "Breast", "ecog_on": "12/11/2026",
    }.items():  # fmt: skip
        write(qtbot, about.fields[name].field, text)
    about.intent.buttons[Intent.CURATIVE].click()
    about.ecog.buttons[0].click()
    write(qtbot, about.texts["preferences"].field, "Plays the cello.")
    place.desk.add_dose(dose("epirubicin", row="epirubicin-fec100", **WOMAN), None)
    line = place.line
    write(qtbot, line.name.field, "FEC 100")
    write(qtbot, line.steps[0].fields["start"].field, "2026-12-07")
    write(qtbot, line.stopping.field, "unacceptable toxicity")
    line.add_test.click()
    write(qtbot, place.line.monitoring[0][0].field, "Blood count")
    place.line.add_assessment.click()
    for field, text in zip(
        place.line.assessments[0][:3], ("Ultrasound", "2026-11-24", "9"), strict=True
    ):
        write(qtbot, field.field, text)
    calm(qtbot, place)


def record(qtbot, place: Desk, who: str = "Dr A", why: str = "tumour board") -> None:
    place.desk.turn_to(RECORD)
    form = place.form.shown
    write(qtbot, form.who.field, who)
    write(qtbot, form.why.field, why)
    calm(qtbot, place)
    assert form.record.isEnabled()
    form.record.click()
    calm(qtbot, place)
