"""The disease as plain values for report.json; shares are 0 to 1, keys stay English."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING

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


def disease_document(picture: DiseasePicture | None, t: Texts) -> Document | None:
    """What was worked out; None where nothing was."""
    if picture is None or picture.is_empty:
        return None
    return {
        "stage": None if picture.stage is None else _stage(picture.stage, t),
        "prognoses": [_what_if(one, t) for one in picture.what_ifs],
        "scores": [_prognosis(one, t) for one in picture.scores],
        "responses": [_response(one) for one in picture.responses],
        "outlooks": [_outlook(one) for one in picture.outlooks],
    }


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


def _prognosis(prognosis: Prognosis, t: Texts) -> Document:
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


def _what_if(changes: WhatIf, t: Texts) -> Document:
    prognosis = changes.prognosis
    return {
        **_prognosis(prognosis, t),
        "year": changes.year,
        "curve": _curve(prognosis.curve),
        "untreated": _curve(prognosis.untreated),
        "swept": [list(_numbers(ends)) for ends in prognosis.swept],
        "alone": [_benefit(one) for one in changes.alone],
        "in_order": [_benefit(one) for one in changes.in_order],
        "together": None if changes.together is None else _benefit(changes.together),
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


def _benefit(one: Benefit) -> Document:
    return {
        "treatment": sorted(one.regimen),
        "beside": sorted(one.beside),
        "year": one.year,
        "gain": _number(one.gain),
        "low": _number(one.low),
        "high": _number(one.high),
    }


def _curve(curve: Curve | None) -> Document | None:
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


def _response(course: ResponseCourse) -> Document:
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


def _outlook(outlook: Outlook) -> Document:
    chosen, learned = outlook.fit.chosen, outlook.learned
    return {
        "patient": outlook.course.patient,
        "quantity": str(outlook.quantity),
        "measured_days": _numbers(outlook.course.days),
        "measured": _numbers(outlook.course.values),
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
    return None if value is None or not math.isfinite(value) else round(value, 5) + 0.0
