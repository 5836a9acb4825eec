"""The words of a result, the same on screen, on paper and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.geometry import Spacing, SpacingSource
from bedside_dx.core.results import Coverage, Diagnosis, Status
from bedside_dx.text.numbers import percent_range, significant

if TYPE_CHECKING:
    from bedside_dx.core.events import NotResumable, Resumed
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text.catalogue import Texts

VERY_HIGH, HIGH, MODERATE = 0.97, 0.9, 0.75
"""Lower ends of an interval from which confidence is called so."""


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
    """What the verdict rests on: "analysed 93 % of tissue · 4 % blurred · 3 % unreadable"."""
    parts = [t("analysed {share:percent} of tissue", share=coverage.analysed)]
    if coverage.blurred > 0:
        parts.append(t("{share:percent} blurred", share=coverage.blurred))
    if coverage.artefact > 0:
        parts.append(t("{share:percent} artefact", share=coverage.artefact))
    if coverage.unreadable > 0:
        parts.append(t("{share:percent} unreadable", share=coverage.unreadable))
    if coverage.pending > 0:
        parts.append(t("{share:percent} still to read", share=coverage.pending))
    return " · ".join(parts)


def early_words(diagnosis: Diagnosis, t: Texts, *, is_running: bool = False) -> str:
    """How early the verdict was settled, and whether it held; empty where it was not."""
    if diagnosis.early is None:
        return ""
    share = diagnosis.early.share
    if not diagnosis.is_stable:
        return t(
            "Called present after {share:percent} of the tissue; what was read since does not"
            " bear it out.",
            share=share,
        )
    if diagnosis.is_final:
        return t(
            "Settled after {share:percent} of the tissue; the rest did not change it.", share=share
        )
    if is_running:
        return t("Settled after {share:percent} of the tissue: more can't change it.", share=share)
    return t(
        "Stopped early: settled after {share:percent} of the tissue; {left:percent} was not read.",
        share=share,
        left=diagnosis.coverage.pending,
    )


def resumed_words(event: Resumed, t: Texts) -> str:
    """That an earlier reading is gone on with."""
    return t(
        "Going on where it stopped: {share:percent} was read on {on:day}.",
        share=event.share,
        on=event.on,
    )


def not_resumable_words(event: NotResumable, t: Texts) -> str:
    """That what is read can't be kept for later, and why."""
    cause = {
        "full": t("the disk is full"),
        "locked": t("another run reads the same slide"),
    }.get(event.cause, t("no right to write there"))
    return t("An interruption would lose what is read now: {cause}.", cause=cause)


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
