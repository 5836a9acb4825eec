"""PREDICT Breast 3.2 and 3.1, written from the published coefficients.

Source: WintonCentre/predict-v30-r of 2025-04-14, MIT, © 2022 University of Cambridge.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from bedside_dx.core.prognosis import ModelFacts
from bedside_dx.disease.prognosis import breast_inputs as breast
from bedside_dx.disease.prognosis.competing import competing_risks, yearly
from bedside_dx.disease.prognosis.shape import Columns, CurveFormula, Model, Numbers, Risks, Rule
from bedside_dx.text.message import mark

YEARS = np.arange(1, 16)
SINCE_2000 = 2017 - 2000
"""Calendar year that the tool fixes."""
TREATMENTS = (breast.R, breast.H, breast.H10, breast.C, breast.T, breast.B)
LETTERS = tuple(treatment.key for treatment in TREATMENTS)
BEYOND_TEN = np.where(YEARS > 10, -0.301, 0.0)
"""What ten years of endocrine therapy add; no interval is given for it."""
HER2_POSITIVE = np.zeros(15)
HER2_POSITIVE[:9] = 0.608, 0.532, 0.457, 0.382, 0.307, 0.231, 0.156, 0.081, 0.006
HER2_NEGATIVE = np.zeros(15)
HER2_NEGATIVE[:8] = -0.053, -0.046, -0.040, -0.033, -0.027, -0.020, -0.014, -0.007
"""By year, where the tumour has oestrogen receptors."""

_u = YEARS / 10
POSITIVE_HAZARD = yearly(
    np.exp(-2.3193510039281637 - (3.622538332641392 + 0.542240944493945 * np.log(_u)) / np.sqrt(_u))
)
NEGATIVE_HAZARD = yearly(
    np.exp(-3.0153139765165835 - (0.5755380524044251 + 0.1028439317178058 * np.log(_u)) / _u)
)
OTHER_HAZARD = yearly(
    np.exp(-4.845654758283992 + 1.341348310005262 * np.log(_u) + 0.49539394353046057 * _u)
)
"""Baseline of each year."""


def _treated_before(hazard_ratio: float) -> float:
    """Share of 69 % of the women were treated so: what their hazard would be without."""
    return math.log(1 / (0.31 + 0.69 * hazard_ratio))


SHIFTS = {
    "3.2": (0.70, 0.55, -0.062),
    "3.1": (_treated_before(0.82), _treated_before(0.82), _treated_before(1.02**2)),
}
"""Of the baselines by version: with receptors, without, other causes."""


def disease_index(columns: Columns, version: str) -> Numbers:
    """Log hazard of death of breast cancer over the baseline, (people, years)."""
    receptors = columns["er"] == 1
    with_them, without, _ = SHIFTS[version]
    index = np.where(receptors, _positive(columns) + with_them, _negative(columns) + without)
    her2 = columns["her2"][:, None]
    by_year = np.where(her2 == 1, HER2_POSITIVE, np.where(her2 == 0, HER2_NEGATIVE, 0.0))
    return index[:, None] + np.where(receptors[:, None], by_year, 0.0)


def _positive(columns: Columns) -> Numbers:
    age = (columns["age"] - 24) / 100
    return (
        0.1958986203588129 / np.sqrt(age)
        + 2.929125051895787 * age**2
        + 2.27417420673498 * -np.expm1(-columns["size"] / 20)
        + 0.6724828209061207 * np.log1p(columns["nodes"])
        + 0.7050339629739382 * breast.grade(columns)
        - 0.32039363353015476 * breast.screened(columns)
        - 0.048251370712776756 * SINCE_2000
        + breast.by_marker(columns["ki67"], {1: 0.14904, 0: -0.11333})
        + breast.by_marker(columns["pr"], {1: -0.0619, 0: 0.2624})
    )


def _negative(columns: Columns) -> Numbers:
    age = (columns["age"] - 24) / 100
    size = np.maximum(columns["size"], 1e-12)  # 0 is refused without receptors
    return (
        1.7560679383953317 * age
        + 4.555274634880487 * age * np.log(age)
        + 0.7443277265210039 * np.log(size)
        + 0.6308590364310884 * np.log1p(columns["nodes"])
        + 0.3462287839000938 * breast.grade(columns)
        - 0.2110969326598672 * breast.screened(columns)
        - 0.045504610416172736 * SINCE_2000
        + breast.by_marker(columns["her2"], {1: 0.2316, 0: -0.08589})
        + breast.by_marker(columns["pr"], {1: -0.2231, 0: 0.0296})
    )


def other_index(columns: Columns, version: str) -> Numbers:
    """Log hazard of death of other causes over the baseline, (people,)."""
    age = (columns["age"] - 24) / 100
    smoking = np.where(columns["smoker"] == 1, math.log(1.25 / 1.025), math.log(1 / 1.025))
    return (
        4.211443507724736 * age**3
        - 31.41202815365277 * age**3 * np.log(age)
        - 0.021186462111818898 * SINCE_2000
        + SHIFTS[version][2]
        + smoking
    )


def _risks(columns: Columns, given: Numbers, log_hr: Numbers, *, version: str) -> Risks:
    index = disease_index(columns, version) + np.sum(given * log_hr, axis=1)[:, None]
    extended = given[:, LETTERS.index("h10")] * (log_hr[:, LETTERS.index("h10")] != 0)
    index = index + extended[:, None] * BEYOND_TEN
    chemotherapy = given[:, LETTERS.index("c")] * (columns["gen"] > 0)
    heart = given[:, LETTERS.index("r")] * (columns["radio"] == 1) * columns["heart"]
    other = other_index(columns, version) + chemotherapy * math.log(1.2) + heart * math.log(1.02)
    baseline = np.where((columns["er"] == 1)[:, None], POSITIVE_HAZARD, NEGATIVE_HAZARD)
    return competing_risks(baseline * np.exp(index), OTHER_HAZARD * np.exp(other)[:, None])


INPUTS = (
    breast.AGE, breast.SIZE, breast.NODES, breast.GRADE, breast.ER, breast.HER2, breast.KI67,
    breast.PR, breast.SCREEN, breast.SMOKER, breast.RADIOTHERAPY, breast.HEART, breast.HORMONE,
    breast.GENERATION, breast.TRASTUZUMAB, breast.BISPHOSPHONATE, *breast.ELIGIBILITY,
)  # fmt: skip
REFUSALS = (
    *breast.REFUSALS,
    Rule("prognosis.no-size", lambda v: v["size"] == 0 and v["er"] == 0),
)
WARNINGS = (
    *breast.WARNINGS,
    Rule("prognosis.no-heart-dose", lambda v: v["radio"] == 1 and v["heart"] == 0),
    Rule("prognosis.baseline-2017", lambda _: True),
)


def _model(version: str) -> Model:
    facts = ModelFacts(
        key="predict-breast",
        version=version,
        title="PREDICT Breast",
        endpoint=mark("overall survival"),
        citation="Grootes et al. 2024, npj Breast Cancer; code predict-v30-r of 2025-04-14",
        licence="MIT, © 2022 University of Cambridge",
        inputs=INPUTS,
        refusals=tuple(rule.code for rule in REFUSALS),
        warnings=tuple(rule.code for rule in WARNINGS),
        limits=breast.LIMITS,
        intervals=breast.INTERVALS,
        treatments=TREATMENTS,
        horizons=(5, 10, 15),
        longest=15,
        validations=breast.METABRIC if version == "3.2" else (),
    )
    effects = partial(breast.treatment_effects, treatments=TREATMENTS)
    formula = CurveFormula(effects, partial(_risks, version=version), breast.OUTPUTS)
    return Model(facts, formula, REFUSALS, WARNINGS)


MODELS = tuple(_model(version) for version in SHIFTS)
