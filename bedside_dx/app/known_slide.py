"""The known slide: a made slide that every model reads in the self-check, and what it must say.

A package's reference images show that the network computes what it should. The known slide
shows the same of everything around it: writing and opening a pyramid, its scale, tissue,
patches, verdict. It is made by a formula on the spot, so nothing of a patient is in it, and it
means nothing to a pathologist: only that the answer stays the same counts.
"""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from bedside_dx.app.pipeline import diagnose
from bedside_dx.core.case import Case
from bedside_dx.core.checks import KnownAnswer
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.rules import DEFAULT_RULES
from bedside_dx.core.settings import FP32
from bedside_dx.imaging.slide import open_slide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.checks import CheckRun
    from bedside_dx.core.events import Event
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.results import Image as Pixels
    from bedside_dx.core.settings import Settings

RECIPE = 1
"""To be raised with every change of the picture: answers to different ones are not compared."""

TOLERANCE = 0.02
"""Largest `KnownAnswer.difference` from a reference. Processors differ by about 1e-5, graphics
cards that shorten floats by about 1e-3."""

REDUCED_TOLERANCE = 0.05
"""The same at a reduced precision: in BF16 and INT8 the bundled models come within 0.026 of their
answers in 32 bits."""

REFERENCES = Path(__file__).with_suffix(".toml")
"""What the bundled models said when they were released; written by ``make known-slide``."""

PATCHES_ACROSS = 5
FINER = 1.5
"""The slide has this many pixels to one of the model's, so that it must be resampled."""
IMAGE_PX = 512
"""Side of the known image of models that read a whole image."""

GLASS, PINK, PURPLE = (243.0, 242.0, 244.0), (226.0, 160.0, 196.0), (104.0, 66.0, 150.0)

Floats = NDArray[np.float64]


def ask(classifier: Classifier, settings: Settings, cancel: Cancel) -> KnownAnswer:
    """Run the main job on the known slide.

    The site's rules are left aside, so that changing them changes nothing here.

    Raises
    ------
    BedsideDxError
        As `app.pipeline.diagnose`.
    OSError
        The slide can't be written.
    CancelledByUser
    """
    card = classifier.card
    plain = replace(settings, threads=1, icc=False, rules=DEFAULT_RULES)
    with tempfile.TemporaryDirectory(prefix="bedside-dx-") as folder:
        path = write_known_slide(Path(folder), card)
        with open_slide(path) as slide:
            report = diagnose(
                Case(), slide, classifier, settings=plain, emit=_unheard, cancel=cancel
            )
    findings, read = report.findings, report.findings.analysed
    if read.any():
        means = findings.probabilities[read].mean(0, dtype=np.float64)
        unfamiliarity = float(findings.unfamiliarity[read].mean(dtype=np.float64))
    else:
        means, unfamiliarity = np.zeros(len(card.classes)), 0.0
    return KnownAnswer(
        recipe=RECIPE,
        status=report.diagnosis.status.value,
        patches=int(read.sum()),
        probabilities=tuple(round(float(p), 6) for p in means),
        unfamiliarity=round(unfamiliarity, 6),
    )


def _unheard(event: Event) -> None:
    del event


# ---------------------------------------------------------------- what it must say


def tolerance(precision: str) -> float:
    """Largest `KnownAnswer.difference` from a reference, at a precision."""
    return TOLERANCE if precision == FP32 else REDUCED_TOLERANCE


def reference(
    card: ModelCard, program: str, history: Sequence[CheckRun], precision: str = FP32
) -> KnownAnswer | None:
    """What a model should say: as released, else as it first did here with this program.

    Only a run whose package's reference results were met counts as the first; and only one in
    the same precision, or for a reduced one the first in 32 bits where it had none of its own.
    """
    released = released_answers().get(card.sha256)
    if released is not None and released.recipe == RECIPE:
        return released
    for wanted in dict.fromkeys((precision, FP32)):
        for run in history:
            found = run.of_model(card.name)
            if (
                run.program == program
                and found is not None
                and (found.sha256, found.version) == (card.sha256, card.version)
                and found.precision == wanted
                and found.known is not None
                and found.known.recipe == RECIPE
            ):
                return found.known
    return None


