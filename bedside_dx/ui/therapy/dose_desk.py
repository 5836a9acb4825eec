"""The dose that follows from what is stated of one patient; form and board listen to it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.dosing import asked_of, converted, dose, dose_table
from bedside_dx.core.dosing import DoseStatus, Dpd, GfrMethod, Hbv, Sex, SurfaceFormula
from bedside_dx.core.errors import DoseError, Phrase
from bedside_dx.ui.dates import years_between
from bedside_dx.ui.therapy.dose_notes import DoseNotes

if TYPE_CHECKING:
    from bedside_dx.app.dosing import Asked
    from bedside_dx.core.dosing import Choice, Dose, DoseTable, Drug
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.workplace import Workplace

NEEDS_A_CLICK = frozenset({"dose.slip", "dose.pounds", "dose.proportions"})
"""Errors that a person's confirmation settles."""
NUMBERS = (
    "age", "height-cm", "weight-kg", "creatinine-umol-l", "gfr-ml-min", "bilirubin-umol-l",
    "uracil-ng-ml", "lvef-percent", "auc", "percent", "creatinine-floor-umol-l",
)  # fmt: skip
WORDS = {"sex": Sex, "dpd": Dpd, "hbv": Hbv}
IN_MG_DL = frozenset({"creatinine-umol-l", "bilirubin-umol-l"})


