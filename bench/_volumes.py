"""Reading a volume window by window beside reading it at once, on the network that ships."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np

from bedside_dx.analysis.regrid import Regridded
from bedside_dx.analysis.sliding import lay_out, read_windows
from bedside_dx.core.cancel import Cancel
from bedside_dx.models.volumes.network import load_volume_network
from bedside_dx.models.volumes.shelf import find_volume_package
from training.phantoms import make_phantom

NAME, SHAPE, SEED, NODULES = "nodule-phantom", (150, 130, 144), 77, 30


def figures() -> dict[str, float | None]:
    """Largest differences of a probability, and how long and how much memory both ways take."""
    network = load_volume_network(find_volume_package(NAME))
    card = network.package.card
    run = partial(network.run, cancel=Cancel())
    volume = make_phantom(SEED, SHAPE, NODULES).values
    grid = Regridded(volume, card.spacing_mm, card.spacing_mm)
    with Watch() as sliding_watch:
        sliding = np.stack(list(read_windows(grid, card, run)), 1)
    with Watch() as whole_watch:
        whole = run(volume[None, None])[0]
    difference = np.abs(sliding - whole)
    return {
        "sliding_window_vs_full_max_diff": float(difference[:, away(card.window[0])].max()),
        "sliding_window_vs_full_everywhere": float(difference.max()),
        "sliding_window_least_probability": float(whole.min()),
        "sliding_window_most_probability": float(whole.max()),
        "sliding_window_marked_share": float((whole >= 0.5).mean()),
        "sliding_window_overlap": float(min(card.overlap)),
        "sliding_window_field": float(card.field or 0),
        "sliding_window_s": sliding_watch.seconds,
        "sliding_window_mb": sliding_watch.megabytes,
        "whole_volume_s": whole_watch.seconds,
        "whole_volume_mb": whole_watch.megabytes,
    }


def away(window: int) -> np.ndarray:
    """Voxels that lie no nearer than one to a window's border, along the first axis."""
    network = find_volume_package(NAME).card
    axis = lay_out(SHAPE[0], window, network.overlap[0], network.field)
    borders = {start + shift for start in axis.starts for shift in (0, axis.size - 1)}
    return np.array([at for at in range(SHAPE[0]) if at not in borders])


class Watch:
    """Seconds that something takes, and by how much memory rises while it does."""

    def __enter__(self) -> Self:
        self._done = threading.Event()
        self._before = self._most = _resident_mb()
        self._begin = time.perf_counter()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._begin
        self._done.set()
        self._thread.join()
        self.megabytes = self._most - self._before

    def _look(self) -> None:
        while not self._done.wait(0.005):
            self._most = max(self._most, _resident_mb())


def _resident_mb() -> float:
    """Memory of this process, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
