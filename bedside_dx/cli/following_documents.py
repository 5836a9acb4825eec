"""Responses and forecasts as JSON documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bedside_dx.app.following import Outlooks, Responses
    from bedside_dx.app.following_tables import BadRow
    from bedside_dx.core.course import CurveFit, Outlook
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.text import Texts


def responses_document(found: Responses, t: Texts) -> dict[str, object]:
    """Every patient of a table of lesions."""
    from bedside_dx.app.documents import response_document

    return {
        "criteria": "RECIST 1.1",
        "patients": [response_document(course) for course in found.judged],
        "refused": _refused(found.refused, t),
        "bad_rows": _bad_rows(found.bad_rows, t),
    }


def courses_document(found: Outlooks, t: Texts) -> dict[str, object]:
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
    from bedside_dx.app.documents import outlook_document

    fit = outlook.fit
    return {
        **outlook_document(outlook),
        "visits": len(outlook.course),
        "chosen_curve": fit.chosen.curve if fit.chosen else None,
        "no_curve_because": fit.excluded,
        "nadir_day": _finite(fit.nadir_day),
        "curves": [_curve(one) for one in fit.fits],
    }


def _curve(fit: CurveFit) -> dict[str, object]:
    return {
        "curve": fit.curve,
        "parameters": fit.parameters,
        "std_errors": {name: _finite(value) for name, value in fit.std_errors.items()},
        "p_values": {name: _finite(value) for name, value in fit.p_values.items()},
        "aic": fit.aic,
    }


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
