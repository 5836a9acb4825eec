"""What a file holds, before scale, padding and filtering: the ground that `Slide` stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL import Image


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

    def read_level(self, level: int, box: Box) -> Image.Image:
        """Pixels of a box that lies within the level: RGB, padding composited to white.

        Raises
        ------
        SlideError
            ``slide.unreadable-region``: it can't be decoded, tried twice.
        """
        ...

    def read_associated(self, name: str) -> Image.Image:
        """One of the `associated` pictures, RGB."""
        ...

    def close(self) -> None:
        """Let go of the file. Reads in flight finish; later ones are refused."""
        ...
