"""CTS5: late distant recurrence of breast cancer, years 5 to 10 of endocrine therapy."""

from __future__ import annotations

import numpy as np

from bedside_dx.core.prognosis import Input, ModelFacts, Role
from bedside_dx.disease.prognosis import breast_inputs as breast
from bedside_dx.disease.prognosis.shape import Columns, Model, Numbers, Rule, ScoreFormula
from bedside_dx.text.message import mark

LARGEST = 30.0
"""mm from which size no longer counts more."""
NODE_CLASSES = (1, 2, 4, 10)
"""From so many positive nodes on the next class: 0, 1, 2-3, 4-9, more."""


def _value(columns: Columns) -> Numbers:
    size = np.minimum(columns["size"], LARGEST)
    nodes = np.searchsorted(NODE_CLASSES, columns["nodes"], side="right")
    clinical = 0.093 * size - 0.001 * size**2 + 0.375 * columns["grade"] + 0.017 * columns["age"]
    return 0.438 * nodes + 0.988 * clinical


def _eligibility(key: str, label: str) -> Input:
    return Input(key, label, choices=breast.NO_YES, role=Role.ELIGIBILITY, assumed=1)


ELIGIBILITY = (
    _eligibility("er", mark("Oestrogen receptor positive")),
    _eligibility("postmenopausal", mark("After menopause")),
    _eligibility("endocrine_5y", mark("Endocrine therapy for 5 years")),
    _eligibility("recurrence_free", mark("Without recurrence for 5 years")),
)
REFUSALS = (
    *(rule for rule in breast.REFUSALS if rule.code in ("prognosis.male", "prognosis.metastatic")),
    Rule("prognosis.cts5-er", lambda v: v["er"] == 0),
    Rule("prognosis.cts5-menopause", lambda v: v["postmenopausal"] == 0),
    Rule("prognosis.cts5-endocrine", lambda v: v["endocrine_5y"] == 0),
    Rule("prognosis.cts5-recurrence", lambda v: v["recurrence_free"] == 0),
)
FACTS = ModelFacts(
    key="cts5",
    version="2018",
    title=mark("CTS5, late distant recurrence"),
    endpoint=mark("risk group of distant recurrence in years 5 to 10"),
    citation="Dowsett et al. 2018, J Clin Oncol",
    licence=mark("formula as published"),
    inputs=(
        breast.AGE,
        breast.SIZE,
        breast.NODES,
        Input("grade", mark("Grade"), choices={1: "1", 2: "2", 3: "3"}),
        *ELIGIBILITY,
        *(entry for entry in breast.ELIGIBILITY if entry.key in ("male", "metastatic")),
    ),
    refusals=tuple(rule.code for rule in REFUSALS),
    warnings=(),
    limits=("prognosis.limit.cts5", "prognosis.limit.score", "prognosis.limit.association"),
    intervals=mark("No interval: a sum of points has none."),
    groups=(mark("low"), mark("intermediate"), mark("high")),
)
MODEL = Model(FACTS, ScoreFormula(_value, (3.13, 3.86)), REFUSALS)
