"""A MONAI bundle as a stranger brings one: imported and right, or refused with the reason."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK

from bedside_dx.cli.main import main
from tests.kit import zoo_bundle
from tests.scans import image

AHEAD = 2
COUNT, SIDE, RADIUS = 26, 60, 10.0
CENTRE = np.array([19.0, 21.0, 25.0])
"""Slice, row and column of the organ's middle, in mm from the first voxel."""
STEPS = np.array([1.5, 0.8, 0.7])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def ct(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A CT with a bright ball, and the ball's voxels."""
    folder = tmp_path_factory.mktemp("ct")
    at = np.moveaxis(np.indices((COUNT, SIDE, SIDE)), 0, -1) * STEPS
    ball = ((at - CENTRE) ** 2).sum(-1) <= RADIUS**2
    for number, part in enumerate(ball):
        pixels = np.where(part, 1024 + 160, 1024 - 50).astype(np.uint16)
        data = image(number, SIDE, PixelData=pixels.tobytes())
        data.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder, ball


def middle(mask: np.ndarray) -> np.ndarray:
    """Middle of marked voxels in patient coordinates of DICOM, from the first voxel, mm."""
    return (np.argwhere(mask).mean(0) * STEPS)[::-1]


TOWARDS = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}


@pytest.mark.parametrize(
    ("axes", "pixdim"),
    [
        ("RAS", [1.5, 1.5, 2.0]),
        ("LPS", [1.5, 1.5, 2.0]),
        ("SPL", [2.0, 1.0, 1.5]),
        ("IAR", [1.0, 2.0, 1.0]),
        ("PLI", [2.0, 2.0, 2.0]),
    ],
)
def test_marks_lie_where_the_networks_axes_put_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ct, axes: str, pixdim: list[float]
) -> None:
    """The network looks ahead along its first axis: each other orientation moves its marks."""
    folder, ball = ct
    bundle = zoo_bundle.write(
        tmp_path / "spleen", ahead=AHEAD, Orientationd={"axcodes": axes},
        Spacingd={"pixdim": pixdim},
    )  # fmt: skip
    assert main(["models", "import", str(bundle)]) == 0, capsys.readouterr().err
    out = tmp_path / "out"
    command = ["diagnose", str(folder), "--model", "spleen", "--out", str(out), "--quiet"]
    assert main(command) == 0
    mask = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(out / "mask.nii.gz"))) > 0
    axis, way = TOWARDS[axes[0]]
    moved = np.zeros(3)
    moved[axis] = -way * AHEAD * pixdim[0]
    assert middle(mask) - middle(ball) == pytest.approx(moved, abs=0.6)
    (mark,) = json.loads((out / "report.json").read_text())["marks"]
    assert mark["ml"] == pytest.approx(4 / 3 * np.pi * RADIUS**3 / 1000, rel=0.12)


