"""What a hand measures on a plane of a scan: lengths, angles, areas with their values, lesions.

All points are patient coordinates in mm (see `core.scan`), so that a measure means the same on
every view of the same patient. Where a file does not say how large its pixels are nothing is
measured: a guessed scale is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import acos, degrees, pi
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import MeasureError
from bedside_dx.core.scan import Plane, Vector

if TYPE_CHECKING:
    from bedside_dx.core.scan import Series

Point = NDArray[np.float64]

LEAST_MM = 1e-6
"""Points closer than this are one."""
ON_BORDER = 1e-9
"""Rounding that leaves a pixel's centre on the border of an ellipse inside."""
ON_PLANE_MM = 0.5
"""A measure is seen on planes no farther than this, or than half the distance of two slices."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The plane that was measured on.

    Attributes
    ----------
    series
        The file's own identifier of the series.
    frame_of_reference
        Whose coordinates the points are; empty where the file states none.
    name, number
        Which plane of the series, and which of its places, from 0: where a person finds it again.
    thick_mm
        How far around the plane a measure still belongs to it, mm either way.
    """

    series: str
    frame_of_reference: str
    plane: Plane
    name: str
    number: int
    thick_mm: float = ON_PLANE_MM

    @classmethod
    def of(
        cls, series: Series, plane: Plane, name: str, number: int, *, is_measured: bool
    ) -> Ground:
        """The plane that is looked at.

        Parameters
        ----------
        is_measured
            Whether the file says how large a pixel is.

        Raises
        ------
        MeasureError
            ``measure.no-spacing``: it does not, so nothing can be measured on it.
        """
        if not is_measured:
            raise MeasureError("measure.no-spacing", path=series.frames[0].source.path)
        near = max(ON_PLANE_MM, (series.between or 0.0) / 2)
        return cls(series.own_name, series.frame_of_reference, plane, name, number, near)

    def is_shared_by(self, series: Series) -> bool:
        """Whether the points mean the same on another series."""
        if self.frame_of_reference:
            return self.frame_of_reference == series.frame_of_reference
        return self.series == series.own_name


@dataclass(frozen=True, slots=True)
class Measure:
    """Base of what is measured on one plane.

    Attributes
    ----------
    points
        In the order in which they were set, mm.
    """

    ground: Ground
    points: tuple[Vector, ...]

    def moved(self, at: int, mm: Point) -> Self:
        """The same with one point elsewhere."""
        points = list(self.points)
        points[at] = _vector(mm)
        return replace(self, points=tuple(points))

    def is_on(self, plane: Plane) -> bool:
        """Whether all of its points lie on a plane, or within half a slice of it."""
        apart = (np.asarray(self.points) - np.asarray(plane.origin)) @ plane.normal
        return bool((np.abs(apart) <= self.ground.thick_mm + 1e-6).all())


@dataclass(frozen=True, slots=True)
class Length(Measure):
    """A straight line between two points."""

    @property
    def mm(self) -> float:
        """Its length."""
        return _apart(self.points[0], self.points[1])


@dataclass(frozen=True, slots=True)
class Angle(Measure):
    """Three points; the angle is at the second one."""

    @property
    def degrees(self) -> float | None:
        """0 to 180; None where two of the points are one."""
        first, vertex, last = (np.asarray(point) for point in self.points)
        one, other = first - vertex, last - vertex
        lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
        if lengths < LEAST_MM**2:
            return None
        return degrees(acos(min(max(float(one @ other) / lengths, -1.0), 1.0)))


@dataclass(frozen=True, slots=True)
class Ellipse(Measure):
    """An ellipse along the plane's rows and columns, by two opposite corners around it."""

    @property
    def centre(self) -> Point:
        """(3,) mm."""
        return (np.asarray(self.points[0]) + np.asarray(self.points[1])) / 2

    @property
    def halves(self) -> tuple[float, float]:
        """Half axes along a row and along a column, mm."""
        across = (np.asarray(self.points[1]) - np.asarray(self.points[0])) / 2
        plane = self.ground.plane
        along_row = abs(float(across @ np.asarray(plane.along_row)))
        return along_row, abs(float(across @ np.asarray(plane.along_column)))

    @property
    def area_mm2(self) -> float:
        """Of the ellipse itself, mm²."""
        along_row, along_column = self.halves
        return pi * along_row * along_column

    def is_on(self, plane: Plane) -> bool:
        """Whether it lies flat on a plane: one across it would show no ellipse."""
        is_along = abs(float(plane.normal @ self.ground.plane.normal)) > 1 - 1e-4
        return is_along and Measure.is_on(self, plane)

    def outline(self, corners: int = 72) -> Point:
        """(corners, 3) mm along its border."""
        turn = np.linspace(0, 2 * pi, corners, endpoint=False)[:, None]
        along_row, along_column = self.halves
        plane = self.ground.plane
        right, down = np.asarray(plane.along_row), np.asarray(plane.along_column)
        return self.centre + np.cos(turn) * along_row * right + np.sin(turn) * along_column * down


@dataclass(frozen=True, slots=True)
class Statistics:
    """Values of the pixels whose centres lie in an ellipse.

    Attributes
    ----------
    pixels
        How many they are.
    sd
        Standard deviation of the sample; 0 of a single pixel.
    unit
        ``"HU"`` for CT only; of other modalities what the file states, or empty.
    thick_mm
        Of the slab whose values were shown; 0 for a single plane.
    """

    pixels: int
    mean: float
    sd: float
    low: float
    high: float
    unit: str
    thick_mm: float = 0.0


