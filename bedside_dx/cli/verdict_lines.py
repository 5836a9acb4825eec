"""A report as the lines that a terminal shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.model_card import ModelInput
from bedside_dx.core.results import Status
from bedside_dx.text.words import (
    class_label,
    confidence_words,
    coverage_line,
    early_words,
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
        *(f"  {line}" for line in _grounds(report, t)),
        f"  {card.name} {card.version} · " + t("AI-generated, not verified. Research use only."),
    ]


def _grounds(report: Report, t: Texts) -> list[str]:
    diagnosis = report.diagnosis
    is_whole = report.model.input is ModelInput.WHOLE_IMAGE
    lines: list[str] = []
    if confidence := confidence_words(diagnosis, t):
        lines.append(t("Confidence: {words}", words=confidence))
    lines.append(
        t("The whole image was read.") if is_whole else coverage_line(diagnosis.coverage, t)
    )
    if early := early_words(diagnosis, t):
        lines.append(early)
    if not is_whole and diagnosis.status is not Status.CANNOT_SAY:
        lines.extend(_fractions(report, t))
    lines.extend(f"- {t.reason(reason)}" for reason in diagnosis.reasons)
    return [*lines, t("Next: {step}", step=t.reason(diagnosis.next_step))]


def _fractions(report: Report, t: Texts) -> list[str]:
    return [
        t(
            "{label}: {share:percent} of the tissue that could be judged",
            label=class_label(class_id, report.model, t),
            share=share,
        )
        for class_id, share in report.diagnosis.fractions.items()
    ]
