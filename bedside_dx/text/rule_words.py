"""Words of the limits that a site may change, and of the rules they stand in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.rules import LIMITS, Kind
from bedside_dx.text.message import mark
from bedside_dx.text.numbers import decimal, exact_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.rules import Limit, RuleChange, Rules, Value
    from bedside_dx.text.catalogue import Texts


@dataclass(frozen=True, slots=True)
class LimitWords:
    """What a limit is called, and what changes with it."""

    label: str
    effect: str


LIMIT_WORDS: Mapping[str, LimitWords] = {
    "coverage": LimitWords(
        mark("Coverage of class sets"),
        mark("Higher: the right class is missed less often, and more sets hold several classes."),
    ),
    "most_lost": LimitWords(
        mark("Most tissue lost"),
        mark("Lower: “not seen” asks for better slides, and more are to be scanned again."),
    ),
    "most_unfamiliar": LimitWords(
        mark("Most tissue unfamiliar"),
        mark("Lower: “not seen” is said less often of tissue that the model knows only in part."),
    ),
    "least_tissue_patches": LimitWords(
        mark("Least tissue"),
        mark("Higher: nothing is said of smaller pieces of tissue."),
    ),
    "tumour_area": LimitWords(
        mark("Score of a tumour area"),
        mark(
            "Lower: smaller areas count, with more false alarms. At 1, chance alone would show"
            " one on one slide in ten."
        ),
    ),
    "precursor_area": LimitWords(
        mark("Score of a precursor area"),
        mark(
            "Lower: smaller areas count, with more false alarms. At 1, chance alone would show"
            " one on one slide in ten."
        ),
    ),
    "empty_set_abstains": LimitWords(
        mark("Nothing is said of one picture that fits no class"),
        mark("On: less typical pictures are left to a person, up to one in ten."),
    ),
    "early_error": LimitWords(
        mark("Error of an early “present”"),
        mark("Lower: “present” is said later, and has to be taken back less often."),
    ),
}
"""By key of `core.rules.LIMITS`."""


def limit_value(limit: Limit, value: Value, t: Texts) -> str:
    """Write what a limit is set to: "90%", "0.25 patches", "on"."""
    match limit.kind:
        case Kind.SHARE:
            return exact_percent(value, t.language)
        case Kind.PATCHES:
            whole = value if value == int(value) else 2 if value > 1 else 0
            return t.plural(
                "{patches:decimal} patch", "{patches:decimal} patches", int(whole), patches=value
            )
        case Kind.SCORE:
            return decimal(value, t.language)
        case Kind.SWITCH:
            return t("on") if value else t("off")


def limit_range(limit: Limit, t: Texts) -> str:
    """Write what a limit may be: "80% to 99%"."""
    if limit.kind is Kind.SWITCH:
        return t("on or off")
    low, high = (limit_value(limit, value, t) for value in (limit.low, limit.high))
    return t("{low} to {high}", low=low, high=high)


def rule_words(
    sentence: str, rules: Rules, card: ModelCard | None, fixed: Mapping[str, float], t: Texts
) -> str:
    """Fill a rule's sentence with the numbers in force.

    Parameters
    ----------
    card
        The model's own limits are taken from it; without, it is said that they are its own.
    fixed
        Shares that nobody sets, by placeholder.
    """
    values = {key: limit_value(limit, rules.value(key), t) for key, limit in LIMITS.items()}
    own = t("the model's own limit")
    for key in ("tumour_probability", "abstain_below", "unfamiliar_share"):
        share = asdict(card.rules)[key] if card else None
        values[key] = own if share is None else exact_percent(share, t.language)
    values |= {key: exact_percent(share, t.language) for key, share in fixed.items()}
    return t(sentence, **values)


def change_words(change: RuleChange, t: Texts) -> str:
    """One change as a line: "Coverage of class sets: 95% (before: 90%)"."""
    if not change.key:
        return t("New history, all limits as usual")
    limit = LIMITS[change.key]
    return t(
        "{label}: {after} (before: {before})",
        label=t(LIMIT_WORDS[change.key].label),
        after=limit_value(limit, change.after, t),
        before=limit_value(limit, change.before, t),
    )


def moment_words(change: RuleChange) -> str:
    """When a change was made, the same in every language: "2026-11-27 14:05 UTC"."""
    return f"{change.when:%Y-%m-%d %H:%M} UTC"


def in_force_words(key: str, rules: Rules, t: Texts) -> str:
    """A limit that is not as usual: "Coverage of class sets: 95% (usual: 90%)"."""
    limit = LIMITS[key]
    return t(
        "{label}: {value} (usual: {usual})",
        label=t(LIMIT_WORDS[key].label),
        value=limit_value(limit, rules.value(key), t),
        usual=limit_value(limit, limit.default, t),
    )
