"""Which tiles a view needs, nearest to its middle first. Level n is 1/2^n of level 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log2

from bedside_dx.app.reading import TILE_PX, TileKey
from bedside_dx.core.geometry import SizePx
from bedside_dx.ui.viewer.view import View

STRETCH = 1.15
"""How far a tile may be enlarged before the next finer level is read."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """The virtual pyramid of one slide.

    Attributes
    ----------
    coarsest
        Level that is read first and never let go.
    """

    size: SizePx
    coarsest: int

    def level_for(self, scale: float) -> int:
        """Coarsest level that is still sharp at a scale (screen px per px of level 0)."""
        return min(max(floor(log2(STRETCH / scale)), 0), self.coarsest)

    def columns(self, level: int) -> int:
        """Number of tiles across."""
        return -(-self.size.width // (TILE_PX << level))

    def rows(self, level: int) -> int:
        """Number of tiles down."""
        return -(-self.size.height // (TILE_PX << level))

    def keys_of(self, level: int) -> list[TileKey]:
        """All tiles of a level."""
        return [
            TileKey(level, column, row)
            for row in range(self.rows(level))
            for column in range(self.columns(level))
        ]

    def keys_in(
        self, level: int, left: float, top: float, right: float, bottom: float
    ) -> list[TileKey]:
        """Tiles of a level that touch a rectangle of level 0."""
        side = TILE_PX << level
        first_row, last_row = floor(top / side), floor(bottom / side)
        first_column, last_column = floor(left / side), floor(right / side)
        return [
            TileKey(level, column, row)
            for row in range(max(first_row, 0), min(last_row + 1, self.rows(level)))
            for column in range(max(first_column, 0), min(last_column + 1, self.columns(level)))
        ]

    def seen(self, view: View) -> list[TileKey]:
        """Tiles that a view shows, from the middle outwards."""
        return _from_the_middle(self._touching(view, self.level_for(view.scale), 0.0), view)

    def wishes(self, view: View, speed: tuple[float, float] = (0.0, 0.0)) -> list[TileKey]:
        """Tiles to read for a view, most wanted first.

        First what is seen, from the middle outwards; then a margin around it, wider
        where the view is heading (`speed`, windows per second); then the next finer
        level under the middle.
        """
        level = self.level_for(view.scale)
        seen = self.seen(view)
        coarse = [_ancestor(key, 2) for key in seen if key.level + 2 < self.coarsest]
        ahead_x, ahead_y = speed[0] * view.width * 0.25, speed[1] * view.height * 0.25
        ahead = view.panned(ahead_x, ahead_y)
        margin = _from_the_middle(self._touching(ahead, level, 0.35), ahead)
        finer = self._touching(view, level - 1, -0.25) if level > 0 else []
        return list(dict.fromkeys([*coarse, *seen, *margin, *_from_the_middle(finer, view)]))

    def _touching(self, view: View, level: int, margin: float) -> list[TileKey]:
        """Tiles that touch the window made larger by a share of itself on every side."""
        across = view.width / view.scale * margin
        down = view.height / view.scale * margin
        right, bottom = view.to_slide(view.width, view.height)
        return self.keys_in(
            level, view.left - across, view.top - down, right + across, bottom + down
        )


def most_seen(window: SizePx) -> int:
    """Tiles of one level that a window shows at the most, at whichever scale."""
    smallest = TILE_PX * STRETCH / 2
    return (ceil(window.width / smallest) + 1) * (ceil(window.height / smallest) + 1)


def ancestors(key: TileKey, coarsest: int) -> Iterator[TileKey]:
    """Tiles of coarser levels that cover a tile, nearest first."""
    for levels in range(1, coarsest - key.level + 1):
        yield _ancestor(key, levels)


def children(key: TileKey) -> tuple[TileKey, ...]:
    """The four tiles of the next finer level that a tile consists of."""
    if key.level == 0:
        return ()
    column, row = key.column * 2, key.row * 2
    return tuple(
        TileKey(key.level - 1, column + right, row + down) for down in (0, 1) for right in (0, 1)
    )


def _ancestor(key: TileKey, levels: int) -> TileKey:
    return TileKey(key.level + levels, key.column >> levels, key.row >> levels)


def _from_the_middle(keys: list[TileKey], view: View) -> list[TileKey]:
    def distance(key: TileKey) -> float:
        side = TILE_PX << key.level
        return abs((key.column + 0.5) * side - view.x) + abs((key.row + 0.5) * side - view.y)

    return sorted(keys, key=distance)
