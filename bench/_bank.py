"""Blocks of 8 × 8 model cells, composed of labelled patches and scored by the real model.

300 slides of 2,000 patches and more would be 600,000 inferences, 40 minutes on two quiet cores. So
a bank of blocks is scored once, and slides are assembled from blocks. Within a block everything is
as on a composed slide: clusters of carcinoma, fields and scattered patches of adenoma, blank
squares, and a model grid that never meets the squares. Between blocks it is not: a cluster that
spans several blocks has straight seams, and slides share blocks, so that they are not independent
of each other. `_anytime` compares them with slides that were scored whole.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.patch_quality import is_blurred
from bedside_dx.analysis.tissue import optical_density
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.ports import Classifier
from bench._compose import ADENOMA, BLANK, CARCINOMA, NORMAL, PATCH, ComposedSlide, Library, grow

SIDE = 8
"""Cells along a block."""
SQUARES = SIDE + 1
"""Squares along a block: the grid lies between them."""
CARCINOMA_SQUARES = (0, 0, 0, 1, 2, 3, 4, 6, 9, 14, 22, 34, 50, 66, 81, 81)
"""Sizes of a block's cluster; the first blocks have none, the last are full."""
ADENOMA_SHARES = (0.0, 0.0, 0.1, 0.3, 1.0)
"""Of what is left; from 0.3 on also as one field."""
BLANK_SHARE = 0.03
SEED = {"train": 70_000, "test": 80_000}


@dataclass(frozen=True)
class Bank:
    """b scored blocks.

    Attributes
    ----------
    carcinoma, adenoma
        (b,) number of squares of 81.
    probabilities, unfamiliarity, tissue, density, blurred
        (b, 8, 8, …), one for each cell.
    """

    carcinoma: NDArray[np.int64]
    adenoma: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    unfamiliarity: NDArray[np.float32]
    tissue: NDArray[np.float32]
    density: NDArray[np.float32]
    blurred: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.carcinoma)


def block_labels(rng: np.random.Generator, number: int) -> NDArray[np.int64]:
    """Labels of the 9 × 9 squares of block `number`."""
    labels = np.full((SQUARES, SQUARES), NORMAL)
    carcinoma = CARCINOMA_SQUARES[number % len(CARCINOMA_SQUARES)]
    share = ADENOMA_SHARES[number // len(CARCINOMA_SQUARES) % len(ADENOMA_SHARES)]
    grow(labels, CARCINOMA, carcinoma, rng, clusters=1)
    wanted = round(share * int((labels == NORMAL).sum()))
    if share >= 0.3 and rng.random() < 0.5:
        grow(labels, ADENOMA, wanted, rng, clusters=1)
    else:
        free = np.flatnonzero(labels == NORMAL)
        labels.flat[rng.choice(free, wanted, replace=False)] = ADENOMA
    # A cluster of a few squares keeps all of them.
    labels[(rng.random(labels.shape) < BLANK_SHARE) & (labels != CARCINOMA)] = BLANK
    return labels


def _block(rng: np.random.Generator, number: int, library: Library) -> ComposedSlide:
    labels = block_labels(rng, number)
    source = np.full(labels.shape, BLANK, np.int64)
    for label in (NORMAL, ADENOMA, CARCINOMA):
        here = labels == label
        source[here] = rng.choice(np.flatnonzero(library.labels == label), int(here.sum()))
    return ComposedSlide(
        library=library,
        source=source,
        turn=rng.integers(0, 8, labels.shape),
        offset=(-int(rng.integers(PATCH)), -int(rng.integers(PATCH))),
        size=SizePx(SIDE * PATCH, SIDE * PATCH),
        background=(240, 239, 242),
    )


def score_block(slide: ComposedSlide, classifier: Classifier) -> dict[str, NDArray[np.generic]]:
    """Read and classify the cells of a block."""
    size = SizePx(PATCH, PATCH)
    corners = [(x * PATCH, y * PATCH) for y in range(SIDE) for x in range(SIDE)]
    pixels = np.stack([slide.read(RegionPx(x, y, PATCH, PATCH), size) for x, y in corners])
    seen = classifier.classify(pixels, Cancel())
    shape = (SIDE, SIDE)
    light = np.array(slide.background, np.float32)
    density = np.stack([optical_density(p[::8, ::8], light).mean() for p in pixels])
    return {
        "probabilities": seen.probabilities.reshape(*shape, -1),
        "unfamiliarity": seen.unfamiliarity.reshape(shape),
        "tissue": _tissue(slide).reshape(shape),
        "density": density.astype(np.float32).reshape(shape),
        "blurred": is_blurred(pixels).reshape(shape),
    }


def _scored(
    seed: int, number: int, library: Library, classifier: Classifier
) -> dict[str, NDArray[np.generic]]:
    """A block's scores and what is truly on it."""
    slide = _block(np.random.default_rng(seed), number, library)
    labels = np.where(slide.source == BLANK, BLANK, library.labels[slide.source])
    counts = {
        "carcinoma": np.array((labels == CARCINOMA).sum()),
        "adenoma": np.array((labels == ADENOMA).sum()),
    }
    return score_block(slide, classifier) | counts


def _tissue(slide: ComposedSlide) -> NDArray[np.float32]:
    """Share of each cell that lies on squares with tissue."""
    covered = (slide.source != BLANK).repeat(PATCH, 0).repeat(PATCH, 1)
    left, top = -slide.offset[0], -slide.offset[1]
    inside = covered[top : top + SIDE * PATCH, left : left + SIDE * PATCH]
    cells = inside.reshape(SIDE, PATCH, SIDE, PATCH)
    return cells.mean((1, 3), dtype=np.float32)


def load_bank(
    path: Path, split: str, library: Library, classifier: Classifier, blocks: int
) -> Bank:
    """Score blocks until there are as many as asked for; those in the file are not scored again."""
    parts: dict[str, list[NDArray[np.generic]]] = {}
    if path.exists():
        with np.load(path) as kept:
            parts = {name: list(kept[name]) for name in kept.files}
    at = len(parts.get("carcinoma", ()))
    while at < blocks:
        numbers = range(at, min(at + 50, blocks))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for scored in pool.map(
                lambda number: _scored(SEED[split] + number, number, library, classifier), numbers
            ):
                for name, value in scored.items():
                    parts.setdefault(name, []).append(value)
        at = min(at + 50, blocks)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half.npz")
        np.savez_compressed(half, **{name: np.stack(values) for name, values in parts.items()})
        half.replace(path)
        print(f"    {at} of {blocks} blocks of {split} scored", flush=True)
    return Bank(**{name: np.stack(values)[:blocks] for name, values in parts.items()})
