"""The bundled models on pictures that their fitting never saw, through the program's own doors."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.images import cut_image
from bedside_dx.core.cancel import Cancel
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models.registry import find
from bedside_dx.models.session import LoadedModel, load
from bench._strangers import rows

SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED") or Path(__file__).resolve().parents[2] / "shared")
HELD_OUT = Path(__file__).resolve().parent.parent / "training" / "about"
MODELS = ("colon-he", "lung-he", "brain-mri")


@dataclass(frozen=True)
class Scores:
    """What a model says of n labelled pictures.

    Attributes
    ----------
    images
        (n, side, side, 3) uint8, as the model was fed them.
    probabilities
        (n, c), calibrated.
    unfamiliarity
        (n,), above 1 is unfamiliar.
    labels
        (n,) column of the right class.
    groups
        (n,) source picture.
    """

    images: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    unfamiliarity: NDArray[np.float32]
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]


def model(name: str) -> LoadedModel:
    """A bundled model, loaded."""
    return load(find(name))


def data(name: str) -> Path:
    """Folder of the pictures that a model was made with."""
    return SHARED / "data" / name


def score(classifier: LoadedModel, table: list[dict[str, str]]) -> Scores:
    """Score pictures of a labelled folder."""
    card, folder = classifier.card, data(classifier.card.name)
    images = []
    for row in table:
        with open_slide(folder / row["path"], probe=False) as source:
            images.append(cut_image(source, card, None).patches[0])
    pixels = np.stack(images)
    probabilities, unfamiliarity, _ = classifier.classify(pixels, Cancel())
    return Scores(
        pixels,
        probabilities,
        unfamiliarity,
        np.array([card.index(row["label"]) for row in table]),
        np.array([row.get("group") or row["path"] for row in table]),
    )


def test_rows(name: str) -> list[dict[str, str]]:
    """Rows of the test split."""
    return rows(data(name), "test")


def other_stain_rows(name: str) -> list[dict[str, str]]:
    """Rows of the stain clusters that were kept out of fitting and of every choice."""
    names = set((HELD_OUT / f"{name}.gate-check.txt").read_text(encoding="utf-8").split("\n"))
    return [row for row in rows(data(name), "train") if (row.get("group") or row["path"]) in names]
