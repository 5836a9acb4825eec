"""Whether a model may be used for a person, and with which numbers.

Nothing is converted and nothing is guessed: what is missing follows the model's published rule
and is listed, what looks like another unit is asked back, what a model of this program saw
counts only once a person has confirmed it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bedside_dx.core.errors import Phrase, PrognosisError
from bedside_dx.core.prognosis import Entry, Given, Input, ModelFacts, Provenance, Remark
from bedside_dx.disease.prognosis.shape import CurveFormula, Model, Values

ADULT = 18
"""Years."""
NO_TREATMENT = frozenset({"", "s"})
"""How a table writes a regimen without any treatment (``s``: surgery only)."""


@dataclass(frozen=True)
class Person:
    """One person as a model sees them: every input, and what to say about them."""

    values: Values
    given: tuple[Given, ...]
    remarks: tuple[Remark, ...]

    @property
    def assumed(self) -> tuple[str, ...]:
        """Keys of the inputs that nobody stated."""
        return tuple(one.key for one in self.given if one.provenance is Provenance.ASSUMED)


def judge(model: Model, entries: Mapping[str, Entry]) -> Person:
    """Complete a person's inputs, or refuse.

    Parameters
    ----------
    entries
        By key or alias of the input; what is not there is missing.

    Raises
    ------
    PrognosisError
        ``prognosis.missing``, ``prognosis.not-a-choice``, ``prognosis.out-of-range``,
        ``prognosis.out-of-range-slip``, ``prognosis.slip``, ``prognosis.unconfirmed``,
        ``prognosis.child``, or one of `ModelFacts.refusals`.
    """
    given: list[Given] = []
    pointed_out: list[Remark] = []
    for wanted in model.facts.inputs:
        entry = _stated(wanted, entries)
        if entry is None:
            given.append(Given(wanted.key, _assumed(wanted), Provenance.ASSUMED))
            continue
        _check(wanted, entry)
        pointed_out += _pointed_out(wanted, entry)
        given.append(Given(wanted.key, entry.value, entry.provenance, entry.low, entry.high))
    values = {one.key: one.value for one in given}
    for rule in model.refusals:
        if rule.applies(values):
            raise PrognosisError(rule.code, model=Phrase(model.facts.title))
    warnings = [Remark(rule.code) for rule in model.warnings if rule.applies(values)]
    return Person(values, tuple(given), (*pointed_out, *warnings))


def regimen_of(model: Model, person: Values, text: str | None) -> frozenset[str]:
    """Treatments that a regimen's letters stand for, counting those whose flag is set.

    Without text, those that the person's flags name.

    Raises
    ------
    PrognosisError
        ``prognosis.regimen``: a letter that the model does not know.
    """
    if not isinstance(model.formula, CurveFormula):
        return frozenset()
    if model.formula.asked is not None:
        return model.formula.asked(person)
    named = _letters(model.facts, text)
    return frozenset(
        treatment.key
        for treatment in model.facts.treatments
        if (treatment.key in named if named is not None else not treatment.replaces)
        and (not treatment.flag or person[treatment.flag] > 0)
    )


def _letters(facts: ModelFacts, text: str | None) -> frozenset[str] | None:
    """Keys in a regimen such as ``"rh10ctb"``; the longest that fits is taken."""
    rest = (text or "").strip().casefold()
    if not rest:
        return None
    if rest in NO_TREATMENT:
        return frozenset()
    keys = sorted((t.key for t in facts.treatments), key=len, reverse=True)
    found: set[str] = set()
    while rest:
        key = next((key for key in (*keys, *_OF_OTHERS) if rest.startswith(key)), None)
        if key is None:
            known = ", ".join(("s", *(t.key for t in facts.treatments)))
            raise PrognosisError("prognosis.regimen", regimen=text or "", known=known)
        found.add(key)
        rest = rest.removeprefix(key)
    return frozenset(found)


_OF_OTHERS = ("s", "r")
"""Letters that another version knows: they count for nothing here."""


def _stated(wanted: Input, entries: Mapping[str, Entry]) -> Entry | None:
    """What somebody states for an input; "not known" is a statement of nothing."""
    entry = next((entries[key] for key in (wanted.key, *wanted.aliases) if key in entries), None)
    if entry is None or entry.provenance is Provenance.ASSUMED:
        return None
    if entry.value == wanted.unknown and wanted.assumed is not None:
        return None
    return entry


def _assumed(wanted: Input) -> float:
    if wanted.assumed is not None:
        return wanted.assumed
    if wanted.unknown is not None:
        return wanted.unknown  # the model's own refusal says why
    raise PrognosisError("prognosis.missing", name=Phrase(wanted.label), key=wanted.key)


def _check(wanted: Input, entry: Entry) -> None:
    name, key, value = Phrase(wanted.label), wanted.key, entry.value
    if not math.isfinite(value):
        raise PrognosisError("prognosis.not-a-number", name=name, key=key, value=str(value))
    if key == "age" and value < ADULT <= wanted.low:
        raise PrognosisError("prognosis.child", value=value)
    if not wanted.allows(value):
        raise _outside(wanted, value)
    if entry.provenance is Provenance.AI_DERIVED and not entry.confirmed:
        raise PrognosisError("prognosis.unconfirmed", name=name, key=key, value=value)
    slip = next((s for s in wanted.slips if s.asks and s.suspects(value)), None)
    if slip is not None and not entry.confirmed:
        raise PrognosisError(
            "prognosis.slip", name=name, key=key, value=value, unit=Phrase(wanted.unit),
            other=Phrase(slip.unit), instead=value * slip.factor,
        )  # fmt: skip


def _outside(wanted: Input, value: float) -> PrognosisError:
    name, key = Phrase(wanted.label), wanted.key
    if wanted.choices is not None:
        allowed = ", ".join(f"{code:g}" for code in wanted.choices)
        return PrognosisError(
            "prognosis.not-a-choice", name=name, key=key, value=value, allowed=allowed
        )
    if wanted.whole and wanted.low <= value <= wanted.high:
        return PrognosisError("prognosis.not-whole", name=name, key=key, value=value)
    slip = next((slip for slip in wanted.slips if slip.suspects(value)), None)
    return PrognosisError(
        "prognosis.out-of-range-slip" if slip else "prognosis.out-of-range", name=name, key=key,
        value=value, low=wanted.low, high=wanted.high, unit=Phrase(wanted.unit),
        other=Phrase(slip.unit) if slip else "",
    )  # fmt: skip


def _pointed_out(wanted: Input, entry: Entry) -> list[Remark]:
    """What is worth a second look and stops nothing."""
    slip = next((s for s in wanted.slips if not s.asks and s.suspects(entry.value)), None)
    if slip is None or entry.confirmed:
        return []
    values = {"name": wanted.label, "value": entry.value, "unit": wanted.unit, "other": slip.unit}
    return [Remark("prognosis.small", values)]
