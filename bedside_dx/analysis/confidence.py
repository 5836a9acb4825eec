"""What is said of the findings: present, suspicious, not seen, or cannot say, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bedside_dx.analysis.aggregate import (
    FalseAlarms,
    area_evidence,
    class_fractions,
    key_regions,
    kind_shares,
    state_share,
)
from bedside_dx.analysis.reasons import (
    NEXT_AFTER,
    area_reason,
    between,
    is_strange,
    loss_reasons,
    losses,
    next_for_tumour,
    next_model,
    next_reader,
    nothing_reason,
    scattered,
    smallest,
    strange_reason,
    unfamiliar_reason,
    unfamiliar_share,
)
from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.model_card import ModelCard, Role
from bedside_dx.core.results import (
    Coverage,
    Diagnosis,
    Findings,
    KeyRegion,
    PatchState,
    Reason,
    Status,
)
from bedside_dx.core.rules import DEFAULT_RULES, Rules

Z_90 = 1.645
"""Half width of a 90 % interval in standard errors."""
MOST_SURE, MOST_SURE_LOW = 0.99, 0.97
"""Highest probability of a verdict, and highest lower end of its interval: a hundred slides
without an exception leave room for three in a hundred."""


@dataclass(frozen=True, slots=True)
class AreaRule:
    """When neighbouring patches together count as an area of a class.

    Attributes
    ----------
    score
        Score of `aggregate.area_evidence` from which it counts.
    alarms
        Share of the tissue that may be taken for these classes falsely.
    """

    score: float
    alarms: FalseAlarms


TUMOUR_AREA = AreaRule(0.25, FalseAlarms(at_least=0.003, at_most=0.10))
PRECURSOR_AREA = AreaRule(0.75, FalseAlarms(at_least=0.01, at_most=0.07))
AREA_DOUBT = 1.15
"""Standard error of the log odds of an area. On 91 slides composed of validation patches the
score for tumour was 0.1 or less without carcinoma, but for one slide, and 0.9 or more with it:
where the odds are even is known to half a unit of the score."""
ABSENCE, ABSENCE_DOUBT = math.log(0.95 / 0.05), 0.45
"""Log odds that nothing is there when nothing speaks for it, and their standard error: areas of
three patches or fewer can be missed, which was so on one composed slide in twenty or fewer."""
PRECURSOR_PROBABILITY = 0.5
"""Of precursor and tumour together, from which one patch speaks for a precursor."""
IMAGE_DOUBT = 0.5
"""Standard error of the log odds of one image's calibrated probability."""
SMALL_IMAGE_PATCHES = 12
"""An input with fewer patches is judged as one image, by the model's `abstain_below`."""


@dataclass(frozen=True, slots=True)
class Sureness:
    """A probability and its 90 % interval."""

    probability: float
    interval: tuple[float, float]

    @classmethod
    def of(cls, log_odds: float, doubt: float) -> Sureness:
        """From log odds and their standard error; never surer than `MOST_SURE`."""
        low, middle, high = (
            min(max(1 / (1 + math.exp(-log_odds - z * doubt)), 1 - MOST_SURE), MOST_SURE)
            for z in (-Z_90, 0.0, Z_90)
        )
        return cls(middle, (min(low, MOST_SURE_LOW), high))


@dataclass(frozen=True)
class Verdict:
    """The part of a `Diagnosis` that the rules decide."""

    status: Status
    next_step: Reason
    reasons: tuple[Reason, ...]
    column: int | None = None
    sureness: Sureness | None = None
    regions: tuple[KeyRegion, ...] = ()


