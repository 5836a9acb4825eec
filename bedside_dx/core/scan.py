"""Scans: studies, their series, and volumes in patient coordinates.

Patient coordinates are DICOM's: mm, x to the patient's left, y to the back, z to the head.
Indices are always those of voxel centres: column i, row j, slice k.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.case import Patient
from bedside_dx.core.errors import Value
from bedside_dx.core.remark import Remark

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an image is stored.

    Attributes
    ----------
    path
        The file; a zip where `member` says which file of it.
    member
        Name within the zip, empty for a plain file.
    """

    path: Path
    member: str = ""


@dataclass(frozen=True, slots=True)
class Plane:
    """How one image lies in the patient.

    Attributes
    ----------
    origin
        Centre of the first pixel, mm.
    along_row, along_column
        Unit vectors in which the column index, and the row index, rise.
    spacing
        mm between rows and between columns.
    """

    origin: Vector
    along_row: Vector
    along_column: Vector
    spacing: tuple[float, float]

    @property
    def normal(self) -> NDArray[np.float64]:
        """(3,) float64, unit vector across the image: along the row × along the column."""
        return np.cross(self.along_row, self.along_column)

    @property
    def depth(self) -> float:
        """mm along the normal, from the origin of patient coordinates."""
        return float(self.normal @ np.asarray(self.origin))


class Curve(StrEnum):
    """How a window leads from values to greys (VOI LUT Function, DICOM PS3.3 C.11.2.1.2)."""

    LINEAR = "LINEAR"
    """For whole numbers: half a value less at both ends."""
    EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """Values that are shown from black to white.

    Attributes
    ----------
    centre, width
        In the unit of the values after rescale; the width is above 0.
    name
        What the file calls it, or the key of a preset.
    """

    centre: float
    width: float
    name: str = ""
    curve: Curve = Curve.LINEAR


@dataclass(frozen=True)
class ValueTable:
    """Greys of values as a file says them one by one (VOI LUT, DICOM PS3.3 C.11.2.1.1).

    Attributes
    ----------
    first
        Value of the first entry; what lies below takes it, what lies beyond the last takes that.
    greys
        (n,) float32, 0 black to 1 white.
    """

    first: int
    greys: NDArray[np.float32]


@dataclass(frozen=True)
class OverlayPlane:
    """A drawing that an image brings along, on its own pixels (DICOM PS3.3 C.9.2).

    Attributes
    ----------
    group
        0x6000 to 0x601E, even.
    label
        As the file calls it; empty where it does not. It may name the patient: for the screen
        only.
    size
        Rows and columns of the image.
    bits
        Its pixels one by one, row by row, eight in a byte: a series has many of them.
    """

    group: int
    label: str
    size: tuple[int, int]
    bits: NDArray[np.uint8]

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """(rows, columns), whether a pixel is drawn on."""
        rows, columns = self.size
        return np.unpackbits(self.bits, count=rows * columns).reshape(self.size).astype(np.bool_)


PRESETS: Mapping[str, tuple[Window, ...]] = {
    "CT": (
        Window(40, 400, "soft tissue"),
        Window(-600, 1500, "lung"),
        Window(400, 1800, "bone"),
        Window(40, 80, "brain"),
        Window(60, 160, "liver"),
    )
}
"""Windows by modality, in Hounsfield units, in the order of the keys 1 to 5."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be used, and why: a code of `bedside_dx.core.errors`."""

    source: Source
    code: str
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True)
class Frame:
    """One image of a series.

    Attributes
    ----------
    number
        Which image of its file, from 0.
    plane
        None where the file does not say how it lies.
    instance
        The scanner's own number; None where there is none.
    slope, intercept
        Stored values times slope plus intercept are values in the series' unit.
    windows
        As the file proposes them, the first is the one to begin with.
    image
        The file's own name of the image: its pixels are taken from no other, should another
        file have come to lie there (a disc that was changed). Never shown.
    """

    source: Source
    number: int = 0
    plane: Plane | None = None
    instance: int | None = None
    slope: float = 1.0
    intercept: float = 0.0
    windows: tuple[Window, ...] = ()
    image: str = ""


class Kind(StrEnum):
    """What a series is made of."""

    IMAGES = "images"
    SEGMENTATION = "segmentation"
    CONTOURS = "contours"
    VALUES = "values"
    """A parametric map."""
    OTHER = "other"
    """No pixels: a report, a plan, a signal."""


