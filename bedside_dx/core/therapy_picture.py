"""What is proposed for one patient, as it stood when the report was saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bedside_dx.core.dosing import Dose
    from bedside_dx.core.plan import KeptPlan, PlanEvent
    from bedside_dx.core.remark import Remark
    from bedside_dx.core.therapy import Options


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options were asked for, as it was written.

    Attributes
    ----------
    line
        Line of therapy, from 1 on; 0 where it was not stated.
    """

    tumour: str
    alterations: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, eq=False)
class TherapyPicture:
    """Options with their evidence, doses and the plan: proposed, never prescribed.

    What nobody asked for is None or empty, and has no place in a report.

    Attributes
    ----------
    taken
        The day of the snapshot; the age of the evidence counts from it.
    asked, options
        Both or neither.
    plan, events, remarks
        The plan, every day of it, and what is worth a look in it.
    doses
        Worked out beside the plan.
    """

    taken: date
    asked: Asked | None = None
    options: Options | None = None
    plan: KeptPlan | None = None
    events: tuple[PlanEvent, ...] = ()
    remarks: tuple[Remark, ...] = ()
    doses: tuple[Dose, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is proposed."""
        return self.options is None and self.plan is None and not self.doses