def conclude(
    findings: Findings, rules: Rules = DEFAULT_RULES, *, is_final: bool = True
) -> Diagnosis:
    """Say what the findings mean, with how sure that is, or why nothing can be said.

    The first rule that fits is taken:

    ========================================= =========== ===================================
    when                                      then        because
    ========================================= =========== ===================================
    no tissue was found                       cannot say  no tissue
    the tissue is unlike the training data    cannot say  unfamiliar
    next to no tissue could be judged         cannot say  unreadable, blurred, too little
    neighbouring patches show a tumour        present     its share of the tissue
    they show a precursor                     suspicious  its share of the tissue
    some tissue was not read yet              cannot say  not complete
    too much was lost or strange to be sure   cannot say  unreadable, blurred, unfamiliar
    else                                      not seen    number of patches read
    ========================================= =========== ===================================

    A tumour whose kind is unclear is "cannot say" between the two kinds. A whole image, and a
    region of a few patches, is judged by its likeliest class: below the model's
    `abstain_below` nothing is said.

    Parameters
    ----------
    is_final
        False while patches are still to come: "not seen" waits for the last one.
    """
    card = findings.model
    verdict = _refusal(findings, rules)
    if verdict is None and len(findings.cells) < SMALL_IMAGE_PATCHES:
        verdict = _of_image(findings, rules)
    verdict = verdict or _tumour(findings) or _precursor(findings) or _nothing_seen(findings, rules)
    return Diagnosis(
        status=verdict.status,
        class_id=None if verdict.column is None else card.classes[verdict.column].id,
        probability=verdict.sureness and verdict.sureness.probability,
        interval=verdict.sureness and verdict.sureness.interval,
        reasons=verdict.reasons[:3],
        next_step=verdict.next_step,
        fractions=class_fractions(findings),
        unfamiliar=unfamiliar_share(findings),
        coverage=coverage(findings),
        key_regions=verdict.regions,
        is_final=is_final,
    )


def coverage(findings: Findings) -> Coverage:
    """How much of the tissue the verdict rests on."""
    cell_mm2 = findings.cell_mm2
    return Coverage(
        tissue_mm2=None if cell_mm2 is None else float(findings.tissue.sum()) * cell_mm2,
        patches=len(findings.cells),
        analysed=state_share(findings, PatchState.ANALYSED),
        blurred=state_share(findings, PatchState.BLURRED),
        artefact=state_share(findings, PatchState.ARTEFACT),
        unreadable=state_share(findings, PatchState.UNREADABLE),
        pending=state_share(findings, PatchState.PENDING),
        ink=state_share(findings, PatchState.INK),
        fold=state_share(findings, PatchState.FOLD),
        bubble=state_share(findings, PatchState.BUBBLE),
        exposure=state_share(findings, PatchState.EXPOSURE),
        debris=state_share(findings, PatchState.DEBRIS),
    )


# ---------------------------------------------------------------- nothing can be said


def _refusal(findings: Findings, rules: Rules) -> Verdict | None:
    if not len(findings.cells):
        return _cannot_say("next.pathologist", Reason("reason.no-tissue"))
    if is_strange(findings):
        return _cannot_say(next_model(findings.model), strange_reason(findings))
    if float(findings.tissue[is_judged(findings)].sum()) >= rules.least_tissue_patches:
        return None
    return _hindrance(findings, rules) or _cannot_say(
        "next.pathologist",
        Reason("reason.too-little-tissue", {"patches": int(is_judged(findings).sum())}),
    )


def _hindrance(findings: Findings, rules: Rules) -> Verdict | None:
    """What stands against saying that something is not there."""
    pending = state_share(findings, PatchState.PENDING)
    if pending:
        return _cannot_say("next.finish-reading", Reason("reason.not-complete", {"share": pending}))
    lost = losses(findings)
    if sum(lost.values()) <= rules.most_lost:
        if unfamiliar_share(findings) <= rules.most_unfamiliar:
            return None
        return _cannot_say(next_model(findings.model), unfamiliar_reason(findings))
    step = NEXT_AFTER[next(iter(lost))]
    return _cannot_say(step, *loss_reasons(findings, above=0.01))


def _cannot_say(step: str, *reasons: Reason) -> Verdict:
    return Verdict(Status.CANNOT_SAY, Reason(step), reasons)


def _torn(card: ModelCard, order: list[int], regions: tuple[KeyRegion, ...]) -> Verdict:
    reason = between(card, order)
    return Verdict(Status.CANNOT_SAY, next_reader(card), (reason,), regions=regions)


# ---------------------------------------------------------------- slides


