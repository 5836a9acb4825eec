"""The table of rules: what is said of which findings."""

import math

import numpy as np
import pytest
from array_slide import card, findings
from numpy.typing import NDArray

from bedside_dx.analysis.confidence import conclude
from bedside_dx.core.model_card import Role
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Diagnosis
from bedside_dx.core.verdict import Status
from bedside_dx.text import texts

NORMAL, ADENOMA, CARCINOMA = 0, 1, 2
SURE = 0.97


def section(rows: int = 30, columns: int = 30, background: int = NORMAL) -> NDArray[np.float64]:
    """Probabilities of a section that shows one class all over."""
    rng = np.random.default_rng(0)
    doubt = rng.dirichlet((20, 1, 1), (rows, columns))
    return np.roll(doubt, background, axis=2)


def put(probabilities: NDArray[np.float64], rows: slice, columns: slice, column: int) -> None:
    probabilities[rows, columns] = (1 - SURE) / 2
    probabilities[rows, columns, column] = SURE


def codes(diagnosis: Diagnosis) -> set[str]:
    return {reason.code for reason in diagnosis.reasons}


def assert_readable(diagnosis: Diagnosis) -> None:
    """Every reason and next step has its words, with no placeholder left."""
    for reason in (*diagnosis.reasons, diagnosis.next_step):
        assert "{" not in texts("en").reason(reason)


def test_nothing_abnormal_is_not_seen_with_its_sureness() -> None:
    diagnosis = conclude(findings(section()))
    assert diagnosis.status is Status.NOT_SEEN
    assert codes(diagnosis) == {"reason.no-tumour", "reason.smallest-area"}
    assert diagnosis.probability is not None
    assert diagnosis.interval is not None
    assert diagnosis.interval[0] <= diagnosis.probability <= diagnosis.interval[1] < 1
    assert diagnosis.probability > 0.8
    assert diagnosis.coverage.analysed == 1
    assert math.isclose(sum(diagnosis.fractions.values()), 1)
    assert_readable(diagnosis)


@pytest.mark.parametrize("side", [2, 3, 8])
def test_a_cluster_of_tumour_is_present_wherever_it_lies(side: int) -> None:
    for corner in (0, 13, 30 - side):
        probabilities = section()
        put(probabilities, slice(corner, corner + side), slice(corner, corner + side), CARCINOMA)
        diagnosis = conclude(findings(probabilities))
        assert diagnosis.status is Status.PRESENT
        assert diagnosis.class_id == "tumour2"
        assert math.isclose(diagnosis.fractions["tumour2"], side**2 / 900, abs_tol=0.002)
        place = diagnosis.key_regions[0].region
        assert corner <= place.x / 100 < corner + side
        assert diagnosis.reasons[0].region == place
        assert_readable(diagnosis)


