"""The words of a result, the same on screen, on paper and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.geometry import Spacing, SpacingSource
from bedside_dx.core.patterns import Pattern
from bedside_dx.core.results import Coverage, Diagnosis, PatchState, Status
from bedside_dx.text.numbers import percent_range, significant

if TYPE_CHECKING:
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text.catalogue import Texts

VERY_HIGH, HIGH, MODERATE = 0.97, 0.9, 0.75
"""Lower ends of an interval from which confidence is called so."""
WORTH_NAMING, LEAST_SHARE = 0.005, 1e-6
"""Share of the tissue from which a loss is named by its kind, and at all."""


def status_word(status: Status, t: Texts) -> str:
    """The verdict's bare word."""
    return {
        Status.PRESENT: t("present"),
        Status.SUSPICIOUS: t("suspicious"),
        Status.NOT_SEEN: t("not seen"),
        Status.CANNOT_SAY: t("cannot say"),
    }[status]


def verdict_headline(diagnosis: Diagnosis, card: ModelCard, t: Texts) -> str:
    """The verdict as its headline: "Adenocarcinoma present", "Cannot say"."""
    label = class_label(diagnosis.class_id, card, t)
    match diagnosis.status:
        case Status.PRESENT:
            return t("{label} present", label=label)
        case Status.SUSPICIOUS:
            return t("Suspicious: {label}", label=label)
        case Status.NOT_SEEN:
            return t("No tumour seen")
        case Status.CANNOT_SAY:
            return t("Cannot say")


def class_label(class_id: str | None, card: ModelCard, t: Texts) -> str:
    """Label of a class in the reader's language; empty for no class."""
    return next((t.of(c.label) for c in card.classes if c.id == class_id), "")


def confidence_words(diagnosis: Diagnosis, t: Texts) -> str:
    """Confidence in a word and an interval: "high, 92-97 %"; empty when nothing can be said."""
    if diagnosis.interval is None:
        return ""
    low, high = diagnosis.interval
    interval = percent_range(low, high, t.language)
    if low >= VERY_HIGH:
        return t("very high, {interval}", interval=interval)
    if low >= HIGH:
        return t("high, {interval}", interval=interval)
    if low >= MODERATE:
        return t("moderate, {interval}", interval=interval)
    return t("low, {interval}", interval=interval)


def coverage_line(coverage: Coverage, t: Texts) -> str:
    """What the verdict rests on: "analysed 93 % of tissue · 4 % blurred · 3 % unreadable".

    Losses below `WORTH_NAMING` are told together; none is kept back.
    """
    lost = coverage.lost()
    parts = [t("analysed {share:percent} of tissue", share=coverage.analysed)]
    parts += [_lost(state, part, t) for state, part in lost.items() if part >= WORTH_NAMING]
    rest = sum(part for part in lost.values() if part < WORTH_NAMING)
    if rest > LEAST_SHARE:
        parts.append(t("{share:percent} lost otherwise", share=rest))
    if coverage.pending > 0:
        parts.append(t("{share:percent} still to read", share=coverage.pending))
    return " · ".join(parts)


def _lost(state: PatchState, share: float, t: Texts) -> str:
    words = {
        PatchState.UNREADABLE: lambda: t("{share:percent} unreadable", share=share),
        PatchState.BLURRED: lambda: t("{share:percent} blurred", share=share),
        PatchState.INK: lambda: t("{share:percent} under ink", share=share),
        PatchState.FOLD: lambda: t("{share:percent} folded", share=share),
        PatchState.BUBBLE: lambda: t("{share:percent} under bubbles", share=share),
        PatchState.EXPOSURE: lambda: t("{share:percent} badly exposed", share=share),
        PatchState.DEBRIS: lambda: t("{share:percent} dirt", share=share),
        PatchState.ARTEFACT: lambda: t("{share:percent} too dark", share=share),
    }
    return words[state]()


def pattern_words(pattern: Pattern, t: Texts) -> str:
    """What a pattern over the slide means, for legends."""
    return {
        Pattern.UNFAMILIAR: t("unlike the training data"),
        Pattern.UNREADABLE: t("unreadable"),
        Pattern.BLURRED: t("out of focus"),
        Pattern.INK: t("ink"),
        Pattern.FOLD: t("fold"),
        Pattern.BUBBLE: t("air bubble"),
        Pattern.EXPOSURE: t("badly exposed"),
        Pattern.DEBRIS: t("dirt"),
        Pattern.ARTEFACT: t("too thick or too dark"),
    }[pattern]


def spacing_words(spacing: Spacing | None, t: Texts) -> str:
    """Scale and where it came from: "0.25 µm/px (from the file)"."""
    if spacing is None:
        return t("no scale")
    source = {
        SpacingSource.FILE: t("from the file"),
        SpacingSource.USER: t("entered by hand"),
        SpacingSource.DERIVED: t("derived from the file's resolution"),
    }[spacing.source]
    um = significant(spacing.um_per_px, t.language)
    return t("{um} µm/px ({source})", um=um, source=source)
