"""A table of labelled images, as a site writes it, with the images beside it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image


def write_index(folder: Path, pixels: np.ndarray, labels: Sequence[str]) -> Path:
    """Write images (n, height, width, 3) uint8 and ``index.csv`` with their labels."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, image in enumerate(pixels):
        Image.fromarray(image).save(folder / f"{at}.png", compress_level=1)
    rows = [f"{at}.png,{label}" for at, label in enumerate(labels)]
    index = folder / "index.csv"
    index.write_text("\n".join(["path,label", *rows]) + "\n", encoding="utf-8")
    return index
