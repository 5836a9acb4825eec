"""The main job on a scan in the window: run, verdict, the slice that decided, and the report."""

import os
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from bedside_dx.core.results import Status
from bedside_dx.ui.examination import State
from bedside_dx.ui.scans.occlusion_map import deciding_frame
from tests.scans import image, write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened
from tests.ui.viewing import pixels

BRAINS = Path(os.environ.get("BEDSIDE_DX_SHARED", "../shared")) / "data" / "brain-mri" / "test"
COUNT, SIDE = 7, 256


@pytest.fixture
def glioma(tmp_path: Path) -> Path:
    """A series of MR images; a real one with a glioma, brightest in the middle."""
    if not BRAINS.is_dir():
        pytest.skip("the shared data is not here")
    picture = min((BRAINS / "glioma").glob("*.jpg"))
    grey = np.asarray(Image.open(picture).convert("L").resize((SIDE, SIDE)), np.float32)
    for number in range(COUNT):
        shade = 4 - abs(number - COUNT // 2) * 0.1
        data = image(
            number, SIDE, Modality="MR", BodyPartExamined="BRAIN", RescaleIntercept=0,
            PixelSpacing=[0.9, 0.9],
        )  # fmt: skip
        data.PixelData = (grey * shade).astype(np.uint16).tobytes()
        data.save_as(tmp_path / f"m{(number * 3) % COUNT}.dcm", enforce_file_format=True)
    return tmp_path


def run(qtbot, window) -> None:
    window.workplace.choose(next(c for c in window.workplace.models if c.name == "brain-mri"))
    window.inspector.work.run.click()
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)


def test_a_model_reads_the_series_and_its_slice_is_shown(
    qtbot, window, glioma: Path, tmp_path: Path
) -> None:
    pane = opened(qtbot, window, glioma)
    pane.view.sheets.go_to(0)
    run(qtbot, window)
    examination = window.workplace.current
    assert examination.state is State.DONE
    report = examination.report
    assert report.diagnosis.status is Status.PRESENT
    assert report.diagnosis.class_id == "glioma"
    frame = deciding_frame(report)
    assert pane.view.sheets.number == frame, "it comes to the slice that decided"
    assert pane.result.isVisible()
    with_map = pixels(pane.view)
    pane.result.shown.click()
    bare = pixels(pane.view)
    assert np.abs(with_map.astype(int) - bare).max() > 10
    assert np.ptp(bare, axis=2)[100:-100, 100:-100].max() <= 2, "greys alone without the map"
    pane.view.sheets.scroll(2)
    region = report.diagnosis.reasons[0].region
    window.show_place(region)
    assert pane.view.sheets.number == frame, "a touch on the reason leads back"
    folder = tmp_path / "out"
    window.workplace.save(folder, "en")
    qtbot.waitUntil(lambda: bool(examination.saved), timeout=WAIT_MS)
    assert any(path.suffix == ".pdf" for path in examination.saved)
    assert any("occlusion" in path.name for path in examination.saved)


def test_a_verdict_says_of_which_series_it_is(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 5, 96, SeriesDescription="Thin")
    write_series(
        tmp_path / "b", 1, 96, SeriesDescription="Scout", SeriesInstanceUID="1.2.9",
        SOPInstanceUID="1.2.9.1",
    )  # fmt: skip
    pane = opened(qtbot, window, tmp_path)
    run(qtbot, window)
    facts = window.inspector.verdict.facts
    assert "another series" not in facts._size.text()
    pane.series.list.setCurrentRow(1)
    assert "The verdict is of another series: Thin." in facts._size.text()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "not calibrated for series of slices"),
        ("fr", "non calibrée pour des séries de coupes"),
    ],
)
def test_the_card_says_that_its_interval_is_not_of_series(
    qtbot, window, glioma: Path, language: str, words: str
) -> None:
    window.look.use_language(language)
    opened(qtbot, window, glioma)
    run(qtbot, window)
    card = window.inspector.verdict.card
    assert words in card._confidence.text()
    window.toggle_bedside()
    assert words in window.bedside.card._confidence.text()


def test_models_that_read_slides_are_not_offered_for_a_scan(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 3)
    opened(qtbot, window, tmp_path)
    offered = {card.name for card in window.workplace.models_for(window.workplace.current)}
    assert "brain-mri" in offered
    assert "colon-he" not in offered


def test_a_chest_ct_is_not_judged_by_a_model_of_brains(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 5, 96)
    opened(qtbot, window, tmp_path)
    run(qtbot, window)
    report = window.workplace.current.report
    assert report.diagnosis.status is Status.CANNOT_SAY
    assert not window.stage.scan_pane.result.isVisible()


def test_a_part_that_no_file_states_is_stated_by_one_click(qtbot, window, glioma: Path) -> None:
    for file in glioma.glob("*.dcm"):
        data = pydicom.dcmread(file)
        del data.BodyPartExamined
        data.save_as(file)
    opened(qtbot, window, glioma)
    run(qtbot, window)
    page, examination = window.inspector.verdict, window.workplace.current
    assert examination.report.diagnosis.status is Status.CANNOT_SAY
    assert page.part_form.isVisible()
    page.part_form.use.click()
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)
    codes = {reason.code for reason in examination.report.diagnosis.reasons}
    assert "reason.part-said" in codes
    assert page.part_form.undo.isVisible()
    page.part_form.undo.click()
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)
    assert examination.report.diagnosis.status is Status.CANNOT_SAY
    assert examination.stated_part() == ""
    assert page.part_form.use.isVisible()
