"""Nottingham Prognostic Index, with the six groups of Blamey 2007."""

from __future__ import annotations

from bedside_dx.core.prognosis import Input, ModelFacts, Validation
from bedside_dx.disease.prognosis import breast_inputs as breast
from bedside_dx.disease.prognosis.shape import Columns, Model, Numbers, ScoreFormula
from bedside_dx.text.message import mark


def _value(columns: Columns) -> Numbers:
    nodes = columns["nodes"]
    points = 1 + sum((nodes > few).astype(float) for few in (0, 3))
    return 0.02 * columns["size"] + points + columns["grade"]


REFUSALS = tuple(
    rule for rule in breast.REFUSALS if rule.code not in ("prognosis.er-unknown", "prognosis.male")
)
FACTS = ModelFacts(
    key="npi",
    version="2007",
    title=mark("Nottingham Prognostic Index"),
    endpoint=mark("prognostic group"),
    citation="Galea et al. 1992, Breast Cancer Res Treat; Blamey et al. 2007, Eur J Cancer",
    licence=mark("formula as published"),
    inputs=(
        breast.SIZE,
        breast.NODES,
        Input("grade", mark("Grade"), choices={1: "1", 2: "2", 3: "3"}),
        *(entry for entry in breast.ELIGIBILITY if entry.key != "male"),
    ),
    refusals=tuple(rule.code for rule in REFUSALS),
    warnings=(),
    limits=("prognosis.limit.score", "prognosis.limit.association"),
    intervals=mark("No interval: a sum of points has none."),
    groups=(
        mark("excellent"), mark("good"), mark("moderate 1"), mark("moderate 2"), mark("poor"),
        mark("very poor"),
    ),
    validations=(
        Validation(mark("METABRIC, death of breast cancer within 10 years"), 1828, 0.695,
                   source=mark("computed for this program")),
    ),
)  # fmt: skip
MODEL = Model(FACTS, ScoreFormula(_value, (2.4, 3.4, 4.4, 5.4, 6.4)), REFUSALS)
