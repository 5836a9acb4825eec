"""A report as the lines that a terminal shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.rules import changed_keys
from bedside_dx.core.verdict import Status
from bedside_dx.text.rule_words import in_force_words
from bedside_dx.text.words import (
    class_label,
    confidence_words,
    coverage_line,
    early_words,
    gate_words,
    set_line,
    slide_level_words,
    verdict_headline,
)

if TYPE_CHECKING:
    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts


def verdict_lines(report: Report, t: Texts) -> list[str]:
    """Headline first, then what it rests on, one thought a line."""
    card = report.model
    return [
        verdict_headline(report.diagnosis, card, t),
        *(f"  {line}" for line in (*_grounds(report, t), *_site_rules(report, t))),
        f"  {card.name} {card.version} · " + t("AI-generated, not verified. Research use only."),
    ]


def _grounds(report: Report, t: Texts) -> list[str]:
    diagnosis = report.diagnosis
    is_whole = report.model.input is ModelInput.WHOLE_IMAGE
    lines: list[str] = []
    if confidence := confidence_words(diagnosis, t):
        lines.append(t("Confidence: {words}", words=confidence))
    if classes := set_line(diagnosis, report.model, t):
        lines.append(classes)
    slices = len(report.findings.cells)
    if is_whole and slices > 1:
        lines.append(t("{slices:count} slices of one series were read.", slices=slices))
    elif is_whole:
        lines.append(t("The whole image was read."))
    else:
        lines.append(coverage_line(diagnosis.coverage, t))
    if early := early_words(diagnosis, t):
        lines.append(early)
    if not is_whole and diagnosis.status is not Status.CANNOT_SAY:
        lines.extend(_fractions(report, t))
    if words := slide_level_words(diagnosis, report.model, t):
        lines.append(t("Slide-level model: {words}", words=words))
    lines.extend(f"- {t.reason(reason)}" for reason in diagnosis.reasons)
    if warning := gate_words(report.model, t):
        lines.append(warning)
    return [*lines, t("Next: {step}", step=t.reason(diagnosis.next_step))]


def _site_rules(report: Report, t: Texts) -> list[str]:
    """Limits of this site that are not as usual, and who made them so."""
    who = {change.key: change.who for change in report.rule_changes}
    return [
        t(
            "Site rule: {limit}, by {who}",
            limit=in_force_words(key, report.rules, t),
            who=who.get(key) or t("nobody on record"),
        )
        for key in changed_keys(report.rules)
    ]


def _fractions(report: Report, t: Texts) -> list[str]:
    return [
        t(
            "{label}: {share:percent} of the tissue that could be judged",
            label=class_label(class_id, report.model, t),
            share=share,
        )
        for class_id, share in report.diagnosis.fractions.items()
    ]
