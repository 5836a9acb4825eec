"""The slide's overview as the quality checks see it: how much each colour is absorbed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.squares import least_around, most_around, strips
from bedside_dx.analysis.tissue import WHITE, TissueMask, absorbance_table, darkest, lightest
from bedside_dx.core.results import Image

SECTION_UM = 8.0
"""µm per px, at least: single nuclei have colours that tissue as a whole has not."""

EMPTY = 3
"""8-bit value up to which all channels together were never lit."""


@dataclass(frozen=True)
class Section:
    """Pixels of 8 µm or more.

    What they absorb is worked out when it is asked for: kept, it would be most of what the quality
    checks need of memory.

    Attributes
    ----------
    pixels
        (rows, columns, 3) uint8.
    table
        (256, 3) float32, what each 8-bit value of red, green and blue absorbs: log10 against the
        glass, never negative.
    tissue
        (rows, columns) bool; nothing is said of what could not be decoded.
    light
        (3,) float32, colour of the glass, 8-bit values.
    um
        µm per px.
    """

    pixels: Image
    table: NDArray[np.float32]
    tissue: NDArray[np.bool_]
    light: NDArray[np.float32]
    um: float

    def absorbance(self, channel: int) -> NDArray[np.float32]:
        """(rows, columns) float32, of red, green or blue."""
        values = np.ascontiguousarray(self.table[:, channel])
        found = np.empty(self.pixels.shape[:2], np.float32)
        # Numpy looks up with eight bytes a pixel.
        for rows in strips(len(found)):
            np.take(values, self.pixels[rows, :, channel], out=found[rows], mode="clip")
        return found

    def rows(self, start: int, stop: int) -> Section:
        """Part of it, as wide as it is."""
        return replace(self, pixels=self.pixels[start:stop], tissue=self.tissue[start:stop])

    def least_absorbance(self) -> NDArray[np.float32]:
        """(rows, columns) float32, of the clearest channel."""
        return self._over_channels(np.minimum)

    def most_absorbance(self) -> NDArray[np.float32]:
        """(rows, columns) float32, of the darkest channel."""
        return self._over_channels(np.maximum)

    def part(self, box: tuple[slice, ...]) -> NDArray[np.float32]:
        """(rows, columns, 3) float32, absorbance of all channels in a box."""
        return np.stack([self.table[self.pixels[box][..., i], i] for i in range(3)], -1)

    def _over_channels(self, better: np.ufunc) -> NDArray[np.float32]:
        found = self.absorbance(0)
        for channel in (1, 2):
            better(found, self.absorbance(channel), out=found)
        return found

    @property
    def padding(self) -> NDArray[np.bool_]:
        """(rows, columns) bool, where the scanner has taken no picture.

        Ink is black, but never quite.
        """
        return (darkest(self.pixels) >= WHITE) | (lightest(self.pixels) <= EMPTY)

    def px(self, um: float, *, least: int = 1) -> int:
        """Length in px."""
        return max(least, round(um / self.um))

    def opened(self, mask: NDArray[np.bool_], um: float) -> NDArray[np.bool_]:
        """Without what is narrower than this; nothing is lost for lying at the edge."""
        reach = max(1, round(um / self.um / 2))
        kept = least_around(mask, reach, outside=True)
        return most_around(kept, reach, outside=False) & mask

    def grown(self, mask: NDArray[np.bool_], um: float) -> NDArray[np.bool_]:
        """With all that is no farther from it than this."""
        if not mask.any():
            return mask
        return ndimage.distance_transform_edt(~mask) <= um / self.um

    def filled(self, mask: NDArray[np.bool_], um: float) -> NDArray[np.bool_]:
        """With gaps in it that are narrower than twice this."""
        if not mask.any():
            return mask
        reach = self.px(um)
        wide = self.grown(np.pad(mask, reach), um)
        core = ndimage.distance_transform_edt(wide) > reach
        return core[reach:-reach, reach:-reach] | mask


CROSS = np.ones((3, 3), np.bool_)


def section_of(tissue: TissueMask, um_per_px: float) -> tuple[Section, int]:
    """Look at an overview in pixels of 8 µm or more.

    Parameters
    ----------
    um_per_px
        Scale of the overview.

    Returns
    -------
    The section, and how many px of the overview one of its px is wide.
    """
    factor = max(1, round(SECTION_UM / um_per_px))
    pixels, mask = tissue.overview, tissue.mask & ~tissue.unread
    if factor > 1:
        pixels = np.rint(_reduced(pixels, factor)).astype(np.uint8)
        mask = _reduced(mask[..., None], factor)[..., 0] >= 0.5
    table = absorbance_table(tissue.light)
    return Section(pixels, table, mask, tissue.light, factor * um_per_px), factor


def _reduced(values: NDArray[np.generic], factor: int) -> NDArray[np.float32]:
    """Mean over squares; what is missing at the right and the bottom is repeated."""
    height, width, channels = values.shape
    pad = ((0, -height % factor), (0, -width % factor), (0, 0))
    whole = np.pad(values, pad, mode="edge")
    rows, columns = whole.shape[0] // factor, whole.shape[1] // factor
    squares = whole.reshape(rows, factor, columns, factor, channels)
    return squares.mean((1, 3), dtype=np.float32)
