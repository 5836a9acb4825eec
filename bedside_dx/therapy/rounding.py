"""A dose in whole vials, tablets or capsules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import gcd

from bedside_dx.core.dosing import Rounded

SCALE = 10
"""Sizes are whole tenths of a milligram."""


def rounded(mg: float, sizes: Sequence[float], most_change: float) -> Rounded:
    """The nearest dose that whole units make up, with the fewest units; halves go down.

    Parameters
    ----------
    sizes
        mg in one unit; one or more.
    most_change
        Share by which the dose may change.
    """
    whole = [round(size * SCALE) for size in sizes]
    step = reduce(gcd, whole)
    target = mg * SCALE
    least = _fewest(whole, int((target + min(whole)) // step + 1) * step, step)
    reachable = [total for total in least if total]
    best = min(reachable, key=lambda total: (abs(total - target), total))
    counts: dict[float, int] = {}
    left = best
    while left:
        size = least[left]
        counts[size / SCALE] = counts.get(size / SCALE, 0) + 1
        left -= size
    change = best / target - 1
    ordered = tuple(sorted(counts.items(), reverse=True))
    return Rounded(best / SCALE, ordered, change, abs(change) <= most_change + 1e-9)


def _fewest(sizes: Sequence[int], most: int, step: int) -> dict[int, int]:
    """For each total that units can make, the size taken last on the way with the fewest units.

    Totals are multiples of what all sizes are multiples of: others can't be made.
    """
    count, last = {0: 0}, {0: 0}
    for total in range(min(sizes), max(most, min(sizes)) + 1, step):
        ways = [(count[total - s] + 1, -s) for s in sizes if total - s in count]
        if ways:
            units, size = min(ways)
            count[total], last[total] = units, -size
    return last
