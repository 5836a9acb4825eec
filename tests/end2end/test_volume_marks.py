"""A network for volumes on a study, as a person at a terminal uses it."""

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom.uid import MRImageStorage, generate_uid

from bedside_dx.cli.main import main
from tests.kit import foreign_volume
from tests.phantom_series import ACROSS, BETWEEN, ORIGIN, write_phantom
from tests.scans import image


def test_a_nodule_is_marked_where_it_is_and_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = write_phantom(tmp_path / "ct")
    out = tmp_path / "out"
    command = ["diagnose", str(tmp_path / "ct"), "--model", "nodule-phantom", "--out", str(out)]
    assert main([*command, "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "It makes no diagnosis." in said
    assert "made-up volumes only" in said
    assert "SECRET" not in said

    document = json.loads((out / "report.json").read_text())
    assert document["verdict"] is None
    (mark,) = document["marks"]
    wanted = truth.sum() * BETWEEN * ACROSS**2 / 1000
    assert mark["ml"] == pytest.approx(wanted, rel=0.2)
    assert document["model"]["input"] == "volume"

    mask = SimpleITK.ReadImage(str(out / "mask.nii.gz"))
    values = SimpleITK.GetArrayFromImage(mask)
    assert values.shape == truth.shape
    assert values.sum() == mark["voxels"]
    assert 2 * (values[truth] > 0).sum() / (values.sum() + truth.sum()) > 0.8
    # SimpleITK gives patient coordinates of DICOM back: those of the files.
    np.testing.assert_allclose(mask.GetOrigin(), ORIGIN, atol=1e-4)
    np.testing.assert_allclose(mask.GetSpacing(), (ACROSS, ACROSS, BETWEEN), atol=1e-5)
    np.testing.assert_allclose(mask.GetDirection(), np.eye(3).ravel(), atol=1e-6)
    assert b"SECRET" not in (out / "mask.nii.gz").read_bytes()
    assert (out / "marks.png").stat().st_size > 10_000


def test_what_the_network_was_not_made_for_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"Modality": "MR", "SOPClassUID": MRImageStorage}
    write_phantom(tmp_path / "mr", SeriesInstanceUID=generate_uid(), **changes)
    model = ["--model", "nodule-phantom", "--quiet"]
    assert main(["diagnose", str(tmp_path / "mr"), *model]) == 3
    assert "no series of CT" in capsys.readouterr().err
    assert main(["diagnose", str(tmp_path / "mr"), *model, "--spacing", "0.5"]) == 2
    assert "marks and measures" in capsys.readouterr().err


def test_a_monai_bundle_is_imported_and_marks_a_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its axes lead to R, A and S, its voxels are coarser: the marks lie where the scan's are."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    bundle = foreign_volume.bundle(tmp_path / "spleen")
    assert main(["models", "import", str(bundle)]) == 0
    assert "spleen 0.5.3 is installed." in capsys.readouterr().out
    count, side, radius = 24, 60, 12.0
    z, y, x = np.indices((count, side, side)) * np.array([1.5, 0.8, 0.7])[:, None, None, None]
    truth = (z - 15) ** 2 + (y - 20) ** 2 + (x - 26) ** 2 <= radius**2
    folder = tmp_path / "ct"
    folder.mkdir()
    for number, part in enumerate(truth):
        pixels = np.where(part, 1024 + 160, 1024 - 50).astype(np.uint16)
        data = image(number, side, PixelData=pixels.tobytes())
        data.save_as(folder / f"{number * 37 % 101:03}.dcm", enforce_file_format=True)
    out = tmp_path / "out"
    command = ["diagnose", str(folder), "--model", "spleen", "--out", str(out), "--quiet"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "its makers' figures were not checked here" in said
    (mark,) = json.loads((out / "report.json").read_text())["marks"]
    assert mark["class"] == "spleen"
    assert mark["ml"] == pytest.approx(4 / 3 * np.pi * radius**3 / 1000, rel=0.08)
    values = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(out / "mask.nii.gz")))
    assert 2 * (values[truth] > 0).sum() / (values.sum() + truth.sum()) > 0.93


def test_it_is_listed_shown_and_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    assert "nodule-phantom" in capsys.readouterr().out
    assert main(["models", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["volume_models"]
    assert listed["input"] == "volume"
    assert main(["models", "show", "nodule-phantom"]) == 0
    assert "## Limits" in capsys.readouterr().out
    assert main(["models", "verify", "nodule-phantom"]) == 0
    assert "agree" in capsys.readouterr().out
