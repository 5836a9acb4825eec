"""`bedside-dx info` on folders: what it lists, in which order, and what it says of an empty one."""

import json
from pathlib import Path

import pytest
from pydicom.uid import generate_uid

from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.main import main
from tests.scans import image


@pytest.mark.parametrize("verb", [["info"], ["diagnose", "--model", "brain-mri"]])
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The folder there is empty."), ("fr", "Le dossier there est vide.")],
)
def test_an_empty_folder_is_said_to_be_empty(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    verb: list[str],
    language: str,
    said: str,
) -> None:
    (tmp_path / "there" / "below").mkdir(parents=True)
    (tmp_path / "there" / ".DS_Store").write_bytes(b"x")
    command = [verb[0], str(tmp_path / "there"), *verb[1:], "--language", language]
    assert main(command) == Exit.REFUSED
    assert said in capsys.readouterr().err


def test_a_folder_that_may_not_be_looked_into_is_not_called_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tests may run as root, who may look anywhere: so the system's answer is given for it."""
    (tmp_path / "there").mkdir()

    def refuse(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", refuse)
    assert main(["info", str(tmp_path / "there")]) == Exit.REFUSED
    said = capsys.readouterr().err
    assert "is empty" not in said
    assert "may not be read" in said


def test_series_are_listed_by_their_numbers_in_the_order_of_their_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The largest is not the first, and IM10 does not come before IM2."""
    sides = {1: 20, 2: 24, 10: 28}
    for name, side in sides.items():
        series, count = generate_uid(), 4 if name == 10 else 1
        for number in range(count):
            data = image(number, side, SeriesInstanceUID=series, SOPInstanceUID=generate_uid())
            data.save_as(tmp_path / f"IM{name + number}.dcm", enforce_file_format=True)
    assert main(["info", str(tmp_path), "--json"]) == Exit.DONE
    listed = json.loads(capsys.readouterr().out)["series"]
    assert [one["number"] for one in listed] == [1, 2, 3]
    assert [one["rows"] for one in listed] == list(sides.values())
    assert main(["info", str(tmp_path)]) == Exit.DONE
    lines = capsys.readouterr().out
    assert lines.index("Series 1") < lines.index("Series 2") < lines.index("Series 3")
