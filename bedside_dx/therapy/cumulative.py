"""How much of an anthracycline a person has had, and how much is left."""

from __future__ import annotations

from dataclasses import dataclass

from bedside_dx.core.dosing import DoseTable, Drug, Person
from bedside_dx.core.errors import DoseError


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a life has held of a drug, everything in mg/m² of that drug.

    Attributes
    ----------
    earlier
        Of all anthracyclines, turned into this drug.
    limit
        Sum that is not passed.
    """

    earlier: float
    limit: float

    @property
    def left(self) -> float:
        """What may still be given."""
        return max(self.limit - self.earlier, 0.0)

    def times(self, mg_m2: float) -> int:
        """How often such a dose fits into what is left."""
        return int(self.left / mg_m2 + 1e-9)


def exposure(drug: Drug, person: Person, table: DoseTable) -> Exposure | None:
    """Earlier exposure against the drug's limit; None for a drug without one.

    Raises
    ------
    DoseError
        ``dose.unknown-earlier``: no source turns that drug into doxorubicin.
    """
    if drug.limit is None or drug.equivalence is None:
        return None
    doxorubicin = 0.0
    for name, mg_m2 in (person.earlier_mg_m2 or {}).items():
        if name not in table.equivalences:
            known = ", ".join(table.equivalences)
            raise DoseError("dose.unknown-earlier", name=name, known=known)
        doxorubicin += mg_m2 * table.equivalences[name]
    after = drug.limit.mg_m2_after_radiation
    limit = after if person.had_heart_radiation and after is not None else drug.limit.mg_m2
    return Exposure(doxorubicin / drug.equivalence, limit)
