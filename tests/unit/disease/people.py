"""People that the tests ask the models about."""

from __future__ import annotations

from bedside_dx.core.prognosis import Entry
from bedside_dx.disease.prognosis.judging import Person, judge
from bedside_dx.disease.prognosis.registry import model_of

WOMAN = {
    "age": 50, "screen": 0, "size": 20, "grade": 2, "nodes": 2, "er": 1, "her2": 0, "ki67": 1,
    "pr": 1, "gen": 3, "horm": 1, "traz": 1, "bis": 1, "radio": 1, "heart": 4, "smoker": 1,
}  # fmt: skip
"""The first worked example of the design page."""
YOUNGER = {
    "age": 40, "screen": 0, "size": 30, "grade": 3, "nodes": 4, "er": 0, "her2": 1, "ki67": 1,
    "pr": 0, "gen": 3, "horm": 1, "traz": 1, "bis": 0, "radio": 1, "heart": 2, "smoker": 0,
}  # fmt: skip
"""The second."""
MAN = {
    "age": 65, "psa": 12, "t_stage": 2, "grade_group": 3, "charlson": 0, "primary_rx": 1,
    "brca": 0, "ppc_pct": 40,
}  # fmt: skip
COLON = {"age": 61, "male": 1, "nodes": 3, "differ": 2, "extent": 3, "obstruct": 0, "adhere": 0}


def person(key: str, values: dict[str, float], version: str | None = None) -> Person:
    """A person as a model sees them, all stated as measured."""
    model = model_of(key, version)
    known = {wanted.key for wanted in model.facts.inputs}
    return judge(model, {name: Entry(float(v)) for name, v in values.items() if name in known})
