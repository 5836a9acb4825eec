"""What the tests of scans share: open one, and wait until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.conftest import WAIT_MS

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.ui.scans.scan_pane import ScanPane


def opened(qtbot, window, path: Path) -> ScanPane:
    """Open a study and wait until all its headers and the slice in front are read."""
    window.open([path])
    examination = window.workplace.current
    qtbot.waitUntil(
        lambda: examination.study is not None and examination.study.is_complete, timeout=WAIT_MS
    )
    pane = window.stage.scan_pane
    qtbot.waitUntil(lambda: pane.view.sheets.sheet is not None, timeout=WAIT_MS)
    return pane