def test_scattered_single_patches_are_no_tumour() -> None:
    """Three per cent of false alarms on a large slide, none beside another."""
    probabilities = section(60, 60)
    for row in range(0, 60, 6):
        for column in range(row % 12 // 2, 60, 6):
            put(probabilities, slice(row, row + 1), slice(column, column + 1), CARCINOMA)
    diagnosis = conclude(findings(probabilities))
    assert diagnosis.status is Status.NOT_SEEN
    assert "reason.scattered" in codes(diagnosis)
    assert_readable(diagnosis)


def test_a_precursor_is_suspicious_and_a_tumour_beside_it_outranks_it() -> None:
    probabilities = section()
    put(probabilities, slice(3, 12), slice(3, 12), ADENOMA)
    diagnosis = conclude(findings(probabilities))
    assert diagnosis.status is Status.SUSPICIOUS
    assert diagnosis.class_id == "precursor1"
    assert diagnosis.next_step.code == "next.confirm-precursor"
    put(probabilities, slice(20, 23), slice(20, 23), CARCINOMA)
    diagnosis = conclude(findings(probabilities))
    assert (diagnosis.status, diagnosis.class_id) == (Status.PRESENT, "tumour2")


def test_unfamiliar_tissue_is_never_judged() -> None:
    probabilities = section()
    put(probabilities, slice(3, 12), slice(3, 12), CARCINOMA)
    unfamiliarity = np.where(np.arange(30)[:, None] < 14, 2.0, 0.5) * np.ones((30, 30))
    diagnosis = conclude(findings(probabilities, unfamiliarity=unfamiliarity))
    assert diagnosis.status is Status.CANNOT_SAY
    assert codes(diagnosis) == {"reason.unfamiliar-tissue"}
    assert math.isclose(diagnosis.unfamiliar, 14 / 30, abs_tol=1e-6)
    assert diagnosis.class_id is diagnosis.probability is diagnosis.interval is None
    assert_readable(diagnosis)


def test_tissue_that_is_strange_all_over_is_not_judged_though_no_patch_is_beyond_the_limit() -> (
    None
):
    near = conclude(findings(section(), unfamiliarity=0.95))
    assert near.status is Status.CANNOT_SAY
    assert codes(near) == {"reason.unfamiliar-throughout"}
    assert_readable(near)
    mixed = np.where(np.arange(30) < 10, 0.95, 0.3) * np.ones((30, 30))
    assert conclude(findings(section(), unfamiliarity=mixed)).status is Status.NOT_SEEN


def test_a_patch_that_is_mostly_glass_does_not_make_the_tissue_unfamiliar() -> None:
    edges = np.zeros((30, 30), np.bool_)
    edges[::2] = True
    diagnosis = conclude(
        findings(
            section(),
            unfamiliarity=np.where(edges, 3.0, 0.5),
            tissue=np.where(edges, 0.45, 0.9),
        )
    )
    assert diagnosis.unfamiliar == 0
    assert diagnosis.status is Status.NOT_SEEN


@pytest.mark.parametrize(
    ("state", "reason", "step"),
    [
        (PatchState.UNREADABLE, "reason.unreadable", "next.rescan"),
        (PatchState.BLURRED, "reason.blurred", "next.refocus"),
        (PatchState.ARTEFACT, "reason.artefact", "next.recut-thinner"),
        (PatchState.INK, "reason.ink", "next.clean-ink"),
        (PatchState.FOLD, "reason.fold", "next.recut"),
        (PatchState.BUBBLE, "reason.bubble", "next.remount"),
        (PatchState.EXPOSURE, "reason.exposure", "next.expose"),
        (PatchState.DEBRIS, "reason.debris", "next.clean-glass"),
        (PatchState.PENDING, "reason.not-complete", "next.finish-reading"),
    ],
)
def test_not_seen_needs_the_tissue_to_be_read(state: PatchState, reason: str, step: str) -> None:
    states = np.full((30, 30), PatchState.ANALYSED)
    states[:6] = state
    diagnosis = conclude(findings(section(), state=states), is_final=state != PatchState.PENDING)
    assert diagnosis.status is Status.CANNOT_SAY
    assert codes(diagnosis) == {reason}
    assert diagnosis.next_step.code == step
    assert math.isclose(diagnosis.coverage.analysed, 0.8, abs_tol=1e-6)
    assert_readable(diagnosis)
    probabilities = section()
    put(probabilities, slice(20, 24), slice(20, 24), CARCINOMA)
    assert conclude(findings(probabilities, state=states)).status is Status.PRESENT


def test_next_to_nothing_read_is_no_result() -> None:
    for state in (PatchState.PENDING, PatchState.UNREADABLE, PatchState.BLURRED):
        assert conclude(findings(section(), state=state)).status is Status.CANNOT_SAY
    scraps = conclude(findings(section(3, 4), tissue=0.01))
    assert codes(scraps) == {"reason.too-little-tissue"}
    empty = conclude(findings(np.zeros((0, 0, 3))))
    assert codes(empty) == {"reason.no-tissue"}
    assert empty.coverage.patches == 0
    assert set(empty.fractions.values()) == {0.0}
    for diagnosis in (scraps, empty):
        assert diagnosis.status is Status.CANNOT_SAY
        assert_readable(diagnosis)


def test_a_lone_patch_is_no_area_while_its_neighbours_are_still_to_come() -> None:
    probabilities = section()
    put(probabilities, slice(5, 6), slice(5, 6), CARCINOMA)
    states = np.full((30, 30), PatchState.PENDING)
    states[::5, ::5] = PatchState.ANALYSED
    diagnosis = conclude(findings(probabilities, state=states), is_final=False)
    assert diagnosis.status is Status.CANNOT_SAY
    assert not diagnosis.is_final


MRI = card(Role.TUMOUR, Role.TUMOUR, Role.BENIGN, whole=True, modality="MR")


@pytest.mark.parametrize(
    ("probabilities", "status", "class_id"),
    [
        ((0.9, 0.05, 0.05), Status.PRESENT, "tumour0"),
        ((0.05, 0.9, 0.05), Status.PRESENT, "tumour1"),
        ((0.05, 0.05, 0.9), Status.NOT_SEEN, None),
        ((0.5, 0.4, 0.1), Status.CANNOT_SAY, None),
    ],
)
def test_one_image_is_judged_by_its_likeliest_class(
    probabilities: tuple[float, ...], status: Status, class_id: str | None
) -> None:
    diagnosis = conclude(findings(np.array([[probabilities]]), model=MRI))
    assert (diagnosis.status, diagnosis.class_id) == (status, class_id)
    if status is Status.CANNOT_SAY:
        assert codes(diagnosis) == {"reason.low-confidence"}
        assert diagnosis.next_step.code == "next.radiologist"
    else:
        assert diagnosis.probability == pytest.approx(0.9)
        assert codes(diagnosis) <= {"reason.image-class", "reason.no-tumour-image"}
    assert_readable(diagnosis)


def test_an_image_unlike_the_training_data_is_not_judged() -> None:
    one = np.array([[(0.9, 0.05, 0.05)]])
    assert codes(conclude(findings(one, model=MRI, unfamiliarity=1.5))) == {
        "reason.unfamiliar-image"
    }


def test_a_small_region_with_a_little_tumour_is_never_called_free() -> None:
    probabilities = section(3, 3)
    put(probabilities, slice(0, 2), slice(0, 2), CARCINOMA)
    diagnosis = conclude(findings(probabilities))
    assert diagnosis.status is not Status.NOT_SEEN


def test_a_tumour_of_unclear_kind_is_said_to_be_unclear() -> None:
    lung = card(Role.BENIGN, Role.TUMOUR, Role.TUMOUR)
    probabilities = section()
    probabilities[5:15, 5:15] = (0.02, 0.5, 0.48)
    diagnosis = conclude(findings(probabilities, model=lung))
    assert diagnosis.status is Status.CANNOT_SAY
    assert codes(diagnosis) == {"reason.low-confidence"}
    probabilities[5:15, 5:15] = (0.02, 0.8, 0.18)
    diagnosis = conclude(findings(probabilities, model=lung))
    assert (diagnosis.status, diagnosis.class_id) == (Status.PRESENT, "tumour1")


def test_key_regions_are_spread_out() -> None:
    probabilities = section()
    put(probabilities, slice(2, 28), slice(2, 28), CARCINOMA)
    regions = conclude(findings(probabilities)).key_regions
    assert len(regions) == 6
    places = np.array([(key.region.x, key.region.y) for key in regions]) / 100
    gaps = np.abs(places[:, None] - places[None]).max(-1) + 99 * np.eye(6)
    assert gaps.min() >= 3
    assert all(key.class_id == "tumour2" for key in regions)


def test_not_seen_names_no_class() -> None:
    """Read as "pituitary, 98 %" it would be the opposite of what is meant."""
    assert conclude(findings(section())).class_id is None