@dataclass(frozen=True)
class Series:
    """Images of one size and orientation that belong together, in the order of their places.

    Attributes
    ----------
    key
        Unlike that of any other series of the study; made here, it names no patient.
    patient
        Which of the study's patients, from 0.
    modality
        As the file states it: ``"CT"``, ``"MR"``; empty where it does not.
    body_part
        The file's coded word, for example ``"HEAD"``; empty where it does not say.
    description
        Free text of the scanner. It may name the patient: for the screen only.
    frame_of_reference
        Images with the same one share their patient coordinates; empty where none is stated.
    rows, columns
        Size of an image in pixels.
    is_colour, is_inverted
        RGB after decoding; low values are white (MONOCHROME1).
    bits
        Stored bits of a value.
    syntax
        Name of the transfer syntax.
    unit
        Of the values after rescale: ``"HU"`` or as the file says; empty where it does not.
    aspect
        Height of a pixel as a multiple of its width.
    frames
        Sorted along the normal; in the scanner's order where places are not known.
    between
        mm from slice to slice; None where there are fewer than two or they are uneven.
    overlays
        Number of overlay planes (drawings over the image) of each file, the most.
    refers_to
        Series that a segmentation, contours or a map were drawn on, as the file names them.
    own_name
        The file's own identifier of the series, to be compared with `refers_to`; never shown.
    has_table
        Whether its files say by a table how values are shown (VOI LUT).
    study
        The file's own identifier of the study; never shown.
    """

    key: str
    patient: int
    modality: str
    kind: Kind
    frames: tuple[Frame, ...]
    rows: int = 0
    columns: int = 0
    body_part: str = ""
    description: str = ""
    frame_of_reference: str = ""
    is_colour: bool = False
    is_inverted: bool = False
    bits: int = 0
    syntax: str = ""
    unit: str = ""
    aspect: float = 1.0
    between: float | None = None
    overlays: int = 0
    object_kind: str = ""
    refers_to: tuple[str, ...] = ()
    own_name: str = ""
    has_table: bool = False
    study: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def is_volume(self) -> bool:
        """Whether its images can be stacked: two or more, evenly spaced, one coordinate system."""
        return self.between is not None and not self.is_colour

    @property
    def windows(self) -> tuple[Window, ...]:
        """Windows of the middle image, then the presets of the modality."""
        own = self.frames[len(self.frames) // 2].windows if self.frames else ()
        return (*own, *PRESETS.get(self.modality, ()))


@dataclass(frozen=True)
class Study:
    """What was found in a folder, a file or a zip.

    Attributes
    ----------
    path
        As it was given.
    patients
        Whose images they are: one, as a rule.
    series
        The larger ones first.
    refused
        Files that are DICOM, or ought to be, and could not be used.
    ignored
        Number of files that are no DICOM.
    is_complete
        False while files are still being read.
    day
        Of the examination as the file writes it, YYYYMMDD; empty where it does not say.
    stamp
        Of the files that its series are of: another one, once others lie there; empty before
        all of it is read.
    """

    path: Path
    patients: tuple[Patient, ...] = ()
    series: tuple[Series, ...] = ()
    refused: tuple[Refused, ...] = ()
    ignored: int = 0
    is_complete: bool = True
    remarks: tuple[Remark, ...] = ()
    day: str = ""
    stamp: str = ""

    @property
    def images(self) -> tuple[Series, ...]:
        """Series that can be looked at."""
        return tuple(series for series in self.series if series.kind is Kind.IMAGES)


@dataclass(frozen=True)
class Volume:
    """Voxels in patient coordinates.

    Attributes
    ----------
    values
        (slices, rows, columns), values in `unit`.
    affine
        (4, 4) float64: (column, row, slice, 1) of a voxel's centre to mm.
    frame_of_reference
        Of the series it was made of.
    """

    values: NDArray[np.floating] | NDArray[np.integer]
    affine: NDArray[np.float64]
    unit: str = ""
    frame_of_reference: str = ""

    @property
    def spacing(self) -> Vector:
        """mm between columns, rows and slices."""
        lengths = np.linalg.norm(self.affine[:3, :3], axis=0)
        return (float(lengths[0]), float(lengths[1]), float(lengths[2]))

    def to_mm(self, indices: NDArray[np.floating]) -> NDArray[np.float64]:
        """Patient coordinates of (n, 3) columns, rows and slices; (n, 3) mm."""
        return indices @ self.affine[:3, :3].T + self.affine[:3, 3]

    def to_indices(self, mm: NDArray[np.floating]) -> NDArray[np.float64]:
        """Columns, rows and slices, not rounded, of (n, 3) patient coordinates."""
        return (mm - self.affine[:3, 3]) @ np.linalg.inv(self.affine[:3, :3]).T


def affine_of(first: Plane, step: NDArray[np.float64]) -> NDArray[np.float64]:
    """Affine of images stacked from a first one on.

    Parameters
    ----------
    step
        (3,) mm from an image to the next.

    Returns
    -------
    (4, 4) float64, as `Volume.affine` (DICOM PS3.3 C.7.6.2.1.1, with the slice axis added).
    """
    affine = np.eye(4)
    affine[:3, 0] = np.asarray(first.along_row) * first.spacing[1]
    affine[:3, 1] = np.asarray(first.along_column) * first.spacing[0]
    affine[:3, 2] = step
    affine[:3, 3] = first.origin
    return affine


@dataclass(frozen=True)
class Mask:
    """One segment on the grid of a volume.

    Attributes
    ----------
    name
        As the file calls it, for example ``"Liver"``.
    color
        Red, green, blue, 0 to 255; None where the file proposes none.
    values
        (slices, rows, columns) float32, 0 to 1: 0 and 1 only unless the file is fractional.
    outside
        Share of the segment's voxels that lie outside the volume, 0 to 1.
    """

    name: str
    color: tuple[int, int, int] | None
    values: NDArray[np.float32]
    outside: float = 0.0


@dataclass(frozen=True)
class Contours:
    """One structure as it was drawn.

    Attributes
    ----------
    lines
        Each (n, 3) float64 in mm of patient coordinates; closed unless `is_open` says so.
    """

    name: str
    color: tuple[int, int, int] | None
    lines: tuple[NDArray[np.float64], ...]
    is_open: tuple[bool, ...]
