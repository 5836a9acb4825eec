"""Studies: every sample opened like pydicom does or refused by name, whatever a folder holds."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom.reading import LIMITS, ScanReader
from bedside_dx.imaging.dicom.recognising import is_scan
from bedside_dx.isolation.lasting import LastingWorker
from bedside_dx.isolation.sandbox import Crashed
from bench._scan_files import places, rows_of
from tests.scans import PYDICOM, image, refusal, write_series

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("place", ["pydicom", "samples"])
def test_each_sample_is_like_pydicoms_or_refused_by_name_as_the_table_says(
    reader: ScanReader, place: str, shared: Path
) -> None:
    rows = list(rows_of(reader, places(shared / "data")[place]))
    said = {row.name: row.said for row in rows}
    assert len(said) >= (20 if place == "samples" else 150)
    assert not {"wrong", "scan.crashed", "scan.too-slow", "scan.no-memory"} & set(said.values())
    lines = (ROOT / "docs" / "imaging.md").read_text(encoding="utf-8").splitlines()
    table = [line.strip("| ").split(" | ") for line in lines if line.startswith(f"| {place}: ")]
    assert said == {cells[0].removeprefix(f"{place}: "): cells[3] for cells in table}


def test_a_zip_whose_end_is_gone_is_a_damaged_scan(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path / "ct", 4)
    whole, cut_off = tmp_path / "whole.zip", tmp_path / "cut.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for file in (tmp_path / "ct").iterdir():
            archive.write(file, file.name)
    cut_off.write_bytes(whole.read_bytes()[:5000])
    assert is_scan(cut_off)
    assert refusal(reader, cut_off) == "scan.damaged"


def test_files_without_preamble_are_taken_for_scans(tmp_path: Path) -> None:
    for name in ("ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm"):
        assert is_scan(PYDICOM / name)
    bare = tmp_path / "bare.dcm"
    image(1, 32).save_as(bare, implicit_vr=False, little_endian=True)
    assert is_scan(bare) == is_scan(tmp_path)
    assert is_scan(bare)
    for name in ("README.txt", "test1.json", "crayons.icc"):
        assert not is_scan(PYDICOM / name)


def test_a_discs_viewer_before_its_images_hides_no_study(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    for number in range(400):
        (tmp_path / "help" / f"{number}.htm").write_text("help")
    write_series(tmp_path / "zz", 2)
    assert is_scan(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_a_folder_is_not_waited_for(reader: ScanReader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a-pipe")
    assert not is_scan(tmp_path)
    assert refusal(reader, tmp_path / "a-pipe") == "scan.not-dicom"
    write_series(tmp_path, 3)
    assert is_scan(tmp_path)
    study = reader.open(tmp_path)
    assert len(study.series[0].frames) == 3
    assert not study.refused


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_read_is_said(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path / "ct", 3)
    locked = tmp_path / "ct" / "locked"
    write_series(locked, 3, seed=9)
    locked.chmod(0)
    try:
        study = reader.open(tmp_path / "ct")
        assert [(one.source.path, one.code) for one in study.refused] == [
            (locked, "scan.no-access")
        ]
        assert is_scan(locked)
        assert refusal(reader, locked) == "scan.no-access"
    finally:
        locked.chmod(0o700)


def test_a_dicomdir_without_its_files_says_so(reader: ScanReader, tmp_path: Path) -> None:
    shutil.copy(PYDICOM / "dicomdirtests" / "DICOMDIR", tmp_path / "DICOMDIR")
    with pytest.raises(ImagingError) as caught:
        reader.open(tmp_path)
    assert caught.value.code == "scan.none-listed"
    assert caught.value.values["files"] == 31


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with LastingWorker(LIMITS) as worker:
        died = worker.call("os:abort", {})
        assert isinstance(died, Crashed)
        assert worker.call("os:getpid", {}).value > 0  # type: ignore[union-attr]
