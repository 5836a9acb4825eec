"""Measures on planes of known geometry: uneven pixels, tilted planes, phantoms."""

from dataclasses import replace
from math import cos, pi, radians, sin
from pathlib import Path

import numpy as np
import pytest

from bedside_dx.core.errors import MeasureError
from bedside_dx.core.measuring import (
    Angle,
    Ellipse,
    Ground,
    Length,
    LesionAxes,
    statistics,
    unit_of,
)
from bedside_dx.core.scan import Frame, Kind, Plane, Series, Source

TILT = radians(25)
FLAT = Plane((-100.0, -120.0, 30.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.8, 0.5))
TILTED = Plane((-40.0, 12.0, 7.0), (1.0, 0.0, 0.0), (0.0, cos(TILT), sin(TILT)), (2.0, 0.5))
PLANES = pytest.mark.parametrize("plane", [FLAT, TILTED], ids=["uneven", "tilted"])


def series(**changes) -> Series:
    frames = (Frame(Source(Path("a.dcm")), plane=FLAT),)
    made = Series("1", 0, "CT", Kind.IMAGES, frames, own_name="1.2", frame_of_reference="9.9")
    return replace(made, **changes)


def ground(plane: Plane, thick_mm: float = 0.5) -> Ground:
    return Ground("1.2", "9.9", plane, "stack", 3, thick_mm)


def at(plane: Plane, column: float, row: float) -> tuple[float, float, float]:
    mm = (
        np.asarray(plane.origin)
        + column * plane.spacing[1] * np.asarray(plane.along_row)
        + row * plane.spacing[0] * np.asarray(plane.along_column)
    )
    return (float(mm[0]), float(mm[1]), float(mm[2]))


@PLANES
def test_a_length_knows_the_height_and_the_width_of_a_pixel(plane: Plane) -> None:
    down, across = plane.spacing
    line = Length(ground(plane), (at(plane, 10, 10), at(plane, 40, 50)))
    assert line.mm == pytest.approx(np.hypot(30 * across, 40 * down))
    assert line.moved(1, np.array(at(plane, 10, 20))).mm == pytest.approx(10 * down)


@PLANES
def test_an_angle_is_that_of_the_patient_not_of_the_pixels(plane: Plane) -> None:
    down, across = plane.spacing
    turned = Angle(ground(plane), (at(plane, 20, 0), at(plane, 0, 0), at(plane, 20, 20)))
    assert turned.degrees == pytest.approx(np.degrees(np.arctan2(20 * down, 20 * across)))
    right = Angle(ground(plane), (at(plane, 9, 2), at(plane, 2, 2), at(plane, 2, 30)))
    assert right.degrees == pytest.approx(90)
    assert replace(right, points=(right.points[1],) * 3).degrees is None


@PLANES
def test_an_ellipse_holds_the_values_of_a_phantoms_disc(plane: Plane) -> None:
    down, across = plane.spacing
    y, x = np.mgrid[:80, :120].astype(float)
    inside = ((x - 60) * across) ** 2 + ((y - 40) * down) ** 2 <= 10**2 + 1e-6
    values = np.where(inside, 55.0, -900.0).astype(np.float32)
    half_x, half_y = 10 / across, 10 / down
    drawn = Ellipse(
        ground(plane), (at(plane, 60 - half_x, 40 - half_y), at(plane, 60 + half_x, 40 + half_y))
    )
    found = statistics(drawn, values, "HU")
    assert drawn.area_mm2 == pytest.approx(pi * 100)
    assert (found.mean, found.sd, found.low, found.high) == (55.0, 0.0, 55.0, 55.0)
    assert found.pixels == int(inside.sum())
    assert found.pixels * down * across == pytest.approx(drawn.area_mm2, rel=0.05)
    border = drawn.outline()
    assert np.linalg.norm(border - drawn.centre, axis=1) == pytest.approx(10.0)
    assert np.abs((border - np.asarray(plane.origin)) @ plane.normal).max() < 1e-9


