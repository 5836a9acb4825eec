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
from bedside_dx.core.prognosis import Entry, Given, Input, Provenance, Role, Standing
from bedside_dx.core.remark import Remark
from bedside_dx.disease.prognosis.shape import Model, Rule, Values

ADULT = 18
"""Years."""


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
        ``prognosis.child``, ``prognosis.not-between``, or one of `ModelFacts.refusals`.
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


def standing(model: Model, entries: Mapping[str, Entry]) -> Standing:
    """Look at every input by itself, so that a form can say all that is wrong at once.

    `judge` stops at the first; here an unfilled form is not refused for what it does not say yet.
    """
    missing: list[str] = []
    flaws: dict[str, PrognosisError] = {}
    values: dict[str, float] = {}
    for wanted in model.facts.inputs:
        entry = _stated(wanted, entries)
        if entry is None and wanted.assumed is None:
            missing.append(wanted.key)
        elif entry is None:
            values[wanted.key] = float(wanted.assumed or 0)
        else:
            values[wanted.key] = entry.value
            try:
                _check(wanted, entry)
            except PrognosisError as flaw:
                flaws[wanted.key] = flaw
    sound = {key: value for key, value in values.items() if key not in flaws}
    rule = next((rule for rule in model.refusals if _applies(rule, sound)), None)
    if rule is None:
        return Standing(tuple(missing), flaws)
    error = PrognosisError(rule.code, model=Phrase(model.facts.title))
    return Standing(tuple(missing), flaws, error, _hangs_on(model, rule, sound))


def _applies(rule: Rule, values: Values) -> bool:
    try:
        return rule.applies(values)
    except KeyError:  # about an input that nobody has stated yet
        return False


def _hangs_on(model: Model, rule: Rule, values: Values) -> str:
    """Key of the input with which a rule comes to nothing; that about eligibility first."""
    inputs = sorted(model.facts.inputs, key=lambda wanted: wanted.role is not Role.ELIGIBILITY)
    for wanted in inputs:
        others = wanted.choices or (0.0, 1.0)
        if wanted.key in values and any(
            not _applies(rule, {**values, wanted.key: other}) for other in others
        ):
            return wanted.key
    return ""


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
    if entry.low is not None and entry.high is not None and not entry.low <= value <= entry.high:
        raise PrognosisError(
            "prognosis.not-between", name=name, key=key, value=value, low=entry.low, high=entry.high
        )
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
