"""What is left out of a verdict: of what is spoilt how much, of what is sound how little?

Sound tissue: slides laid out of patches of one stain each, and two real sections. Defects of known
place and strength are laid over them (`bench._defects`). The thresholds were chosen on ``train``;
this reads ``test`` (``SPLIT=train`` in the environment: those they were chosen on; ``SLIDES=2``:
no more than so many slides of each kind, for a quick look).
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image as Pillow

from bedside_dx.analysis.patch_quality import spoilt_patches
from bedside_dx.analysis.patches import LEAST_TISSUE, lay_grid
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.geometry import RegionPx, SizePx, Spacing, SpacingSource
from bedside_dx.core.patch_state import LOST, PatchState
from bedside_dx.core.results import Image
from bedside_dx.imaging.slide import open_slide
from bench._defects import DEFECTS, Defect

SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED") or Path(__file__).resolve().parents[2] / "shared")
OUT = Path(__file__).parent / "out"
SPACINGS = {"colon-he": 1.2, "lung-he": 0.5}
CARCINOMA = {"adenocarcinoma", "squamous_cell_carcinoma"}
SIDES = {"colon-he": 6, "lung-he": 12}
"""Patches along the side of a slide: 1.6 and 1.3 mm."""
PATCH, MARGIN = 224, 300
"""px of a patch, and of glass around them all."""
COVERED = 0.7
"""Share of a cell that a defect covers, at least, to be counted as spoilt."""
SLIDES_PER_DEFECT = 2
CROP = slice(1800, 4400), slice(600, 3200)
"""Part of the polyp section that defects are laid over, px of 1 µm."""


@dataclass(frozen=True)
class Laid:
    """Pixels as a slide, `core.ports.PixelSource`."""

    pixels: Image
    um: float
    downsamples: tuple[float, ...] = (1.0,)

    @property
    def size(self) -> SizePx:
        """Size of level 0."""
        return SizePx(self.pixels.shape[1], self.pixels.shape[0])

    @property
    def spacing(self) -> Spacing:
        """Scale of the pixels."""
        return Spacing(self.um, SpacingSource.USER)

    def read(self, region: RegionPx, size: SizePx) -> Image:
        """Pixels of a region, white outside."""
        part = np.full((region.height, region.width, 3), 255, np.uint8)
        top, left = max(region.y, 0), max(region.x, 0)
        seen = self.pixels[top : region.y + region.height, left : region.x + region.width]
        y, x = top - region.y, left - region.x
        part[y : y + seen.shape[0], x : x + seen.shape[1]] = seen
        if (size.width, size.height) == (region.width, region.height):
            return part
        resized = Pillow.fromarray(part).resize((size.width, size.height), Pillow.Resampling.BOX)
        return np.asarray(resized)


@dataclass(frozen=True)
class Base:
    """A sound slide, the spacing it is read at, and the labels of its patches."""

    name: str
    pixels: Image
    um: float
    model_um: float
    labels: NDArray[np.str_] | None = None


@dataclass
class Tally:
    """Cells counted over slides."""

    cells: int = 0
    lost: int = 0
    named: int = 0
    gone: int = 0
    states: Counter[PatchState] = field(default_factory=Counter[PatchState])

    def share(self, count: int) -> float:
        """A count as a share of the cells."""
        return count / max(self.cells, 1)


def states_of(slide: Laid, model_um: float) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """State and tissue share of each cell, as the main job would have them without a model."""
    tissue = find_tissue(slide)
    quality = assess_quality(slide, tissue)
    grid = lay_grid(slide.size, PATCH * model_um / slide.um)
    states, share = quality.states(tissue, grid), tissue.mean(quality.tissue, grid)
    for row, column in np.argwhere((states == PatchState.PENDING) & (share >= LEAST_TISSUE)):
        pixels = slide.read(grid.region(int(column), int(row)), SizePx(PATCH, PATCH))
        states[row, column] = spoilt_patches(pixels[None])[0] or PatchState.ANALYSED
    states[share < LEAST_TISSUE] = PatchState.PENDING
    return states, share


def truth_of(mask: NDArray[np.bool_], slide: Laid, model_um: float) -> NDArray[np.float32]:
    """Share of each cell that a mask of level 0 covers."""
    grid = lay_grid(slide.size, PATCH * model_um / slide.um)
    shares = np.zeros((grid.rows, grid.columns), np.float32)
    for row in range(grid.rows):
        for column in range(grid.columns):
            r = grid.region(column, row)
            part = mask[max(r.y, 0) : r.y + r.height, max(r.x, 0) : r.x + r.width]
            shares[row, column] = part.mean() if part.size else 0
    return shares


def mosaics(name: str, split: str) -> Iterator[Base]:
    """Slides laid out of patches of one stain each: every patch of a split, once."""
    folder = SHARED / "data" / name
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    pixels = np.stack([np.asarray(Pillow.open(folder / r["path"]).convert("RGB")) for r in rows])
    labels = np.array([row["label"] for row in rows])
    means = pixels[:, ::8, ::8].reshape(len(pixels), -1, 3).mean(1)
    centred = means - means.mean(0)
    stain = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    side = SIDES[name]
    order, count = np.argsort(stain), side * side
    rng = np.random.default_rng(3)
    starts = range(0, len(order) - count + 1, count)
    most = int(os.environ.get("SLIDES") or len(starts) or 1)
    for start in starts[:: max(1, -(-len(starts) // most))]:
        chosen = rng.permutation(order[start : start + count])
        full = side * PATCH + 2 * MARGIN
        canvas = (
            np.clip(rng.normal(243, 1.5, (full, full, 1)), 0, 255).repeat(3, 2).astype(np.uint8)
        )
        body = pixels[chosen].reshape(side, side, PATCH, PATCH, 3).transpose(0, 2, 1, 3, 4)
        inner = slice(MARGIN, MARGIN + side * PATCH)
        canvas[inner, inner] = body.reshape(side * PATCH, side * PATCH, 3)
        um = SPACINGS[name]
        yield Base(name, canvas, um, um, labels[chosen].reshape(side, side))


def sections() -> Iterator[Base]:
    """Two real sections: the colon polyp at 1 µm/px, a skin biopsy at its own scale."""
    folder = SHARED / "data" / "slides"
    polyp = open_slide(folder / "colon-polyp-section.tif", spacing=0.5)
    whole = RegionPx(0, 0, polyp.size.width, polyp.size.height)
    half = SizePx(polyp.size.width // 2, polyp.size.height // 2)
    yield Base("polyp", np.asarray(polyp.read(whole, half)), 1.0, 1.2)
    skin = open_slide(folder / "CMU-1-Small-Region.svs")
    whole = RegionPx(0, 0, skin.size.width, skin.size.height)
    yield Base("skin", np.asarray(skin.read(whole, skin.size)), 0.499, 0.5)


def false_alarms(base: Base, tally: Tally, carcinoma: Tally) -> None:
    """Count what is left out of a sound slide. A cell's label is that of the patch it lies on."""
    slide = Laid(base.pixels, base.um)
    states, share = states_of(slide, base.model_um)
    grid = lay_grid(slide.size, PATCH * base.model_um / slide.um)
    for row, column in np.argwhere(share >= 0.5):
        state = PatchState(int(states[row, column]))
        region = grid.region(int(column), int(row))
        hits = [tally, carcinoma] if _label(base, region) in CARCINOMA else [tally]
        for hit in hits:
            hit.cells += 1
            hit.lost += state in LOST
            hit.states[state] += 1


