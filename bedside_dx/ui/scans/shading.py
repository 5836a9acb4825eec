"""From values to greys: the window of values that is shown from black to white."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from bedside_dx.core.scan import Curve, ValueTable, Window

if TYPE_CHECKING:
    from bedside_dx.core.scan import Series

GREYS = np.uint32(0xFF000000) | (np.arange(256, dtype=np.uint32) * np.uint32(0x00010101))
"""Every grey as an opaque pixel."""
LEAST_WIDTH = 1e-6
"""Of a window that is a step: one divides by it."""
THUMBNAIL_PX = 96
SAMPLE = 7
"""Every so many pixels are looked at where a window is to be found."""


class Shader:
    """Makes pictures of values, through one window."""

    def __init__(self) -> None:
        self._window = Window(128, 256)
        self._is_inverted = False
        self._table: ValueTable | None = None
        self._of_int16: NDArray[np.uint32] | None = None

    @property
    def window(self) -> Window:
        """The window in use."""
        return self._window

    @property
    def table(self) -> ValueTable | None:
        """The file's own table, where it is used instead of the window."""
        return self._table

    def use(self, window: Window, *, is_inverted: bool, table: ValueTable | None = None) -> None:
        """Change the window, or use a file's table; inverted, low values are white."""
        now = (window.centre, window.width, window.curve, is_inverted, id(table))
        had = self._window
        before = (had.centre, had.width, had.curve, self._is_inverted, id(self._table))
        if now != before:
            self._of_int16 = None
        self._window, self._is_inverted, self._table = window, is_inverted, table

    def picture(self, values: NDArray[Any]) -> QImage:
        """Picture of (rows, columns) values, or of (rows, columns, 3) uint8 colours.

        What is not a number is black.
        """
        rows, columns = values.shape[:2]
        if values.ndim == 3:
            colours = np.ascontiguousarray(values, np.uint8)
            image = QImage(colours.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            return image.convertToFormat(QImage.Format.Format_RGB32)
        pixels = self._shade(values)
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        return image.copy()

    def greys(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Greys of values, 0 to 255, by the window's curve or the table (PS3.3 C.11.2.1)."""
        shares = self._shares(values)
        shares *= 255
        np.nan_to_num(shares, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
        np.clip(shares, 0, 255, out=shares)
        grey = np.rint(shares, out=shares).astype(np.uint8)
        if self._is_inverted:
            np.subtract(255, grey, out=grey)
            grey[np.isnan(values)] = 0
        return grey

    def _shares(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """0 black to 1 white, not yet limited to them; a new array."""
        if self._table is not None:
            places = np.nan_to_num(values - self._table.first)
            places = places.clip(0, len(self._table.greys) - 1).astype(np.int64)
            return self._table.greys[places]
        if self._window.curve is Curve.SIGMOID:
            steep = -4 * (np.asarray(values, np.float32) - self._window.centre) / self._window.width
            return np.asarray(1 / (1 + np.exp(steep.clip(-80, 80))), np.float32)
        low, width = bounds(self._window)
        shares = np.subtract(values, np.float32(low), dtype=np.float32)
        shares *= np.float32(1 / width)
        return shares

    def _shade(self, values: NDArray[Any]) -> NDArray[np.uint32]:
        if values.dtype != np.int16:
            return GREYS[self.greys(values)]
        if self._of_int16 is None:
            ordered = GREYS[self.greys(np.arange(-32768, 32768, dtype=np.float32))]
            self._of_int16 = np.roll(ordered, -32768)
        return self._of_int16[np.ascontiguousarray(values).view(np.uint16)]


def bounds(window: Window) -> tuple[float, float]:
    """Value that is black, and how far above it white begins (DICOM PS3.3 C.11.2.1.2.1)."""
    if window.curve is Curve.LINEAR and window.width >= 1:
        width = window.width - 1
        return window.centre - 0.5 - width / 2, max(width, LEAST_WIDTH)
    return window.centre - window.width / 2, max(window.width, LEAST_WIDTH)


def found_window(values: NDArray[Any]) -> Window:
    """Window around all but the outermost halves of a percent of a slice."""
    if values.ndim == 3:
        return Window(127.5, 256)
    sample = values[::SAMPLE, ::SAMPLE] if values.size > 10_000 else values
    finite = sample[np.isfinite(sample)]
    if not finite.size:
        return Window(0, 1)
    low, high = (float(value) for value in np.quantile(finite, [0.005, 0.995]))
    if high - low < 1:
        return Window((low + high) / 2, max(high - low, LEAST_WIDTH))
    return Window((low + high) / 2 + 0.5, high - low + 1)


def thumbnail(values: NDArray[Any], series: Series) -> NDArray[np.uint8]:
    """A slice, small, through the series' first window; (rows, columns, 3) uint8."""
    step = max(1, max(values.shape[:2]) // THUMBNAIL_PX)
    small = values[::step, ::step]
    if small.ndim == 3:
        return np.array(small, np.uint8)
    shader = Shader()
    window = next(iter(series.windows), None) or found_window(values)
    shader.use(window, is_inverted=series.is_inverted)
    return np.repeat(shader.greys(small)[..., None], 3, 2)
