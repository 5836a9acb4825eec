"""What a file holds, before scale, padding and filtering: the ground that `Slide` stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bedside_dx.core.reading import Reading
    from bedside_dx.core.results import Image


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px of one stored level; `right` and `bottom` lie just outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom."""
        return self.left, self.top, self.right, self.bottom

    def widened(self, margin: int, width: int, height: int) -> Box:
        """Add a margin on each side, as far as the image of that size reaches."""
        return Box(
            min(self.left, max(self.left - margin, 0)),
            min(self.top, max(self.top - margin, 0)),
            max(self.right, min(self.right + margin, width)),
            max(self.bottom, min(self.bottom + margin, height)),
        )

    def within(self, width: int, height: int) -> Box:
        """Cut off what lies outside an image of that size; may come out empty."""
        left, top = min(max(self.left, 0), width), min(max(self.top, 0), height)
        right, bottom = min(self.right, width), min(self.bottom, height)
        return Box(left, top, max(left, right), max(top, bottom))

    def shared_with(self, other: Box) -> Box:
        """What lies in both; they overlap."""
        return Box(
            max(self.left, other.left), max(self.top, other.top),
            min(self.right, other.right), min(self.bottom, other.bottom),
        )  # fmt: skip

    def inside(self, other: Box) -> tuple[slice, slice]:
        """Its rows and columns in an array of the pixels of a box around it."""
        return (
            slice(self.top - other.top, self.bottom - other.top),
            slice(self.left - other.left, self.right - other.left),
        )


class StoredLevels(Protocol):
    """An open file with one or more levels of pixels. Safe to read from any thread.

    Attributes
    ----------
    format
        OpenSlide's name of the vendor format, or ``"tiff"``, ``"png"``, ``"jpeg"``.
    sizes
        Width and height of each level, finest first.
    downsamples
        px of level 0 per px of each level; the first is 1.0.
    properties
        What the file says about itself, by name.
    icc_profile
        The colour profile of level 0, as stored; empty where it is unreadable.
    associated
        Names of the pictures beside the scan (label, macro): never exported.
    reading
        By which way its pixels come.
    """

    @property
    def format(self) -> str: ...  # noqa: D102
    @property
    def sizes(self) -> tuple[tuple[int, int], ...]: ...  # noqa: D102
    @property
    def downsamples(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def properties(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def icc_profile(self) -> bytes | None: ...  # noqa: D102
    @property
    def associated(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def reading(self) -> Reading: ...  # noqa: D102

    def read_level(self, level: int, box: Box) -> Image:
        """Pixels of a box that lies within the level, padding composited to white.

        Returns
        -------
        (height, width, 3) uint8, as stored; not always writable.

        Raises
        ------
        SlideError
            ``slide.unreadable-region``: it can't be decoded, tried twice.
        """
        ...

    def read_associated(self, name: str) -> Image:
        """One of the `associated` pictures, (height, width, 3) uint8."""
        ...

    def close(self) -> None:
        """Let go of the file. Reads in flight finish; later ones are refused."""
        ...
