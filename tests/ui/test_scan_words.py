"""Words and controls of a scan: named, reachable, nowhere cut, in both languages."""

from pathlib import Path

import pytest
from pydicom import dcmread
from PySide6.QtWidgets import QScrollBar

from bedside_dx.ui.scans.scan_board import Arrangement
from tests.scans import write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened
from tests.ui.test_window import CONTROLS, cut_words, settled, visible

COUNT = 8


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A study with warnings, and an earlier one of the same person."""
    now, before = tmp_path_factory.mktemp("now"), tmp_path_factory.mktemp("before")
    write_series(now / "a", COUNT, BurnedInAnnotation="YES", LossyImageCompression="01")
    next(f for f in (now / "a").iterdir() if dcmread(f).InstanceNumber == 4).unlink()
    (now / "notes.txt").write_text("no scan")
    write_series(
        before, COUNT, StudyDate="20250101", SeriesInstanceUID="1.2.9", FrameOfReferenceUID="1.9"
    )
    return now, before


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_control_is_named_reached_and_uncut(qtbot, make, studies, language: str) -> None:
    window = make(language, (1180, 720))
    opened(qtbot, window, studies[1])
    pane = opened(qtbot, window, studies[0])
    for arrangement in Arrangement:
        pane.strip.arrangements[arrangement].click()
        qtbot.waitUntil(
            lambda: all(view.sheet is not None for view in pane.board.shown), timeout=WAIT_MS
        )
        controls = [w for w in visible(window, CONTROLS) if not isinstance(w, QScrollBar)]
        assert not [type(w).__name__ for w in controls if not w.accessibleName()], arrangement
        chain, widget = set(), window.nextInFocusChain()
        while widget is not window:
            chain.add(widget)
            widget = widget.nextInFocusChain()
        assert all(widget in chain for widget in [*controls, *pane.board.shown])
        settled(qtbot, lambda: not cut_words(window))
        assert cut_words(window) == [], arrangement
        for picker in (pane.strip.plane, pane.strip.window_picker, pane.strip.slab):
            assert picker.width() >= picker.sizeHint().width(), arrangement


def test_warnings_stand_in_the_list(qtbot, make, studies) -> None:
    window = make("en", (1180, 720))
    pane = opened(qtbot, window, studies[0])
    said = pane.series.list.item(0).toolTip()
    assert "Missing slices: 1" in said
    assert "name may be written in its pixels" in said
    assert "no DICOM" in pane.series._rest.text()
