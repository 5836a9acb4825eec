"""The disease as plain values; shares are 0 to 1, keys stay English.

The command line prints the same values with all their digits; report.json rounds them.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from bedside_dx.text.course_words import left_out_words
from bedside_dx.text.disease_words import remark_words, sentence_of, validation_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bedside_dx.core.course import Outlook
    from bedside_dx.core.disease import Stage
    from bedside_dx.core.disease_picture import DiseasePicture
    from bedside_dx.core.prognosis import Benefit, Curve, Given, Prognosis, WhatIf
    from bedside_dx.core.response import ResponseCourse
    from bedside_dx.text import Texts

Document = dict[str, object]
DIGITS = 5
"""Of report.json, after the point."""


def disease_document(picture: DiseasePicture | None, t: Texts) -> Document | None:
    """What was worked out; None where nothing was."""
    if picture is None or picture.is_empty:
        return None
    found: Document = {
        "stage": None if picture.stage is None else _stage(picture.stage, t),
        "prognoses": [what_if_document(one, t) for one in picture.what_ifs],
        "scores": [prognosis_document(one, t) for one in picture.scores],
        "responses": [response_document(one) for one in picture.responses],
        "outlooks": [outlook_document(one) for one in picture.outlooks],
        "left_out": [
            {
                "file": one.file,
                "line": one.line,
                "code": one.error.code,
                "text": left_out_words(one, t),
            }
            for one in picture.left_out
        ],
    }
    return cast("Document", _rounded(found))


def _stage(stage: Stage, t: Texts) -> Document:
    return {
        "site": str(stage.site),
        "edition": stage.edition,
        "t": stage.t,
        "n": stage.n,
        "m": stage.m,
        "group": stage.group,
        "remarks": [sentence_of(code, t) for code in stage.remarks],
    }


def prognosis_document(prognosis: Prognosis, t: Texts) -> Document:
    """What a model says of one person, and of itself."""
    facts = prognosis.model
    return {
        "model": facts.key,
        "version": facts.version,
        "title": t(facts.title),
        "endpoint": t(facts.endpoint),
        "citation": facts.citation,
        "licence": t(facts.licence),
        "score": None if prognosis.score is None else _number(prognosis.score.value),
        "group": None if prognosis.score is None else t(facts.groups[prognosis.score.group]),
        "inputs": [_given(one) for one in prognosis.given],
        "remarks": [remark_words(remark, t) for remark in prognosis.remarks],
        "intervals": t(facts.intervals),
        "limits": [sentence_of(code, t) for code in facts.limits],
        "tried_on": [validation_words(one, t) for one in facts.validations],
    }


def what_if_document(changes: WhatIf, t: Texts) -> Document:
    """The same with curves, benefits, and what would change it."""
    prognosis = changes.prognosis
    return {
        **prognosis_document(prognosis, t),
        "year": changes.year,
        "curve": curve_document(prognosis.curve),
        "untreated": curve_document(prognosis.untreated),
        "swept": [list(_numbers(ends)) for ends in prognosis.swept],
        "alone": [benefit_document(one) for one in changes.alone],
        "in_order": [benefit_document(one) for one in changes.in_order],
        "together": None if changes.together is None else benefit_document(changes.together),
        "influences": [
            {key: _number(v) if isinstance(v, float) else v for key, v in asdict(one).items()}
            for one in changes.influences
        ],
        "people": list(changes.people),
    }


def _given(one: Given) -> Document:
    return {
        "key": one.key,
        "value": _number(one.value),
        "provenance": str(one.provenance),
        "low": _number(one.low),
        "high": _number(one.high),
    }


def benefit_document(one: Benefit) -> Document:
    """What is associated with a treatment."""
    return {
        "treatment": sorted(one.regimen),
        "beside": sorted(one.beside),
        "year": one.year,
        "gain": _number(one.gain),
        "low": _number(one.low),
        "high": _number(one.high),
    }


def curve_document(curve: Curve | None) -> Document | None:
    """Shares year by year."""
    if curve is None:
        return None
    return {
        "regimen": sorted(curve.regimen),
        "years": _numbers(curve.years),
        "event_free": _numbers(curve.alive),
        "disease": _numbers(curve.disease),
        "other": _numbers(curve.other),
        "low": None if curve.low is None else _numbers(curve.low),
        "high": None if curve.high is None else _numbers(curve.high),
    }


def response_document(course: ResponseCourse) -> Document:
    """Response of one patient's lesions, visit by visit."""
    return {
        "patient": course.patient,
        "baseline_day": course.baseline_day,
        "baseline_mm": course.baseline_mm,
        "visits": [
            {**asdict(visit), "new_lesions": list(visit.new_lesions)} for visit in course.visits
        ],
        "best": course.best,
        "best_confirmed": course.best_confirmed,
        "progression_day": course.progression_day,
        "immune_best": course.immune_best,
        "immune_progression_day": course.immune_progression_day,
    }


def outlook_document(outlook: Outlook) -> Document:
    """Where one patient's quantity may go."""
    chosen, learned = outlook.fit.chosen, outlook.learned
    return {
        "patient": outlook.course.patient,
        "quantity": str(outlook.quantity),
        "measured_days": _numbers(outlook.course.days),
        "measured": _numbers(outlook.course.values),
        "ai_derived_days": list(outlook.course.seen),
        "own_curve": None if chosen is None else str(chosen.curve),
        "days": _numbers(outlook.days),
        "values": _numbers(outlook.values),
        "low": _numbers(outlook.low),
        "high": _numbers(outlook.high),
        "no_change": _number(outlook.no_change),
        "weights": {name: _number(weight) for name, weight in outlook.weights.items()},
        "is_no_change": outlook.is_fallback,
        "error_over_no_change": None if learned is None else learned.against_no_change,
        "interval_coverage": None if learned is None else learned.coverage,
    }


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [_number(float(value)) for value in values]


def _number(value: float | None) -> float | None:
    """What is not finite is not known: JSON has neither NaN nor infinity."""
    return None if value is None or not math.isfinite(value) else float(value)


def _rounded(value: object) -> object:
    """The same with five digits after the point; no zero has a sign."""
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    if isinstance(value, dict):
        values = cast("Document", value)
        return {key: _rounded(one) for key, one in values.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in cast("list[object]", value)]
    return value