def statistics(ellipse: Ellipse, values: NDArray[Any], unit: str) -> Statistics | None:
    """Values inside an ellipse; None where it holds no pixel's centre, or the image is in colour.

    Parameters
    ----------
    values
        (rows, columns) of the ellipse's own plane, NaN outside the volume.
    """
    if values.ndim != 2:
        return None
    plane = ellipse.ground.plane
    apart = ellipse.centre - np.asarray(plane.origin)
    column, row = (
        float(apart @ np.asarray(plane.along_row)),
        float(apart @ np.asarray(plane.along_column)),
    )
    half_across, half_down = (max(half, LEAST_MM) for half in ellipse.halves)
    rows, columns = values.shape
    x = (np.arange(columns, dtype=np.float64) * plane.spacing[1] - column) / half_across
    y = (np.arange(rows, dtype=np.float64) * plane.spacing[0] - row) / half_down
    inside = values[y[:, None] ** 2 + x[None, :] ** 2 <= 1.0 + ON_BORDER].astype(np.float64)
    inside = inside[np.isfinite(inside)]
    if not len(inside):
        return None
    sd = float(inside.std(ddof=1)) if len(inside) > 1 else 0.0
    return Statistics(
        len(inside), float(inside.mean()), sd, float(inside.min()), float(inside.max()), unit
    )


def unit_of(series: Series) -> str:
    """Unit of a series' values: Hounsfield units belong to CT alone."""
    return "" if series.unit == "HU" and series.modality != "CT" else series.unit


@dataclass(frozen=True, slots=True)
class LesionAxes(Measure):
    """A lesion as RECIST 1.1 measures it: two points of the long axis, then two of the short.

    The short axis is perpendicular to the long one by construction. It is there once a person
    has drawn it: until then there are two points.

    Attributes
    ----------
    name
        As the visits call it: the same lesion has the same name at each visit.
    is_node
        A lymph node: its short axis counts, of all else the longest diameter.
    """

    name: str = ""
    organ: str = ""
    is_node: bool = False
    is_target: bool = True

    @property
    def long_mm(self) -> float:
        """Length of the long axis."""
        return _apart(self.points[0], self.points[1])

    @property
    def short_mm(self) -> float | None:
        """Length of the short axis; None before it was drawn."""
        return _apart(self.points[2], self.points[3]) if len(self.points) == 4 else None

    @property
    def counted_mm(self) -> float | None:
        """What RECIST counts; None where it has not been drawn."""
        return self.short_mm if self.is_node else self.long_mm

    @property
    def is_swapped(self) -> bool:
        """Whether the axis drawn as the short one is the longer."""
        return self.short_mm is not None and self.short_mm > self.long_mm

    def moved(self, at: int, mm: Point) -> Self:
        """The same with one end elsewhere; the axes stay perpendicular.

        A long end takes the short axis along, at the same share of the way and as long as it
        was; a short end moves along the long axis together with the other one.
        """
        points = [np.asarray(point) for point in self.points]
        target = np.asarray(mm, np.float64)
        if at < 2:
            share, reaches = self._short_in(points)
            points[at] = target
            return self._with(points[:2], share, reaches)
        share, reaches = self._short_in(points)
        along, across = _directions(points, self.ground)
        share = float((target - points[0]) @ along) / max(self.long_mm, LEAST_MM)
        reaches[at - 2] = float((target - points[0]) @ across)
        return self._with(points[:2], min(max(share, 0.0), 1.0), reaches)

    def with_short(self, first: Point, last: Point) -> Self:
        """The same with a short axis as near to two points as the long one lets it lie."""
        points = [np.asarray(point) for point in self.points[:2]]
        along, across = _directions(points, self.ground)
        ends = [np.asarray(one, np.float64) - points[0] for one in (first, last)]
        middle = sum(float(end @ along) for end in ends) / 2
        share = min(max(middle / max(self.long_mm, LEAST_MM), 0.0), 1.0)
        return self._with(points, share, [float(end @ across) for end in ends])

    def _short_in(self, points: list[Point]) -> tuple[float, list[float]]:
        """Share of the way along the long axis, and how far each end reaches across it."""
        if len(points) < 4:
            return 0.5, []
        along, across = _directions(points, self.ground)
        share = float((points[2] - points[0]) @ along) / max(self.long_mm, LEAST_MM)
        return share, [float((end - points[0]) @ across) for end in points[2:]]

    def _with(self, long: list[Point], share: float, reaches: list[float]) -> Self:
        _, across = _directions(long, self.ground)
        foot = long[0] + share * (long[1] - long[0])
        short = [foot + reach * across for reach in reaches]
        return replace(self, points=tuple(_vector(point) for point in (*long, *short)))


def _directions(points: list[Point], ground: Ground) -> tuple[Point, Point]:
    """Unit vectors along the long axis and across it, both in the plane."""
    way = points[1] - points[0]
    length = float(np.linalg.norm(way))
    along = way / length if length > LEAST_MM else np.asarray(ground.plane.along_row, np.float64)
    return along, np.cross(ground.plane.normal, along)


def _apart(one: Vector, other: Vector) -> float:
    return float(np.linalg.norm(np.subtract(one, other)))


def _vector(mm: Point) -> Vector:
    return (float(mm[0]), float(mm[1]), float(mm[2]))
