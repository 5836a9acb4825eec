"""What must be known before a treatment, and what forbids it."""

from __future__ import annotations

from dataclasses import dataclass

from bedside_dx.core.dosing import Dpd, Drug, Hbv, Person, Question, Sex, Test, TestFirst, Wish
from bedside_dx.core.errors import DoseError
from bedside_dx.core.remark import Remark

PARTIAL_FROM, COMPLETE_FROM = 16.0, 150.0
"""ng/mL of uracil in plasma, INCa and HAS 2018 (source `uracil` of the table)."""
LEAST_LVEF = 50.0
"""Percent below which a person decides first (source `lvef-50` of the table)."""
CHILDBEARING_UNTIL = 55.0
"""Years up to which a woman's pregnancy status is asked for."""


@dataclass(frozen=True)
class Readiness:
    """Tests that are missing, what a person must decide, and what forbids the treatment."""

    order_first: tuple[TestFirst, ...] = ()
    questions: tuple[Question, ...] = ()
    reasons: tuple[Remark, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def is_withheld(self) -> bool:
        """Whether a test is missing without which no dose is shown."""
        return any(one.withholds for one in self.order_first)


def readiness(drug: Drug, person: Person, wish: Wish) -> Readiness:
    """Look at the tests that belong to a drug.

    Hepatitis B is asked for and withholds nothing: its source says not to delay treatment.

    Raises
    ------
    DoseError
        ``dose.contradicts``: uracil and the stated DPD activity do not agree.
    """
    dpd = dpd_of(person)
    known = {
        Test.DPD: dpd is not None,
        Test.LVEF: person.lvef_percent is not None,
        Test.PREGNANCY: person.is_pregnant is not None or not may_be_pregnant(person),
        Test.HBV: person.hbv is not None,
    }
    missing = tuple(
        TestFirst(test, test is not Test.HBV, source)
        for test, source in drug.tests.items()
        if not known[test]
    )
    return Readiness(
        missing,
        _questions(drug, person, wish, dpd),
        _reasons(drug, person, dpd),
        _remarks(drug, person),
    )


def dpd_of(person: Person) -> Dpd | None:
    """DPD activity, as stated or by uracil; raises as `readiness`."""
    if person.uracil_ng_ml is None:
        return person.dpd
    if person.uracil_ng_ml >= COMPLETE_FROM:
        found = Dpd.COMPLETE
    else:
        found = Dpd.PARTIAL if person.uracil_ng_ml >= PARTIAL_FROM else Dpd.NORMAL
    if person.dpd not in (None, found):
        raise DoseError("dose.contradicts", uracil=person.uracil_ng_ml)
    return found


def may_be_pregnant(person: Person) -> bool:
    """Whether the pregnancy status matters; where sex or age is not stated it does."""
    if person.sex is Sex.MALE:
        return False
    return person.age is None or person.age <= CHILDBEARING_UNTIL


def _questions(drug: Drug, person: Person, wish: Wish, dpd: Dpd | None) -> tuple[Question, ...]:
    asked: list[Question] = []
    if Test.DPD in drug.tests and dpd is Dpd.PARTIAL and (wish.percent or 100) >= 100:
        asked.append(Question("dose.question.dpd-partial", {}))
    low = person.lvef_percent is not None and person.lvef_percent < LEAST_LVEF
    if Test.LVEF in drug.tests and low and "lvef-percent" not in person.confirmed:
        asked.append(Question("dose.question.lvef", {"lvef": person.lvef_percent or 0}))
    return tuple(asked)


def _reasons(drug: Drug, person: Person, dpd: Dpd | None) -> tuple[Remark, ...]:
    reasons: list[Remark] = []
    if Test.DPD in drug.tests and dpd is Dpd.COMPLETE:
        reasons.append(Remark("dose.reason.dpd-complete"))
    if Test.PREGNANCY in drug.tests and person.is_pregnant:
        reasons.append(Remark("dose.reason.pregnant"))
    return tuple(reasons)


def _remarks(drug: Drug, person: Person) -> tuple[Remark, ...]:
    if Test.HBV not in drug.tests or person.hbv in (None, Hbv.NEGATIVE):
        return ()
    is_chronic = person.hbv is Hbv.CHRONIC
    return (Remark("dose.remark.hbv-chronic" if is_chronic else "dose.remark.hbv-past"),)
