"""Cells merged into outlines: nothing lost, nothing doubled, every ring a simple one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from bedside_dx.core.verdict import Status
from bedside_dx.report.areas import areas_of, calls, outlines, verdict_areas
from tests.unit.report.reports import made_report

masks = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def signed_area(ring: list[tuple[int, int]]) -> float:
    x, y = np.array(ring, float).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def holds(rings: list[list[tuple[int, int]]], x: float, y: float) -> bool:
    """Even-odd rule: how many edges a ray to the left crosses."""
    crossings = 0
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
            crossings += x0 == x1 and x0 < x and min(y0, y1) < y < max(y0, y1)
    return crossings % 2 == 1


@given(masks)
def test_outlines_hold_each_cell_of_their_region_and_no_other(mask: np.ndarray) -> None:
    labels, count = ndimage.label(mask)
    for label in range(1, count + 1):
        rings = outlines(labels == label)
        for row, column in np.ndindex(mask.shape):
            inside = holds(rings, column + 0.5, row + 0.5)
            assert inside == (labels[row, column] == label)


@given(masks)
def test_each_region_has_one_outline_and_its_holes_and_no_ring_touches_itself(
    mask: np.ndarray,
) -> None:
    labels, count = ndimage.label(mask)
    for label in range(1, count + 1):
        rings = outlines(labels == label)
        turns = [signed_area(ring) for ring in rings]
        assert sum(turn > 0 for turn in turns) == 1
        assert sum(turns) == (labels == label).sum()
        for ring in rings:
            assert len(set(ring)) == len(ring)


def test_areas_of_a_verdict_count_the_cells_that_its_class_was_called_on() -> None:
    report = made_report(Status.PRESENT)
    areas = verdict_areas(report)
    assert sum(area.cells for area in areas) == int((calls(report.findings) == 2).sum()) > 0
    assert [area.cells for area in areas] == sorted((a.cells for a in areas), reverse=True)
    assert all(0 < area.probability <= 1 for area in areas)


def test_no_area_where_the_verdict_names_no_class() -> None:
    assert verdict_areas(made_report(Status.CANNOT_SAY)) == ()
    assert verdict_areas(made_report(Status.NOT_SEEN)) == ()


def test_no_area_of_no_patches() -> None:
    findings = made_report().findings
    nothing = np.zeros(len(findings.state), bool)
    assert areas_of(findings, nothing, findings.probabilities[:, 0]) == ()
