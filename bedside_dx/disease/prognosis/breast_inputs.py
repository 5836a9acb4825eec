"""What every version of PREDICT Breast asks, refuses and says of its limits."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from bedside_dx.core.prognosis import Input, Role, Slip, Treatment, Validation
from bedside_dx.disease.prognosis.shape import Columns, Effects, Numbers, Output, Rule
from bedside_dx.text.message import mark

UNKNOWN = 9.0
SCREEN_UNKNOWN, SCREEN_ASSUMED = 2.0, 0.204
GRADE_ASSUMED = 2.13
"""The published rules for how a tumour was found, and for its grade, where it is not known."""
NO_YES = {0.0: mark("no"), 1.0: mark("yes")}
MARKER = {0.0: mark("negative"), 1.0: mark("positive"), UNKNOWN: mark("not known")}

AGE = Input(
    "age", mark("Age at diagnosis"), mark("years"), 25, 85,
    slips=(Slip(300, 1100, mark("months"), 1 / 12), Slip(1900, 2100, mark("a year of birth"), 0)),
)  # fmt: skip
SIZE = Input(
    "size", mark("Largest diameter of the invasive tumour"), "mm", 0, 500,
    slips=(
        Slip(0, 0.99, "cm", 10),
        Slip(0, 10, "cm", 10, typed=True),
        Slip(0, 5, "cm", 10, asks=False),
        Slip(1000, 1e6, "µm", 1e-3),
    ),
    aliases=("size_mm",),
)  # fmt: skip
NODES = Input("nodes", mark("Positive lymph nodes"), mark("nodes"), 0, 100, whole=True)
GRADE = Input(
    "grade", mark("Grade"), choices={1.0: "1", 2.0: "2", 3.0: "3", UNKNOWN: mark("not known")},
    unknown=UNKNOWN, assumed=UNKNOWN,
)  # fmt: skip
SCREEN = Input(
    "screen", mark("Found by screening"), choices={**NO_YES, SCREEN_UNKNOWN: mark("not known")},
    unknown=SCREEN_UNKNOWN, assumed=SCREEN_UNKNOWN,
)  # fmt: skip
ER = Input("er", mark("Oestrogen receptor"), choices=MARKER, unknown=UNKNOWN)
HER2, KI67, PR = (
    Input(key, label, choices=MARKER, unknown=UNKNOWN, assumed=UNKNOWN)
    for key, label in (
        ("her2", "HER2"),
        ("ki67", mark("Ki-67 above the laboratory's limit")),
        ("pr", mark("Progesterone receptor")),
    )
)
SMOKER = Input("smoker", mark("Smokes now"), choices=NO_YES, assumed=0)
GENERATION = Input(
    "gen", mark("Chemotherapy in question"), role=Role.TREATMENT, assumed=0,
    choices={0.0: mark("none"), 2.0: mark("second generation"), 3.0: mark("third generation")},
)  # fmt: skip
HORMONE, TRASTUZUMAB, BISPHOSPHONATE, RADIOTHERAPY = (
    Input(key, label, choices=NO_YES, role=Role.TREATMENT, assumed=0)
    for key, label in (
        ("horm", mark("Endocrine therapy in question")),
        ("traz", mark("Trastuzumab in question")),
        ("bis", mark("Bisphosphonate in question (after menopause)")),
        ("radio", mark("Radiotherapy in question")),
    )
)
HEART = Input(
    "heart", mark("Mean radiation dose to the heart"), "Gy", 0, 50, role=Role.TREATMENT, assumed=0,
    slips=(Slip(100, 5000, "cGy", 0.01),),
)  # fmt: skip
ELIGIBILITY = (
    Input("male", mark("Man"), choices=NO_YES, role=Role.ELIGIBILITY, assumed=0),
    Input("metastatic", mark("Distant metastases"), choices=NO_YES, role=Role.ELIGIBILITY,
          assumed=0),
    Input("invasive", mark("Invasive tumour, not DCIS alone"), choices=NO_YES,
          role=Role.ELIGIBILITY, assumed=1),
    Input("operated", mark("Operated"), choices=NO_YES, role=Role.ELIGIBILITY, assumed=1),
    Input("neoadjuvant", mark("Treated before surgery"), choices=NO_YES, role=Role.ELIGIBILITY,
          assumed=0),
)  # fmt: skip

REFUSALS = (
    Rule("prognosis.male", lambda v: v["male"] == 1),
    Rule("prognosis.metastatic", lambda v: v["metastatic"] == 1),
    Rule("prognosis.dcis", lambda v: v["invasive"] == 0),
    Rule("prognosis.not-operated", lambda v: v["operated"] == 0),
    Rule("prognosis.neoadjuvant", lambda v: v["neoadjuvant"] == 1),
    Rule("prognosis.er-unknown", lambda v: v["er"] == UNKNOWN),
)
WARNINGS = (
    Rule("prognosis.young", lambda v: v["age"] < 40),
    Rule("prognosis.old", lambda v: v["age"] > 75),
    Rule("prognosis.er-her2-negative", lambda v: v["er"] == 0 and v["her2"] == 0),
    Rule("prognosis.size-zero", lambda v: v["size"] == 0),
    Rule("prognosis.trastuzumab-without-her2", lambda v: v["traz"] == 1 and v["her2"] != 1),
    Rule("prognosis.endocrine-without-er", lambda v: v["horm"] == 1 and v["er"] == 0),
)
LIMITS = (
    "prognosis.limit.population",
    "prognosis.limit.metabric",
    "prognosis.limit.era",
    "prognosis.limit.no-modern-drugs",
    "prognosis.limit.association",
)
INTERVALS = mark(
    "Intervals hold the published uncertainty of the treatment effects only, taken as independent"
    " of each other. The uncertainty of the baseline is not published and not shown."
)
METABRIC = tuple(
    Validation(cohort, 1828, c, oe, source=mark("computed for this program"))
    for cohort, c, oe in (
        (mark("METABRIC, overall survival at 5 years, year of the formula 2017"), 0.742, 1.64),
        (mark("METABRIC, overall survival at 10 years, year of the formula 2017"), 0.701, 1.52),
        (mark("METABRIC, overall survival at 5 years, year of the formula 2000"), 0.747, 0.948),
        (mark("METABRIC, overall survival at 10 years, year of the formula 2000"), 0.703, 0.974),
    )
)
"""Of version 3.2: how it ranks people carries over, how many die depends on the era."""

OUTPUTS = (Output("os_pct", "alive", scale=100),)

R = Treatment("r", mark("radiotherapy"), "radio")
H = Treatment("h", mark("endocrine therapy for 5 years"), "horm")
H10 = Treatment("h10", mark("endocrine therapy for 10 years"), "horm", replaces="h")
C = Treatment("c", mark("chemotherapy"), "gen")
T = Treatment("t", mark("trastuzumab"), "traz")
B = Treatment("b", mark("bisphosphonate"), "bis")

ENDOCRINE = (-0.3857, -0.502, -0.212)
CHEMOTHERAPY = {2: (-0.248, -0.360, -0.136), 3: (-0.446, -0.579, -0.313)}
"""Log hazard ratio of death of breast cancer with its published 95 % interval."""
SINGLE = {
    "r": (math.log(0.82), -0.288, -0.105),
    "h": ENDOCRINE,
    "h10": ENDOCRINE,
    "t": (-0.3567, -0.533, -0.239),
    "b": (-0.198, -0.32, -0.07),
}


def treatment_effects(columns: Columns, treatments: tuple[Treatment, ...]) -> Effects:
    """Log hazard ratios; 0 where the flag is not set or the tumour lacks the target."""
    parts = [_effect(columns, treatment) for treatment in treatments]
    estimate, low, high = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    return Effects(estimate, low, high)


def _effect(columns: Columns, treatment: Treatment) -> tuple[Numbers, Numbers, Numbers]:
    if treatment.key == "c":
        generation = columns["gen"]
        at = [generation == known for known in CHEMOTHERAPY]
        sizes = [np.select(at, of, 0.0) for of in zip(*CHEMOTHERAPY.values(), strict=True)]
        return sizes[0], sizes[1], sizes[2]
    helps = (columns[treatment.flag] == 1) & _has_target(columns, treatment.key)
    estimate, low, high = (np.where(helps, size, 0.0) for size in SINGLE[treatment.key])
    return estimate, low, high


def _has_target(columns: Columns, key: str) -> Numbers:
    if key in ("h", "h10"):
        return columns["er"] == 1
    return columns["her2"] == 1 if key == "t" else np.ones_like(columns["er"], bool)


def grade(columns: Columns) -> Numbers:
    """Grade as the formula takes it."""
    return np.where(columns["grade"] == UNKNOWN, GRADE_ASSUMED, columns["grade"])


def screened(columns: Columns) -> Numbers:
    """Found by screening, 0 to 1, as the formula takes it."""
    unknown = columns["screen"] == SCREEN_UNKNOWN
    return np.where(unknown, SCREEN_ASSUMED, columns["screen"])


def by_marker(values: Numbers, effects: Mapping[int, float]) -> Numbers:
    """Effect of a marker: by its state, 0 where that is not known."""
    return np.select([values == state for state in effects], list(effects.values()), 0.0)
