"""The words of a result, the same on screen, on paper and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.geometry import Spacing, SpacingSource
from bedside_dx.core.origin import Origin, OriginKind
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.patterns import Pattern
from bedside_dx.core.reading import Decoder, Indirect, Reading
from bedside_dx.core.settings import FP32
from bedside_dx.core.verdict import Status
from bedside_dx.text.message import mark
from bedside_dx.text.numbers import exact_percent, percent_range, significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.events import NotResumable, Resumed
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.pace import Pace, Way
    from bedside_dx.core.results import Coverage, Diagnosis
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
    """Confidence in a word and an interval: "high, 92-97 %"; empty when nothing can be said.

    Where it was not checked on what was read, that is said in the same breath.
    """
    if diagnosis.interval is None:
        return ""
    words = _interval_words(diagnosis.interval, t)
    if diagnosis.is_calibrated:
        return words
    return t("{confidence}, not calibrated for series of slices", confidence=words)


def _interval_words(interval: tuple[float, float], t: Texts) -> str:
    low, high = interval
    said = percent_range(low, high, t.language)
    if low >= VERY_HIGH:
        return t("very high, {interval}", interval=said)
    if low >= HIGH:
        return t("high, {interval}", interval=said)
    if low >= MODERATE:
        return t("moderate, {interval}", interval=said)
    return t("low, {interval}", interval=said)


def set_line(diagnosis: Diagnosis, card: ModelCard, t: Texts) -> str:
    """Classes that can't be ruled out, with their coverage; empty where there is no set."""
    if diagnosis.class_set is None or diagnosis.set_level is None:
        return ""
    return set_words(diagnosis.class_set, diagnosis.set_level, card, t)


def set_words(class_ids: Sequence[str], level: float, card: ModelCard, t: Texts) -> str:
    """A set of classes: "Can't be ruled out (90%): adenocarcinoma or squamous cell carcinoma"."""
    labels = [_inside(class_label(class_id, card, t)) for class_id in class_ids]
    share = exact_percent(level, t.language)
    if not labels:
        return t(
            "No class fits at {share}: less typical than {share} of the pictures of each class",
            share=share,
        )
    if len(labels) == 1:
        return t("{share} set: {label} only", share=share, label=labels[0])
    classes = t("{classes} or {last}", classes=", ".join(labels[:-1]), last=labels[-1])
    return t("Can't be ruled out ({share}): {classes}", share=share, classes=classes)


def _inside(label: str) -> str:
    """Write a label as it stands inside a sentence; abbreviations keep their capitals."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def slide_level_words(diagnosis: Diagnosis, card: ModelCard, t: Texts) -> str:
    """Say what the slide-level model gives: "Adenocarcinoma 97 %, Adenoma 12 %"; empty without.

    It is empty, too, where tissue is still to be read.
    """
    given = diagnosis.slide_level or {}
    return ", ".join(
        t("{label} {share:percent}", label=class_label(c, card, t), share=p)
        for c, p in given.items()
    )


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
        parts.append(t("{share:percent} not read", share=coverage.pending))
    return " · ".join(parts)


def gate_words(card: ModelCard, t: Texts) -> str:
    """Warn of a model that can't tell unfamiliar tissue; empty for one that can."""
    if card.has_gate:
        return ""
    return t("This model can't tell unfamiliar tissue: it gives an answer for any image.")


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
    return t("Stopped early: settled after {share:percent} of the tissue.", share=share)


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


def origin_words(origin: Origin, t: Texts) -> str:
    """Who answers for a model, in a few words: "signed by CHU Nord"."""
    match origin.kind:
        case OriginKind.BUNDLED:
            return t("came with the program")
        case OriginKind.UNSIGNED:
            return t("unsigned")
        case OriginKind.SIGNED if origin.replaces:
            return t(
                "signed by {publisher}, in place of the program's {version}",
                publisher=origin.publisher or origin.fingerprint,
                version=origin.replaces,
            )
        case OriginKind.SIGNED:
            return t("signed by {publisher}", publisher=origin.publisher or origin.fingerprint)


def precision_words(precision: str, t: Texts) -> str:
    """A precision as people write it: "32 bits", "BF16", "INT8"."""
    return t("32 bits") if precision == FP32 else precision.upper()


def way_words(way: Way, t: Texts) -> str:
    """How a model is run here: "openvino in INT8, 296.0 patches/s, measured here"."""
    engine, precision = way.pace.engine, precision_words(way.pace.precision, t)
    if not way.patches_per_s:
        return t(
            "Runs on {engine} in {precision}; not measured here yet",
            engine=engine,
            precision=precision,
        )
    return t(
        "Runs on {engine} in {precision}: {rate:decimal} patches/s, measured here",
        engine=engine,
        precision=precision,
        rate=way.patches_per_s,
    )


def pace_words(pace: Pace, patches_per_s: float, t: Texts) -> str:
    """How a model runs best: "openvino, BF16, 4 at a time, 180.5 patches/s"."""
    return t(
        "{engine}, {precision}, {batch:count} at a time, {rate:decimal} patches/s",
        engine=pace.engine,
        precision=pace.precision.upper(),
        batch=pace.batch,
        rate=patches_per_s,
    )


ORGANS = {
    "bladder": mark("bladder"),
    "brain": mark("brain"),
    "breast": mark("breast"),
    "colon": mark("colon"),
    "kidney": mark("kidney"),
    "liver": mark("liver"),
    "lung": mark("lung"),
    "lymph node": mark("lymph node"),
    "ovary": mark("ovary"),
    "pancreas": mark("pancreas"),
    "prostate": mark("prostate"),
    "skin": mark("skin"),
    "stomach": mark("stomach"),
    "thyroid": mark("thyroid"),
    "uterus": mark("uterus"),
}
"""Organs as packages name them, in English."""


def organ_words(organ: str, t: Texts) -> str:
    """An organ in the reader's language; one that is not known here stays as the package has it."""
    known = ORGANS.get(organ.strip().lower())
    return t(known) if known else organ


def reading_words(reading: Reading, t: Texts) -> str:
    """Who decodes a slide's pixels, and why it is OpenSlide where it is."""
    if reading.shrink > 1:
        return t("this program, tiles decoded to 1/{factor} of their size", factor=reading.shrink)
    if reading.decoder is Decoder.DIRECT:
        return t("this program, to the same pixels as OpenSlide")
    if reading.decoder is Decoder.PICTURE:
        return t("Pillow, as a whole")
    if reading.decoder is Decoder.SCAN:
        return t("DICOM, slice by slice in a process of its own")
    return _indirect_words(reading.why_not, t)


def _indirect_words(why: Indirect | None, t: Texts) -> str:
    match why:
        case Indirect.FORMAT:
            return t("OpenSlide: slides of this format are not decoded directly")
        case Indirect.NOT_JPEG:
            return t("OpenSlide: its tiles are not JPEG as it is decoded directly")
        case Indirect.DIFFERENT:
            return t("OpenSlide: sampled tiles came out differently when decoded directly")
        case None:
            return "OpenSlide"
