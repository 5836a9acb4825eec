"""Survival after surgery for stage III colon cancer, with and without the treatment of 1990.

Fitted for this program (``training/survival``) on the trial of levamisole and fluorouracil
(Moertel et al. 1990, N Engl J Med). It was never tried on other people.
"""

from __future__ import annotations

import numpy as np

from bedside_dx.core.prognosis import Input, ModelFacts, Role, Slip, Treatment, Validation
from bedside_dx.disease.prognosis.breast_inputs import NO_YES
from bedside_dx.disease.prognosis.cox import effects_of, fitted
from bedside_dx.disease.prognosis.shape import (
    Columns,
    CurveFormula,
    Effects,
    Model,
    Numbers,
    Output,
    Risks,
    Rule,
)
from bedside_dx.text.message import mark

NAME = "colon"
YEARS = 7
TREATMENTS = (
    Treatment("lev5fu", mark("levamisole and fluorouracil for one year"), replaces="lev"),
    Treatment("lev", mark("levamisole alone"), replaces="lev5fu"),
)
KEYS = tuple(treatment.key for treatment in TREATMENTS)
MODERATE = 2.0
"""Differentiation of most people of the trial, taken where it is not known."""

INPUTS = (
    Input("age", mark("Age at surgery"), mark("years"), 18, 90,
          slips=(Slip(216, 1100, mark("months"), 1 / 12),
                 Slip(1900, 2100, mark("a year of birth"), 0))),
    Input("male", mark("Man"), choices=NO_YES),
    Input("nodes", mark("Positive lymph nodes"), mark("nodes"), 1, 40, whole=True),
    Input("differ", mark("Differentiation"), unknown=9.0, assumed=MODERATE,
          choices={1.0: mark("well"), 2.0: mark("moderate"), 3.0: mark("poor"),
                   9.0: mark("not known")}),
    Input("extent", mark("Deepest layer reached"),
          choices={1.0: mark("submucosa"), 2.0: mark("muscle"), 3.0: mark("serosa"),
                   4.0: mark("neighbouring structures")}),
    Input("obstruct", mark("Bowel obstructed by the tumour"), choices=NO_YES, assumed=0),
    Input("adhere", mark("Grown onto neighbouring organs"), choices=NO_YES, assumed=0),
    Input("metastatic", mark("Distant metastases"), choices=NO_YES, role=Role.ELIGIBILITY,
          assumed=0),
    Input("neoadjuvant", mark("Treated before surgery"), choices=NO_YES, role=Role.ELIGIBILITY,
          assumed=0),
)  # fmt: skip


def _terms(columns: Columns, given: Numbers) -> Numbers:
    terms = np.broadcast_arrays(
        columns["age"] / 10,
        columns["male"],
        np.log(columns["nodes"]),
        columns["differ"] == 3,
        columns["extent"] >= 3,
        columns["obstruct"],
        columns["adhere"],
        given[:, KEYS.index("lev")],
        given[:, KEYS.index("lev5fu")],
    )
    return np.stack(terms, axis=1).astype(np.float64)


def _effects(columns: Columns) -> Effects:
    return effects_of(fitted(NAME), KEYS, len(columns["age"]))


def _risks(columns: Columns, given: Numbers, log_hr: Numbers) -> Risks:
    untreated = _terms(columns, np.zeros_like(given))
    free = fitted(NAME).free(untreated, np.sum(given * log_hr, axis=1))
    return Risks(1 - free, np.zeros_like(free))


def _spread(columns: Columns, given: Numbers) -> tuple[Numbers, Numbers]:
    return fitted(NAME).interval(_terms(columns, given))


def _validations() -> tuple[Validation, ...]:
    quality = fitted(NAME).quality
    own, optimism = quality["development"], quality["optimism"]
    return (
        Validation(
            mark(
                "The trial itself, survival at 5 years, after taking off the optimism of 200"
                " bootstraps; never tried on other people"
            ),
            int(own["people"]), own["c"] - optimism["c"], own["oe"], 1 - optimism["slope"],
            source=mark("computed for this program"),
        ),
    )  # fmt: skip


REFUSALS = (
    Rule("prognosis.metastatic", lambda v: v["metastatic"] == 1),
    Rule("prognosis.neoadjuvant", lambda v: v["neoadjuvant"] == 1),
)
WARNINGS = (Rule("prognosis.colon-old-treatment", lambda _: True),)
FACTS = ModelFacts(
    key="colon-adjuvant",
    version="1.0",
    title=mark("Colon cancer, stage III, survival after surgery"),
    endpoint=mark("overall survival"),
    citation="Data: Moertel et al. 1990, N Engl J Med; fitted for bedside_dx",
    licence=mark("the project's own coefficients, fitted on openly published research data"),
    inputs=INPUTS,
    refusals=tuple(rule.code for rule in REFUSALS),
    warnings=tuple(rule.code for rule in WARNINGS),
    limits=("prognosis.limit.colon", "prognosis.limit.association"),
    intervals=mark(
        "Intervals hold the uncertainty of coefficients and baseline, from 200 fits to people drawn"
        " again."
    ),
    treatments=TREATMENTS,
    horizons=(3, 5, 7),
    longest=YEARS,
    validations=_validations(),
)
MODEL = Model(
    FACTS,
    CurveFormula(_effects, _risks, (Output("os_pct", "alive", scale=100),), spread=_spread),
    REFUSALS,
    WARNINGS,
)
