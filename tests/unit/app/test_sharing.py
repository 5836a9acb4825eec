"""A report is saved whole or not at all, and an earlier one stays until then."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bedside_dx.app.sharing import WRITERS, report_document, save_report
from bedside_dx.core.case import Case, Patient
from bedside_dx.core.errors import ReportError
from bedside_dx.report.document import read_document
from bedside_dx.text import texts
from tests.unit.report.reports import made_report

SMALL = {"size": (160, 120), "keys": 1}
ROOT = Path(__file__).parents[3]
SAVE = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.unit.report.reports import made_report
from bedside_dx.app.sharing import save_report
from bedside_dx.core.errors import ReportError
{before}
report = made_report(size=(160, 120), keys=1)
print("ready", flush=True)
try:
    save_report(report, Path({folder!r}), "en")
except ReportError as error:
    print(error.code, error.values["detail"], flush=True)
    sys.exit(3)
"""


def script(folder: Path, before: str = "") -> list[str]:
    code = SAVE.format(root=str(ROOT), folder=str(folder), before=before)
    return [sys.executable, "-W", "error", "-c", code]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def earlier(folder: Path) -> dict[str, bytes]:
    """Save a report of another patient there and return what it wrote."""
    other = replace(made_report(**SMALL), case=Case(Patient("1", "EARLIER Eve")))
    save_report(other, folder, "fr")
    return content(folder)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_five_files_are_written_into_a_new_folder(language: str, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "a slide · é"
    report = made_report(**SMALL)
    paths = save_report(report, folder, language)
    assert [path.name for path in paths] == [
        "report.pdf", "patient.pdf", "report.json", "heatmap.png", "findings.geojson",
    ]  # fmt: skip
    assert set(folder.iterdir()) == set(paths)
    assert paths[0].read_bytes().startswith(b"%PDF-")
    assert read_document(paths[2]) == report_document(report, language)
    assert paths[3].read_bytes().startswith(b"\x89PNG")
    assert json.loads(paths[4].read_text(encoding="utf-8"))["type"] == "FeatureCollection"


def test_saving_again_replaces_and_leaves_other_files_alone(tmp_path: Path) -> None:
    before = earlier(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    save_report(made_report(**SMALL), tmp_path, "en")
    after = content(tmp_path)
    assert after.pop("notes.txt") == b"mine"
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in WRITERS)


@pytest.mark.parametrize("limit", [2_000, 60_000, 150_000])
def test_a_file_that_may_not_grow_leaves_the_earlier_report(limit: int, tmp_path: Path) -> None:
    before = earlier(tmp_path)
    cap = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    done = subprocess.run(script(tmp_path, cap), capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "report.not-written the file would be larger than allowed" in done.stdout
    assert content(tmp_path) == before


@pytest.mark.parametrize("room_kb", [64, 160, 250])
def test_a_full_disk_leaves_the_earlier_report(room_kb: int, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    size = f"size={room_kb}k"
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        before = {"report.pdf": b"earlier", "report.json": b"{}"}
        for name, bytes_ in before.items():
            (disk / name).write_bytes(bytes_)
        with pytest.raises(ReportError) as caught:
            save_report(made_report(**SMALL), disk, "fr")
        assert caught.value.code == "report.not-written"
        assert isinstance(caught.value.__cause__, OSError)
        assert caught.value.__cause__.errno == errno.ENOSPC
        assert content(disk) == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_killed_at_any_moment_it_leaves_one_whole_report(tmp_path: Path) -> None:
    before = earlier(tmp_path)
    save_report(made_report(**SMALL), tmp_path / "new", "en")
    after = content(tmp_path / "new")
    outcomes = set()
    for delay in (0.02, 0.2, 0.5, 1.0):
        folder = tmp_path / f"killed-{delay}"
        folder.mkdir()
        for name, bytes_ in before.items():
            (folder / name).write_bytes(bytes_)
        with subprocess.Popen(script(folder), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(delay)
            os.kill(process.pid, signal.SIGKILL)
        found = {name: (folder / name).read_bytes() for name in before}
        assert found in (before, after)
        outcomes.add(found == after)
    save_report(made_report(**SMALL), folder, "en")
    assert content(folder) == after
    assert False in outcomes


def test_a_save_that_was_killed_while_moving_is_finished_by_the_next(tmp_path: Path) -> None:
    before = earlier(tmp_path)
    complete = tmp_path / ".bedside-dx-complete"
    complete.mkdir()
    (complete / "heatmap.png").write_bytes(b"newer")
    (tmp_path / "report.json").rename(tmp_path / "kept")
    (tmp_path / "report.json").mkdir()
    with pytest.raises(ReportError):
        save_report(made_report(**SMALL), tmp_path, "en")
    assert (tmp_path / "heatmap.png").read_bytes() == b"newer"
    assert (tmp_path / "report.pdf").read_bytes() == before["report.pdf"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_stands_in_the_way_is_named(language: str, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(ReportError) as caught:
        save_report(made_report(**SMALL), taken, language)
    what, hint = texts(language).error(caught.value)
    assert "taken" in what
    assert hint
    assert taken.read_text() == "a file"
