"""ONNX's linear resize as two products with matrices: every program has those.

PyTorch's own smoothed resize can be saved as TorchScript, but not be made ONNX again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINEAR = {"mode": b"linear", "coordinate_transformation_mode": b"half_pixel"}
DEFAULTS = {"mode": b"nearest", "coordinate_transformation_mode": b"half_pixel"}
PLANE = [2, 3]
"""Axes of height and width in (N, C, H, W)."""


def resize(torch: Any, x: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Resize pictures of a fixed size.

    Parameters
    ----------
    x
        Inputs of ONNX's ``Resize``: (N, C, H, W), and the scales or the sizes.

    Raises
    ------
    NotImplementedError
        It is not the linear resize of height and width.
    """
    if any(options.get(name, DEFAULTS[name]) != value for name, value in LINEAR.items()):
        raise NotImplementedError("Resize")
    before = np.asarray(x[0].detach()).shape[2:]
    factors = _factors(before, x, options)
    down, across = (
        torch.from_numpy(
            weights(
                length,
                factor,
                is_smooth=bool(options.get("antialias", 0)),
                leaves_outside_out=bool(options.get("exclude_outside", 0)),
            )
        )
        for length, factor in zip(before, factors, strict=True)
    )
    return down @ x[0] @ across.T


def _factors(
    before: tuple[int, ...], x: Sequence[Any], options: Mapping[str, Any]
) -> tuple[float, float]:
    """Length after over length before, of height and width."""
    if len(x) > 3 and x[3] is not None:
        if options.get("axes") != PLANE:
            raise NotImplementedError("Resize")
        after = np.asarray(x[3].detach()) / np.array(before)
        return float(after[0]), float(after[1])
    scales = np.asarray(x[2].detach(), np.float64)
    plane = scales if options.get("axes") == PLANE else scales[2:]
    return float(plane[0]), float(plane[1])


def weights(
    length: int, factor: float, *, is_smooth: bool, leaves_outside_out: bool
) -> NDArray[np.float32]:
    """Part that each old pixel of a line has in each new one.

    A pixel's part falls linearly with its distance, to nothing at the next one; where the line
    shrinks and is to be smooth, at as many pixels as become one.

    Parameters
    ----------
    length
        Pixels before.
    factor
        Length after over length before.
    leaves_outside_out
        Whether pixels beyond the ends count for nothing, as Pillow has it; else they are as the
        last ones within.

    Returns
    -------
    (after, length) float32, rows sum to 1.
    """
    # A factor in single precision may make a hair less than a whole number of pixels.
    after = int(length * factor + 1e-3)
    reach = max(1.0, 1 / factor) if is_smooth else 1.0
    middles = (np.arange(after) + 0.5) / factor - 0.5
    beyond = 0 if leaves_outside_out else math.ceil(reach)
    places = np.arange(-beyond, length + beyond)
    parts = np.maximum(1 - np.abs(places - middles[:, None]) / reach, 0)
    line = np.zeros((after, length))
    for place, part in zip(places.clip(0, length - 1), parts.T, strict=True):
        line[:, place] += part  # places beyond the border come more than once
    return (line / line.sum(1, keepdims=True)).astype(np.float32)
