"""What reading costs beside stock OpenSlide: processor time, in alternation, on the same slides.

The slides are made here, 16,384 px square: real tissue texture laid side by side, where the
sample slide was fetched.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

import numpy as np
import openslide
from numpy.typing import NDArray
from PIL import Image

from bedside_dx.analysis.order import ReadingOrder
from bedside_dx.analysis.patches import PatchPlan, informative_order, lay_grid
from bedside_dx.app.pipeline import diagnose
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.case import Case
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.model_card import Role
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier, Seen
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.coarse import WithCoarseLevels
from bedside_dx.imaging.file_tiles import FileTiles
from bedside_dx.imaging.files import Files
from bedside_dx.imaging.openslide_slide import OpenSlideLevels
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bench._speed_slides import tissue_slide
from tests.slides import he_like, write_repeated

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "cmu_small_region.svs"
SIDE, PATTERN, TILE = 16_384, 2048, 256
ROUNDS, PATCHES = 5, 400
BATCH = 8
WHOLE = (16_384, 40_960)
"""Sides of the slides that are examined as a whole."""
MODEL = "colon-he"
SIZES = (224, 256)
"""Patches that models are fed, read at full scale."""
MODEL_PX, MODEL_UM, SLIDE_UM = 224, 1.2, 0.5
"""What a model of glands is fed from a 20x slide."""

Pixels = NDArray[np.uint8]
Read = Callable[[RegionPx], Pixels]


def measure(folder: Path) -> dict[str, float | None]:
    """Measure both ratios and how often a tile is decoded.

    Parameters
    ----------
    folder
        Where the slide is put; it is made once.

    Returns
    -------
    ``read_vs_openslide``: processor time of ``read_region(…).convert("RGB")`` over that of
    `Slide.read`, the lesser of that at 224 and at 256 px; every patch is checked to be the same.
    ``read40x_vs_openslide_resize``: the same for 512 px made 256, read from tiles decoded to a half
    (that a model agrees is checked on each slide, see `app.way_of_reading`).
    ``read_vs_openslide_in_our_order``: the first at 224 px in the order of an examination.
    ``decodes_per_tile``: how often an examination decodes a tile on average, the worse of two
    slides; ``…_scaled`` where it reads them decoded to a half.
    """
    path = folder / "reading.tif"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_repeated(path, tissue(), side=SIDE, tile=TILE, downsamples=(1, 4, 16), quality=90)
    figures: dict[str, float | None] = {}
    for side in SIZES:
        figures[f"read_vs_openslide_{side}px"] = _at_full_scale(path, side)
    figures["read_vs_openslide"] = min(float(v) for v in figures.values() if v is not None)
    figures["read40x_vs_openslide_resize"] = _at_half_scale(path)
    with open_slide(path, probe=False) as slide:
        plan = _plan(slide)
    figures |= _cost_for_a_model(path, plan)
    figures["read_vs_openslide_in_our_order"] = _in_our_order(path)
    slides = {side: tissue_slide(folder, side) for side in WHOLE}
    for side, whole in slides.items():
        figures[f"decodes_per_tile_{side}"] = _decodes_per_tile(whole, keen=True)
    figures["decodes_per_tile"] = max(figures[f"decodes_per_tile_{side}"] or 0.0 for side in WHOLE)
    figures["decodes_per_tile_scaled"] = _decodes_per_tile(slides[WHOLE[0]], keen=False)
    return figures


def tissue() -> Pixels:
    """Real tissue, or what looks like it; (2048, 2048, 3)."""
    if not SAMPLE.is_file():
        return he_like(PATTERN, PATTERN, seed=1)
    with openslide.OpenSlide(SAMPLE) as slide:
        return np.array(slide.read_region((0, 0), 0, (PATTERN, PATTERN)).convert("RGB"))


def _ways(stock: openslide.OpenSlide, slide: Slide, side: int) -> tuple[Read, Read]:
    """Read a patch at full scale, by OpenSlide and by us."""
    size = SizePx(side, side)

    def theirs(region: RegionPx) -> Pixels:
        picture = stock.read_region((region.x, region.y), 0, (side, side)).convert("RGB")
        return np.asarray(picture)

    def ours(region: RegionPx) -> Pixels:
        return slide.read(region, size)

    return theirs, ours


def _at_full_scale(path: Path, side: int) -> float:
    """Patches row by row, as anyone reads a slide; both ways must come to the same."""
    regions = list(_rows(side, PATCHES))
    with open_slide(path, probe=False) as slide, openslide.OpenSlide(path) as stock:
        theirs, ours = _ways(stock, slide, side)
        ratio = _ratio(theirs, ours, regions)
        for region in regions:
            np.testing.assert_array_equal(ours(region), theirs(region))
    return ratio


def _at_half_scale(path: Path) -> float | None:
    side, size = 512, SizePx(256, 256)
    with open_slide(path, probe=False) as slide, openslide.OpenSlide(path) as stock:
        shrunk = slide.shrunk()
        if shrunk is None:
            return None

        def theirs(region: RegionPx) -> Pixels:
            picture = stock.read_region((region.x, region.y), 0, (side, side)).convert("RGB")
            return np.asarray(picture.resize((256, 256), Image.Resampling.BOX))

        def ours(region: RegionPx) -> Pixels:
            return shrunk.read(region, size)

        return _ratio(theirs, ours, list(_rows(side, PATCHES)))


def _ratio(theirs: Read, ours: Read, regions: list[RegionPx]) -> float:
    """Median of their processor time over ours; each round reads other tiles than the last."""
    ratios: list[float] = []
    part = len(regions) // ROUNDS
    for turn in range(ROUNDS):
        some = regions[turn * part : (turn + 1) * part]
        first, second = (theirs, ours) if turn % 2 else (ours, theirs)
        spent = {first: _spent(first, some), second: _spent(second, some)}
        ratios.append(spent[theirs] / spent[ours])
    return median(ratios)


def _spent(read: Read, regions: Iterable[RegionPx]) -> float:
    start = time.thread_time()
    for region in regions:
        read(region)
    return time.thread_time() - start


def _rows(side: int, count: int) -> Iterable[RegionPx]:
    across = SIDE // side
    for place in range(min(count, across * across)):
        yield RegionPx(place % across * side, place // across * side, side, side)


def _plan(slide: Slide, side: float = MODEL_PX * MODEL_UM / SLIDE_UM) -> PatchPlan:
    """All of the slide as tissue; as for a model of glands, whose patches lie across tiles."""
    grid = lay_grid(slide.size, side)
    down, across = np.indices((grid.rows, grid.columns))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    count = len(cells)
    darkness = np.random.default_rng(3).random(count).astype(np.float32)
    cells = cells[informative_order(cells, darkness)]
    state = np.full(count, PatchState.PENDING, np.uint8)
    return PatchPlan(grid, cells, np.ones(count, np.float32), state, (side * SLIDE_UM / 1000) ** 2)


def _order(plan: PatchPlan) -> Iterable[int]:
    """Patches as an examination reads them where no tumour is seen."""
    order = ReadingOrder(plan)
    while len(batch := order.take(BATCH)):
        yield from batch.tolist()


def _in_our_order(path: Path) -> float:
    """Processor time of OpenSlide over ours for a whole slide, in the order of an examination.

    Both keep what they have decoded: OpenSlide up to 32 MB, as it comes.
    """
    side = SIZES[0]
    spent = {"theirs": 0.0, "ours": 0.0}
    with open_slide(path, probe=False) as slide, openslide.OpenSlide(path) as stock:
        theirs, ours = _ways(stock, slide, side)
        plan = _plan(slide, side)
        regions = [plan.region(patch) for patch in _order(plan)]
        for at in range(0, len(regions), PATCHES):
            some = regions[at : at + PATCHES]
            spent["theirs"] += _spent(theirs, some)
            spent["ours"] += _spent(ours, some)
    return spent["theirs"] / spent["ours"]


def _decodes_per_tile(path: Path, *, keen: bool) -> float:
    """Mean over all tiles that an examination without a finding decodes, from its very beginning.

    A tile that is decoded in full and to a half, to compare the two, counts twice.
    """
    times: Counter[tuple[int, int]] = Counter()
    read = FileTiles.tile

    def tile(self: FileTiles, place: int) -> bytes:
        times[id(self), place] += 1
        return read(self, place)

    with open_slide(path, probe=False) as slide:
        FileTiles.tile = tile
        try:
            diagnose(
                Case(), slide, SeesNothing(load(find(MODEL)), keen=keen),
                settings=Settings(threads=2), emit=lambda _: None, cancel=Cancel(),
            )  # fmt: skip
        finally:
            FileTiles.tile = read
    return times.total() / len(times)


class SeesNothing:
    """A model in whose eyes all is benign: nothing draws the reading anywhere.

    Parameters
    ----------
    keen
        Whether a single other pixel makes it less sure: it then has to read in full.
    """

    def __init__(self, model: Classifier, *, keen: bool) -> None:
        self._keen = keen
        self.card, self.engine, self.provider = model.card, model.engine, model.provider
        self.fingerprint, self.pace = model.fingerprint, model.pace
        self.aggregate = model.aggregate

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        """Sure or certain of the first class that is benign."""
        cancel.raise_if_cancelled()
        doubt = 0.12 * self._keen * (patches.sum((1, 2, 3), np.int64) % 2)
        others = len(self.card.classes) - 1
        probabilities = np.repeat(doubt[:, None] / others, others + 1, 1).astype(np.float32)
        probabilities[:, self.card.of_role(Role.BENIGN)[0]] = 1 - doubt
        nothing = np.zeros(len(patches), np.float32)
        return Seen(probabilities, nothing, nothing[:, None])


def _cost_for_a_model(path: Path, plan: PatchPlan) -> dict[str, float | None]:
    """Processor ms a patch, in the order of an examination: OpenSlide alone, directly, scaled."""
    size, patches = SizePx(MODEL_PX, MODEL_PX), list(_order(plan))[: ROUNDS * 40]
    spent: dict[str, list[float]] = {"openslide": [], "direct": [], "scaled": []}
    with (
        _through_openslide(path) as through,
        open_slide(path, probe=False) as slide,
        open_slide(path, probe=False) as other,
    ):
        sources = {"openslide": through, "direct": slide, "scaled": other.shrunk() or other}
        for turn in range(ROUNDS):
            regions = [plan.region(patch) for patch in patches[turn::ROUNDS]]
            for name, source in sources.items():
                spent[name].append(_spent(lambda r, s=source: s.read(r, size), regions))
    count = len(patches) / ROUNDS
    return {f"model_read_{name}_cpu_ms": 1000 * median(s) / count for name, s in spent.items()}


def _through_openslide(path: Path) -> Slide:
    """The slide as it is read where the direct way is not open."""
    return Slide(Files.of(path), WithCoarseLevels(OpenSlideLevels(path)))
