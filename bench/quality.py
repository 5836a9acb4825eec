"""What is left out of a verdict: of what is spoilt how much, of what is sound how little?

Sound tissue: slides laid out of patches of one stain each, and two real sections. Defects of known
place and strength are laid over them (`bench._defects`). The thresholds were chosen on ``train``;
this reads ``test`` (``SPLIT=train`` in the environment: those they were chosen on).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image as Pillow

from bedside_dx.analysis.patch_quality import spoilt_patches
from bedside_dx.analysis.patches import lay_grid
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.geometry import RegionPx, SizePx, Spacing, SpacingSource
from bedside_dx.core.results import LOST, Image, PatchState
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
COVERED, CLEAR = 0.7, 0.02
"""Share of a cell that a defect covers to be counted as spoilt, and at most as sound."""
SLIDES_PER_DEFECT = 3
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
    """A sound slide, the spacing it is read at, and which of its cells are carcinoma."""

    name: str
    pixels: Image
    um: float
    model_um: float
    labels: NDArray[np.str_] | None = None


@dataclass
class Tally:
    """Cells and area counted over slides."""

    cells: int = 0
    found: int = 0
    named: int = 0
    gone: int = 0
    area: float = 0.0
    area_found: float = 0.0
    states: dict[str, int] = field(default_factory=dict[str, int])

    def shares(self) -> dict[str, float | None]:
        """Detection shares."""
        if not self.cells:
            return {"cells": 0.0, "left_out": None, "named": None, "gone": None}
        return {
            "cells": float(self.cells),
            "left_out": self.found / self.cells,
            "named": self.named / self.cells,
            "gone": self.gone / self.cells,
        }


def states_of(slide: Laid, model_um: float) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """State and tissue share of each cell, as the main job would have them without a model."""
    tissue = find_tissue(slide)
    quality = assess_quality(slide, tissue)
    grid = lay_grid(slide.size, PATCH * model_um / slide.um)
    states, share = quality.states(tissue, grid), tissue.mean(quality.tissue, grid)
    for row, column in np.argwhere((states == PatchState.PENDING) & (share >= 0.05)):
        pixels = slide.read(grid.region(int(column), int(row)), SizePx(PATCH, PATCH))
        states[row, column] = spoilt_patches(pixels[None])[0] or PatchState.ANALYSED
    states[share < 0.05] = PatchState.PENDING
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
    for start in range(0, len(order) - count + 1, count):
        chosen = rng.permutation(order[start : start + count])
        full = side * PATCH + 2 * MARGIN
        canvas = (
            np.clip(rng.normal(243, 1.5, (full, full, 1)), 0, 255).repeat(3, 2).astype(np.uint8)
        )
        body = pixels[chosen].reshape(side, side, PATCH, PATCH, 3).transpose(0, 2, 1, 3, 4)
        inner = slice(MARGIN, MARGIN + side * PATCH)
        canvas[inner, inner] = body.reshape(side * PATCH, side * PATCH, 3)
        um = SPACINGS[name]
        yield Base(f"{name}", canvas, um, um, labels[chosen].reshape(side, side))


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
    counted = share >= 0.5
    grid = lay_grid(slide.size, PATCH * base.model_um / slide.um)
    for row, column in np.argwhere(counted):
        state = PatchState(int(states[row, column]))
        lost = state in LOST
        hits = [tally]
        if base.labels is not None:
            r = grid.region(int(column), int(row))
            at = [(c + PATCH // 2 - MARGIN) // PATCH for c in (r.y, r.x)]
            if (
                all(0 <= i < len(base.labels) for i in at)
                and base.labels[at[0], at[1]] in CARCINOMA
            ):
                hits.append(carcinoma)
        for hit in hits:
            hit.cells += 1
            hit.found += lost
            if lost:
                hit.states[state.name.lower()] = hit.states.get(state.name.lower(), 0) + 1


def detection(base: Base, defect: Defect, tally: Tally, rng: np.random.Generator) -> None:
    """Lay a defect over a sound slide and count which cells it covers are left out."""
    clean = Laid(base.pixels, base.um)
    pixels, mask = defect.spoil(base.pixels, base.um, rng)
    slide = Laid(pixels, base.um)
    states, share = states_of(slide, base.model_um)
    truth = truth_of(mask, slide, base.model_um)
    if defect.state is PatchState.DEBRIS:
        spoilt = truth > 0.1
    else:
        grid = lay_grid(clean.size, PATCH * base.model_um / clean.um)
        before = find_tissue(clean)
        was = before.share(grid)
        spoilt = (truth >= COVERED) & (was >= 0.5)
    lost = np.isin(states, LOST)
    tally.cells += int(spoilt.sum())
    tally.found += int((spoilt & lost).sum())
    tally.named += int((spoilt & (states == defect.state)).sum())
    tally.gone += int((spoilt & (share < 0.05)).sum())
    for state in states[spoilt]:
        name = PatchState(int(state)).name.lower()
        tally.states[name] = tally.states.get(name, 0) + 1
    tally.area += float((truth * (share >= 0.05)).sum())
    tally.area_found += float((truth * lost).sum())


def main() -> dict[str, float | None]:
    """Count detections and false alarms."""
    if not (SHARED / "data" / "colon-he").is_dir():
        return {"false_alarm_share": None}
    split = os.environ.get("SPLIT") or "test"
    bases = {name: list(mosaics(name, split)) for name in SPACINGS}
    real = list(sections())
    figures: dict[str, float | None] = {}
    carcinoma_all = Tally()
    for name, slides in [*bases.items(), *((b.name, [b]) for b in real)]:
        tally = Tally()
        for base in slides:
            false_alarms(base, tally, carcinoma_all)
        key = name.replace("-", "_")
        figures[f"false_alarms_{key}"] = tally.found / max(tally.cells, 1)
        for state in LOST:
            count = tally.states.get(state.name.lower(), 0)
            figures[f"false_alarms_{key}_{state.name.lower()}"] = count / max(tally.cells, 1)
    figures["false_alarms_carcinoma"] = carcinoma_all.found / max(carcinoma_all.cells, 1)
    print("carcinoma", carcinoma_all.cells, carcinoma_all.states)
    rng = np.random.default_rng(7)
    real[0] = replace(real[0], pixels=np.ascontiguousarray(real[0].pixels[CROP]))
    for defect in DEFECTS:
        for name, slides in (*bases.items(), ("sections", real)):
            tally = Tally()
            picked = slides[:: max(1, len(slides) // SLIDES_PER_DEFECT)][:SLIDES_PER_DEFECT]
            for base in picked:
                detection(base, defect, tally, rng)
            if not tally.cells:
                continue
            key = f"{defect.name}_{name.replace('-', '_')}"
            figures[key] = tally.found / tally.cells
            figures[f"{key}_named"] = tally.named / tally.cells
            figures[f"{key}_gone"] = tally.gone / tally.cells
            print(
                f"  {key:<32} {tally.cells:>4} cells {tally.found / tally.cells:6.1%} left out "
                f"{tally.named / tally.cells:6.1%} named {tally.gone / tally.cells:6.1%} gone {tally.states}"
            )
    return figures
