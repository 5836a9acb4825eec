"""Which treatments a person is asked about: letters read, and counted where they may be."""

from __future__ import annotations

from dataclasses import replace

from bedside_dx.core.errors import PrognosisError
from bedside_dx.core.prognosis import ModelFacts
from bedside_dx.core.remark import Remark
from bedside_dx.disease.prognosis.judging import Person
from bedside_dx.disease.prognosis.shape import CurveFormula, Model, Values

SURGERY = "s"
"""Letter of no further treatment."""
OF_OTHERS = (SURGERY, "r")
"""Letters that another version knows: they count for nothing."""


def with_regimen(model: Model, person: Person, text: str | None) -> tuple[Person, frozenset[str]]:
    """Treatments that a regimen's letters stand for, counting those whose flag is set.

    Without text, those that the person's flags or choices name.

    Returns
    -------
    The person, with a remark where letters were not counted, and the treatments.

    Raises
    ------
    PrognosisError
        ``prognosis.regimen``: a letter that the model does not know, or two treatments that
        can't be given together.
    """
    if not isinstance(model.formula, CurveFormula):
        return person, frozenset()
    named = _letters(model.facts, text)
    if named is None:
        return person, _of_inputs(model, person.values)
    counted = frozenset(key for key in named if _in_question(model.facts, key, person.values))
    if not model.can_be_given(counted):
        raise _unknown(model.facts, text)
    if counted == named:
        return person, counted
    letters = ", ".join(t.key for t in model.facts.treatments if t.key in named - counted)
    remark = Remark("prognosis.not-in-question", {"letters": letters})
    return replace(person, remarks=(*person.remarks, remark)), counted


def _of_inputs(model: Model, values: Values) -> frozenset[str]:
    assert isinstance(model.formula, CurveFormula)
    if model.formula.asked is not None:
        return model.formula.asked(values)
    return frozenset(
        treatment.key
        for treatment in model.facts.treatments
        if not treatment.replaces and _in_question(model.facts, treatment.key, values)
    )


def _in_question(facts: ModelFacts, key: str, values: Values) -> bool:
    flag = facts.treatment(key).flag
    return not flag or values[flag] > 0


def _letters(facts: ModelFacts, text: str | None) -> frozenset[str] | None:
    """Keys in a regimen such as ``"rh10ctb"``; the longest that fits is taken."""
    rest = (text or "").strip().casefold()
    if not rest:
        return None
    keys = sorted((t.key for t in facts.treatments), key=len, reverse=True)
    found: set[str] = set()
    while rest:
        key = next((key for key in (*keys, *OF_OTHERS) if rest.startswith(key)), None)
        if key is None:
            raise _unknown(facts, text)
        found.add(key)
        rest = rest.removeprefix(key).lstrip(" +,")
    if "h10" in found:
        found.discard("h")  # ten years hold the first five
    return frozenset(found.intersection(keys))


def _unknown(facts: ModelFacts, text: str | None) -> PrognosisError:
    known = ", ".join((SURGERY, *(t.key for t in facts.treatments)))
    return PrognosisError("prognosis.regimen", regimen=text or "", known=known)
