"""Tiles are decoded smaller only where the model itself sees no difference."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from array_slide import card
from numpy.typing import NDArray

from bedside_dx.analysis.patches import PatchPlan, informative_order, lay_grid
from bedside_dx.app import way_of_reading
from bedside_dx.app.way_of_reading import choose_way
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.model_card import Role
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Seen, SlideReading
from bedside_dx.imaging.slide import Slide, open_slide
from tests.slides import he_like, write_slide

SIDE = 32


class Eye:
    """A model that judges by the finest detail it is shown.

    Parameters
    ----------
    keenness
        How much a probability follows it; 0 is blind.
    around, swing
        What probability of tumour it has in mind, and how far it departs from that.
    """

    card = card(Role.BENIGN, Role.TUMOUR, patch_px=SIDE)
    fingerprint = engine = provider = "eye"

    def __init__(self, keenness: float, around: float = 0.5, swing: float = 0.4) -> None:
        self._keenness, self._around, self._swing = keenness, around, swing
        self.seen = 0

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        cancel.raise_if_cancelled()
        self.seen += len(patches)
        grain = np.abs(np.diff(patches.astype(float), axis=2)).mean((1, 2, 3)) / 255
        tumour = self._around + self._swing * np.sin(self._keenness * grain)
        probabilities = np.stack([1 - tumour, tumour], 1).astype(np.float32)
        count = len(patches)
        return Seen(probabilities, np.zeros(count, np.float32), np.zeros((count, 4), np.float32))

    def aggregate(self, embedding: NDArray[np.floating], cancel: Cancel) -> SlideReading:
        raise NotImplementedError


@pytest.fixture
def slide(tmp_path: Path) -> Iterator[Slide]:
    path = write_slide(tmp_path / "a.tif", he_like(1920, 1920, seed=2), downsamples=(1,), tile=256)
    with open_slide(path, spacing=0.5, probe=False) as opened:
        yield opened


def plan_of(slide: Slide, scale: float) -> PatchPlan:
    grid = lay_grid(slide.size, SIDE * scale)
    down, across = np.indices((grid.rows, grid.columns))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    cells = cells[informative_order(cells, np.arange(len(cells), dtype=np.float32))]
    ones = np.ones(len(cells), np.float32)
    return PatchPlan(grid, cells, ones, np.full(len(cells), PatchState.PENDING, np.uint8), 0.1)


def test_a_model_that_sees_the_same_reads_smaller_tiles(slide: Slide) -> None:
    eye, plan = Eye(0.0), plan_of(slide, 2.0)
    way = choose_way(slide, plan, eye, Cancel())
    assert way.reading.shrink == 2
    assert way.reading.name == "scaled 1/2"
    assert eye.seen == 2 * way_of_reading.SAMPLE
    assert way.source is not slide


def test_a_model_that_sees_a_difference_reads_in_full(slide: Slide) -> None:
    way = choose_way(slide, plan_of(slide, 2.0), Eye(2000.0), Cancel())
    assert (way.source, way.reading) == (slide, slide.reading)


@pytest.mark.parametrize("scale", [1.0, 1.7])
def test_where_every_pixel_is_needed_nobody_is_asked(slide: Slide, scale: float) -> None:
    eye = Eye(0.0)
    assert choose_way(slide, plan_of(slide, scale), eye, Cancel()).source is slide
    assert eye.seen == 0


def test_on_few_patches_asking_would_cost_more_than_it_saves(slide: Slide) -> None:
    eye = Eye(0.0)
    assert choose_way(slide, plan_of(slide, 4.0), eye, Cancel()).source is slide
    assert eye.seen == 0


@pytest.mark.parametrize(("around", "is_shrunk"), [(0.51, False), (0.97, True)])
def test_small_changes_matter_where_patches_lie_near_a_limit(
    slide: Slide, around: float, is_shrunk: bool
) -> None:
    """No call changes on the patches asked about, but those at 0.51 are near to changing."""
    plan, eye = plan_of(slide, 2.0), Eye(2000.0, around, swing=0.003)
    assert (choose_way(slide, plan, eye, Cancel()).reading.shrink == 2) is is_shrunk
