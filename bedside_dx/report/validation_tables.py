"""The tables of the page to sign, as rows of words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.model_input import ModelInput
from bedside_dx.text.numbers import count, fixed, percent

if TYPE_CHECKING:
    from bedside_dx.core.evaluation import Distances, Estimate, Evaluation
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text import Texts

Row = tuple[str, ...]


@dataclass(frozen=True)
class WordTable:
    """A small table.

    Attributes
    ----------
    notes
        What stands below it, or instead of it.
    """

    title: str
    headings: Row
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def main_figures(evaluation: Evaluation, card: ModelCard, t: Texts) -> list[tuple[str, str]]:
    """Name and value with its interval, most important first."""
    metrics = evaluation.metrics
    labels = {c.id: t.of(c.label) for c in card.classes}
    areas = [
        (t("AUC, {label}", label=labels[name]), number(area, t))
        for name, area in metrics.auc.items()
    ]
    pairs = [
        (t("AUC, {first} / {second}", first=labels[a], second=labels[b]), number(area, t))
        for (a, b), area in metrics.pairs.items()
    ]
    return [
        (t("Balanced accuracy"), number(metrics.balanced_accuracy, t)),
        (t("Accuracy"), number(metrics.accuracy, t)),
        (t("Accuracy where it answered"), number(metrics.answered_accuracy, t)),
        (t("Abstained"), number(metrics.abstained, t)),
        (t("Calibration error"), number(metrics.calibration_error, t)),
        (t("Calibration error, chance taken off"), number(metrics.calibration_error_corrected, t)),
        *pairs,
        *areas,
    ]


def label_table(evaluation: Evaluation, card: ModelCard, t: Texts) -> WordTable:
    """By label: how often it was in the set of classes, and what the gate called unfamiliar."""
    sets, gate = evaluation.sets, evaluation.gate
    labels = {c.id: t.of(c.label) for c in card.classes}
    rows = [_by_label(t("all"), gate.familiar, None if sets is None else sets.overall.coverage, t)]
    if gate.strangers is not None:
        rows.append(_by_label(t("other kinds"), gate.strangers, None, t))
    for name, found in gate.classes.items():
        covered = None if sets is None else sets.classes[name].coverage
        rows.append(_by_label(labels[name], found, covered, t))
    units = t("groups") if evaluation.metrics.unit == "group" else t("n")
    headings = (t("label"), units, t("in set"), t("unfamiliar"))
    notes = (_set_note(evaluation, t), _gate_note(evaluation, t))
    return WordTable(t("By label: set of classes, and gate"), headings, tuple(rows), notes)


def _by_label(label: str, found: Distances, covered: Estimate | None, t: Texts) -> Row:
    return (
        label,
        count(found.units, t.language),
        "–" if covered is None else share(covered, t),
        share(found.unfamiliar, t),
    )


def _set_note(evaluation: Evaluation, t: Texts) -> str:
    sets = evaluation.sets
    if sets is None:
        return t("Sets: the model came without limits for them.")
    return t(
        "Sets: asked {asked:percent}; in the mean {size} classes, {empty:percent} empty.",
        asked=sets.asked,
        size=fixed(sets.mean_size, t.language, 2),
        empty=sets.empty,
    )


def _gate_note(evaluation: Evaluation, t: Texts) -> str:
    gate = evaluation.gate
    if gate.strangers is None:
        return t("Gate: no images of other kinds were given, so what it misses is not known.")
    return t("Gate: other kinds against all, AUC {value}.", value=number(gate.auroc, t))


def subgroup_table(evaluation: Evaluation, t: Texts) -> WordTable:
    """The same figures by subgroup; the smallest are marked."""
    groups = evaluation.subgroups
    rows = [
        (
            f"{group.column.removeprefix('by_')}: {group.value}",
            count(group.images, t.language) + (" *" if group.is_small else ""),
            share(group.accuracy, t),
            fixed(group.auc.value, t.language, 2) if math.isfinite(group.auc.value) else "–",
            percent(group.abstained.value, t.language),
        )
        for group in groups
    ]
    note = t("No column split the images: differences between groups are not known.")
    if groups:
        note = t("* fewer than 10 images. AUC: mean of the classes. In brackets: intervals (95%).")
    headings = (t("subgroup"), t("n"), t("accuracy"), t("AUC"), t("abst."))
    return WordTable(t("Subgroups"), headings, tuple(rows), (note,))


def not_shown(evaluation: Evaluation, card: ModelCard, t: Texts) -> list[str]:
    """What the page says nothing about."""
    metrics = evaluation.metrics
    said = [t("How the model does at other sites, on other scanners or after other preparation.")]
    if card.input is ModelInput.PATCHES:
        said.append(t("How it does on whole slides: single images were judged."))
    said.append(t("Whether the labels are right: they were taken as the truth."))
    if metrics.unit == "image":
        said.append(
            t("Whether images belong together: without groups the intervals may be too narrow.")
        )
    return said


def number(estimate: Estimate, t: Texts) -> str:
    """A figure with its interval, three decimals."""
    if not math.isfinite(estimate.value):
        return t("not defined")
    value, low, high = (
        fixed(v, t.language, 3) for v in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low}–{high})"


def share(estimate: Estimate, t: Texts) -> str:
    """A share with its interval, in per cent."""
    if not math.isfinite(estimate.value):
        return "–"
    low, high = round(estimate.low * 100), round(estimate.high * 100)
    return f"{percent(estimate.value, t.language)} ({low}–{high})"
