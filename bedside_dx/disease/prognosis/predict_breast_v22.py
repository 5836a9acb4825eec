"""PREDICT Breast 2.2, written from the published coefficients.

Source: Candido dos Reis et al. 2017, Breast Cancer Res 19:58, and the published R code (MIT,
© University of Cambridge).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from bedside_dx.core.prognosis import ModelFacts
from bedside_dx.disease.prognosis import breast_inputs as breast
from bedside_dx.disease.prognosis.competing import competing_risks, yearly
from bedside_dx.disease.prognosis.shape import Columns, CurveFormula, Model, Numbers, Risks, Rule
from bedside_dx.text.message import mark

YEARS = np.arange(1, 16)
TREATMENTS = (breast.H, breast.C, breast.T, breast.B)

_root = np.sqrt(YEARS)
POSITIVE_HAZARD = yearly(np.exp(0.7424402 - (7.527762 + 1.812513 * np.log(YEARS)) / _root))
NEGATIVE_HAZARD = yearly(np.exp(-1.156036 + 0.4707332 / YEARS**2 - 3.51355 / YEARS))
OTHER_HAZARD = yearly(np.exp(-6.052919 + 1.079863 * np.log(YEARS) + 0.3255321 * _root))
"""Baseline of each year."""


def disease_index(columns: Columns) -> Numbers:
    """Log hazard of death of breast cancer over the baseline, (people,)."""
    her2 = breast.by_marker(columns["her2"], {1: 0.2413, 0: -0.0762})
    return np.where(columns["er"] == 1, _positive(columns), _negative(columns)) + her2


def _positive(columns: Columns) -> Numbers:
    inverse = (columns["age"] / 10) ** -2
    size = np.maximum(columns["size"], 1e-12)  # 0 is refused with receptors
    return (
        34.53642 * (inverse - 0.0287449295)
        - 34.20342 * (inverse * np.log(columns["age"] / 10) - 0.0510121013)
        + 0.7530729 * (np.log(size / 100) + 1.545233938)
        + 0.7060723 * (np.log((columns["nodes"] + 1) / 10) + 1.387566896)
        + 0.746655 * breast.grade(columns)
        - 0.22763366 * breast.screened(columns)
        + breast.by_marker(columns["ki67"], {1: 0.14904, 0: -0.11333})
    )


def _negative(columns: Columns) -> Numbers:
    return (
        0.0089827 * (columns["age"] - 56.3254902)
        + 2.093446 * (np.sqrt(columns["size"] / 100) - 0.5090456276)
        + 0.6260541 * (np.log((columns["nodes"] + 1) / 10) + 1.086916249)
        # A grade that is not known counts as grade 1 here: so it is published.
        + 1.129091 * np.isin(columns["grade"], (2, 3))
    )


def other_index(columns: Columns) -> Numbers:
    """Log hazard of death of other causes over the baseline, (people,)."""
    return 0.0698252 * ((columns["age"] / 10) ** 2 - 34.23391957)


def _risks(columns: Columns, given: Numbers, log_hr: Numbers) -> Risks:
    index = disease_index(columns) + np.sum(given * log_hr, axis=1)
    baseline = np.where((columns["er"] == 1)[:, None], POSITIVE_HAZARD, NEGATIVE_HAZARD)
    other = np.exp(other_index(columns))[:, None]
    return competing_risks(baseline * np.exp(index)[:, None], OTHER_HAZARD * other)


REFUSALS = (
    *breast.REFUSALS,
    Rule("prognosis.no-size", lambda v: v["size"] == 0 and v["er"] == 1),
)
WARNINGS = (
    *breast.WARNINGS,
    Rule("prognosis.grade-as-one", lambda v: v["grade"] == breast.UNKNOWN and v["er"] == 0),
    Rule("prognosis.older-version", lambda _: True),
)
FACTS = ModelFacts(
    key="predict-breast",
    version="2.2",
    title="PREDICT Breast",
    endpoint=mark("overall survival"),
    citation="Candido dos Reis et al. 2017, Breast Cancer Res 19:58",
    licence="MIT, © University of Cambridge",
    inputs=(
        breast.AGE, breast.SIZE, breast.NODES, breast.GRADE, breast.ER, breast.HER2, breast.KI67,
        breast.SCREEN, breast.HORMONE, breast.GENERATION, breast.TRASTUZUMAB,
        breast.BISPHOSPHONATE, *breast.ELIGIBILITY,
    ),
    refusals=tuple(rule.code for rule in REFUSALS),
    warnings=tuple(rule.code for rule in WARNINGS),
    limits=breast.LIMITS,
    intervals=breast.INTERVALS,
    treatments=TREATMENTS,
    horizons=(5, 10, 15),
    longest=15,
)  # fmt: skip
MODEL = Model(
    FACTS,
    CurveFormula(partial(breast.treatment_effects, treatments=TREATMENTS), _risks, breast.OUTPUTS),
    REFUSALS,
    WARNINGS,
)
