"""Rules that end in "cannot say", for slides and images alike: what stands in the way.

Tissue that was lost is named behind whatever decides: who looks again must know of it.
"""

from __future__ import annotations

from bedside_dx.analysis.reasons import (
    NEXT_AFTER,
    is_strange,
    loss_reasons,
    lost_reasons,
    next_model,
    strange_reason,
    unfamiliar_reason,
    unfamiliar_share,
)
from bedside_dx.analysis.rule import Grounds, Scope, rule
from bedside_dx.analysis.weighing import Weighing
from bedside_dx.core.results import Reason
from bedside_dx.core.verdict import Status
from bedside_dx.text.message import mark

OTHER_MODEL = ("next.other-model", "next.other-image-model")
SCAN_AGAIN = tuple(NEXT_AFTER.values())


def _because(step: str, *reasons: Reason) -> Grounds:
    return Grounds(Reason(step), reasons)


@rule(
    "no-tissue",
    Scope.ALL,
    mark("No tissue is found."),
    Status.CANNOT_SAY,
    "next.pathologist",
)
def no_tissue(weighing: Weighing) -> Grounds | None:
    """Nothing is there to be read."""
    if len(weighing.findings.cells):
        return None
    return _because("next.pathologist", Reason("reason.no-tissue"))


@rule(
    "strange-tissue",
    Scope.ALL,
    mark(
        "More than {unfamiliar_share} of the tissue is unlike what the model has seen, or nearly"
        " all of it is at the edge of it."
    ),
    Status.CANNOT_SAY,
    *OTHER_MODEL,
)
def strange_tissue(weighing: Weighing) -> Grounds | None:
    """The model does not know this tissue."""
    if not is_strange(weighing.findings):
        return None
    findings = weighing.findings
    return _because(next_model(weighing.card), strange_reason(findings), *lost_reasons(findings))


@rule(
    "too-little-tissue",
    Scope.ALL,
    mark("Less tissue than {least_tissue_patches} could be judged."),
    Status.CANNOT_SAY,
    "next.pathologist",
    "next.finish-reading",
    *SCAN_AGAIN,
    *OTHER_MODEL,
)
def too_little_tissue(weighing: Weighing) -> Grounds | None:
    """Next to nothing could be judged: said with what it was lost to, if anything."""
    judged = weighing.judged
    if float(weighing.findings.tissue[judged].sum()) >= weighing.limits.least_tissue_patches:
        return None
    for hindrance in (not_complete, too_much_lost, too_much_unfamiliar):
        if grounds := hindrance.judge(weighing):
            return grounds
    scarce = Reason("reason.too-little-tissue", {"patches": int(judged.sum())})
    return _because("next.pathologist", scarce)


@rule(
    "not-complete",
    Scope.ALL,
    mark("Some of the tissue was not read yet."),
    Status.CANNOT_SAY,
    "next.finish-reading",
)
def not_complete(weighing: Weighing) -> Grounds | None:
    """What is still to come may show anything."""
    if not weighing.pending:
        return None
    incomplete = Reason("reason.not-complete", {"share": weighing.pending})
    return _because("next.finish-reading", incomplete, *lost_reasons(weighing.findings))


@rule(
    "too-much-lost",
    Scope.ALL,
    mark("More than {most_lost} of the tissue is unreadable, out of focus or spoilt."),
    Status.CANNOT_SAY,
    *SCAN_AGAIN,
)
def too_much_lost(weighing: Weighing) -> Grounds | None:
    """What was lost may show anything."""
    lost = weighing.lost
    if sum(lost.values()) <= weighing.limits.most_lost:
        return None
    return _because(NEXT_AFTER[next(iter(lost))], *loss_reasons(weighing.findings, above=0.01))


@rule(
    "too-much-unfamiliar",
    Scope.ALL,
    mark("More than {most_unfamiliar} of the tissue is unlike what the model has seen."),
    Status.CANNOT_SAY,
    *OTHER_MODEL,
)
def too_much_unfamiliar(weighing: Weighing) -> Grounds | None:
    """What the model does not know may be anything."""
    findings = weighing.findings
    if unfamiliar_share(findings) <= weighing.limits.most_unfamiliar:
        return None
    return _because(next_model(weighing.card), unfamiliar_reason(findings), *lost_reasons(findings))
