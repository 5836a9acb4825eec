"""Reading a volume window by window beside reading it at once, on the network that ships."""

from __future__ import annotations

import resource
import time
from functools import partial

import numpy as np

from bedside_dx.analysis.regrid import Regridded
from bedside_dx.analysis.sliding import lay_out, read_windows
from bedside_dx.core.events import Cancel
from bedside_dx.models.volumes.network import load_volume_network
from bedside_dx.models.volumes.shelf import find_volume_package

NAME, SHAPE, SEED = "nodule-phantom", (110, 128, 144), 77


def figures() -> dict[str, float | None]:
    """Largest differences of a probability, and how long and how much memory both ways take."""
    network = load_volume_network(find_volume_package(NAME))
    card = network.package.card
    run = partial(network.run, cancel=Cancel())
    volume = made_up(np.random.default_rng(SEED))
    grid = Regridded(volume, card.spacing_mm, card.spacing_mm)
    begin, before = time.perf_counter(), _peak_mb()
    sliding = np.stack(list(read_windows(grid, card, run)), 1)
    seconds, middle = time.perf_counter() - begin, _peak_mb()
    begin = time.perf_counter()
    whole = run(volume[None, None])[0]
    difference = np.abs(sliding - whole)
    return {
        "sliding_window_vs_full_max_diff": float(difference[:, away(card.window[0])].max()),
        "sliding_window_vs_full_everywhere": float(difference.max()),
        "sliding_window_overlap": float(min(card.overlap)),
        "sliding_window_field": float(card.field or 0),
        "sliding_window_s": seconds,
        "sliding_window_mb": middle - before,
        "whole_volume_s": time.perf_counter() - begin,
        "whole_volume_mb": _peak_mb() - middle,
    }


def away(window: int) -> np.ndarray:
    """Voxels that lie no nearer than one to a window's border, along the first axis."""
    network = find_volume_package(NAME).card
    axis = lay_out(SHAPE[0], window, network.overlap[0], network.field)
    borders = {start + shift for start in axis.starts for shift in (0, axis.size - 1)}
    return np.array([at for at in range(SHAPE[0]) if at not in borders])


def made_up(rng: np.random.Generator) -> np.ndarray:
    """A volume with structure at every scale, in Hounsfield units: the network is busy everywhere."""
    fine = rng.normal(0, 120, SHAPE)
    z, y, x = np.indices(SHAPE)
    coarse = 500 * np.sin(z / 7) * np.sin(y / 9) * np.sin(x / 8) - 400
    return (coarse + fine).astype(np.float32)


def _peak_mb() -> float:
    """Highest memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
