"""Where the patterns lie, and what they look like: screen and report draw the same ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.heatmap import is_unfamiliar
from bedside_dx.core.patterns import PATTERN_OF, Pattern

if TYPE_CHECKING:
    from bedside_dx.core.results import Findings

Field = NDArray[np.float32]


def patterned(findings: Findings) -> dict[Pattern, NDArray[np.bool_]]:
    """(n,) bool for each pattern that occurs: unfamiliar patches, and those left out by cause."""
    strange = is_unfamiliar(findings)
    masks = {Pattern.UNFAMILIAR: strange} if strange.any() else {}
    occurring = np.bincount(findings.state, minlength=max(PATTERN_OF) + 1)
    return masks | {
        pattern: findings.state == state
        for state, pattern in PATTERN_OF.items()
        if occurring[state]
    }


def drawn(pattern: Pattern, height: int, width: int, period: float) -> Field:
    """Opacity of a pattern's lines, anti-aliased.

    Parameters
    ----------
    period
        Distance at which it repeats across and down, px. Any whole number of it tiles.

    Returns
    -------
    (height, width) float32, 0 to 1.
    """
    lines = lines_at(pattern, np.arange(height)[:, None], np.arange(width), period)
    return np.array(np.broadcast_to(lines, (height, width)))


def lines_at(
    pattern: Pattern, rows: NDArray[np.int64], columns: NDArray[np.int64], period: float
) -> Field:
    """Opacity of a pattern's lines at some pixels.

    Parameters
    ----------
    rows, columns
        Of the pixels; their shapes fit each other as numpy has it.
    period
        As in `drawn`.

    Returns
    -------
    float32, 0 to 1; it fits both shapes, and is one value wide where a pattern does not change.
    """
    y, x = (at.astype(np.float32) + np.float32(0.5) for at in (rows, columns))
    stroke = max(0.5, 0.09 * period / np.sqrt(2))
    away = _AWAY[pattern](x, y, np.float32(period))
    return np.clip(stroke - away + 0.5, 0.0, 1.0).astype(np.float32)


def _rising(x: Field, y: Field, period: np.float32) -> Field:
    return _line(x + y, period) / np.sqrt(np.float32(2))


def _falling(x: Field, y: Field, period: np.float32) -> Field:
    return _line(x - y, period) / np.sqrt(np.float32(2))


def _line(across: Field, period: np.float32) -> Field:
    """Distance to parallel lines."""
    return np.abs((across % period) - period / 2)


def _from_middle(x: Field, y: Field, period: np.float32) -> Field:
    """Distance to the middle of each square of the period."""
    return np.hypot((x % period) - period / 2, (y % period) - period / 2)


def _grid(x: Field, y: Field, period: np.float32) -> Field:
    return np.minimum(_line(x, period), _line(y, period))


def _double(x: Field, y: Field, period: np.float32) -> Field:
    del y
    return np.abs(_line(x, period) - period * np.float32(0.16))


def _level(x: Field, y: Field, period: np.float32) -> Field:
    del x
    return _line(y, period)


def _dots(x: Field, y: Field, period: np.float32) -> Field:
    return _from_middle(x, y, period) - period * np.float32(0.12)


def _rings(x: Field, y: Field, period: np.float32) -> Field:
    return np.abs(_from_middle(x, y, period) - period * np.float32(0.32))


def _pluses(x: Field, y: Field, period: np.float32) -> Field:
    across, down = _line(x, period), _line(y, period)
    return np.maximum(np.minimum(across, down), np.maximum(across, down) - period * 0.24)


def _crossed(x: Field, y: Field, period: np.float32) -> Field:
    return np.minimum(_rising(x, y, period), _falling(x, y, period))


_AWAY: dict[Pattern, Callable[[Field, Field, np.float32], Field]] = {
    Pattern.UNFAMILIAR: _rising,
    Pattern.UNREADABLE: _falling,
    Pattern.BLURRED: _dots,
    Pattern.INK: _grid,
    Pattern.FOLD: _double,
    Pattern.BUBBLE: _rings,
    Pattern.EXPOSURE: _level,
    Pattern.DEBRIS: _pluses,
    Pattern.ARTEFACT: _crossed,
}
