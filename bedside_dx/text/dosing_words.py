"""The words of a dose, the same on screen, on paper and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.dosing import (
    Basis,
    DoseStatus,
    GfrMethod,
    Organ,
    SurfaceFormula,
    Test,
)
from bedside_dx.text.disease_words import sentence_of
from bedside_dx.text.numbers import decimal

if TYPE_CHECKING:
    from bedside_dx.core.dosing import (
        Choice,
        Dose,
        DoseRow,
        Question,
        Reduction,
        Rounded,
        Source,
        TestFirst,
    )
    from bedside_dx.text.catalogue import Texts


def test_word(test: Test, t: Texts) -> str:
    """What to order."""
    return {
        Test.DPD: t("DPD activity (uracil in plasma or DPYD genotype)"),
        Test.LVEF: t("ejection fraction of the left ventricle"),
        Test.PREGNANCY: t("pregnancy test"),
        Test.HBV: t("hepatitis B (HBsAg, anti-HBc, anti-HBs)"),
    }[test]


def status_words(dose: Dose, t: Texts) -> str:
    """What came of it, in one line."""
    return {
        DoseStatus.DOSE: t("Dose"),
        DoseStatus.ORDER_FIRST: t("Order first: no dose is shown yet"),
        DoseStatus.ASKS: t("A person must decide first: no dose is shown"),
        DoseStatus.NOT_GIVEN: t("Not given: no dose is shown"),
    }[dose.status]


def mg_words(mg: float, t: Texts) -> str:
    """Milligrams as they are written: no more digits than can be measured out."""
    digits = 0 if mg >= 100 else 1 if mg >= 1 else 2
    return f"{decimal(mg, t.language, digits)}\u00a0mg"


def dose_headline(dose: Dose, t: Texts) -> str:
    """Such as: carboplatin 385 mg, day 1, every 21 days."""
    name = t.of(dose.drug.name)
    if dose.mg is None or dose.row is None:
        return t("{drug}: {status}", drug=name, status=status_words(dose, t))
    return t(
        "{drug} {mg}, {schedule}",
        drug=name,
        mg=mg_words(dose.mg, t),
        schedule=schedule_words(dose.row, t),
    )


def schedule_words(row: DoseRow, t: Texts) -> str:
    """How often: times a day, days of the cycle, its length, how many cycles."""
    if not row.cycle_days:
        return t("schedule of the regimen")
    parts: list[str] = []
    if row.times_a_day == 2:
        parts.append(t("twice a day"))
    if row.cycle_days == 1:
        return ", ".join([*parts, t("every day")])
    parts.append(days_words(row.days, t))
    parts.append(t("every {days:count} days", days=row.cycle_days))
    if row.cycles:
        parts.append(t.plural("{n:count} cycle", "{n:count} cycles", row.cycles))
    return ", ".join(parts)


def days_words(days: tuple[int, ...], t: Texts) -> str:
    """Days of a cycle: day 1; days 1 and 8; days 1 to 14."""
    if len(days) == 1:
        return t("day {day:count}", day=days[0])
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return t("days {first:count} to {last:count}", first=days[0], last=days[-1])
    return t("days {days}", days=", ".join(map(str, days)))


def amount_words(row: DoseRow, t: Texts) -> str:
    """The sourced amount, with its unit."""
    unit = {
        Basis.M2: "mg/m²",
        Basis.KG: "mg/kg",
        Basis.FLAT: "mg",
        Basis.AUC: t("target AUC × (renal function + 25)"),
    }[row.basis]
    if row.amount is None:
        return unit
    amount = f"{decimal(row.amount, t.language)}\u00a0{unit}"
    if row.first_amount is None:
        return amount
    first = f"{decimal(row.first_amount, t.language)}\u00a0{unit}"
    return t("{amount} (first time {first})", amount=amount, first=first)


def rounded_words(rounded: Rounded, t: Texts) -> str:
    """Such as: 400 mg (+3.9%): 1 × 450 mg, …."""
    parts = [f"{count} × {mg_words(size, t)}" for size, count in rounded.counts]
    change = decimal(abs(rounded.change) * 100, t.language, 1)
    return t(
        "in whole units {mg} ({change}%): {units}",
        mg=mg_words(rounded.mg, t),
        change=f"{'−' if rounded.change < 0 else '+'}{change}",
        units=" + ".join(parts),
    )


def method_word(method: str, t: Texts) -> str:
    """Name of a formula."""
    return {
        str(SurfaceFormula.MOSTELLER): "Mosteller",
        str(SurfaceFormula.DUBOIS): "Du Bois",
        str(GfrMethod.COCKCROFT_GAULT): "Cockcroft-Gault",
        str(GfrMethod.CKD_EPI): t("CKD-EPI 2021, for this body surface"),
        str(GfrMethod.MEASURED): t("measured"),
    }[method]


def reduction_words(one: Reduction, t: Texts) -> str:
    """What a reduced organ function does to the dose."""
    share = decimal(one.share * 100, t.language, 0)
    if one.organ is Organ.KIDNEY:
        return t("Dose at {share}%: reduced renal function", share=share)
    return t("Dose at {share}%: raised bilirubin", share=share)


def question_words(question: Question, t: Texts) -> str:
    """What a person must decide."""
    return sentence_of(question.code, t, **question.values)


def choice_words(question: Question, choice: Choice, dose: Dose, t: Texts) -> str:
    """An answer with the dose it leads to."""
    mg = "" if choice.mg is None else mg_words(choice.mg, t)
    if question.code == "dose.question.row":
        row = next(one for one in dose.drug.rows if one.key == choice.key)
        setting = sentence_of(row.setting, t)
        said = f"{setting}, {amount_words(row, t)}, {schedule_words(row, t)}"
    else:
        unit = "m²" if question.code == "dose.question.surface" else "mL/min"
        value = decimal(choice.value or 0, t.language, 3 if unit == "m²" else 1)
        said = f"{method_word(choice.key, t)}, {value}\u00a0{unit}"
    said = t("{name}: {said}", name=choice.key, said=said)
    return f"{said} → {mg}" if mg else said


def test_words(one: TestFirst, t: Texts) -> str:
    """A test to order, and whether the dose waits for it."""
    word = test_word(one.test, t)
    return word if one.withholds else t("{test} (treatment need not wait)", test=word)


def source_words(source: Source, t: Texts) -> str:
    """A source as it is cited."""
    if source.kind == "rule":
        return t("Rule of this program: pregnancy is asked for before every drug.")
    known = f"{source.title}, {source.identifier}" if source.identifier else source.title
    return t("{source}; read {day:day}", source=known, day=source.read)