def _label(base: Base, region: RegionPx) -> str:
    if base.labels is None:
        return ""
    row, column = ((at + PATCH // 2 - MARGIN) // PATCH for at in (region.y, region.x))
    inside = 0 <= row < len(base.labels) and 0 <= column < len(base.labels)
    return str(base.labels[row, column]) if inside else ""


def detection(base: Base, defect: Defect, tally: Tally, rng: np.random.Generator) -> None:
    """Lay a defect over a sound slide and count which of the cells it covers are left out."""
    clean = Laid(base.pixels, base.um)
    pixels, mask = defect.spoil(base.pixels, base.um, rng)
    slide = Laid(pixels, base.um)
    states, share = states_of(slide, base.model_um)
    truth = truth_of(mask, slide, base.model_um)
    if defect.state is PatchState.DEBRIS:
        spoilt = truth > 0.1
    else:
        grid = lay_grid(clean.size, PATCH * base.model_um / clean.um)
        spoilt = (truth >= COVERED) & (find_tissue(clean).share(grid) >= 0.5)
    tally.cells += int(spoilt.sum())
    tally.lost += int((spoilt & np.isin(states, LOST)).sum())
    tally.named += int((spoilt & (states == defect.state)).sum())
    tally.gone += int((spoilt & (share < LEAST_TISSUE)).sum())
    tally.states.update(PatchState(int(state)) for state in states[spoilt])


def main() -> dict[str, float | None]:
    """Count detections and false alarms."""
    if not (SHARED / "data" / "colon-he").is_dir():
        return {"false_alarms_carcinoma": None}
    split = os.environ.get("SPLIT") or "test"
    bases = {name.replace("-", "_"): list(mosaics(name, split)) for name in SPACINGS}
    polyp, skin = sections()
    figures = _alarms({**bases, "polyp": [polyp], "skin": [skin]})
    polyp = replace(polyp, pixels=np.ascontiguousarray(polyp.pixels[CROP]))
    found = _detections({**bases, "sections": [polyp, skin]})
    _plot(found)
    for (defect, name), tally in found.items():
        figures[f"{defect}_{name}"] = tally.share(tally.lost)
        figures[f"{defect}_{name}_named"] = tally.share(tally.named)
        figures[f"{defect}_{name}_gone"] = tally.share(tally.gone)
    return figures


def _alarms(bases: dict[str, list[Base]]) -> dict[str, float | None]:
    figures: dict[str, float | None] = {}
    carcinoma = Tally()
    for name, slides in bases.items():
        tally = Tally()
        for base in slides:
            false_alarms(base, tally, carcinoma)
        figures[f"false_alarms_{name}"] = tally.share(tally.lost)
        for state in LOST:
            key = f"false_alarms_{name}_{state.name.lower()}"
            figures[key] = tally.share(tally.states[state])
    figures["false_alarms_carcinoma"] = carcinoma.share(carcinoma.lost)
    figures["carcinoma_cells"] = carcinoma.cells
    return figures


def _detections(bases: dict[str, list[Base]]) -> dict[tuple[str, str], Tally]:
    rng = np.random.default_rng(7)
    found: dict[tuple[str, str], Tally] = {}
    for defect in DEFECTS:
        for name, slides in bases.items():
            tally = Tally()
            step = max(1, len(slides) // SLIDES_PER_DEFECT)
            for base in slides[::step][:SLIDES_PER_DEFECT]:
                detection(base, defect, tally, rng)
            if tally.cells:
                found[defect.name, name] = tally
                states = {state.name.lower(): n for state, n in tally.states.items()}
                print(f"    {defect.name} on {name}: {tally.cells} cells, {states}", flush=True)
    return found


def _plot(found: dict[tuple[str, str], Tally]) -> None:
    """One row a defect: how much of what it covers is left out, and how much named rightly."""
    names = sorted({name for _, name in found})
    figure = Figure(figsize=(10, 8), layout="constrained")
    axes = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    rows = [defect.name for defect in DEFECTS]
    for axis, name in zip(axes, names, strict=True):
        for row, defect in enumerate(rows):
            tally = found.get((defect, name))
            if tally is None:
                continue
            axis.barh(row, tally.share(tally.lost), color="0.75")
            axis.plot(tally.share(tally.named), row, "|", ms=12, mew=2, color="teal")
        axis.set(xlim=(0, 1.02), title=name, xlabel="left out (bar), rightly named (mark)")
        axis.xaxis.label.set_size(8)
    axes[0].set_yticks(range(len(rows)), rows)
    axes[0].invert_yaxis()
    OUT.mkdir(exist_ok=True)
    figure.savefig(OUT / "quality.png", dpi=120)
