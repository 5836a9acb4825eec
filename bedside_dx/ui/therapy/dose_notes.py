"""What a person states for a dose. No Qt in here, no result either."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside_dx.core.dosing import GfrMethod, SurfaceFormula

OF_A_DRUG = ("auc", "percent", "creatinine-floor-umol-l")
"""What is stated for one drug and not for the next."""


@dataclass(eq=False)
class DoseNotes:
    """What is stated of one patient, and of the drug that is looked at.

    Attributes
    ----------
    row
        Sourced dose that a person chose; empty: none yet.
    texts
        By key of the input, as typed; a choice by its code.
    earlier
        mg/m² of anthracyclines given earlier, by name, as typed.
    confirmed
        Keys of inputs whose unusual value a person has confirmed.
    age_by_birth
        Age that was taken from the date of birth, as it would be typed; empty for none.
    in_mg_dl
        Whether creatinine and bilirubin are typed in mg/dL.
    surface, gfr
        The formula that a person chose where two disagree.
    """

    drug: str = ""
    row: str = ""
    texts: dict[str, str] = field(default_factory=dict[str, str])
    earlier: dict[str, str] = field(default_factory=dict[str, str])
    confirmed: set[str] = field(default_factory=set[str])
    age_by_birth: str = ""
    in_mg_dl: bool = False
    is_first: bool = False
    surface: SurfaceFormula | None = None
    gfr: GfrMethod | None = None

    def choose(self, drug: str) -> None:
        """Look at another drug: what was stated of the person stays."""
        if drug != self.drug:
            self.drug = drug
            self.choose_row("")
            for key in OF_A_DRUG:
                self.texts.pop(key, None)
                self.confirmed.discard(key)

    def choose_row(self, row: str) -> None:
        """Choose one of the drug's doses."""
        self.row = row
        self.is_first = False
        self.surface = self.gfr = None

    def state(self, key: str, text: str) -> None:
        """Take what was typed; what was confirmed or chosen of an earlier value no longer is."""
        if text != self.texts.get(key, ""):
            self.texts[key] = text
            self.confirmed.discard(key)
            self.surface = self.gfr = None

    def turn_unit(self, *, in_mg_dl: bool) -> None:
        """Type creatinine and bilirubin in the other unit: numbers of the one before go."""
        if in_mg_dl is not self.in_mg_dl:
            self.in_mg_dl = in_mg_dl
            for key in ("creatinine-umol-l", "bilirubin-umol-l"):
                self.texts.pop(key, None)
                self.confirmed.discard(key)
