"""How the window moves over a gigantic slide: CPU of its thread for each frame.

A 100,000 px square pyramid is made of one real tile of tissue (its every tile decodes anew), opened
in the real window, and panned, zoomed and jumped over: alone, and while a model reads the slide and
its heatmap, verdict and progress grow beside it. The frames alone are measured on a 4K screen at a
fractional scale as well, in a process of its own: `python -m bench.viewer` prints those.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest import mock

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from bedside_dx.app.reading import SlideReader
from bedside_dx.core.events import Stage
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx
from bedside_dx.core.heatmap import heatmap_rgba
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.settings import Settings
from bedside_dx.ui.application import make_window, the_application
from bedside_dx.ui.look import Look
from bedside_dx.ui.viewer import SlideViewer
from bedside_dx.ui.window import Window
from tests.slides import he_like, write_repeated

SIDE, TILE = 100_000, 256
USUAL, LARGE = SizePx(1280, 800), SizePx(3840, 2160)
"""The viewer inside the window, px of the screen."""
LARGE_SCALE = 1.5
"""Of the desktop on the large screen."""
FRAMES, JUMPS, ROUNDS = 150, 15, 5
FRAME_S = 0.016
GROWN_CELLS = 60
"""Cells that a heatmap gains from one update to the next on a fast machine."""
ROOT = Path(__file__).resolve().parent.parent

Figures = dict[str, float | None]


def main() -> Figures:
    with opened() as (app, window):
        usual = alone(app, window.stage.viewer) | goals(app, window)
    return usual | on_large_screen()


def on_large_screen() -> Figures:
    """Frames on a 4K screen, with nothing else running; Qt takes the scale from where it starts."""
    scaled = os.environ | {"QT_SCALE_FACTOR": str(LARGE_SCALE)}
    said = subprocess.run(
        [sys.executable, "-m", "bench.viewer"],
        cwd=ROOT, env=scaled, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(said.stdout)


def frames_on_large_screen() -> Figures:
    """The same, in a process that was started with the scale."""
    with opened(LARGE) as (app, window):
        viewer = window.stage.viewer
        viewer.set_heatmap(*heatmap())
        cpu, wall = pan(app, viewer)
        zoom_cpu = zoom(app, viewer)
    return {
        "pan_4k_p50_ms": percentile(cpu, 50),
        "pan_4k_p95_ms": percentile(cpu, 95),
        "pan_4k_wall_p95_ms": percentile(wall, 95),
        "zoom_4k_p50_ms": percentile(zoom_cpu, 50),
        "zoom_4k_p95_ms": percentile(zoom_cpu, 95),
    }


def goals(app: QApplication, window: Window) -> Figures:
    """What the project has goals for: the window after a jump, and while a model reads."""
    first, sharp, cpu = jumps(app, window.stage.viewer)
    after_jump: Figures = {
        "jump_coarse_ms": percentile(first, 50),
        "sharp_after_stop_ms": percentile(sharp, 50),
        "sharp_after_stop_cpu_ms": percentile(cpu, 50),
    }
    return after_jump | while_reading(app, window)


@contextmanager
def opened(screen: SizePx = USUAL) -> Iterator[tuple[QApplication, Window]]:
    """The window with the gigantic slide open and at rest, so many px of the screen large."""
    app = the_application()
    with tempfile.TemporaryDirectory() as folder:
        kept = {"BEDSIDE_DX_STATE": f"{folder}/state", "BEDSIDE_DX_RULES": f"{folder}/rules.toml"}
        path = write_repeated(Path(folder) / "gigantic.tif", tissue_tile(), side=SIDE)
        with mock.patch.dict(os.environ, kept):
            window = make_window(Look("en"), Settings())
            viewer = window.stage.viewer
            viewer.set_reduced_motion(True)
            window.show()
            window.open([path])
            wait(app, lambda: bool(window.workplace.models) and viewer.view is not None, 120)
            ratio = viewer.devicePixelRatioF()
            width, height = round(screen.width / ratio), round(screen.height / ratio)
            window.resize(
                window.width() + width - viewer.width(),
                window.height() + height - viewer.height(),
            )
            settle(app, viewer)
            yield app, window
            window.close()
            window.deleteLater()


def alone(app: QApplication, viewer: SlideViewer) -> Figures:
    """Frames and jumps with nothing else running in this process."""
    viewer.set_heatmap(*heatmap())
    cpu, wall = pan(app, viewer)
    zoom_cpu = zoom(app, viewer)
    update_cpu = grow(app, viewer)
    before = rss_mb()
    for _ in range(3):
        pan(app, viewer, frames=60, step=600)
    return {
        "pan_idle_p50_ms": percentile(cpu, 50),
        "pan_idle_p95_ms": percentile(cpu, 95),
        "pan_idle_wall_p95_ms": percentile(wall, 95),
        "zoom_idle_p95_ms": percentile(zoom_cpu, 95),
        "heatmap_update_p50_ms": percentile(update_cpu, 50),
        "heatmap_update_p95_ms": percentile(update_cpu, 95),
        "rss_growth_mb": rss_mb() - before,
    }


def while_reading(app: QApplication, window: Window) -> Figures:
    """The same pan while a model reads the slide and the window shows what it finds.

    Idle and reading take turns, so that what else the machine does falls on both; of the rounds the
    middle one counts.
    """
    none: Figures = {"pan_p50_ms": None, "pan_p95_ms": None, "pan_wall_vs_idle": None}
    workplace, viewer = window.workplace, window.stage.viewer
    cards = [card for card in workplace.models if card.input is ModelInput.PATCHES]
    if not cards:
        return none
    workplace.choose(cards[0])
    middle: list[float] = []
    slowest: list[float] = []
    ratios: list[float] = []
    for _ in range(ROUNDS):
        _, idle_wall = pan(app, viewer)
        workplace.run()
        wait(app, lambda: _is_reading(window) or not workplace.is_running, limit_s=120)
        busy_cpu, busy_wall = pan(app, viewer)
        if not workplace.is_running:
            return none
        workplace.cancel()
        wait(app, lambda: not workplace.is_running, limit_s=60)
        middle.append(percentile(busy_cpu, 50))
        slowest.append(percentile(busy_cpu, 95))
        ratios.append(percentile(busy_wall, 95) / percentile(idle_wall, 95))
    return {
        "pan_p50_ms": median(middle),
        "pan_p95_ms": median(slowest),
        "pan_wall_vs_idle": median(ratios),
    }


def _is_reading(window: Window) -> bool:
    """Whether the tissue is found, patch after patch is read and findings come in."""
    examination = window.workplace.current
    if examination is None or examination.findings is None:
        return False
    return examination.pace.stage is Stage.PATCHES


def grow(app: QApplication, viewer: SlideViewer) -> list[float]:
    """A heatmap of the whole slide that grows in front of it. CPU of each update, s."""
    viewer.fit()
    settle(app, viewer)
    rgba, grid = heatmap()
    places = np.random.default_rng(1).permutation(grid.rows * grid.columns)
    cpu: list[float] = []
    for start in range(0, 40 * GROWN_CELLS, GROWN_CELLS):
        rgba = rgba.copy()
        rgba.reshape(-1, 4)[places[start : start + GROWN_CELLS]] = (92, 200, 99, 140)
        with frame(cpu, []):
            viewer.set_heatmap(rgba, grid)
            app.processEvents()
    return cpu


def pan(
    app: QApplication, viewer: SlideViewer, frames: int = FRAMES, step: float = 22
) -> tuple[list[float], list[float]]:
    """Pan over tissue at 1:1. CPU of this thread and wall time of each frame, s."""
    viewer.show_actual_pixels()
    place(viewer, SIDE * 0.3, SIDE * 0.4)
    settle(app, viewer)
    cpu, wall = [], []
    for _ in range(frames):
        with frame(cpu, wall):
            app.processEvents()
            viewer.camera.pan(step, step * 0.4)
            viewer.repaint()
        time.sleep(FRAME_S / 2)
    return cpu, wall


def zoom(app: QApplication, viewer: SlideViewer) -> list[float]:
    """From the whole slide to 1:1 and half way back. CPU of each frame, s."""
    viewer.fit()
    settle(app, viewer)
    cpu: list[float] = []
    view = viewer.view
    for step in range(FRAMES):
        factor = 1.05 if step < FRAMES * 2 // 3 else 1 / 1.05
        with frame(cpu, []):
            app.processEvents()
            viewer.camera.zoom(factor, view.width * 0.4, view.height * 0.6, smoothly=False)
            viewer.repaint()
        time.sleep(FRAME_S / 2)
    return cpu


def jumps(app: QApplication, viewer: SlideViewer) -> tuple[list[float], list[float], list[float]]:
    """Jump to places not seen before at 1:1: s until something is seen, until all is sharp, CPU."""
    rng = np.random.default_rng(0)
    viewer.show_actual_pixels()
    first, sharp, cpu = [], [], []
    for x, y in rng.uniform(0.1, 0.9, (JUMPS, 2)) * SIDE:
        settle(app, viewer)
        start, cpu_start = time.perf_counter(), time.process_time()
        place(viewer, x, y)
        viewer.repaint()
        first.append(time.perf_counter() - start)
        wait(app, lambda: viewer.is_sharp, limit_s=20)
        sharp.append(time.perf_counter() - start)
        cpu.append(time.process_time() - cpu_start)
    return first, sharp, cpu


def place(viewer: SlideViewer, x: float, y: float) -> None:
    viewer.camera.centre(x, y)


@contextmanager
def frame(cpu: list[float], wall: list[float]) -> Iterator[None]:
    """Measure what one frame takes of this thread, and of the clock."""
    cpu_start, wall_start = time.thread_time(), time.perf_counter()
    yield
    cpu.append(time.thread_time() - cpu_start)
    wall.append(time.perf_counter() - wall_start)


def wait(app: QApplication, until: Callable[[], bool], limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while not until() and time.monotonic() < deadline:
        app.processEvents()
        time.sleep(0.001)


def settle(app: QApplication, viewer: SlideViewer) -> None:
    for _ in range(2):
        app.processEvents()
        wait(app, lambda: viewer.is_settled, limit_s=60)


def heatmap() -> tuple[np.ndarray, PatchGrid]:
    """A heatmap of the size that a 20x slide of this side has."""
    cells = SIDE // 448
    rng = np.random.default_rng(0)
    return heatmap_rgba(rng.random((cells, cells)), 0.5), PatchGrid(0, 0, 448, 448, cells, cells)


def tissue_tile() -> np.ndarray:
    """The busiest tile of the sample slide; where it was not fetched, one that looks like it."""
    sample = ROOT / "samples" / "cmu_small_region.svs"
    if not sample.is_file():
        return he_like(TILE, TILE)
    with SlideReader().open(sample) as slide:
        tiles = [
            slide.read(RegionPx(x, y, TILE, TILE), SizePx(TILE, TILE))
            for y in range(0, slide.size.height - TILE, TILE * 2)
            for x in range(0, slide.size.width - TILE, TILE * 2)
        ]
    return np.ascontiguousarray(max(tiles, key=lambda tile: float(tile.std())))


def percentile(values: list[float], share: float) -> float:
    return float(np.percentile(values, share)) * 1e3


def rss_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    print(json.dumps(frames_on_large_screen()))
