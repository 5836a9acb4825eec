"""An imported model, calibrated on a site's own labelled images as at a terminal."""

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

from bedside_dx.core.calibration import tempered
from bedside_dx.core.cancel import Cancel
from bedside_dx.models import registry
from bedside_dx.models.session import load
from tests.kit import foreign_model, many_commands, tiny_model
from tests.kit.index_of_images import write_index

SIDE = 64
TRUE_TEMPERATURE = 3.0
ONNX = [
    "--organ", "colon", "--modality", "SM", "--class", "normal:benign", "--class",
    "adenoma:precursor", "--class", "carcinoma:tumour", "--spacing", "0.5", "--scale", "0-1",
    "--mean", "0.5", "--std", "0.1", "--activation", "softmax",
]  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "bedside-dx" / "models"


def run(*words: object, code: int = 0) -> str:
    said = many_commands.said([str(word) for word in words])
    assert said["code"] == code, said
    return f"{said['out']}{said['err']}"


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """A foreign network, imported: not calibrated, and it can't tell unfamiliar tissue."""
    path = tmp_path / "bare.onnx"
    path.write_bytes(foreign_model.network())
    assert "can't tell unfamiliar tissue" in run("models", "import", path, *ONNX)
    return "bare"


def labelled(folder: Path, name: str, count: int, seed: int) -> Path:
    """Flat pictures with grain; each gets a label drawn as if the true temperature were 3."""
    rng = np.random.default_rng(seed)
    colours = rng.integers(40, 216, (count, 1, 1, 3))
    pixels = (colours + rng.integers(-30, 31, (count, SIDE, SIDE, 3))).clip(0, 255).astype(np.uint8)
    model = load(registry.find(name))
    chances = tempered(model.outputs(pixels, Cancel())[0], TRUE_TEMPERATURE)
    labels = [model.card.classes[rng.choice(3, p=p / p.sum())].id for p in chances.astype(float)]
    return write_index(folder, pixels, labels)


def figures(name: str, index: Path, out: Path) -> dict[str, Any]:
    """What the model's evaluation says."""
    run("models", "evaluate", name, "--index", index, "--out", out, "--quiet")
    return json.loads((out / "metrics.json").read_text("utf-8"))


def with_bf16(name: str) -> None:
    """Let the package state BF16, as its makers would."""
    folder = registry.find(name).path
    manifest = tomllib.loads((folder / "manifest.toml").read_text("utf-8"))
    manifest["precision"] = {
        "bf16": {
            "engine": "openvino", "decisions_same": 1.0, "max_dp": 0.01, "n": 9,
            "second_look": 0.2, "second_look_unfamiliarity": 0.1, "looked_again": 0.1,
            "tolerance": 0.05, "embedding_tolerance": 0.1,
        }
    }  # fmt: skip
    (folder / "manifest.toml").write_text(tomli_w.dumps(manifest), encoding="utf-8")
    tiny_model.seal(folder)


def test_a_site_calibrates_what_it_imported(bare: str, tmp_path: Path) -> None:
    with_bf16(bare)
    assert "bf16" in registry.find(bare).manifest.precisions
    index = labelled(tmp_path / "own", bare, 900, seed=1)
    fresh = labelled(tmp_path / "fresh", bare, 600, seed=2)
    before = figures(bare, fresh, tmp_path / "before")
    assert before["calibration_error_corrected"] > 0.15
    assert before["class_sets"] is None
    said = run("models", "calibrate", bare, "--index", index, "--quiet")
    assert "bare 1.0.1 is installed, calibrated on 900 images." in said
    package = registry.find(bare)
    assert package.card.version == "1.0.1"
    assert package.manifest.temperature == pytest.approx(TRUE_TEMPERATURE, rel=0.3)
    assert not package.manifest.precisions  # its agreement was measured under other limits
    assert package.card.has_gate
    assert package.card.sets is not None
    assert package.card.trust.calibration_error is not None
    limits = package.card.limits
    assert "900 images of this site" in " ".join(limits["en"])
    assert "calibrées sur 900 images" in " ".join(limits["fr"])
    assert "not calibrated" not in " ".join(limits["en"])
    assert "can't tell unfamiliar" not in " ".join(limits["en"])
    manifest = package.content("manifest.toml").decode()
    assert 'from_version = "1.0.0"' in manifest
    assert "index_sha256" in manifest
    assert "Calibrated at this site" in package.about()

    # On images that nobody has seen the sets keep what they promise, and the error is small.
    after = figures(bare, fresh, tmp_path / "after")
    assert after["calibration_error_corrected"] < 0.05
    assert 0.84 <= after["class_sets"]["coverage"] <= 0.96
    assert after["gate"]["false_alarms"] < 0.03

    run("models", "rollback", bare)
    assert registry.find(bare).card.version == "1.0.0"
    assert not registry.find(bare).card.has_gate


def test_too_few_images_of_a_class_are_refused(bare: str, tmp_path: Path, home: Path) -> None:
    before = registry.find(bare).sums_sha256
    index = labelled(tmp_path / "own", bare, 60, seed=3)
    said = run("models", "calibrate", bare, "--index", index, "--quiet", code=3)
    assert "Too few labelled images of" in said
    assert "at least 50 of each class" in said
    assert registry.find(bare).sums_sha256 == before


def test_images_of_one_patient_count_once(bare: str, tmp_path: Path) -> None:
    index = labelled(tmp_path / "own", bare, 900, seed=1)
    rows = index.read_text().splitlines()
    grouped = [rows[0] + ",group", *(f"{row},patient {at % 9}" for at, row in enumerate(rows[1:]))]
    index.write_text("\n".join(grouped))
    said = run("models", "calibrate", bare, "--index", index, "--quiet", code=3)
    assert "9 of the rarest class" in said


def test_models_of_the_program_and_of_others_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = write_index(tmp_path / "own", np.zeros((1, 8, 8, 3), np.uint8), ["normal"])
    said = run("models", "calibrate", "colon-he", "--index", index, "--language", "fr", code=3)
    assert "d’autres répondent de sa calibration" in said
    tiny_model.write(tmp_path / "site" / "tiny")
    monkeypatch.setenv(registry.SITE_FOLDERS, str(tmp_path / "site"))
    assert "left as it is" in run("models", "calibrate", "tiny", "--index", index, code=3)


def test_unreadable_images_are_left_out_and_said(bare: str, tmp_path: Path) -> None:
    index = labelled(tmp_path / "own", bare, 900, seed=1)
    first = index.read_text().splitlines()[1].partition(",")[0]
    (index.parent / first).write_bytes(b"")
    said = run("models", "calibrate", bare, "--index", index, "--quiet")
    assert "Left out, not readable: 1" in said
    assert "calibrated on 899 images" in said
