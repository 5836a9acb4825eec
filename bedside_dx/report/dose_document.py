"""A dose, and the table of sourced doses, as plain values; keys stay English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.dosing import DoseStatus
from bedside_dx.text.disease_words import remark_words, sentence_of
from bedside_dx.text.dosing_words import (
    question_words,
    reduction_words,
    schedule_words,
    test_words,
)

if TYPE_CHECKING:
    from bedside_dx.core.dosing import Dose, DoseRow, DoseTable, Estimate, Source
    from bedside_dx.text import Texts


def dose_document(dose: Dose, t: Texts) -> dict[str, object]:
    """The same as plain values; ``dose_mg`` is null unless ``status`` is ``dose``."""
    return {
        "drug": dose.drug.key,
        "status": str(dose.status),
        "dose_mg": None if dose.mg is None else round(dose.mg, 3),
        "exact_mg": None if dose.exact_mg is None else round(dose.exact_mg, 3),
        "full_mg": None if dose.full_mg is None else round(dose.full_mg, 3),
        "row": None if dose.row is None else row_document(dose.row, t),
        "rounded": None
        if dose.rounded is None
        else {
            "mg": dose.rounded.mg,
            "units": {f"{size:g}": count for size, count in dose.rounded.counts},
            "change": round(dose.rounded.change, 4),
            "within": dose.rounded.within,
        },
        "bsa": [_estimate(one) for one in dose.surfaces],
        "gfr": [_estimate(one) for one in dose.gfrs],
        "gfr_used": dose.gfr_used,
        "auc": dose.auc,
        "bmi": None if dose.bmi is None else round(dose.bmi, 1),
        "percent": dose.percent,
        "steps": [{"code": one.code, "text": remark_words(one, t)} for one in dose.steps],
        "reductions": [
            {
                "organ": str(one.organ),
                "share": one.share,
                "text": reduction_words(one, t),
                "source": one.source.key,
            }
            for one in dose.reductions
        ],
        "order_first": [
            {
                "test": str(one.test),
                "text": test_words(one, t),
                "withholds": one.withholds,
                "source": one.source.key,
            }
            for one in dose.order_first
        ],
        "questions": [
            {
                "code": one.code,
                "text": question_words(one, t),
                "choices": [
                    {"key": choice.key, "value": choice.value, "dose_mg": choice.mg}
                    for choice in one.choices
                ],
            }
            for one in dose.questions
        ],
        "reasons": [{"code": one.code, "text": remark_words(one, t)} for one in dose.reasons],
        "remarks": [{"code": one.code, "text": remark_words(one, t)} for one in dose.remarks],
        "cautions": [
            {"code": one.code, "text": sentence_of(one.code, t), "source": one.source.key}
            for one in dose.cautions
        ],
        "sources": [source_document(one) for one in dose.sources],
        "table": dose.table,
        "is_shown": dose.status is DoseStatus.DOSE,
    }


def table_document(table: DoseTable, t: Texts) -> dict[str, object]:
    """Every sourced dose."""
    return {
        "version": table.version,
        "made": table.made.isoformat(),
        "rows": [
            {"drug": drug.key, **row_document(row, t)} for drug in table.drugs for row in drug.rows
        ],
        "sources": {key: source_document(one) for key, one in table.sources.items()},
    }


def row_document(row: DoseRow, t: Texts) -> dict[str, object]:
    """One sourced dose."""
    return {
        "key": row.key,
        "setting": sentence_of(row.setting, t),
        "amount": row.amount,
        "first_amount": row.first_amount,
        "basis": str(row.basis),
        "times_a_day": row.times_a_day,
        "days": list(row.days),
        "cycle_days": row.cycle_days,
        "cycles": row.cycles or None,
        "schedule": schedule_words(row, t),
        "source": row.source.key,
    }


def source_document(source: Source) -> dict[str, object]:
    """One source."""
    return {
        "key": source.key,
        "kind": source.kind,
        "title": source.title,
        "identifier": source.identifier,
        "place": source.place,
        "read": source.read.isoformat(),
    }


def _estimate(one: Estimate) -> dict[str, object]:
    return {"method": one.method, "value": round(one.value, 4), "unit": one.unit,
            "taken": one.taken}  # fmt: skip
