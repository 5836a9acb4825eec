"""How the window scrolls a scan: CPU of its thread for each slice, and until the first is seen.

A synthetic CT of 500 slices of 512 × 512 px under shuffled names is opened in the real window and
scrolled through, by single slices and by jumps, while it is read and when all of it is there.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from bedside_dx.core.settings import Settings
from bedside_dx.ui.application import make_window, the_application
from bedside_dx.ui.look import Look
from bedside_dx.ui.scans.scan_board import Arrangement
from bedside_dx.ui.window import Window
from tests.scans import write_series

COUNT, SIDE = 500, 512
WIDTH, HEIGHT = 1280, 800
"""Of the view inside the window, px."""
FRAMES, JUMP = 200, 37
LIMIT_S, WORKERS_S = 180.0, 3.0


def main() -> dict[str, float]:
    """Open and scroll; all in ms."""
    with tempfile.TemporaryDirectory() as folder:
        write_series(Path(folder) / "ct", COUNT, SIDE)
        return measured(Path(folder) / "ct")


def scroll_p95_ms(folder: Path | None = None) -> float:
    """95th percentile of what a slice costs the window's thread, ms.

    Parameters
    ----------
    folder
        A CT series to scroll through; None makes the synthetic one.
    """
    return (measured(folder) if folder else main())["scroll_p95_ms"]


def measured(folder: Path) -> dict[str, float]:
    """Open one series and scroll it; all in ms."""
    app = the_application()
    with opened(app, folder) as (window, first_s):
        board = window.stage.scan_pane.board
        sheets = board.main.sheets
        reading = scrolled(app, window, FRAMES // 2)
        wait(app, lambda: sheets.stack is not None and sheets.stack.is_complete)
        single = scrolled(app, window, FRAMES)
        jumps = scrolled(app, window, FRAMES // 2, step=JUMP)
        board.arrange(Arrangement.PLANES)
        wait(app, lambda: all(view.sheet is not None for view in board.shown))
        planes = scrolled(app, window, FRAMES // 2)
        hair = dragged(app, window, FRAMES // 2)
    return {
        "scroll_first_slice_ms": first_s * 1000,
        "scroll_p50_ms": percentile(single, 50),
        "scroll_p95_ms": percentile(single, 95),
        "scroll_while_reading_p95_ms": percentile(reading, 95),
        "scroll_jump_p95_ms": percentile(jumps, 95),
        "scroll_planes_p95_ms": percentile(planes, 95),
        "cross_hair_p95_ms": percentile(hair, 95),
    }


@contextmanager
def opened(app: QApplication, folder: Path) -> Iterator[tuple[Window, float]]:
    """The window with the series open, and the seconds until its first slice was drawn."""
    with tempfile.TemporaryDirectory() as state:
        kept = {"BEDSIDE_DX_STATE": f"{state}/state", "BEDSIDE_DX_RULES": f"{state}/rules.toml"}
        with mock.patch.dict(os.environ, kept):
            window = make_window(Look("en"), Settings())
            window.resize(WIDTH + 700, HEIGHT + 200)
            window.show()
            # The workers are started and the rooms loaded, as after a minute of work.
            wait(app, lambda: bool(window.workplace.models))
            window.workplace.scans.reader.start()
            start = time.monotonic()
            wait(app, lambda: time.monotonic() - start > WORKERS_S)
            pane = window.stage.scan_pane
            start = time.perf_counter()
            window.open([folder])
            wait(app, lambda: pane.view.sheet is not None)
            first = time.perf_counter() - start
            wait(app, lambda: _is_read(window))
            more_x, more_y = WIDTH - pane.view.width(), HEIGHT - pane.view.height()
            window.resize(window.width() + more_x, window.height() + more_y)
            app.processEvents()
            yield window, first
            window.close()
            window.deleteLater()


def scrolled(app: QApplication, window: Window, frames: int, step: int = 1) -> list[float]:
    """CPU of the window's thread for each slice that is scrolled to and drawn, s."""
    sheets = window.stage.scan_pane.view.sheets
    sheets.go_to(0)
    app.processEvents()
    cpu: list[float] = []
    gc.collect()
    for _ in range(frames):
        at = (sheets.number + step) % sheets.count
        start = time.thread_time()
        sheets.go_to(at)
        app.processEvents()
        cpu.append(time.thread_time() - start)
    return cpu


def dragged(app: QApplication, window: Window, frames: int) -> list[float]:
    """CPU of the window's thread for each move of the cross-hair across three planes, s."""
    place = window.stage.scan_pane.board.place
    cpu: list[float] = []
    middle = place.mm
    if middle is None:
        return [float("nan")]
    for number in range(frames):
        start = time.thread_time()
        place.move_to(middle + np.array([np.sin(number / 9), np.cos(number / 9), 0.0]) * 40)
        app.processEvents()
        cpu.append(time.thread_time() - start)
    return cpu


def percentile(seconds: list[float], share: float) -> float:
    """Percentile of times in s, as ms."""
    return float(np.percentile(seconds, share) * 1000)


def wait(app: QApplication, holds: Callable[[], bool]) -> None:
    """Let the window work until something holds."""
    until = time.monotonic() + LIMIT_S
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError
        app.processEvents()
        time.sleep(0.001)


def _is_read(window: Window) -> bool:
    examination = window.workplace.current
    return (
        examination is not None and examination.study is not None and examination.study.is_complete
    )


if __name__ == "__main__":
    for name, value in main().items():
        print(f"{name:32} {value:8.2f}")
