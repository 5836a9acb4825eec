"""A network for volumes in the window: chosen, run, stopped; its marks over the slices, saved."""

import json
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import generate_uid

from bedside_dx.cli.main import main
from bedside_dx.ui.examination import State
from bedside_dx.ui.scans.scan_board import Arrangement
from tests.phantom_series import write_phantom
from tests.scans import write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened
from tests.ui.viewing import pixels


@pytest.fixture(scope="module")
def chest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A study of one series, and the voxels of its nodule."""
    folder = tmp_path_factory.mktemp("chest") / "ct"
    return folder, write_phantom(folder)


def choose(qtbot, window) -> None:
    page = window.inspector.verdict
    named = [c for c in page.chooser.choices if c.card.name == "nodule-phantom"]
    assert len(named) == 1, "it is offered beside the models of single images"
    named[0].click()


def ran(qtbot, window, folder: Path):
    pane = opened(qtbot, window, folder)
    choose(qtbot, window)
    window.inspector.work.run.click()
    examination = window.workplace.current
    assert examination.state is State.WORKING
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(pane.overlay_panel.rows) == 1, timeout=WAIT_MS)
    return pane, examination


def test_its_marks_lie_over_the_slices_and_are_saved_as_the_terminal_saves_them(
    qtbot, window, chest, tmp_path: Path
) -> None:
    folder, truth = chest
    pane, examination = ran(qtbot, window, folder)
    assert examination.state is State.DONE
    assert examination.report is None
    card = window.inspector.verdict.marks
    assert card.isVisible()
    assert not window.inspector.verdict.card.isVisible(), "no verdict is shown"
    assert "no diagnosis" in card._stand.text()
    most = int(truth.sum((1, 2)).argmax())
    assert abs(pane.view.sheets.number - most) <= 1, "it comes to where most was marked"
    (row,) = pane.overlay_panel.rows
    qtbot.waitUntil(lambda: pane.view.sheet is not None, timeout=WAIT_MS)
    with_it = pixels(pane.view)
    row.eye.click()
    assert (with_it != pixels(pane.view)).any()
    row.eye.click()
    pane.view.sheets.go_to(0)
    card.rows[0].click()
    assert abs(pane.view.sheets.number - most) <= 1

    examination.folder = tmp_path / "window"
    window.inspector.save()
    qtbot.waitUntil(lambda: bool(examination.saved), timeout=WAIT_MS)
    command = ["diagnose", str(folder), "--model", "nodule-phantom", "--quiet"]
    assert main([*command, "--out", str(tmp_path / "terminal")]) == 0
    said = [
        json.loads((tmp_path / which / "report.json").read_text())
        for which in ("window", "terminal")
    ]
    for one in said:
        one.pop("provenance")
    assert said[0] == said[1]
    masks = [(tmp_path / which / "mask.nii.gz").read_bytes() for which in ("window", "terminal")]
    assert masks[0] == masks[1]


def test_the_marks_lie_on_all_planes(qtbot, window, chest) -> None:
    pane, _ = ran(qtbot, window, chest[0])
    pane.board.arrange(Arrangement.PLANES)
    centre = np.argwhere(chest[1]).mean(0)[::-1]
    volume = window.workplace.current.marked.volume
    pane.board.place.move_to(volume.to_mm(centre[None])[0])
    qtbot.waitUntil(
        lambda: all(view.sheets.sheet is not None for view in pane.board.shown), timeout=WAIT_MS
    )
    (row,) = pane.overlay_panel.rows
    for view in pane.board.shown:
        with_it = pixels(view)
        row.eye.click()
        assert (pixels(view) != with_it).any(), view.sheets.name
        row.eye.click()


def test_it_is_stopped_and_nothing_is_kept(qtbot, window, chest) -> None:
    opened(qtbot, window, chest[0])
    choose(qtbot, window)
    window.inspector.work.run.click()
    window.inspector.work.cancel.click()
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)
    examination = window.workplace.current
    assert examination.state is State.STOPPED
    assert examination.marked is None
    assert window.inspector.verdict.notice.isVisible()


def test_what_it_was_not_made_for_is_refused_with_the_reason(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path / "thick", 6, 48)
    write_series(
        tmp_path / "scout", 1, 96, SeriesInstanceUID=generate_uid(), SOPInstanceUID=generate_uid()
    )
    pane = opened(qtbot, window, tmp_path)
    choose(qtbot, window)
    pane.series.list.setCurrentRow(1)
    window.inspector.work.run.click()
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)
    assert window.workplace.current.state is State.REFUSED
    assert window.workplace.current.error.code == "marks.no-volume"


def test_it_is_not_offered_for_another_modality(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 6, 48, Modality="MR")
    opened(qtbot, window, tmp_path)
    offered = {card.name for card in window.workplace.models_for(window.workplace.current)}
    assert "nodule-phantom" not in offered


def test_it_is_named_at_the_terminal_for_the_window(
    qtbot, make, chest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr("bedside_dx.ui.run", lambda paths, **more: asked.update(more) or 0)
    assert main(["open", str(chest[0]), "--model", "nodule-phantom"]) == 0
    assert asked["model"] == "nodule-phantom"
    assert main(["open", str(chest[0]), "--model", "no-such-model"]) == 2
    window = make(model="nodule-phantom")
    opened(qtbot, window, chest[0])
    examination = window.workplace.current
    qtbot.waitUntil(lambda: examination.network is not None, timeout=WAIT_MS)
    assert examination.network.name == "nodule-phantom"