@pytest.mark.parametrize(
    "inferer",
    [
        {"overlap": 0.25, "mode": "gaussian", "sw_batch_size": 1, "progress": True},
        {"overlap": [0.5, 0.25, 0.25]},
        {"roi_size": 24},
        {"roi_size": "@preprocessing::transforms::3::window"},
        {"padding_mode": "constant", "cval": 0.0},
        {"device": "$torch.device('cpu')", "sw_device": "@device"},
    ],
    ids=str,
)
def test_the_ways_to_write_a_sliding_window_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], inferer: dict[str, Any]
) -> None:
    steps = {"Spacingd": {"window": [16, 24, 32]}} if "@" in str(inferer.get("roi_size")) else {}
    bundle = zoo_bundle.write(tmp_path / "spleen", inferer=inferer, **steps)
    metadata = bundle / "configs" / "metadata.json"
    values = json.loads(metadata.read_text())
    values["network_data_format"]["inputs"]["image"]["spatial_shape"] = ["8*n", "8*n", "8*n"]
    metadata.write_text(json.dumps(values))
    assert main(["models", "import", str(bundle)]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ({"inferer": {"roi_size": "$[96] * 3"}}, "$[96] * 3"),
        ({"inferer": {"roi_size": "@nowhere::at::all"}}, "@nowhere::at::all"),
        ({"inferer": {"roi_size": [-1, -1, -1]}}, "-1"),
        ({"inferer": {"padding_mode": "reflect"}}, "padding_mode reflect"),
        ({"inferer": {"cval": -3.0}}, "cval -3"),
        ({"inferer": {"_target_": "SimpleInferer"}}, "SimpleInferer"),
        ({"inferer": {"_target_": "SliceInferer"}}, "SliceInferer"),
        ({"Orientationd": {"axcodes": "RAR"}}, "Orientationd"),
        ({"Orientationd": {"axcodes": "$'RAS'"}}, "$'RAS'"),
        ({"Spacingd": {"pixdim": [1.5, -1, 2.0]}}, "Spacingd"),
        ({"Spacingd": {"_target_": "Resized"}}, "Resized"),
        ({"ScaleIntensityRanged": {"_target_": "NormalizeIntensityd"}}, "NormalizeIntensityd"),
        ({"ScaleIntensityRanged": {"a_min": 200}}, "ScaleIntensityRanged"),
        ({"EnsureTyped": {"_target_": "Orientationd"}}, "Orientationd twice"),
        ({"AsDiscreted": {"argmax": False, "threshold": 0.3}}, "threshold 0.3"),
        ({"Activationsd": {"sigmoid": True}}, "softmax or sigmoid"),
        ({"Invertd": {"_target_": "KeepLargestConnectedComponentd"}}, "KeepLargest"),
    ],
    ids=str,
)
def test_what_it_needs_and_is_not_there_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    home: Path,
    steps: dict[str, dict[str, Any]],
    said: str,
) -> None:
    bundle = zoo_bundle.write(tmp_path / "spleen", **steps)
    assert main(["models", "import", str(bundle)]) == 3
    error = capsys.readouterr().err
    assert said in error
    assert "Nothing was installed" in error
    assert not list(home.rglob("manifest.toml"))


def test_spacing_before_orientation_is_refused_where_it_matters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its three numbers are then of the file's own axes, whichever these are."""
    for name, pixdim, code in (("b1", [1.5, 1.5, 2.0], 3), ("b2", [2.0, 2.0, 2.0], 0)):
        bundle = zoo_bundle.write(tmp_path / name, Spacingd={"pixdim": pixdim})
        path = bundle / "configs" / "inference.json"
        config = json.loads(path.read_text())
        steps = config["preprocessing"]["transforms"]
        steps[2], steps[3] = steps[3], steps[2]
        path.write_text(json.dumps(config))
        assert main(["models", "import", str(bundle)]) == code
    assert "Spacingd before Orientationd" in capsys.readouterr().err


def test_what_is_missing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for gone, said in (
        ("models/model.onnx", "has no file models/model.onnx"),
        ("configs/inference.json", "configs/inference.json"),
    ):
        bundle = zoo_bundle.write(tmp_path / gone.replace("/", "-"))
        (bundle / gone).unlink()
        assert main(["models", "import", str(bundle)]) == 3
        assert said in capsys.readouterr().err
    bundle = zoo_bundle.write(tmp_path / "no-key")
    path = bundle / "configs" / "inference.json"
    config = json.loads(path.read_text())
    del config["preprocessing"]["transforms"][2]["axcodes"]
    path.write_text(json.dumps(config))
    assert main(["models", "import", str(bundle)]) == 3
    assert "axcodes" in capsys.readouterr().err
    path.write_text("{not json")
    assert main(["models", "import", str(bundle)]) == 3
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("top", ["", "spleen_ct_segmentation/"])
def test_a_zip_of_it_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], top: str) -> None:
    bundle = zoo_bundle.write(tmp_path / "spleen")
    packed = tmp_path / "spleen.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in bundle.rglob("*"):
            if file.is_file():
                archive.write(file, f"{top}{file.relative_to(bundle)}")
    shutil.rmtree(bundle)
    assert main(["models", "import", str(packed)]) == 0, capsys.readouterr().err
