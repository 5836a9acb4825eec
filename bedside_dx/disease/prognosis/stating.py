"""What a row of a table, an option or a keyword states, read into entries."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bedside_dx.core.errors import Phrase, PrognosisError
from bedside_dx.core.prognosis import Entry, Input, ModelFacts, Provenance
from bedside_dx.text.message import mark

MISSING = frozenset({"", "na", "n/a", "nan", "none", "null", "?", "–", "-"})
"""What stands in a table where nothing is known."""
AI_DERIVED, CONFIRMED = "ai_derived", "confirmed"
"""Columns that list keys of inputs: seen by a model of this program; confirmed by a person."""
INTERVAL = re.compile(r"\s*(\S+)\s*\(\s*(\S+)\s*(?:to|à|–|;|-)\s*(\S+)\s*\)\s*$")
MONTHS = range(16, 421)
"""Numbers of years that look like months."""


def read_entries(facts: ModelFacts, stated: Mapping[str, str | float]) -> dict[str, Entry]:
    """Entries of one person.

    Parameters
    ----------
    stated
        By key or alias, as a number or ``"20 (15 to 26)"`` with its 95 % interval; what the
        model does not ask for is left alone. `AI_DERIVED` and
        `CONFIRMED` list keys, separated by anything that is no letter.

    Raises
    ------
    PrognosisError
        ``prognosis.not-a-number`` or ``prognosis.unknown-input``.
    """
    listed = {name: _keys(facts, str(stated.get(name, ""))) for name in (AI_DERIVED, CONFIRMED)}
    entries: dict[str, Entry] = {}
    for wanted in facts.inputs:
        text = next((stated[key] for key in (wanted.key, *wanted.aliases) if key in stated), "")
        value, *ends = _numbers(wanted, text)
        if value is not None:
            seen = wanted.key in listed[AI_DERIVED]
            provenance = Provenance.AI_DERIVED if seen else Provenance.MEASURED
            entries[wanted.key] = Entry(value, provenance, wanted.key in listed[CONFIRMED], *ends)
    return entries


def read_year(facts: ModelFacts, text: str | float | None) -> int:
    """The horizon, in whole years.

    Raises
    ------
    PrognosisError
        ``prognosis.missing``, ``prognosis.not-a-number``, ``prognosis.out-of-range`` or, where
        it looks like months, ``prognosis.out-of-range-slip``.
    """
    wanted = Input("year", mark("Years after the start"), mark("years"), 1, facts.longest)
    name = Phrase(wanted.label)
    value = _number(wanted, "" if text is None else text)
    if value is None:
        raise PrognosisError("prognosis.missing", name=name, key="year")
    if not wanted.allows(value) or value != round(value):
        months = value == round(value) and int(value) in MONTHS
        code = "prognosis.out-of-range-slip" if months else "prognosis.out-of-range"
        raise PrognosisError(
            code, name=name, key="year", value=value, low=1, high=facts.longest,
            unit=Phrase(wanted.unit), other=Phrase(mark("months")),
        )  # fmt: skip
    return int(value)


def check_names(facts: ModelFacts, names: Collection[str]) -> None:
    """Refuse what a person typed and the model does not ask for.

    Raises
    ------
    PrognosisError
        ``prognosis.unknown-input``.
    """
    known = {key for wanted in facts.inputs for key in (wanted.key, *wanted.aliases)}
    strange = next((name for name in names if name not in known), None)
    if strange is not None:
        names_known = ", ".join(wanted.key for wanted in facts.inputs)
        raise PrognosisError("prognosis.unknown-input", name=strange, known=names_known)


def _keys(facts: ModelFacts, text: str) -> frozenset[str]:
    names = re.findall(r"\w+", text)
    check_names(facts, names)
    by_name = {
        name: wanted.key for wanted in facts.inputs for name in (wanted.key, *wanted.aliases)
    }
    return frozenset(by_name[name] for name in names)


def _numbers(wanted: Input, text: str | float) -> tuple[float | None, ...]:
    """A value, and its interval where one is stated."""
    found = INTERVAL.match(text) if isinstance(text, str) else None
    parts = found.groups() if found else (text,)
    return tuple(_number(wanted, part) for part in parts)


def _number(wanted: Input, text: str | float) -> float | None:
    if isinstance(text, int | float):
        return float(text)
    words = text.strip()
    if words.casefold() in MISSING:
        return None
    try:
        return float(words.replace(",", "."))
    except ValueError as exc:
        name = Phrase(wanted.label)
        raise PrognosisError(
            "prognosis.not-a-number", name=name, key=wanted.key, value=words
        ) from exc
