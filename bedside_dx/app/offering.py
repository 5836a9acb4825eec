"""From findings to inputs: what a slide gave is offered, and enters nothing by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bedside_dx.analysis.extent import tumour_extent
from bedside_dx.core.disease import EDITIONS, Site
from bedside_dx.core.disease_picture import Offer
from bedside_dx.core.extent import Beyond, Span
from bedside_dx.core.model_card import Role
from bedside_dx.core.prognosis import Entry, Provenance
from bedside_dx.core.remark import Remark
from bedside_dx.core.verdict import Status
from bedside_dx.disease.size_categories import t_by_size
from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from collections.abc import Collection

    from bedside_dx.core.extent import TumourExtent
    from bedside_dx.core.prognosis import Input
    from bedside_dx.core.results import Report

SIZE, INVASIVE, T, LESION = "size", "invasive", "t", "lesion-mm"
ORGANS = {SIZE: frozenset({Site.BREAST}), INVASIVE: frozenset({Site.BREAST}), T: frozenset(Site)}
"""Organs that an input of this name is about; what is not named is about any."""
BEYOND = {
    Beyond.UNREAD: mark("tissue that was not read or is unlike what the model knows"),
    Beyond.TISSUE_EDGE: mark("the edge of the tissue"),
    Beyond.SLIDE_END: mark("the end of the slide"),
}
DIGITS = 1
"""Of mm: the range is widened to them, never narrowed."""
MALIGNANT = {"3": (1.0, "offer.invasive"), "2": (0.0, "offer.in-situ")}
"""Behaviour in a code of ICD-O-3: what it says of `INVASIVE`."""


def offers(
    report: Report,
    keys: Collection[str],
    *,
    organ: str | None = None,
    edition: int = EDITIONS[0],
) -> tuple[Offer, ...]:
    """What the slide gave for some inputs, in a fixed order.

    Nothing is offered unless tumour is present, nor where the model read another organ; no
    measure without a scale. What is offered counts once a person confirms it (`confirmed_entry`).

    Parameters
    ----------
    keys
        Names of the inputs asked for: those of a prognosis model, ``"t"``, ``"lesion-mm"``.
    organ
        What the inputs are about, where the caller knows it.
    edition
        Of TNM, for ``"t"``.
    """
    if not _has_tumour(report) or (organ is not None and organ.casefold() != _organ(report)):
        return ()
    fitting = {key for key in keys if _organ(report) in ORGANS.get(key, {_organ(report)})}
    extent = tumour_extent(report.findings)
    made = (
        _of_size(extent, SIZE) if SIZE in fitting else None,
        _of_invasion(report) if INVASIVE in fitting else None,
        _of_category(extent, _organ(report), edition) if T in fitting else None,
        _of_size(extent, LESION) if LESION in fitting else None,
    )
    return tuple(offer for offer in made if offer is not None)


def confirmed_entry(offer: Offer, wanted: Input) -> Entry:
    """What a person has confirmed, as a model takes it: its range is swept through the model.

    A range without an end goes as far as the model allows.
    """
    low, high = max(offer.low, wanted.low), min(offer.high, wanted.high)
    return Entry(offer.value, Provenance.AI_DERIVED, confirmed=True, low=low, high=high)


def _has_tumour(report: Report) -> bool:
    diagnosis, card = report.diagnosis, report.model
    tumour = {card.classes[column].id for column in card.of_role(Role.TUMOUR)}
    return diagnosis.status is Status.PRESENT and diagnosis.class_id in tumour


def _organ(report: Report) -> str:
    return report.model.organ.casefold()


def _of_size(extent: TumourExtent | None, key: str) -> Offer | None:
    if extent is None:
        return None
    found = _rounded(extent.diameter_mm)
    return Offer(key, found.value, found.low, found.high, "mm", _size_says(extent, found))


def _of_category(extent: TumourExtent | None, organ: str, edition: int) -> Offer | None:
    """T by size alone: its category is what the largest diameter makes."""
    if extent is None or organ not in set(Site):
        return None
    found, site = _rounded(extent.diameter_mm), Site(organ)
    named = [t_by_size(site, mm, edition) for mm in (found.value, found.low, found.high)]
    if None in named:
        return None
    own, least, most = (str(name) for name in named)
    values = {"mm": found.value, "t": f"T{own}", "least": f"T{least}", "most": f"T{most}"}
    code = "offer.category-at-least" if extent.is_lower_bound else "offer.category"
    says = Remark(code, {**values, "edition": float(edition), **_why(extent)})
    return Offer(T, found.value, found.low, found.high, "mm", says, choice=own)


def _of_invasion(report: Report) -> Offer | None:
    """Whether the class that is present is invasive, as its ICD-O-3 code says; else nothing."""
    seen = report.model.classes[report.model.index(str(report.diagnosis.class_id))]
    behaviour = seen.codes.get("icd_o_3", "").rpartition("/")[2]
    if behaviour not in MALIGNANT:
        return None
    value, code = MALIGNANT[behaviour]
    return Offer(INVASIVE, value, value, value, "", Remark(code))


def _size_says(extent: TumourExtent, found: Span) -> Remark:
    values = {"mm": found.value, "low": found.low, "area": extent.area_mm2.value}
    values["patch"] = 1000 * extent.patch_mm
    if extent.is_lower_bound:
        return Remark("offer.size-at-least", {**values, **_why(extent)})
    return Remark("offer.size", {**values, "high": found.high})


def _why(extent: TumourExtent) -> dict[str, str]:
    return {"why": BEYOND[extent.beyond[0]]} if extent.is_lower_bound else {}


def _rounded(span: Span) -> Span:
    scale = 10**DIGITS
    high = span.high if math.isinf(span.high) else math.ceil(span.high * scale) / scale
    return Span(round(span.value, DIGITS), math.floor(span.low * scale) / scale, high)
