"""A slide that lies in memory, and findings that are written down: no file, no model."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx, Spacing, SpacingSource
from bedside_dx.core.model_card import ModelCard, ModelClass, Role, VerdictRules
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings, Image


class ArraySlide:
    """Pixels of an array, as `core.ports.PixelSource`.

    Parameters
    ----------
    broken
        Tells of a region whether it can't be decoded.
    """

    path = Path("array.tif")
    downsamples = (1.0,)

    def __init__(
        self,
        pixels: Image,
        um_per_px: float | None = 1.0,
        *,
        broken: Callable[[RegionPx], bool] = lambda _: False,
    ) -> None:
        self.pixels = pixels
        self.size = SizePx(pixels.shape[1], pixels.shape[0])
        self.spacing = None if um_per_px is None else Spacing(um_per_px, SpacingSource.USER)
        self.broken = broken

    def read(self, region: RegionPx, size: SizePx) -> Image:
        if self.broken(region):
            raise SlideError("slide.unreadable-region", path=self.path)
        pixels = np.full((region.height, region.width, 3), 255, np.uint8)
        left, top = max(region.x, 0), max(region.y, 0)
        part = self.pixels[top : region.y + region.height, left : region.x + region.width]
        y, x = top - region.y, left - region.x
        pixels[y : y + part.shape[0], x : x + part.shape[1]] = part
        if (size.width, size.height) == (region.width, region.height):
            return pixels
        box = Pillow.Resampling.BOX
        return np.asarray(Pillow.fromarray(pixels).resize((size.width, size.height), box))


def card(
    *roles: Role,
    whole: bool = False,
    modality: str = "SM",
    patch_px: int = 32,
    abstain_below: float = 0.6,
) -> ModelCard:
    """A model's card with one class for each role, named by its place: "benign0", "tumour1"."""
    return ModelCard(
        name="test",
        version="1",
        sha256="0" * 64,
        input=ModelInput.WHOLE_IMAGE if whole else ModelInput.PATCHES,
        modality=modality,
        organ="test",
        patch_px=patch_px,
        spacing_um_px=None if whole else 1.0,
        classes=tuple(
            ModelClass(f"{role}{i}", role, {"en": f"{role} {i}"}, (0, 0, 0), {})
            for i, role in enumerate(roles)
        ),
        title={"en": "Test"},
        intended_use={"en": "Tests"},
        limits={"en": ()},
        data_terms={"en": "CC0", "fr": "CC0"},
        rules=VerdictRules(0.5, abstain_below, 0.4),
    )


COLON = card(Role.BENIGN, Role.PRECURSOR, Role.TUMOUR)


def findings(
    probabilities: NDArray[np.floating],
    *,
    model: ModelCard = COLON,
    unfamiliarity: NDArray[np.floating] | float = 0.0,
    state: NDArray[np.integer] | PatchState = PatchState.ANALYSED,
    tissue: NDArray[np.floating] | float = 1.0,
) -> Findings:
    """Findings on a full grid.

    Parameters
    ----------
    probabilities
        (rows, columns, c); what is not analysed becomes NaN.
    unfamiliarity, state, tissue
        (rows, columns), or one value for all.
    """
    rows, columns, classes = probabilities.shape
    down, across = np.indices((rows, columns))
    states = np.broadcast_to(np.asarray(state, np.uint8), (rows, columns)).ravel()
    lost = states != PatchState.ANALYSED
    flat = probabilities.reshape(-1, classes).astype(np.float32)
    flat[lost] = np.nan
    distance = np.broadcast_to(np.float32(unfamiliarity), (rows, columns)).ravel().copy()
    distance[lost] = np.nan
    return Findings(
        model=model,
        grid=PatchGrid(0.0, 0.0, 100.0, 100.0, columns, rows),
        cells=np.stack([across.ravel(), down.ravel()], 1).astype(np.int32),
        state=states.copy(),
        probabilities=flat,
        unfamiliarity=distance,
        tissue=np.broadcast_to(np.float32(tissue), (rows, columns)).ravel().copy(),
        cell_mm2=0.05,
    )


def real_patches(shared: Path, name: str, count: int) -> list[Image]:
    """Some labelled patches of a shared data set, evenly drawn."""
    folder = shared / "data" / name
    with (folder / "index.csv").open(newline="") as file:
        paths = [row["path"] for row in csv.DictReader(file)]
    return [
        np.asarray(Pillow.open(folder / path).convert("RGB"))
        for path in paths[:: len(paths) // count]
    ]
