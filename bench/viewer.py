"""How the viewer moves over a gigantic slide: CPU of the window's thread for each frame.

A 100,000 px square pyramid is made of one real tile of tissue (its every tile decodes anew), and
panned, zoomed and jumped over in a 1280 x 800 window, alone and while a model reads the slide.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from bedside_dx.app.choosing import candidates, load_model
from bedside_dx.app.pipeline import diagnose
from bedside_dx.app.reading import Slide, SlideReader
from bedside_dx.app.tasks import TaskRunner
from bedside_dx.core.case import Case
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx
from bedside_dx.core.heatmap import heatmap_rgba
from bedside_dx.core.model_card import ModelInput
from bedside_dx.core.settings import Settings
from bedside_dx.text import texts
from bedside_dx.ui.viewer import SlideViewer
from tests.slides import he_like, write_repeated

SIDE, TILE = 100_000, 256
WIDTH, HEIGHT = 1280, 800
FRAMES, JUMPS = 150, 15
FRAME_S = 0.016
ROOT = Path(__file__).resolve().parent.parent


def main() -> dict[str, float | None]:
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = write_repeated(Path(folder) / "gigantic.tif", tissue_tile(), side=SIDE)
        reader = SlideReader()
        with reader.open(path) as slide:
            viewer = SlideViewer(reader, texts("en"))
            viewer.set_reduced_motion(True)
            viewer.resize(WIDTH, HEIGHT)
            viewer.show()
            viewer.show_slide(slide)
            viewer.set_heatmap(*heatmap())
            settle(app, viewer)
            result = alone(app, viewer) | while_reading(app, viewer, slide)
            viewer.clear()
        reader.close()
    viewer.deleteLater()
    return result


def alone(app: QApplication, viewer: SlideViewer) -> dict[str, float | None]:
    """Frames and jumps with nothing else running in this process."""
    cpu, wall = pan(app, viewer)
    zoom_cpu = zoom(app, viewer)
    first, sharp, sharp_cpu = jumps(app, viewer)
    before = rss_mb()
    for _ in range(3):
        pan(app, viewer, frames=60, step=600)
    return {
        "pan_idle_p50_ms": percentile(cpu, 50),
        "pan_idle_p95_ms": percentile(cpu, 95),
        "pan_idle_wall_p95_ms": percentile(wall, 95),
        "zoom_idle_p95_ms": percentile(zoom_cpu, 95),
        "jump_coarse_ms": percentile(first, 50),
        "sharp_after_stop_ms": percentile(sharp, 50),
        "sharp_after_stop_cpu_ms": percentile(sharp_cpu, 50),
        "rss_growth_mb": rss_mb() - before,
    }


def while_reading(app: QApplication, viewer: SlideViewer, slide: Slide) -> dict[str, float | None]:
    """The same pan while a model reads the slide on the other threads."""
    cards = [card for card in candidates() if card.input is ModelInput.PATCHES]
    if not cards:
        return {"pan_p95_ms": None, "pan_wall_vs_idle": None}
    settings = Settings(threads=max(1, (os.cpu_count() or 2) - 1))
    classifier = load_model(cards[0].name, settings)
    runner = TaskRunner()
    events: list[object] = []
    _, idle_wall = pan(app, viewer)
    task = runner.start(
        lambda emit, cancel: diagnose(
            Case(), slide, classifier, settings=settings, emit=emit, cancel=cancel
        ),
        events.append,
    )
    wait(app, lambda: len(events) > 3 or task.done, limit_s=120)
    was_running = not task.done
    cpu, wall = pan(app, viewer)
    task.cancel()
    runner.close()
    if not was_running:
        return {"pan_p95_ms": None, "pan_wall_vs_idle": None}
    return {
        "pan_p95_ms": percentile(cpu, 95),
        "pan_wall_vs_idle": percentile(wall, 95) / percentile(idle_wall, 95),
    }


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
    for step in range(FRAMES):
        factor = 1.05 if step < FRAMES * 2 // 3 else 1 / 1.05
        with frame(cpu, []):
            app.processEvents()
            viewer.camera.zoom(factor, WIDTH * 0.4, HEIGHT * 0.6, smoothly=False)
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
