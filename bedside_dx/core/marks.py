"""What a network marks in a volume: it measures, and makes no diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.case import Case
from bedside_dx.core.origin import UNSIGNED, Origin
from bedside_dx.core.remark import Remark
from bedside_dx.core.results import Image, Provenance, SlideFacts
from bedside_dx.core.scan import Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bedside_dx.core.scan import Volume


@dataclass(frozen=True)
class MarkClass:
    """One thing that a network marks.

    Attributes
    ----------
    channel
        Of the graph's output.
    label
        What a person reads, by language.
    color
        sRGB, 0-255.
    """

    id: str
    channel: int
    label: Mapping[str, str]
    color: tuple[int, int, int]


@dataclass(frozen=True)
class VolumeCard:
    """Identity, grid and limits of a network that reads volumes.

    Attributes
    ----------
    sha256
        Hash of the graph: it identifies the weights that were used.
    modality
        ``"CT"``, ``"MR"``.
    axes
        Where the three axes of its input lead in the patient, for example ``"SPL"``: to the
        head (S), the back (P) and the patient's left (L); R, A and I are the other ways.
    spacing_mm
        Of its voxels along those axes.
    window
        Voxels that it is given at once, at most, along those axes.
    overlap
        Voxels that neighbouring windows share along each axis.
    field
        Side in voxels of what one answer depends on; None where that is not known.
    fill
        Value of what lies outside the volume, where a window must be filled up.
    has_background
        Whether a channel stands for "none of them", so that the likeliest channel counts.
    coarsest_mm
        Largest distance between slices, rows or columns that it may be given.
    """

    name: str
    version: str
    sha256: str
    modality: str
    title: Mapping[str, str]
    intended_use: Mapping[str, str]
    limits: Mapping[str, tuple[str, ...]]
    data_terms: Mapping[str, str]
    classes: tuple[MarkClass, ...]
    channels: int
    has_background: bool
    axes: str
    spacing_mm: Vector
    window: tuple[int, int, int]
    overlap: tuple[int, int, int]
    field: int | None
    fill: float
    coarsest_mm: float
    origin: Origin = UNSIGNED


@dataclass(frozen=True)
class Mark:
    """What was marked of one class.

    Attributes
    ----------
    voxels
        On the grid of the series.
    ml
        Their volume.
    slices
        First and last slice with a mark, from 0; None where there is none.
    peak
        Highest probability of any voxel, 0 to 1, not calibrated.
    """

    class_id: str
    voxels: int
    ml: float
    slices: tuple[int, int] | None
    peak: float


@dataclass(frozen=True)
class Marked:
    """A volume's voxels by class.

    Attributes
    ----------
    values
        (slices, rows, columns) uint8: 0 nothing, n the n-th class of the card.
    """

    values: NDArray[np.uint8]
    marks: tuple[Mark, ...]

    def fullest(self, number: int) -> int | None:
        """Slice, from 0, with the most voxels of the n-th class; None where there is none."""
        slices = self.marks[number - 1].slices
        if slices is None:
            return None
        first, last = slices
        counts = [int((self.values[at] == number).sum()) for at in range(first, last + 1)]
        return first + counts.index(max(counts))


@dataclass(frozen=True)
class MarkedScan:
    """Everything that marking one series came to.

    Attributes
    ----------
    series
        Key of the series within its study, and its number of slices.
    volume
        What was read.
    pictures
        Slices with marks, side by side.
    remarks
        What should be known of the series.
    """

    case: Case
    scan: SlideFacts
    card: VolumeCard
    series: str
    volume: Volume
    marked: Marked
    pictures: Image
    provenance: Provenance
    remarks: tuple[Remark, ...] = ()
