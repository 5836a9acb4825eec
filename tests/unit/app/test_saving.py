"""What a stopped or failed save leaves behind."""

import os
from pathlib import Path

import pytest

from bedside_dx.app.saving import check_folder, save_together
from bedside_dx.core.errors import ReportError
from bedside_dx.text import texts


def write(path: Path) -> None:
    path.write_text("whole")


def stop(path: Path) -> None:
    path.write_text("half")
    raise KeyboardInterrupt


def fail(path: Path) -> None:
    raise PermissionError(1, os.strerror(1), str(path))


def test_a_stopped_save_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        save_together(tmp_path / "new", {"a": write, "b": stop}, texts("en"))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_earlier_files(tmp_path: Path) -> None:
    save_together(tmp_path, {"a": write}, texts("en"))
    with pytest.raises(ReportError):
        save_together(tmp_path, {"a": fail, "b": write}, texts("en"))
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "whole"


def test_a_folder_is_checked_without_being_made(tmp_path: Path) -> None:
    check_folder(tmp_path / "some" / "where", texts("en"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(ReportError):
        check_folder(tmp_path / "file" / "under", texts("en"))