@cache
def released_answers() -> dict[str, KnownAnswer]:
    """Answers of the bundled models at their release, by the hash of the model file."""
    document = tomllib.loads(REFERENCES.read_text(encoding="utf-8"))
    return {
        entry["sha256"]: KnownAnswer(
            recipe=document["recipe"],
            status=entry["status"],
            patches=entry["patches"],
            probabilities=tuple(entry["probabilities"]),
            unfamiliarity=entry["unfamiliarity"],
        )
        for entry in document.get("models", {}).values()
    }


# ---------------------------------------------------------------- the picture


def write_known_slide(folder: Path, card: ModelCard) -> Path:
    """Write the slide that suits a model's scale, or the image for one that reads it whole."""
    if card.input is ModelInput.WHOLE_IMAGE or card.spacing_um_px is None:
        path = folder / "known.png"
        Image.fromarray(known_image()).save(path, compress_level=1)
        return path
    um_per_px = card.spacing_um_px / FINER
    side = round(card.patch_px * FINER * PATCHES_ACROSS)
    pixels = known_tissue(side, um_per_px)
    path = folder / "known.tif"
    with tifffile.TiffWriter(path) as file:
        for factor in (1, 4):
            file.write(
                _reduced(pixels, factor),
                photometric="rgb",
                tile=(256, 256),
                compression="zlib",
                compressionargs={"level": 1},
                resolution=(1e4 / (um_per_px * factor), 1e4 / (um_per_px * factor)),
                resolutionunit="CENTIMETER",
                subfiletype=int(factor > 1),
            )
    return path


def known_tissue(side: int, um_per_px: float) -> Pixels:
    """A disc of something stained pink and purple, with holes, on glass; (side, side, 3)."""
    extent = side * um_per_px
    nuclei = _waves(side, extent / 9.0, seed=1)
    glands = _waves(side, extent / 70.0, seed=2)
    holes = _waves(side, extent / 260.0, seed=3)
    radius = _radius(side)
    density = 1.0 / (1.0 + np.exp(-(nuclei + 0.7 * glands - 0.95) * 14.0))[..., None]
    stained = np.array(PINK) + (np.array(PURPLE) - np.array(PINK)) * density
    inside = (1.0 / (1.0 + np.exp(-(holes - 0.28) * 40.0)) * (radius < 0.94))[..., None]
    return np.rint(np.array(GLASS) + (stained - np.array(GLASS)) * inside).astype(np.uint8)


def known_image() -> Pixels:
    """A grey disc with structure on black, as a scan shows a head; (512, 512, 3)."""
    side = IMAGE_PX
    structure = 0.6 * _waves(side, 9.0, seed=4) + 0.4 * _waves(side, 40.0, seed=5)
    radius = _radius(side)
    grey = (40.0 + 150.0 * structure) * (radius < 0.75) + 210.0 * (np.abs(radius - 0.8) < 0.03)
    return np.repeat(np.rint(grey).astype(np.uint8)[..., None], 3, axis=2)


def _waves(side: int, cells: float, seed: int) -> Floats:
    """Smooth noise of 0 to 1, `cells` bumps across; the same on every machine.

    The generator's raw numbers are used: only they are promised to stay as they are.
    """
    count = max(int(cells), 2) + 2
    raw = np.random.PCG64(seed).random_raw(count * count)
    grid = (raw >> np.uint64(11)).astype(np.float64).reshape(count, count) / 2.0**53
    across = _between(side, count)
    return across @ grid @ across.T


def _between(side: int, count: int) -> Floats:
    """Weights of linear interpolation from `count` points to `side` pixels, (side, count)."""
    at = (np.arange(side) + 0.5) / side * (count - 1)
    left = np.minimum(at.astype(np.int64), count - 2)
    weights = np.zeros((side, count))
    weights[np.arange(side), left] = 1 - (at - left)
    weights[np.arange(side), left + 1] = at - left
    return weights


def _radius(side: int) -> Floats:
    """Distance of each pixel from the middle, 1 at the middle of an edge."""
    middle = (np.arange(side) + 0.5) / side * 2 - 1
    return np.hypot(middle[:, None], middle[None, :])


def _reduced(pixels: Pixels, factor: int) -> Pixels:
    return pixels if factor == 1 else np.asarray(Image.fromarray(pixels).reduce(factor))
