"""Recurrence-free survival after surgery for breast cancer: Rotterdam, tried on GBSG.

The specification is that of McLernon et al. 2023, Ann Intern Med 176:105; the coefficients were
fitted for this program (``training/survival``).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bedside_dx.core.prognosis import Input, ModelFacts, Role, Validation
from bedside_dx.disease.prognosis import breast_inputs as breast
from bedside_dx.disease.prognosis.cox import fitted, risks_without_treatment
from bedside_dx.disease.prognosis.shape import (
    Columns,
    CurveFormula,
    Model,
    Numbers,
    Output,
    Rule,
    no_effects,
)
from bedside_dx.text.message import mark

NAME = "rotterdam"
YEARS = 5
MOST_NODES = 19
"""More count as so many."""
KNOTS = (0.0, 1.0, 9.0)
AGE = replace(breast.AGE, low=24, high=90, role=Role.ELIGIBILITY)
"""Of the women it was fitted on; it is not in the formula."""


def _terms(columns: Columns) -> Numbers:
    size = columns["size"]
    nodes = np.minimum(columns["nodes"], MOST_NODES)
    medium, large, third = (size > 20) & (size <= 50), size > 50, columns["grade"] == 3
    return np.stack([medium, large, nodes, _bent(nodes), third], axis=1).astype(np.float64)


def _bent(nodes: Numbers) -> Numbers:
    """Second term of a restricted cubic spline, scaled by the square of the knots' range."""
    first, middle, last = KNOTS
    cube = [np.maximum(nodes - knot, 0) ** 3 for knot in KNOTS]
    outer, inner = (last - first) / (last - middle), (middle - first) / (last - middle)
    return (cube[0] - outer * cube[1] + inner * cube[2]) / (last - first) ** 2


def _spread(columns: Columns, _given: Numbers) -> tuple[Numbers, Numbers]:
    return fitted(NAME).interval(_terms(columns))


def _validations() -> tuple[Validation, ...]:
    quality = fitted(NAME).quality
    own, external, optimism = (quality[key] for key in ("development", "external", "optimism"))
    here = mark("computed for this program")
    return (
        Validation(
            mark("GBSG, Germany: recurrence-free survival at 5 years, people the fit never saw"),
            int(external["people"]), external["c"], external["oe"], external["slope"],
            (external["c_low"], external["c_high"]), here,
        ),
        Validation(
            mark("Rotterdam, where it was fitted, after taking off the optimism of 200 bootstraps"),
            int(own["people"]), own["c"] - optimism["c"], own["oe"], 1 - optimism["slope"],
            source=here,
        ),
    )  # fmt: skip


REFUSALS = tuple(rule for rule in breast.REFUSALS if rule.code != "prognosis.er-unknown")
WARNINGS = (
    Rule("prognosis.many-nodes", lambda v: v["nodes"] > MOST_NODES),
    Rule("prognosis.old-cohort", lambda _: True),
)
FACTS = ModelFacts(
    key="breast-recurrence",
    version="1.0",
    title=mark("Breast cancer, recurrence-free survival (Rotterdam)"),
    endpoint=mark("recurrence-free survival"),
    citation="Specification: McLernon et al. 2023, Ann Intern Med 176:105; fitted for bedside_dx",
    licence=mark("the project's own coefficients, fitted on openly published research data"),
    inputs=(
        AGE,
        breast.SIZE,
        breast.NODES,
        Input("grade", mark("Grade"), choices={1: "1", 2: "2", 3: "3"}),
        *breast.ELIGIBILITY,
    ),
    refusals=tuple(rule.code for rule in REFUSALS),
    warnings=tuple(rule.code for rule in WARNINGS),
    limits=("prognosis.limit.rotterdam", "prognosis.limit.association"),
    intervals=mark(
        "Intervals hold the uncertainty of coefficients and baseline, from 200 fits to people drawn"
        " again."
    ),
    horizons=(1, 3, 5),
    longest=YEARS,
    validations=_validations(),
)
MODEL = Model(
    FACTS,
    CurveFormula(
        no_effects,
        risks_without_treatment(NAME, _terms),
        (Output("recurrence_free_pct", "alive", scale=100),),
        spread=_spread,
    ),
    REFUSALS,
    WARNINGS,
)