def test_statistics_are_those_of_the_sample_and_leave_out_what_is_outside() -> None:
    values = np.arange(9, dtype=np.float32).reshape(3, 3)
    values[0, 0] = np.nan
    whole = Ellipse(ground(FLAT), (at(FLAT, -9, -9), at(FLAT, 9, 9)))
    found = statistics(whole, values, "")
    known = np.arange(1, 9)
    assert (found.pixels, found.low, found.high) == (8, 1, 8)
    assert found.sd == pytest.approx(known.std(ddof=1))
    nothing = Ellipse(ground(FLAT), (at(FLAT, 0.4, 0.4), at(FLAT, 0.6, 0.6)))
    assert statistics(nothing, values, "") is None
    assert statistics(whole, np.zeros((3, 3, 3), np.uint8), "") is None


@PLANES
def test_the_axes_of_a_lesion_stay_perpendicular_whatever_is_dragged(plane: Plane) -> None:
    axes = LesionAxes(ground(plane), (at(plane, 10, 10), at(plane, 70, 10)), name="1")
    length = 60 * plane.spacing[1]
    assert (axes.long_mm, axes.short_mm) == (pytest.approx(length), None)
    axes = axes.with_short(np.array(at(plane, 32, 8)), np.array(at(plane, 28, 14)))
    assert axes.short_mm == pytest.approx(6 * plane.spacing[0])
    for end, column, row in ((0, 5, 22), (1, 80, 3), (2, 50, 1), (3, 20, 30)):
        before = axes.short_mm
        axes = axes.moved(end, np.array(at(plane, column, row)))
        long, short = np.subtract(*axes.points[:2]), np.subtract(*axes.points[2:])
        assert abs(long @ short) < 1e-6
        assert axes.is_on(plane)
        if end < 2:
            assert axes.points[end] == pytest.approx(at(plane, column, row))
            assert axes.short_mm == pytest.approx(before), "it is not made longer by the way"


def test_of_a_node_the_short_axis_counts() -> None:
    axes = LesionAxes(ground(FLAT), (at(FLAT, 0, 0), at(FLAT, 40, 0)), name="1", is_node=True)
    assert axes.counted_mm is None, "no short axis is made up"
    axes = axes.with_short(np.array(at(FLAT, 20, -10)), np.array(at(FLAT, 20, 10)))
    assert axes.counted_mm == pytest.approx(16.0)
    assert replace(axes, is_node=False).counted_mm == pytest.approx(20.0)
    assert not axes.is_swapped
    assert axes.moved(2, np.array(at(FLAT, 20, -30))).is_swapped


def test_without_the_size_of_a_pixel_nothing_is_measured() -> None:
    with pytest.raises(MeasureError) as refused:
        Ground.of(series(), FLAT, "stack", 0, is_measured=False)
    assert refused.value.code == "measure.no-spacing"


def test_hounsfield_units_belong_to_ct() -> None:
    assert unit_of(series(unit="HU")) == "HU"
    assert unit_of(series(unit="HU", modality="MR")) == ""
    assert unit_of(series(unit="BQML", modality="PT")) == "BQML"


def test_a_measure_is_seen_on_its_slice_and_in_its_coordinates_only() -> None:
    lies = Ellipse(ground(FLAT), (at(FLAT, 5, 5), at(FLAT, 9, 5)))
    upright = replace(FLAT, origin=at(FLAT, 0, 5), along_column=(0.0, 0.0, -1.0))
    assert lies.is_on(FLAT)
    assert not lies.is_on(upright), "both corners lie on it, the ellipse does not"
    made = Ground.of(series(between=3.0), FLAT, "stack", 4, is_measured=True)
    line = Length(made, (at(FLAT, 1, 1), at(FLAT, 9, 9)))
    near = replace(FLAT, origin=(-100.0, -120.0, 31.4))
    far = replace(FLAT, origin=(-100.0, -120.0, 33.0))
    assert (line.is_on(FLAT), line.is_on(near), line.is_on(far)) == (True, True, False)
    assert not line.is_on(TILTED)
    assert made.is_shared_by(series(own_name="5"))
    assert not made.is_shared_by(series(frame_of_reference="8"))
    alone = replace(made, frame_of_reference="")
    assert alone.is_shared_by(series(frame_of_reference=""))
    assert not alone.is_shared_by(series(frame_of_reference="", own_name="5"))
