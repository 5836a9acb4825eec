"""Slides composed of labelled patches, and what the bundled model sees in each of their patches.

Scoring is what costs: so a slide without carcinoma is read once, carcinoma is then let grow in it
several times, and only the patches that it touches are read again. What was read is kept under the
work folder by the hash of the weights and what else its scores depend on; a second run costs seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.patch_quality import is_blurred
from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.patch_state import PatchState
from bedside_dx.models.package import GRAPH, REFERENCE, read_package
from bedside_dx.models.session import LoadedModel, load
from bench._compose import (
    BLANK,
    CARCINOMA,
    CLASSES,
    PATCH,
    ComposedSlide,
    Library,
    compose,
    grow,
)

BATCH, PROBES = 8, 16
SMALLEST, LARGEST = 300, 450
"""Tissue squares of a composed slide."""


@dataclass(frozen=True)
class Bag:
    """One composed slide as the model saw it; n patches, D numbers in an embedding.

    Attributes
    ----------
    base
        Number of the slide before carcinoma was let grow in it.
    share
        True share of carcinoma among the tissue squares.
    grid
        (6,) float64, the fields of `core.geometry.PatchGrid`.
    cells, state, tissue
        As in `core.results.Findings`.
    probabilities, unfamiliarity, embedding
        (n, c), (n,), (n, D) float32, float32, float16; calibrated as in the program, NaN and 0
        where nothing was read.
    area
        (n, 3) float32, share of each patch that shows each class, 0 to 1.
    """

    base: int
    share: float
    grid: NDArray[np.float64]
    cells: NDArray[np.int32]
    state: NDArray[np.uint8]
    tissue: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    unfamiliarity: NDArray[np.float32]
    embedding: NDArray[np.float16]
    area: NDArray[np.float32]

    @property
    def judged(self) -> NDArray[np.bool_]:
        """(n,) bool, patches that the program hands to a slide-level model."""
        return (self.state == PatchState.ANALYSED) & ~(self.unfamiliarity > 1.0)

    @property
    def present(self) -> NDArray[np.bool_]:
        """(2,) bool, whether there is carcinoma, and adenoma."""
        return np.array([self.share > 0, bool(self.area[:, 1].any())])


@dataclass(frozen=True)
class Series:
    """A set of composed slides.

    Attributes
    ----------
    seed
        Of the first slide; the others follow.
    shares
        For each slide without carcinoma the shares that are let grow in it, in turn.
    """

    name: str
    seed: int
    slides: int
    shares: tuple[tuple[float, ...], ...]


def read_series(
    series: Series, library: Library, package: Path, work: Path, threads: int
) -> list[Bag]:
    """Compose the slides of a series and read them, or take what was read before."""
    opened = read_package(package)
    classifier = load(opened)
    drawn = repr((series.seed, series.shares, opened.manifest.temperature)).encode()
    files = b"".join((package / name).read_bytes() for name in (GRAPH, REFERENCE))
    digest = hashlib.sha256(files + drawn).hexdigest()
    folder = work / "slide-level" / f"{series.name}-{digest[:12]}"
    folder.mkdir(parents=True, exist_ok=True)

    def one(number: int) -> list[Bag]:
        path = folder / f"{number}.npz"
        if not path.exists():
            _keep(_read_base(series, number, library, classifier), path)
        return _kept(path)

    with ThreadPoolExecutor(threads) as pool:
        return [bag for bags in pool.map(one, range(series.slides)) for bag in bags]


def _read_base(series: Series, number: int, library: Library, classifier: LoadedModel) -> list[Bag]:
    rng = np.random.default_rng(series.seed + number)
    tissue = int(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
    adenoma = 0.0 if rng.random() < 0.4 else float(rng.uniform(0.05, 0.40))
    slide = compose(library, rng, tissue=tissue, carcinoma=0.0, adenoma=adenoma)
    bags = [_read(slide, number, classifier, None, slide)]
    for share in series.shares[number % len(series.shares)]:
        bags.append(_read(with_carcinoma(slide, rng, share), number, classifier, bags[0], slide))
    return bags


def with_carcinoma(slide: ComposedSlide, rng: np.random.Generator, share: float) -> ComposedSlide:
    """Let carcinoma grow in the normal squares of a slide; all else stays as it is.

    Parameters
    ----------
    share
        Of the tissue squares, 0 to 1; one square at least.
    """
    labels = slide.labels
    wanted = max(round(share * int((labels != BLANK).sum())), 1)
    grow(labels, CARCINOMA, wanted, rng, clusters=1 if wanted < 12 else int(rng.integers(1, 5)))
    grown = (labels == CARCINOMA) & (slide.labels != CARCINOMA)
    source = slide.source.copy()
    source[grown] = rng.choice(np.flatnonzero(slide.library.labels == CARCINOMA), int(grown.sum()))
    return replace(slide, source=source)


def _read(
    slide: ComposedSlide,
    base: int,
    classifier: LoadedModel,
    known: Bag | None,
    before: ComposedSlide,
) -> Bag:
    """Read a slide as the program does; patches of `known` that show the same are not read again."""
    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), classifier.card, slide)
    n, grid = len(plan.cells), plan.grid
    bag = Bag(
        base, slide.fractions["adenocarcinoma"],
        np.array([grid.x0, grid.y0, grid.step, grid.side, grid.columns, grid.rows], np.float64),
        plan.cells, plan.state.copy(), plan.tissue,
        np.full((n, len(CLASSES)), np.nan, np.float32), np.full(n, np.nan, np.float32),
        np.zeros((n, _width(classifier)), np.float16), _areas(slide, plan.grid.corners(plan.cells), grid.side),
    )  # fmt: skip
    todo = np.flatnonzero(plan.state == PatchState.PENDING)
    if known is not None:
        todo = todo[~_copied(bag, known, _touched(slide, before, bag), todo)]
    for at in range(0, len(todo), BATCH):
        rows = todo[at : at + BATCH]
        pixels = np.stack([slide.read(plan.region(int(row)), SizePx(PATCH, PATCH)) for row in rows])
        blurred = is_blurred(pixels)
        bag.state[rows[blurred]] = PatchState.BLURRED
        rows, pixels = rows[~blurred], pixels[~blurred]
        if len(rows):
            seen = classifier.classify(pixels, Cancel())
            bag.probabilities[rows], bag.unfamiliarity[rows] = (
                seen.probabilities,
                seen.unfamiliarity,
            )
            bag.embedding[rows] = seen.embedding
            bag.state[rows] = PatchState.ANALYSED
    return bag


def _width(classifier: LoadedModel) -> int:
    pixels = np.zeros((0, PATCH, PATCH, 3), np.uint8)
    return classifier.outputs(pixels, Cancel())[1].shape[1]


def _areas(slide: ComposedSlide, corners: NDArray[np.float64], side: float) -> NDArray[np.float32]:
    """Share of each patch that shows each class, from 16 × 16 points in it."""
    labels = _at_points(slide, slide.labels, corners, side, BLANK)
    return np.stack([(labels == c).mean(1) for c in range(len(CLASSES))], 1).astype(np.float32)


def _touched(slide: ComposedSlide, before: ComposedSlide, bag: Bag) -> NDArray[np.bool_]:
    corners = bag.grid[:2] + bag.cells * bag.grid[2]
    changed = _at_points(slide, slide.source != before.source, corners, bag.grid[3], False)
    return changed.any(1)


def _at_points(
    slide: ComposedSlide, values: NDArray[np.generic], corners: NDArray[np.float64],
    side: float, outside: object,
) -> NDArray[np.generic]:  # fmt: skip
    """Values of the squares under 16 × 16 points of each patch, (n, 256)."""
    # From edge to edge, so that a square that is barely touched is not missed.
    steps = np.linspace(-1, side + 1, PROBES)
    y, x = (v.ravel() for v in np.meshgrid(steps, steps, indexing="ij"))
    column = np.floor((corners[:, :1] + x - slide.offset[0]) / PATCH).astype(int)
    row = np.floor((corners[:, 1:] + y - slide.offset[1]) / PATCH).astype(int)
    inside = (column >= 0) & (row >= 0) & (row < values.shape[0]) & (column < values.shape[1])
    found = values[row.clip(0, values.shape[0] - 1), column.clip(0, values.shape[1] - 1)]
    return np.where(inside, found, outside)


def _copied(
    bag: Bag, known: Bag, touched: NDArray[np.bool_], todo: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Take over what is known of untouched patches; (len(todo),) bool, which ones those are."""
    rows = {(int(c), int(r)): i for i, (c, r) in enumerate(known.cells)}
    taken = np.zeros(len(todo), bool)
    for at, row in enumerate(todo):
        source = rows.get((int(bag.cells[row, 0]), int(bag.cells[row, 1])))
        if source is None or touched[row] or known.state[source] == PatchState.ARTEFACT:
            continue
        for name in ("state", "probabilities", "unfamiliarity", "embedding"):
            getattr(bag, name)[row] = getattr(known, name)[source]
        taken[at] = True
    return taken


def _keep(bags: Sequence[Bag], path: Path) -> None:
    arrays = {f"{i}.{f.name}": np.asarray(getattr(bag, f.name))
              for i, bag in enumerate(bags) for f in fields(Bag)}  # fmt: skip
    fresh = path.with_suffix(".new.npz")
    np.savez(fresh, count=np.array(len(bags)), **arrays)
    fresh.replace(path)


def _kept(path: Path) -> list[Bag]:
    with np.load(path) as stored:
        return [
            Bag(**{f.name: stored[f"{i}.{f.name}"] if f.name not in ("base", "share")
                   else stored[f"{i}.{f.name}"].item() for f in fields(Bag)})
            for i in range(int(stored["count"]))
        ]  # fmt: skip
