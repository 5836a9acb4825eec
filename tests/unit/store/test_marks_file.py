"""Measures on disk: as they were, of nobody else, and never written over."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bedside_dx.core.case import Patient
from bedside_dx.core.errors import StoreError
from bedside_dx.core.kept_marks import KeptMark, KeptMarks, MarkKind
from bedside_dx.core.measuring import Ground, Statistics
from bedside_dx.core.scan import Plane
from bedside_dx.store.marks_file import marks_path, read_marks, write_marks

PLANE = Plane((-10.0, -20.5, 30.25), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.75))
GROUND = Ground("1.2.3", "1.2.9", PLANE, "stack", 4, 1.5)
LINE = KeptMark(MarkKind.LENGTH, GROUND, ((0.1, 0.2, 30.25), (3.0, 4.0, 30.25)), "1.2.3.5")
NODE = KeptMark(
    MarkKind.LESION, GROUND, tuple((float(n), 1.0, 30.25) for n in range(4)), "1.2.3.5",
    "2", "liver", is_node=True, is_target=False,
)  # fmt: skip
DISC = replace(LINE, kind=MarkKind.ELLIPSE, statistics=Statistics(12, 40.5, 3.25, 30.0, 51.0, "HU"))
EMPTY = KeptMarks("1.2", Patient("0017", "DOE^JANE", date(1961, 2, 3)))


def test_all_kinds_come_back_as_they_were(tmp_path: Path) -> None:
    path = marks_path(tmp_path / "case", EMPTY.study)
    written = write_marks(path, replace(EMPTY, marks=(LINE, NODE, DISC)))
    assert read_marks(path, EMPTY) == written
    assert written.version == 1
    assert written.marks == (LINE, NODE, DISC)
    assert "DOE" not in path.name


@pytest.mark.parametrize(
    "other",
    [replace(EMPTY, study="1.3"), replace(EMPTY, patient=Patient("0018", "DOE^JANE"))],
)
def test_measures_of_another_are_refused_and_kept_aside(tmp_path: Path, other: KeptMarks) -> None:
    path = tmp_path / "marks.json"
    write_marks(path, replace(EMPTY, marks=(LINE,)))
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        read_marks(path, other)
    assert caught.value.code == "marks-file.other"
    write_marks(path, other)
    assert (tmp_path / "marks.aside-1.json").read_bytes() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("30.25", "31.25"),
        lambda text: text.replace('"schema_version": 1', '"schema_version": 2'),
        lambda _text: "[]",
    ],
)
def test_a_damaged_file_is_refused_and_kept_aside(tmp_path: Path, spoil) -> None:
    path = tmp_path / "marks.json"
    write_marks(path, replace(EMPTY, marks=(LINE,)))
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        read_marks(path, EMPTY)
    assert caught.value.code == "marks-file.unreadable"
    assert path.read_bytes() == before, "reading changes nothing"
    write_marks(path, replace(EMPTY, marks=(NODE,)))
    assert (tmp_path / "marks.aside-1.json").read_bytes() == before
    assert read_marks(path, EMPTY).marks == (NODE,)


def test_what_another_window_wrote_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "marks.json"
    mine = write_marks(path, replace(EMPTY, marks=(LINE,)))
    write_marks(path, replace(mine, marks=(LINE, NODE)))
    write_marks(path, replace(mine, marks=(DISC,)))
    assert read_marks(tmp_path / "marks.aside-1.json", EMPTY).marks == (LINE, NODE)
    assert read_marks(path, EMPTY).marks == (DISC,)


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from bedside_dx.store.marks_file import write_marks
from tests.unit.store.test_marks_file import EMPTY, LINE
kept = EMPTY
while True:
    kept = write_marks(Path(sys.argv[1]), replace(kept, marks=(LINE,) * (1 + kept.version % 400)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "marks.json"
    root = Path(__file__).parents[3]
    for pause in (0.05, 0.11, 0.23):
        path.unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], cwd=root, env={**os.environ}
        )
        until = time.monotonic() + 20
        while not path.exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert read_marks(path, EMPTY).marks