def _tumour(findings: Findings) -> Verdict | None:
    card = findings.model
    columns = card.of_role(Role.TUMOUR)
    score = _tumour_score(findings)
    if score < TUMOUR_AREA.score:
        return None
    shares = kind_shares(findings, columns)
    order = [columns[int(i)] for i in np.argsort(-shares)]
    regions = key_regions(findings, columns)
    if shares.max() < card.rules.abstain_below:
        return _torn(card, order, regions)
    return Verdict(
        Status.PRESENT,
        next_for_tumour(card),
        (area_reason(findings, order[0], regions), *loss_reasons(findings)),
        order[0],
        _sureness(score - TUMOUR_AREA.score),
        regions,
    )


def _precursor(findings: Findings) -> Verdict | None:
    card, rule = findings.model, PRECURSOR_AREA
    columns = card.of_role(Role.PRECURSOR)
    worse = columns + card.of_role(Role.TUMOUR)
    score = area_evidence(findings, worse, PRECURSOR_PROBABILITY, rule.alarms)
    if not columns or score < rule.score:
        return None
    # Where what is seen is rather tumour than its precursor, it is named so, and no better.
    kind = worse[int(kind_shares(findings, worse).argmax())]
    regions = key_regions(findings, (kind,))
    area = area_reason(findings, kind, regions)
    is_precursor = kind in columns
    return Verdict(
        Status.SUSPICIOUS,
        Reason("next.confirm-precursor") if is_precursor else next_for_tumour(card),
        (area, *scattered(findings), *loss_reasons(findings)),
        kind,
        _sureness(score - rule.score),
        regions,
    )


def _nothing_seen(findings: Findings, rules: Rules) -> Verdict:
    hindrance = _hindrance(findings, rules)
    if hindrance is not None:
        return hindrance
    columns = findings.model.of_role(Role.TUMOUR)
    return Verdict(
        Status.NOT_SEEN,
        Reason("next.clinical"),
        (
            nothing_reason(findings),
            *scattered(findings),
            *smallest(findings),
            *loss_reasons(findings),
        ),
        sureness=Sureness.of(ABSENCE - math.log(10) * _tumour_score(findings), ABSENCE_DOUBT),
        regions=key_regions(findings, columns),
    )


def _tumour_score(findings: Findings) -> float:
    card = findings.model
    columns, threshold = card.of_role(Role.TUMOUR), card.rules.tumour_probability
    return area_evidence(findings, columns, threshold, TUMOUR_AREA.alarms)


def _sureness(above: float) -> Sureness:
    """How sure a score makes: ten times fewer places by chance, ten times the odds."""
    return Sureness.of(math.log(10) * above, AREA_DOUBT)


# ---------------------------------------------------------------- whole images, small regions


def _of_image(findings: Findings, rules: Rules) -> Verdict:
    """Judge by the likeliest class over the whole image."""
    card, which = findings.model, is_judged(findings)
    mean = np.average(findings.probabilities[which], axis=0, weights=findings.tissue[which])
    order = [int(i) for i in np.argsort(-mean)]
    best, role = order[0], card.classes[order[0]].role
    tumour = card.of_role(Role.TUMOUR)
    regions = key_regions(findings, tumour if role is Role.BENIGN else (best,))
    hindrance = _hindrance(findings, rules)
    if hindrance is not None:
        return hindrance
    if mean[best] < card.rules.abstain_below:
        return _torn(card, order, regions)
    sureness = Sureness.of(math.log(mean[best] / max(1 - mean[best], 1e-6)), IMAGE_DOUBT)
    area = area_reason(findings, best, regions)
    if role is Role.TUMOUR:
        return Verdict(Status.PRESENT, next_for_tumour(card), (area,), best, sureness, regions)
    if _tumour_score(findings) >= TUMOUR_AREA.score:
        return _torn(card, [best, max(tumour, key=lambda i: mean[i])], regions)
    if role is Role.PRECURSOR:
        step = Reason("next.confirm-precursor")
        return Verdict(Status.SUSPICIOUS, step, (area,), best, sureness, regions)
    seen = (nothing_reason(findings), *scattered(findings), *loss_reasons(findings))
    return Verdict(
        Status.NOT_SEEN, Reason("next.clinical"), seen, sureness=sureness, regions=regions
    )
