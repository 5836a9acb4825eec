"""PREDICT Prostate, written from the published coefficients.

Source: Thurtle et al. 2019, PLoS Med 16(3): e1002758.
"""

from __future__ import annotations

import numpy as np

from bedside_dx.core.prognosis import Input, ModelFacts, Role, Slip, Treatment
from bedside_dx.disease.prognosis.breast_inputs import NO_YES
from bedside_dx.disease.prognosis.competing import competing_risks, yearly
from bedside_dx.disease.prognosis.shape import (
    Columns,
    CurveFormula,
    Effects,
    Model,
    Numbers,
    Output,
    Risks,
    Rule,
    Values,
)
from bedside_dx.text.message import mark

YEARS = np.arange(1, 16)
_days = 365.0 * YEARS
DISEASE_HAZARD = yearly(np.exp(-16.40532 + 1.653947 * np.log(_days) + 1.89e-12 * _days**3))
OTHER_HAZARD = yearly(np.exp(-12.4841 + 1.32274 * np.log(_days) + 2.90e-12 * _days**3))
"""Baseline of each year."""
T_STAGE = {2: 0.1614922, 3: 0.39767881, 4: 0.6330977}
GRADE_GROUP = {2: 0.2791641, 3: 0.5464889, 4: 0.7411321, 5: 1.367963}
TREATMENTS = (
    Treatment("radical", mark("radical treatment (surgery or radiotherapy)"), replaces="adt"),
    Treatment("adt", mark("androgen deprivation alone"), replaces="radical"),
)
BY_CODE = {0: frozenset[str](), 1: frozenset({"radical"}), 3: frozenset({"adt"})}
"""Regimen by the code of ``primary_rx``."""
LOG_HR = np.array([-0.6837094, 0.9084921])

INPUTS = (
    Input("age", mark("Age at diagnosis"), mark("years"), 35, 95,
          slips=(Slip(420, 1200, mark("months"), 1 / 12),
                 Slip(1900, 2100, mark("a year of birth"), 0))),
    Input("psa", mark("PSA before treatment"), "ng/mL", 0, 100,
          slips=(Slip(0, 0.019, "µg/mL", 1000), Slip(101, 1e6, "ng/L", 1e-3))),
    Input("t_stage", mark("Clinical T category"), choices={1: "T1", 2: "T2", 3: "T3", 4: "T4"}),
    Input("grade_group", mark("Grade group (ISUP)"),
          choices={1: "1", 2: "2", 3: "3", 4: "4", 5: "5"}),
    Input("ppc_pct", mark("Biopsy cores with cancer"), "%", 0, 100, assumed=41.9415,
          slips=(Slip(0, 1, mark("a share of 0 to 1"), 100, typed=True),)),
    Input("charlson", mark("Other serious illness (Charlson 1 or more)"), choices=NO_YES,
          assumed=0),
    Input("brca", mark("Inherited BRCA mutation"), choices=NO_YES, assumed=0),
    Input("primary_rx", mark("Primary treatment in question"), role=Role.TREATMENT, assumed=0,
          choices={0: mark("conservative"), 1: mark("radical"), 3: mark("androgen deprivation")}),
    Input("female", mark("Woman"), choices=NO_YES, role=Role.ELIGIBILITY, assumed=0),
    Input("metastatic", mark("Distant metastases"), choices=NO_YES, role=Role.ELIGIBILITY,
          assumed=0),
)  # fmt: skip


def disease_index(columns: Columns) -> Numbers:
    """Log hazard of death of prostate cancer over the baseline without treatment, (people,)."""
    return (
        0.0026005 * ((columns["age"] / 10) ** 3 - 341.155151)
        + 0.185959 * (np.log((columns["psa"] + 1) / 100) + 1.636423432)
        + _by_code(columns["t_stage"], T_STAGE)
        + _by_code(columns["grade_group"], GRADE_GROUP)
        + 0.956 * columns["brca"]
        + 1.890134 * (np.sqrt((columns["ppc_pct"] + 0.1811159) / 100) - 0.649019)
    )


def other_index(columns: Columns) -> Numbers:
    """Log hazard of death of other causes over the baseline, (people,)."""
    return 0.1226666 * (columns["age"] - 69.87427439) + 0.6382002 * columns["charlson"]


def _by_code(values: Numbers, effects: dict[int, float]) -> Numbers:
    return np.select([values == code for code in effects], list(effects.values()), 0.0)


def _effects(columns: Columns) -> Effects:
    estimate = np.tile(LOG_HR, (len(columns["age"]), 1))
    unpublished = np.full_like(estimate, np.nan)
    return Effects(estimate, unpublished, unpublished)


def _risks(columns: Columns, given: Numbers, log_hr: Numbers) -> Risks:
    disease = np.exp(disease_index(columns) + np.sum(given * log_hr, axis=1))[:, None]
    other = np.exp(other_index(columns))[:, None]
    return competing_risks(DISEASE_HAZARD * disease, OTHER_HAZARD * other)


def _asked(values: Values) -> frozenset[str]:
    return BY_CODE[int(values["primary_rx"])]


REFUSALS = (
    Rule("prognosis.female", lambda v: v["female"] == 1),
    Rule("prognosis.metastatic", lambda v: v["metastatic"] == 1),
)
WARNINGS = (
    Rule("prognosis.cores-assumed", lambda v: v["ppc_pct"] == 41.9415),
    Rule("prognosis.androgen-association", lambda v: v["primary_rx"] == 3),
)
OUTPUTS = tuple(
    Output(f"y{year}_{name}_cum", share, year)
    for year in (1, 10, 15)
    for name, share in (("pc", "disease"), ("npc", "other"))
)
FACTS = ModelFacts(
    key="predict-prostate",
    version="1.0",
    title="PREDICT Prostate",
    endpoint=mark("overall survival"),
    citation="Thurtle et al. 2019, PLoS Med 16: e1002758",
    licence=mark("formula as published"),
    inputs=INPUTS,
    refusals=tuple(rule.code for rule in REFUSALS),
    warnings=tuple(rule.code for rule in WARNINGS),
    limits=("prognosis.limit.prostate", "prognosis.limit.association"),
    intervals=mark(
        "No interval: neither the uncertainty of the treatment effects nor that of the baseline is"
        " in the published formula."
    ),
    treatments=TREATMENTS,
    horizons=(10, 15),
    longest=15,
)
MODEL = Model(FACTS, CurveFormula(_effects, _risks, OUTPUTS, asked=_asked), REFUSALS, WARNINGS)
