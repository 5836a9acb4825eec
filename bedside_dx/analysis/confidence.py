"""What is said of the findings: present, suspicious, not seen, or cannot say, and why."""

from __future__ import annotations

from bedside_dx.analysis.aggregate import class_fractions, state_share
from bedside_dx.analysis.class_sets import class_set
from bedside_dx.analysis.doubt_rules import (
    no_tissue,
    not_complete,
    strange_tissue,
    too_little_tissue,
    too_much_lost,
    too_much_unfamiliar,
)
from bedside_dx.analysis.image_rules import (
    benign_image,
    fits_no_class,
    precursor_image,
    some_tumour_in_image,
    tumour_image,
    unsure_image,
)
from bedside_dx.analysis.reasons import unfamiliar_share
from bedside_dx.analysis.rule import Grounds, Rule, Scope
from bedside_dx.analysis.slide_rules import (
    nothing_seen,
    precursor_area,
    second_reader_disagrees,
    tumour_area,
    tumour_of_unclear_kind,
)
from bedside_dx.analysis.weighing import Weighing
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Coverage, Diagnosis, Findings
from bedside_dx.core.rules import DEFAULT_RULES, Rules

TABLE: tuple[Rule, ...] = (
    no_tissue,
    strange_tissue,
    too_little_tissue,
    tumour_of_unclear_kind,
    tumour_area,
    precursor_area,
    not_complete,
    too_much_lost,
    too_much_unfamiliar,
    second_reader_disagrees,
    nothing_seen,
    unsure_image,
    fits_no_class,
    tumour_image,
    some_tumour_in_image,
    precursor_image,
    benign_image,
)
"""The rules, top to bottom: the first that applies gives the verdict. `nothing_seen` ends the
table for slides, `benign_image` for images; each applies always."""

MOST_REASONS = 3


def conclude(
    findings: Findings, rules: Rules = DEFAULT_RULES, *, is_final: bool = True
) -> Diagnosis:
    """Say what the findings mean, with how sure that is, or why nothing can be said.

    The first rule of `TABLE` that applies is taken.

    Parameters
    ----------
    is_final
        False while patches are still to come: "not seen" waits for the last one.
    """
    weighing = Weighing(findings, rules)
    rule, grounds = _first(weighing)
    card, sureness, mean = weighing.card, grounds.sureness, grounds.mean
    classes = None if mean is None else class_set(mean, card, rules.coverage)
    return Diagnosis(
        status=rule.status,
        class_id=None if grounds.column is None else card.classes[grounds.column].id,
        probability=sureness and sureness.probability,
        interval=sureness and sureness.interval,
        reasons=grounds.reasons[:MOST_REASONS],
        next_step=grounds.next_step,
        fractions=class_fractions(findings),
        unfamiliar=unfamiliar_share(findings),
        coverage=coverage(findings),
        key_regions=grounds.regions,
        is_final=is_final,
        class_set=classes,
        set_level=None if classes is None else weighing.set_level,
        rule=rule.code,
        slide_level=findings.slide_level,
    )


def _first(weighing: Weighing) -> tuple[Rule, Grounds]:
    scopes = (Scope.ALL, Scope.IMAGE if weighing.is_small else Scope.SLIDE)
    for rule in TABLE:
        if rule.scope in scopes and (grounds := rule.judge(weighing)):
            return rule, grounds
    raise AssertionError("the last rule of the table always applies")


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