class DoseDesk(QObject):
    """Notes of the patient in front, and the dose.

    Signals
    -------
    changed
        Something was stated, and what follows from it is known.
    turned
        Another patient or drug: the form is to be filled again.
    field_wanted
        Key of the input that a person wants to state now.
    """

    changed = Signal()
    turned = Signal()
    field_wanted = Signal(str)

    def __init__(self, workplace: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._notes: dict[Examination | None, DoseNotes] = {}
        self.table: DoseTable = dose_table()
        self.drugs: dict[str, Drug] = {drug.key: drug for drug in self.table.drugs}
        self.asked: tuple[Asked, ...] = ()
        self.values: dict[str, float] = {}
        self.flaws: dict[str, DoseError] = {}
        self.error: DoseError | None = None
        self.found: Dose | None = None
        self._pace = QTimer(self, interval=0, singleShot=True)
        self._pace.timeout.connect(self.compute)
        self._seen_born: date | None = None
        workplace.switched.connect(self.turn)
        workplace.changed.connect(self._follow)
        self.turn()

    # --- what is known -----------------------------------------------------------------

    @property
    def notes(self) -> DoseNotes:
        """What is stated of the patient in front; what is stated without a slide stays apart."""
        return self._notes.setdefault(self._workplace.current, DoseNotes())

    @property
    def drug(self) -> Drug | None:
        """The drug that is looked at."""
        return self.drugs.get(self.notes.drug)

    @property
    def is_calm(self) -> bool:
        """Whether all that was stated has been worked out."""
        return not self._pace.isActive()

    @property
    def missing(self) -> tuple[Asked, ...]:
        """What is needed and not stated."""
        texts = self.notes.texts
        return tuple(
            one for one in self.asked if one.needed and not texts.get(one.wanted.key, "").strip()
        )

    @property
    def first_mg(self) -> float | None:
        """The loading dose, mg, where the row has one."""
        found = self.found
        if found is None or found.row is None or found.row.first_amount is None:
            return None
        stated: dict[str, Any] = self._stated() | {"is_first": True}
        return dose(self.notes.drug, **stated).mg

    # --- what a person states ----------------------------------------------------------

    def choose(self, drug: str) -> None:
        """Look at another drug."""
        self.notes.choose(drug)
        self.turn()

    def choose_row(self, row: str) -> None:
        """Choose one of the drug's doses; empty: none."""
        self.notes.choose_row(row)
        self.turn()

    def answer(self, code: str, choice: Choice) -> None:
        """Answer a question of the dose."""
        if code == "dose.question.row":
            self.choose_row(choice.key)
            return
        if code == "dose.question.surface":
            self.notes.surface = SurfaceFormula(choice.key)
        else:
            self.notes.gfr = GfrMethod(choice.key)
        self.soon()

    def state(self, key: str, text: str) -> None:
        """State an input as typed."""
        before = [one.wanted.key for one in self.asked]
        self.notes.state(key, text)
        self._ask()
        if [one.wanted.key for one in self.asked] != before:
            self.turn()
        else:
            self.soon()

    def state_earlier(self, name: str, text: str) -> None:
        """State how much of an anthracycline was given earlier."""
        self.notes.earlier[name] = text
        self.notes.confirmed.discard("earlier")
        self.soon()

    def confirm(self, key: str) -> None:
        """Confirm an unusual value."""
        self.notes.confirmed.add(key)
        self.soon()

    def turn_unit(self, *, in_mg_dl: bool) -> None:
        """Type creatinine and bilirubin in the other unit."""
        self.notes.turn_unit(in_mg_dl=in_mg_dl)
        self.turn()

    def soon(self) -> None:
        """Compute with the next turn of the loop."""
        self._pace.start()

    # --- what follows ------------------------------------------------------------------

    def compute(self) -> None:
        """Work out what the notes give, and tell it."""
        self._pace.stop()
        self._ask()
        self.flaws, self.error, self.found = {}, None, None
        if self.drug is not None:
            stated = self._stated()
            if not self.flaws:
                self._work_out(stated)
        self.changed.emit()

    def turn(self) -> None:
        """Work out what the notes give, and have the form filled again."""
        self._take_age()
        self.compute()
        self.turned.emit()

    # --- inside ------------------------------------------------------------------------

    @property
    def _born(self) -> date | None:
        current = self._workplace.current
        return current.case.patient.born if current is not None else None

    def _follow(self) -> None:
        """Follow the date of birth, which is stated on the report's page."""
        if self._born != self._seen_born:
            self.turn()

    def _take_age(self) -> None:
        """Take the age from the date of birth, until a person states another."""
        notes, born = self.notes, self._born
        self._seen_born = born
        if notes.texts.get("age", "") == notes.age_by_birth:
            today = date.today()  # noqa: DTZ011 - of this desk
            notes.age_by_birth = "" if born is None else str(years_between(born, today))
            notes.texts["age"] = notes.age_by_birth

    def _ask(self) -> None:
        texts, drug = self.notes.texts, self.drug
        age = _number(texts.get("age", ""))
        self.asked = asked_of(drug, self.notes.row, self._word("sex"), age) if drug else ()

    def _work_out(self, stated: dict[str, Any]) -> None:
        try:
            self.found = dose(self.notes.drug, **stated)
        except DoseError as error:
            key = "age" if error.code == "dose.child" else str(error.values.get("key", ""))
            if error.code == "dose.contradicts":
                key = "uracil-ng-ml"
            if error.code == "dose.missing":
                pass  # `missing` names all of it
            elif key in {one.wanted.key for one in self.asked}:
                self.flaws[key] = error
            else:
                self.error = error

    def _stated(self) -> dict[str, Any]:
        """What is stated, as `app.dosing.dose` takes it; what can't be read is a flaw."""
        notes = self.notes
        asked = {one.wanted.key for one in self.asked}
        self.values = {}
        stated: dict[str, Any] = {}
        for key in NUMBERS:
            if key in asked and (number := self._read(key)) is not None:
                self.values[key] = stated[key.replace("-", "_")] = number
        for key in WORDS:
            if key in asked:
                stated[key] = self._word(key)
        if "is-pregnant" in asked and (text := notes.texts.get("is-pregnant")):
            stated["is_pregnant"] = text == "1"
        stated["had_heart_radiation"] = (
            "had-heart-radiation" in asked and notes.texts.get("had-heart-radiation") == "1"
        )
        if "had-earlier" in asked:
            stated["earlier"] = self._earlier()
        confirmed = notes.confirmed | (IN_MG_DL if notes.in_mg_dl else set[str]())
        return stated | {
            "row": notes.row, "surface": notes.surface, "gfr": notes.gfr, "confirmed": confirmed,
            "is_first": notes.is_first,
        }  # fmt: skip

    def _read(self, key: str) -> float | None:
        text = self.notes.texts.get(key, "").strip()
        if not text:
            return None
        number = _number(text)
        if number is None:
            self.flaws[key] = self._no_number(key, text)
            return None
        if not (key in IN_MG_DL and self.notes.in_mg_dl):
            return number
        try:
            return converted(key, number, self._confirmed_mg_dl())
        except DoseError as error:
            self.flaws[key] = error
            return None

    def _confirmed_mg_dl(self) -> set[str]:
        return {key.replace("umol-l", "mg-dl") for key in self.notes.confirmed & IN_MG_DL}

    def _earlier(self) -> dict[str, float] | None:
        stated = self.notes.texts.get("had-earlier", "")
        if not stated:
            return None
        found: dict[str, float] = {}
        if stated == "1":
            for name, text in self.notes.earlier.items():
                number = _number(text)
                if number is not None:
                    found[name] = number
                elif text.strip():
                    self.flaws["had-earlier"] = self._no_number("had-earlier", text)
        return found

    def _no_number(self, key: str, text: str) -> DoseError:
        wanted = next(one.wanted for one in self.asked if one.wanted.key == key)
        return DoseError("dose.not-a-number", name=Phrase(wanted.label), key=key, value=text)

    def _word(self, key: str) -> str | None:
        text = self.notes.texts.get(key, "")
        return str(tuple(WORDS[key])[int(text)]) if text else None

    @property
    def is_ready(self) -> bool:
        """Whether there is a dose that can go into a plan."""
        return self.found is not None and self.found.status is DoseStatus.DOSE


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
