"""Why a verdict is what it is, and what to do next: codes whose words are in `text.messages`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.aggregate import (
    MOSTLY_TISSUE,
    area_share,
    class_fractions,
    state_share,
)
from bedside_dx.core.heatmap import is_judged, is_unfamiliar
from bedside_dx.core.model_card import ModelCard, Role
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import LOST, PatchState
from bedside_dx.core.places import densest
from bedside_dx.core.results import Findings, KeyRegion, Reason

RADIOLOGY = ("MR", "CT")
"""Modalities that a radiologist reads, as DICOM names them."""
NEXT_AFTER = {
    PatchState.UNREADABLE: "next.rescan",
    PatchState.BLURRED: "next.refocus",
    PatchState.INK: "next.clean-ink",
    PatchState.FOLD: "next.recut",
    PatchState.BUBBLE: "next.remount",
    PatchState.EXPOSURE: "next.expose",
    PatchState.DEBRIS: "next.clean-glass",
    PatchState.ARTEFACT: "next.recut-thinner",
}
"""What brings back tissue that was lost."""
ENOUGH_TO_COMPARE, FARTHEST, STRANGE_ON_AVERAGE = 4, 1.25, 0.9
"""Patches needed to speak of an average; largest unfamiliarity one of them adds to it; and the
average from which tissue is strange: 0.8 on a section of another laboratory whose follicles, fat
and ink lie far beyond the limit, 1.1 on another organ. A patch that is far beyond counts little
more than one just beyond, so that a fifth of such patches does not speak for the rest."""
MISSED_PATCHES = 3
"""Largest area that was missed on composed slides, in patches."""
WORTH_SAYING = 0.05
"""Share of the tissue from which something lost or unfamiliar is named among the reasons."""


def area_reason(findings: Findings, column: int, regions: tuple[KeyRegion, ...]) -> Reason:
    """Share of the tissue that a class takes, and the place that shows it best."""
    seen = findings.model.classes[column]
    if findings.model.input is ModelInput.WHOLE_IMAGE:
        return Reason("reason.image-class", {"label": seen.label})
    share = class_fractions(findings)[seen.id]
    place = regions[0].region if regions else None
    return Reason("reason.tumour-area", {"label": seen.label, "share": share}, place)


def nothing_reason(findings: Findings) -> Reason:
    """Say what was read without a tumour being seen."""
    if findings.model.input is ModelInput.WHOLE_IMAGE:
        return Reason("reason.no-tumour-image")
    return Reason("reason.no-tumour", {"patches": int(is_judged(findings).sum())})


def smallest(findings: Findings) -> tuple[Reason, ...]:
    """Say how small a tumour the reading could miss, as composed slides showed."""
    if findings.cell_mm2 is None:
        return ()
    return (Reason("reason.smallest-area", {"mm2": MISSED_PATCHES * findings.cell_mm2}),)


def between(card: ModelCard, order: list[int]) -> Reason:
    """Name the two classes that the model hesitates between."""
    first, second = (card.classes[i].label for i in order[:2])
    return Reason("reason.low-confidence", {"first": first, "second": second})


def losses(findings: Findings) -> dict[PatchState, float]:
    """Share of the tissue lost, largest first."""
    shares = {state: state_share(findings, state) for state in LOST}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def lost_reasons(findings: Findings, *, above: float = WORTH_SAYING) -> tuple[Reason, ...]:
    """Name what tissue was lost to, largest first, and where most of each lies."""
    return tuple(
        Reason(
            f"reason.{state.name.lower()}",
            {"share": share},
            densest(findings, findings.state == state),
        )
        for state, share in losses(findings).items()
        if share >= above
    )


def loss_reasons(findings: Findings, *, above: float = WORTH_SAYING) -> tuple[Reason, ...]:
    """Name what the verdict could not rest on: what was lost, then what is unfamiliar."""
    named = lost_reasons(findings, above=above)
    share = unfamiliar_share(findings)
    return (*named, unfamiliar_reason(findings)) if share >= WORTH_SAYING else named


def unfamiliar_share(findings: Findings) -> float:
    """Share of the analysed tissue that is unlike the training data, 0 to 1.

    Patches that are mostly glass are left out where there are others: they are unlike the
    training data for that alone.
    """
    counted = _showing_tissue(findings)
    total = area_share(findings, counted)
    return area_share(findings, counted & is_unfamiliar(findings)) / total if total else 0.0


def is_strange(findings: Findings) -> bool:
    """Tell whether the tissue as a whole is unlike the training data.

    Too much of it is beyond the model's limit, or nearly all of it lies close to the limit:
    familiar tissue has patches that are quite familiar, too.
    """
    if unfamiliar_share(findings) > findings.model.rules.unfamiliar_share:
        return True
    counted = _showing_tissue(findings)
    if counted.sum() < ENOUGH_TO_COMPARE:
        return False
    distance = findings.unfamiliarity[counted].clip(0, FARTHEST)
    return float(np.average(distance, weights=findings.tissue[counted])) > STRANGE_ON_AVERAGE


def strange_margins(
    findings: Findings,
) -> tuple[tuple[NDArray[np.floating], float, float], ...]:
    """Numbers of each patch whose totals decide `is_strange`: above 0 the tissue is strange.

    Returns
    -------
    For each of its two conditions (n,) float, 0 where a patch is not read or mostly glass, and
    the least and the highest value that a patch can have.
    """
    counted = findings.analysed & (findings.tissue >= MOSTLY_TISSUE)
    weight = np.where(counted, findings.tissue, 0)
    limit = findings.model.rules.unfamiliar_share
    beyond = weight * (is_unfamiliar(findings) - limit)
    distance = np.nan_to_num(findings.unfamiliarity).clip(0, FARTHEST) - STRANGE_ON_AVERAGE
    return (
        (beyond, -limit, 1 - limit),
        (weight * distance, -STRANGE_ON_AVERAGE, FARTHEST - STRANGE_ON_AVERAGE),
    )


def _showing_tissue(findings: Findings) -> NDArray[np.bool_]:
    full = findings.analysed & (findings.tissue >= MOSTLY_TISSUE)
    return full if full.any() else findings.analysed


def unfamiliar_reason(findings: Findings) -> Reason:
    """Say how much of the tissue is unlike the training data, and where most of it lies."""
    share = unfamiliar_share(findings)
    place = densest(findings, is_unfamiliar(findings))
    return Reason("reason.unfamiliar-tissue", {"share": share}, place)


def strange_reason(findings: Findings) -> Reason:
    """Say in what way the tissue as a whole is unlike the training data."""
    if len(findings.cells) == 1:
        return Reason("reason.unfamiliar-image")
    if unfamiliar_share(findings) > findings.model.rules.unfamiliar_share:
        return unfamiliar_reason(findings)
    return Reason("reason.unfamiliar-throughout")


def scattered(findings: Findings) -> tuple[Reason, ...]:
    """Name the surest of the single patches that look like tumour, if there are any."""
    card = findings.model
    columns = card.of_role(Role.TUMOUR)
    # A patch that looks like tumour is named even where it is unfamiliar.
    shown = findings.probabilities[:, list(columns)].sum(1)
    likely = np.where(_showing_tissue(findings), shown, 0)
    patch = int(likely.argmax())
    if likely[patch] < card.rules.tumour_probability:
        return ()
    kind = max(columns, key=lambda column: float(findings.probabilities[patch, column]))
    place = findings.grid.region(int(findings.cells[patch, 0]), int(findings.cells[patch, 1]))
    return (Reason("reason.scattered", {"label": card.classes[kind].label}, place),)


def slide_level_reason(findings: Findings) -> tuple[Reason, ...]:
    """Name the tumour that the slide-level model is sure of, and where it looked most.

    Returns
    -------
    Empty where there is no such network, or it is not sure.
    """
    card, given = findings.model, findings.slide_level or {}
    tumours = {card.classes[i].id: i for i in card.of_role(Role.TUMOUR)}
    likely = max(tumours.keys() & given.keys(), key=lambda c: given[c], default=None)
    network, attention = card.slide_level, findings.attention
    if likely is None or network is None or given[likely] < network.sure_from:
        return ()
    place = None
    if attention is not None:
        column, row = findings.cells[int(attention.argmax())].tolist()
        place = findings.grid.region(column, row)
    label = card.classes[tumours[likely]].label
    values = {"label": label, "probability": given[likely]}
    return (Reason("reason.slide-level", values, place),)


def next_for_tumour(card: ModelCard) -> Reason:
    """Who confirms a tumour."""
    return Reason("next.radiologist" if card.modality in RADIOLOGY else "next.confirm-tumour")


def next_model(card: ModelCard) -> str:
    """Code of the step after something that the model does not know."""
    return "next.other-image-model" if card.modality in RADIOLOGY else "next.other-model"


def next_reader(card: ModelCard) -> Reason:
    """Who reads what the model can't decide."""
    return Reason("next.radiologist" if card.modality in RADIOLOGY else "next.pathologist")
