"""The table of rules that runs, in words: for the window and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.analysis.confidence import TABLE
from bedside_dx.analysis.reasons import RADIOLOGY
from bedside_dx.analysis.rule import Rule, Scope
from bedside_dx.analysis.weighing import PRECURSOR_PROBABILITY, SMALL_IMAGE_PATCHES
from bedside_dx.core.rules import LIMITS
from bedside_dx.text.messages import MESSAGES
from bedside_dx.text.rule_words import rule_words

if TYPE_CHECKING:
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.rules import Rules
    from bedside_dx.core.verdict import Status
    from bedside_dx.text import Texts

IMAGE_STEPS = {
    "next.pathologist": "next.radiologist",
    "next.confirm-tumour": "next.radiologist",
    "next.other-model": "next.other-image-model",
}
"""Steps of slides, and what stands for them where a radiologist reads."""
FIXED = {"precursor_probability": PRECURSOR_PROBABILITY}
"""Shares in the rules that nobody sets."""


@dataclass(frozen=True)
class RuleRow:
    """One row of the table as a person reads it.

    Attributes
    ----------
    when
        The sentence with the numbers in force.
    next_steps
        What it may ask for.
    limits
        Keys of the limits that it holds, in the order they are written.
    """

    number: int
    code: str
    scope: Scope
    when: str
    status: Status
    next_steps: tuple[str, ...]
    limits: tuple[str, ...]


def rule_rows(rules: Rules, card: ModelCard | None, t: Texts) -> tuple[RuleRow, ...]:
    """The table that runs, with the numbers in force; a model's own where one is given."""
    return tuple(
        RuleRow(
            number,
            rule.code,
            rule.scope,
            rule_words(rule.when, rules, card, FIXED, t),
            rule.status,
            tuple(t(MESSAGES[step].text) for step in _steps(rule, card)),
            tuple(key for key in LIMITS if f"{{{key}}}" in rule.when),
        )
        for number, rule in enumerate(TABLE, start=1)
    )


def _steps(rule: Rule, card: ModelCard | None) -> list[str]:
    """Steps that a rule may ask for; with a model, those of its kind of image."""
    steps = rule.next_steps
    if card is None:
        return list(steps)
    if card.modality in RADIOLOGY:
        return [step for step in steps if IMAGE_STEPS.get(step) not in steps]
    return [step for step in steps if step not in IMAGE_STEPS.values()]


def scope_words(scope: Scope, t: Texts) -> str:
    """What the rules of a scope look at."""
    return {
        Scope.ALL: t("Always"),
        Scope.SLIDE: t("Slide"),
        Scope.IMAGE: t("One image, or fewer than {few:count} patches", few=SMALL_IMAGE_PATCHES),
    }[scope]
