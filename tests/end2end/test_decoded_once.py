"""A slide that is read to the end is decoded little more than once, in the program's own order."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tiny_model

from bedside_dx.analysis import order
from bedside_dx.analysis.patches import PatchPlan, informative_order, lay_grid
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.results import Image
from bedside_dx.imaging import direct, jpeg_tiles
from bedside_dx.imaging.jpeg_stream import TileForm
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.models.package import read_package
from bedside_dx.models.session import LoadedModel, load
from tests.slides import he_like, write_repeated

SIDE, TILE = 4096, 64
CELL = 2.1 * TILE
"""As patches of 0.27 mm lie over tiles of 256 px on a 20x slide."""
ONE_IN = 20
"""Patches of which one is looked at by itself on such a slide."""
MOST = 1.15
"""A little more than on a slide: patches so small reach into more of the tiles around them."""
BLUE = (0.3, 0.3, 1.0)
"""What the model calls benign: nothing draws the reading anywhere."""


@pytest.fixture
def model(tmp_path: Path) -> LoadedModel:
    return load(read_package(tiny_model.write(tmp_path / "tiny")))


@pytest.fixture
def slide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slide]:
    """Sixteen times fewer pixels than a slide has, and of a slide's memory a sixteenth."""
    monkeypatch.setattr(direct, "KEPT_BYTES", direct.KEPT_BYTES // 16)
    monkeypatch.setattr(jpeg_tiles, "BESIDE_PX", jpeg_tiles.BESIDE_PX // 2)
    path = write_repeated(
        tmp_path / "slide.tif",
        (he_like(512, 512) * BLUE).astype(np.uint8),
        side=SIDE,
        tile=TILE,
        um_per_px=tiny_model.SIDE / CELL,
        downsamples=(1, 16),
    )
    with open_slide(path, probe=False) as opened:
        yield opened


def plan_of(slide: PixelSource) -> PatchPlan:
    grid = lay_grid(slide.size, CELL)
    down, across = np.indices((grid.rows, grid.columns))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    count = len(cells)
    cells = cells[
        informative_order(cells, np.random.default_rng(1).random(count).astype(np.float32))
    ]
    tissue, state = np.ones(count, np.float32), np.zeros(count, np.uint8)
    return PatchPlan(grid, cells, tissue, state, order.LOOKED_AT_MM2 / ONE_IN)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each tile that is decoded."""
    sizes: list[int] = []
    exact = jpeg_tiles.decode

    def decode(data: bytes, form: TileForm, shrink: int = 1) -> Image:
        sizes.append(len(data))
        return exact(data, form, shrink)

    monkeypatch.setattr(jpeg_tiles, "decode", decode)
    return sizes


def decodes_per_tile(
    slide: Slide, plan: PatchPlan, model: LoadedModel, decoded: list[int]
) -> float:
    """Read a slide once in two threads, as the program does."""
    before = len(decoded)
    stream_findings(slide, plan, model, threads=2, emit=lambda _: None, cancel=Cancel())
    return (len(decoded) - before) / (SIDE // TILE) ** 2


def test_a_tile_is_decoded_little_more_than_once(
    slide: Slide, model: LoadedModel, decoded: list[int]
) -> None:
    plan = plan_of(slide)
    assert decodes_per_tile(slide, plan, model, decoded) <= MOST
    assert decodes_per_tile(slide, plan, model, decoded) <= MOST, "and when it is read again"


def test_read_all_over_it_would_be_decoded_twice(
    slide: Slide, model: LoadedModel, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What that bound is worth: on this slide no tile comes free."""
    plan = plan_of(slide)
    monkeypatch.setattr(order, "LOOKED_AT_MM2", order.LOOKED_AT_MM2 / ONE_IN)
    assert decodes_per_tile(slide, plan, model, decoded) > 1.5
