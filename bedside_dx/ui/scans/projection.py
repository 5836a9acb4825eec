"""From a plane of the patient to the screen and back: what tools and layers measure with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.scan import Plane

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """How a plane is laid on the screen.

    Attributes
    ----------
    zoom
        Multiple of the scale at which the whole plane fits.
    pan_x, pan_y
        Logical px by which the plane's middle is moved from the window's.
    turns
        Quarter turns clockwise, 0 to 3.
    is_flipped
        Whether left and right are exchanged before it is turned.
    """

    zoom: float = 1.0
    pan_x: float = 0.0
    pan_y: float = 0.0
    turns: int = 0
    is_flipped: bool = False


@dataclass(frozen=True)
class Projection:
    """One plane as it is seen now. Screen points are logical px of the view.

    Attributes
    ----------
    plane
        How the plane lies in the patient; where the file does not say, made up: see `is_placed`.
    rows, columns
        Size of the plane in pixels.
    scale
        Logical px per mm; per px of the image's width where it is not `is_measured`.
    is_placed
        Whether the plane's place in patient coordinates is known.
    is_measured
        Whether its mm are known.
    matrix
        (2, 3) float64: column and row of a pixel's centre to the screen.
    """

    plane: Plane
    rows: int
    columns: int
    scale: float
    is_placed: bool
    is_measured: bool
    matrix: Points

    @classmethod
    def of(
        cls,
        plane: Plane,
        size: tuple[int, int],
        window: tuple[float, float],
        pose: Pose,
        *,
        is_placed: bool = True,
        is_measured: bool = True,
    ) -> Projection:
        """Lay a plane of (rows, columns) into a window of (width, height) logical px."""
        rows, columns = size
        down, across = plane.spacing
        width, height = columns * across, rows * down
        if pose.turns % 2:
            width, height = height, width
        fit = min(window[0] / width, window[1] / height)
        scale = max(fit * pose.zoom, 1e-6)
        turn = np.linalg.matrix_power(np.array([[0.0, -1.0], [1.0, 0.0]]), pose.turns % 4)
        flip = np.diag([-1.0 if pose.is_flipped else 1.0, 1.0])
        linear = scale * turn @ flip @ np.diag([across, down])
        middle = np.array([(columns - 1) / 2, (rows - 1) / 2])
        target = np.array([window[0] / 2 + pose.pan_x, window[1] / 2 + pose.pan_y])
        matrix = np.hstack([linear, (target - linear @ middle)[:, None]])
        return cls(plane, rows, columns, scale, is_placed, is_measured, matrix)

    def moved(self, dx: float, dy: float) -> Projection:
        """The same, so many logical px further right and down."""
        matrix = self.matrix.copy()
        matrix[:, 2] += dx, dy
        return replace(self, matrix=matrix)

    # --- pixels --------------------------------------------------------------------------

    def pixel_to_screen(self, pixels: Points) -> Points:
        """Screen points of (n, 2) columns and rows; whole numbers are pixels' centres."""
        return pixels @ self.matrix[:, :2].T + self.matrix[:, 2]

    def screen_to_pixel(self, x: float, y: float) -> tuple[float, float]:
        """Column and row, not rounded, under a screen point."""
        column, row = np.linalg.solve(self.matrix[:, :2], np.array([x, y]) - self.matrix[:, 2])
        return float(column), float(row)

    def is_inside(self, x: float, y: float) -> bool:
        """Whether a screen point lies on the plane."""
        column, row = self.screen_to_pixel(x, y)
        return -0.5 <= column < self.columns - 0.5 and -0.5 <= row < self.rows - 0.5

    # --- patient ---------------------------------------------------------------------------

    def to_mm(self, x: float, y: float) -> Points:
        """Patient coordinates of a screen point, (3,) mm."""
        column, row = self.screen_to_pixel(x, y)
        plane = self.plane
        return (
            np.asarray(plane.origin)
            + column * plane.spacing[1] * np.asarray(plane.along_row)
            + row * plane.spacing[0] * np.asarray(plane.along_column)
        )

    def to_screen(self, mm: Points) -> Points:
        """Screen points over (n, 3) patient coordinates, seen along the normal; (n, 2)."""
        plane = self.plane
        apart = np.atleast_2d(mm) - np.asarray(plane.origin)
        columns = apart @ np.asarray(plane.along_row) / plane.spacing[1]
        rows = apart @ np.asarray(plane.along_column) / plane.spacing[0]
        return self.pixel_to_screen(np.stack([columns, rows], 1))

    def distance(self, mm: Points) -> Points:
        """How far (n, 3) patient coordinates lie from the plane along its normal, mm; (n,)."""
        return (np.atleast_2d(mm) - np.asarray(self.plane.origin)) @ self.plane.normal

    def length(self, x0: float, y0: float, x1: float, y1: float) -> float:
        """Distance of two screen points in the plane, mm; in px where it is not measured."""
        return hypot(x1 - x0, y1 - y0) / self.scale

    def direction(self, x: float, y: float) -> Points:
        """Direction of patient coordinates in which the screen's (x, y) points, (3,), length 1."""
        start, end = self.to_mm(0.0, 0.0), self.to_mm(x, y)
        return (end - start) / np.linalg.norm(end - start)
