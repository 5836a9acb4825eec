"""ALBI: liver function in hepatocellular carcinoma."""

from __future__ import annotations

import numpy as np

from bedside_dx.core.prognosis import Input, ModelFacts, Role, Slip
from bedside_dx.disease.prognosis.shape import Columns, Model, Numbers, ScoreFormula
from bedside_dx.text.message import mark

INPUTS = (
    Input("bilirubin", mark("Bilirubin in serum"), "µmol/L", 0.5, 1000,
          slips=(Slip(0, 1.9, "mg/dL", 17.1),), aliases=("bilirubin_umol_L",)),
    Input("albumin", mark("Albumin in serum"), "g/L", 10, 70,
          slips=(Slip(1, 7, "g/dL", 10),), aliases=("albumin_g_L",)),
    Input("age", mark("Age (adults only)"), mark("years"), 18, 120, role=Role.ELIGIBILITY,
          assumed=18, slips=(Slip(1900, 2100, mark("a year of birth"), 0),)),
)  # fmt: skip


def _value(columns: Columns) -> Numbers:
    return 0.66 * np.log10(columns["bilirubin"]) - 0.085 * columns["albumin"]


FACTS = ModelFacts(
    key="albi",
    version="2015",
    title=mark("ALBI, liver function"),
    endpoint=mark("grade of liver function"),
    citation="Johnson et al. 2015, J Clin Oncol",
    licence=mark("formula as published"),
    inputs=INPUTS,
    refusals=(),
    warnings=(),
    limits=("prognosis.limit.albi", "prognosis.limit.score", "prognosis.limit.association"),
    intervals=mark("No interval: a sum of points has none."),
    groups=(mark("grade 1"), mark("grade 2"), mark("grade 3")),
)
MODEL = Model(FACTS, ScoreFormula(_value, (-2.60, -1.39)))
