"""How a model is asked about treatments: by flags, by one choice, or by a regimen alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.prognosis import Entry, Input, ModelFacts, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE = "s"
"""Letter of no further treatment."""


@dataclass(frozen=True)
class TreatmentPlan:
    """What a window has to ask about a model's treatments.

    Attributes
    ----------
    choice
        Input that names one of the treatments, or none; its codes in the order of `by_code`.
    others
        Inputs about treatments that no toggle stands for, such as a dose.
    """

    facts: ModelFacts
    choice: Input | None
    others: tuple[Input, ...]

    @property
    def all_keys(self) -> frozenset[str]:
        """Every treatment."""
        return frozenset(treatment.key for treatment in self.facts.treatments)

    def generations(self, key: str) -> Input | None:
        """Input that says which kind of a treatment, where there are several."""
        flag = self.facts.treatment(key).flag
        wanted = self.facts.input(flag) if flag else None
        return wanted if wanted and len(wanted.choices or ()) > 2 else None

    def toggled(self, given: frozenset[str], key: str) -> frozenset[str]:
        """Treatments after one is touched; what can't be given beside it goes."""
        if key in given:
            return given - {key}
        mine = self.facts.treatment(key)
        beside = {
            one.key
            for one in self.facts.treatments
            if one.replaces == key or one.key == mine.replaces
        }
        return (given - beside) | {key}

    def flags(self, given: frozenset[str], entries: Mapping[str, Entry]) -> dict[str, Entry]:
        """What says that treatments are in question, for those that are looked at."""
        flags: dict[str, Entry] = {}
        for treatment in self.facts.treatments:
            if treatment.flag and treatment.key in given:
                codes = [
                    code for code in self.facts.input(treatment.flag).choices or (1.0,) if code
                ]
                stated = entries.get(treatment.flag)
                kept = stated.value if stated is not None and stated.value in codes else codes[-1]
                flags[treatment.flag] = Entry(kept)
        if self.choice is not None:
            flags[self.choice.key] = Entry(self._code(given))
        return flags

    def regimen(self, given: frozenset[str]) -> str:
        """The treatments in the letters that the model reads."""
        keys = [one.key for one in self.facts.treatments if one.key in given]
        return " ".join(keys) or NONE

    def _code(self, given: frozenset[str]) -> float:
        assert self.choice is not None
        codes = list(self.choice.choices or ())
        for code, treatment in zip(codes[1:], self.facts.treatments, strict=False):
            if treatment.key in given:
                return code
        return codes[0]


def plan_of(facts: ModelFacts) -> TreatmentPlan:
    """What to ask about a model's treatments."""
    asked = [wanted for wanted in facts.inputs if wanted.role is Role.TREATMENT]
    flags = {treatment.flag for treatment in facts.treatments}
    rest = [wanted for wanted in asked if wanted.key not in flags]
    choice = next((w for w in rest if w.choices is not None and facts.treatments), None)
    return TreatmentPlan(facts, choice, tuple(w for w in rest if w is not choice))
