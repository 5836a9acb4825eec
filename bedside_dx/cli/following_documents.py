"""Responses and forecasts as JSON documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.course import Floats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bedside_dx.app.following import Outlooks, Responses
    from bedside_dx.app.following_tables import BadRow
    from bedside_dx.core.course import CurveFit, Outlook
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.response import ResponseCourse, VisitResponse
    from bedside_dx.text import Texts


def response_document(found: Responses, t: Texts) -> dict[str, object]:
    """Every patient of a table of lesions."""
    return {
        "criteria": "RECIST 1.1",
        "patients": [_patient(course) for course in found.judged],
        "refused": _refused(found.refused, t),
        "bad_rows": _bad_rows(found.bad_rows, t),
    }


def _patient(course: ResponseCourse) -> dict[str, object]:
    return {
        "patient": course.patient,
        "baseline_day": course.baseline_day,
        "baseline_mm": course.baseline_mm,
        "visits": [_visit(visit) for visit in course.visits],
        "best": course.best,
        "best_confirmed": course.best_confirmed,
        "progression_day": course.progression_day,
        "immune_best": course.immune_best,
        "immune_progression_day": course.immune_progression_day,
    }


def _visit(visit: VisitResponse) -> dict[str, object]:
    return {
        "day": visit.day,
        "sum_mm": visit.sum_mm,
        "nadir_mm": visit.nadir_mm,
        "from_baseline": visit.from_baseline,
        "from_nadir": visit.from_nadir,
        "target": visit.target,
        "non_target": visit.non_target,
        "new_lesions": list(visit.new_lesions),
        "overall": visit.overall,
        "immune": visit.immune,
        "confirmed_late": visit.confirmed_late,
    }


def course_document(found: Outlooks, t: Texts) -> dict[str, object]:
    """Every patient of a table of sizes."""
    facts = found.provenance
    return {
        "patients": [_outlook(outlook) for outlook in found.outlooks],
        "refused": _refused(found.refused, t),
        "bad_rows": _bad_rows(found.bad_rows, t),
        "learned_from": {
            "cohort": t.of(facts.cohort),
            "patients": facts.patients,
            "visits": facts.visits,
            "error_over_no_change": facts.against_no_change,
            "interval_coverage": facts.coverage,
        },
    }


def _outlook(outlook: Outlook) -> dict[str, object]:
    fit = outlook.fit
    return {
        "patient": outlook.course.patient,
        "quantity": outlook.quantity,
        "visits": len(outlook.course),
        "chosen_curve": fit.chosen.curve if fit.chosen else None,
        "no_curve_because": fit.excluded,
        "nadir_day": _finite(fit.nadir_day),
        "curves": [_curve(one) for one in fit.fits],
        "days": _list(outlook.days),
        "values": _list(outlook.values),
        "low": _list(outlook.low),
        "high": _list(outlook.high),
        "no_change": outlook.no_change,
        "weights": outlook.weights,
        "is_no_change": outlook.is_fallback,
    }


def _curve(fit: CurveFit) -> dict[str, object]:
    return {
        "curve": fit.curve,
        "parameters": fit.parameters,
        "std_errors": {name: _finite(value) for name, value in fit.std_errors.items()},
        "p_values": {name: _finite(value) for name, value in fit.p_values.items()},
        "aic": fit.aic,
    }


def _list(values: Floats) -> list[float]:
    return [float(value) for value in values]


def _finite(value: float | None) -> float | None:
    """JSON has neither NaN nor infinity."""
    return value if value is not None and abs(value) < float("inf") else None


def _error(error: BedsideDxError, t: Texts) -> dict[str, str]:
    text, hint = t.error(error)
    return {"code": error.code, "error": text, "hint": hint}


def _refused(refused: Mapping[str, BedsideDxError], t: Texts) -> list[dict[str, str]]:
    return [{"patient": patient, **_error(error, t)} for patient, error in refused.items()]


def _bad_rows(rows: Iterable[BadRow], t: Texts) -> list[dict[str, object]]:
    return [{"line": row.line, "patient": row.patient, **_error(row.error, t)} for row in rows]
