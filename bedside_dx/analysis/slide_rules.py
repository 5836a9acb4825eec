"""Rules for slides: by areas of neighbouring patches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.aggregate import key_regions, kind_shares, together
from bedside_dx.analysis.reasons import (
    area_reason,
    between,
    loss_reasons,
    lost_reasons,
    next_for_tumour,
    next_reader,
    nothing_reason,
    scattered,
    slide_level_reason,
    smallest,
)
from bedside_dx.analysis.rule import Grounds, Scope, rule
from bedside_dx.analysis.sureness import EVEN_PRECURSOR, EVEN_TUMOUR, Sureness
from bedside_dx.analysis.weighing import Weighing
from bedside_dx.core.results import KeyRegion, Reason
from bedside_dx.core.verdict import Status
from bedside_dx.text.message import mark

CONFIRM_TUMOUR = ("next.confirm-tumour", "next.radiologist")
READER = ("next.pathologist", "next.radiologist")
AROUND = 1
"""Cells around a key region that decided with it."""


def _kinds(weighing: Weighing) -> tuple[list[int], float]:
    """Tumour classes, likeliest first where tumour is seen, and the first one's share."""
    columns = weighing.tumour
    shares = kind_shares(weighing.findings, columns)
    return [columns[int(i)] for i in np.argsort(-shares)], float(shares.max())


def _of_area(
    weighing: Weighing, columns: tuple[int, ...], regions: tuple[KeyRegion, ...]
) -> NDArray[np.float64] | None:
    """Mean probability over the patches that decided: those of the family at the key regions."""
    likely = together(weighing.findings, columns)
    telling = weighing.judged & (likely >= min(0.5, float(likely.max())))
    grid = weighing.findings.grid
    corners = grid.corners(weighing.findings.cells)
    near = np.zeros(len(corners), np.bool_)
    for key in regions:
        away = np.abs(corners - (key.region.x, key.region.y)).max(1)
        near |= away <= (AROUND + 0.5) * grid.step
    which = telling & near if (telling & near).any() else telling
    return weighing.mean_over(which) if which.any() else None


@rule(
    "tumour-of-unclear-kind",
    Scope.SLIDE,
    mark(
        "Neighbouring patches together look like tumour (score {tumour_area} or more), but no"
        " kind of tumour has {abstain_below} of it."
    ),
    Status.CANNOT_SAY,
    *READER,
)
def tumour_of_unclear_kind(weighing: Weighing) -> Grounds | None:
    """There is tumour; which one is not clear."""
    if weighing.tumour_score < weighing.limits.tumour_area:
        return None
    order, share = _kinds(weighing)
    if share >= weighing.card.rules.abstain_below:
        return None
    regions = key_regions(weighing.findings, weighing.tumour)
    return Grounds(
        next_reader(weighing.card),
        (between(weighing.card, order), *lost_reasons(weighing.findings)),
        regions=regions,
        mean=_of_area(weighing, weighing.tumour, regions),
    )


@rule(
    "tumour-area",
    Scope.SLIDE,
    mark(
        "Neighbouring patches together look like one kind of tumour (each from"
        " {tumour_probability}; score {tumour_area} or more)."
    ),
    Status.PRESENT,
    *CONFIRM_TUMOUR,
)
def tumour_area(weighing: Weighing) -> Grounds | None:
    """Tumour lies together; errors lie scattered."""
    score = weighing.tumour_score
    if score < weighing.limits.tumour_area:
        return None
    findings, (order, _) = weighing.findings, _kinds(weighing)
    regions = key_regions(findings, weighing.tumour)
    return Grounds(
        next_for_tumour(weighing.card),
        (area_reason(findings, order[0], regions), *loss_reasons(findings)),
        order[0],
        Sureness.of_area(score - EVEN_TUMOUR),
        regions,
        _of_area(weighing, weighing.tumour, regions),
    )


@rule(
    "precursor-area",
    Scope.SLIDE,
    mark(
        "Neighbouring patches together look like a precursor or tumour (each from"
        " {precursor_probability}; score {precursor_area} or more)."
    ),
    Status.SUSPICIOUS,
    "next.confirm-precursor",
    *CONFIRM_TUMOUR,
)
def precursor_area(weighing: Weighing) -> Grounds | None:
    """Where what is seen is rather tumour than its precursor, it is named so, and no better."""
    score, columns = weighing.abnormal_score, weighing.precursor
    if not columns or score < weighing.limits.precursor_area:
        return None
    findings, worse = weighing.findings, columns + weighing.tumour
    kind = worse[int(kind_shares(findings, worse).argmax())]
    regions = key_regions(findings, (kind,))
    is_precursor = kind in columns
    step = Reason("next.confirm-precursor") if is_precursor else next_for_tumour(weighing.card)
    return Grounds(
        step,
        (
            area_reason(findings, kind, regions),
            *slide_level_reason(findings),
            *scattered(findings),
            *loss_reasons(findings),
        ),
        kind,
        Sureness.of_area(score - EVEN_PRECURSOR),
        regions,
        _of_area(weighing, worse, regions),
    )


@rule(
    "second-reader-disagrees",
    Scope.SLIDE,
    mark(
        "No area of tumour was found, but the slide-level network, which reads all patches"
        " together, is sure of one (its own limit, where a model has such a network)."
    ),
    Status.CANNOT_SAY,
    *READER,
)
def second_reader_disagrees(weighing: Weighing) -> Grounds | None:
    """Two readers disagree: neither "not seen" nor a tumour can be said."""
    findings = weighing.findings
    doubt = slide_level_reason(findings)
    if not doubt:
        return None
    return Grounds(
        next_reader(weighing.card),
        (*doubt, nothing_reason(findings), *lost_reasons(findings), *scattered(findings)),
        regions=key_regions(findings, weighing.tumour),
    )


@rule(
    "nothing-seen",
    Scope.SLIDE,
    mark("None of the above: all readable tissue was read, and no area of tumour was found."),
    Status.NOT_SEEN,
    "next.clinical",
)
def nothing_seen(weighing: Weighing) -> Grounds:
    """It names no class, so there is no set of classes either."""
    findings = weighing.findings
    return Grounds(
        Reason("next.clinical"),
        (
            nothing_reason(findings),
            *scattered(findings),
            *loss_reasons(findings),
            *smallest(findings),
        ),
        sureness=Sureness.of_absence(weighing.tumour_score),
        regions=key_regions(findings, weighing.tumour),
    )
