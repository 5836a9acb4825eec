"""Rules for one image, or a region of few patches: by its likeliest class."""

from __future__ import annotations

from bedside_dx.analysis.aggregate import key_regions
from bedside_dx.analysis.reasons import (
    area_reason,
    between,
    loss_reasons,
    next_for_tumour,
    next_reader,
    nothing_reason,
    scattered,
)
from bedside_dx.analysis.rule import Grounds, Scope, rule
from bedside_dx.analysis.slide_rules import CONFIRM_TUMOUR, READER
from bedside_dx.analysis.sureness import Sureness
from bedside_dx.analysis.weighing import Weighing
from bedside_dx.core.model_card import Role
from bedside_dx.core.results import KeyRegion, Reason
from bedside_dx.core.verdict import Status
from bedside_dx.text.message import mark


def _role(weighing: Weighing) -> Role:
    """Role of the likeliest class."""
    return weighing.card.classes[weighing.order[0]].role


def _regions(weighing: Weighing) -> tuple[KeyRegion, ...]:
    best = weighing.order[0]
    is_benign = _role(weighing) is Role.BENIGN
    return key_regions(weighing.findings, weighing.tumour if is_benign else (best,))


def _sureness(weighing: Weighing) -> Sureness:
    return Sureness.of_image(float(weighing.mean[weighing.order[0]]))


def _doubt(weighing: Weighing) -> tuple[Reason, ...]:
    """Say so where the picture fits no class, though nothing follows from it here."""
    level = weighing.set_level
    if level is None or not weighing.fits_no_class:
        return ()
    return (Reason("reason.fits-no-class", {"share": level}),)


def _torn(weighing: Weighing, *order: int) -> Grounds:
    return Grounds(
        next_reader(weighing.card),
        (between(weighing.card, list(order)), *_doubt(weighing)),
        regions=_regions(weighing),
        mean=weighing.mean,
    )


@rule(
    "unsure-image",
    Scope.IMAGE,
    mark("The likeliest class has less than {abstain_below}."),
    Status.CANNOT_SAY,
    *READER,
)
def unsure_image(weighing: Weighing) -> Grounds | None:
    """The model hesitates."""
    if weighing.mean[weighing.order[0]] >= weighing.card.rules.abstain_below:
        return None
    return _torn(weighing, *weighing.order)


@rule(
    "fits-no-class",
    Scope.IMAGE,
    mark("One picture that fits no class at {coverage} (this rule is {empty_set_abstains})."),
    Status.CANNOT_SAY,
    *READER,
)
def fits_no_class(weighing: Weighing) -> Grounds | None:
    """Off by default: a good model calls one picture in ten of each class less typical."""
    if not (weighing.limits.empty_set_abstains and weighing.fits_no_class):
        return None
    return Grounds(
        next_reader(weighing.card),
        _doubt(weighing),
        regions=_regions(weighing),
        mean=weighing.mean,
    )


@rule(
    "tumour-image",
    Scope.IMAGE,
    mark("The likeliest class is a tumour."),
    Status.PRESENT,
    *CONFIRM_TUMOUR,
)
def tumour_image(weighing: Weighing) -> Grounds | None:
    """The image as a whole looks like a tumour."""
    if _role(weighing) is not Role.TUMOUR:
        return None
    best, regions = weighing.order[0], _regions(weighing)
    return Grounds(
        next_for_tumour(weighing.card),
        (area_reason(weighing.findings, best, regions), *_doubt(weighing)),
        best,
        _sureness(weighing),
        regions,
        weighing.mean,
    )


@rule(
    "some-tumour-in-image",
    Scope.IMAGE,
    mark(
        "The likeliest class is no tumour, but neighbouring patches together look like one"
        " (score {tumour_area} or more)."
    ),
    Status.CANNOT_SAY,
    *READER,
)
def some_tumour_in_image(weighing: Weighing) -> Grounds | None:
    """A small region with a little tumour is never called free of it."""
    if not weighing.tumour or weighing.tumour_score < weighing.limits.tumour_area:
        return None
    tumour = max(weighing.tumour, key=lambda i: weighing.mean[i])
    return _torn(weighing, weighing.order[0], tumour)


@rule(
    "precursor-image",
    Scope.IMAGE,
    mark("The likeliest class is a precursor."),
    Status.SUSPICIOUS,
    "next.confirm-precursor",
)
def precursor_image(weighing: Weighing) -> Grounds | None:
    """The image as a whole looks like a precursor."""
    if _role(weighing) is not Role.PRECURSOR:
        return None
    best, regions = weighing.order[0], _regions(weighing)
    return Grounds(
        Reason("next.confirm-precursor"),
        (area_reason(weighing.findings, best, regions), *_doubt(weighing)),
        best,
        _sureness(weighing),
        regions,
        weighing.mean,
    )


@rule(
    "benign-image",
    Scope.IMAGE,
    mark("None of the above: the likeliest class is benign."),
    Status.NOT_SEEN,
    "next.clinical",
)
def benign_image(weighing: Weighing) -> Grounds:
    """The image as a whole looks benign."""
    findings = weighing.findings
    return Grounds(
        Reason("next.clinical"),
        (
            nothing_reason(findings),
            *_doubt(weighing),
            *scattered(findings),
            *loss_reasons(findings),
        ),
        sureness=_sureness(weighing),
        regions=_regions(weighing),
        mean=weighing.mean,
    )
