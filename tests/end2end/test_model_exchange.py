"""Models of other makers, as a person at a terminal imports, uses and exports them."""

import json
import os
import pty
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bedside_dx.core.cancel import Cancel
from bedside_dx.models.importers.pictures import made_up
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from tests.kit import foreign_model, many_commands, tiny_model
from tests.slides import he_like, write_slide

ONNX = [
    "--organ", "colon", "--modality", "SM", "--class", "normal:benign", "--class",
    "adenoma:precursor", "--class", "carcinoma:tumour", "--spacing", "0.5", "--scale", "0-1",
    "--mean", "0.7 0.6 0.7", "--std", "0.2 0.25 0.2", "--activation", "softmax",
]  # fmt: skip
ZOO = ["--organ", "breast", "--role", "notumor=benign", "--role", "tumor=tumour"]
COLON = [
    "--organ", "colon", "--role", "normal=benign", "--role", "adenoma=precursor",
    "--role", "adenocarcinoma=tumour",
]  # fmt: skip
BUNDLE = [
    "--organ", "breast", "--modality", "SM", "--spacing", "0.25", "--mean", "0", "--std", "1",
    "--rest", "normal:benign", "--role", "metastasis=tumour",
]  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]
CAN_NOT_TELL = "This model can't tell unfamiliar tissue: it gives an answer for any image."


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this person's models lie: nowhere near those of whoever runs the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "bedside-dx" / "models"


@dataclass
class Said:
    code: int
    out: str
    err: str


def run(*words: object) -> Said:
    """One command in this process; what it does to foreign networks is in others anyway."""
    return Said(**many_commands.said([str(word) for word in words]))


def run_with_torch(python: Path, *commands: list[object]) -> list[Said]:
    """Some commands in one process of the interpreter that has PyTorch."""
    result = subprocess.run(
        [python, many_commands.__file__],
        input=json.dumps([[str(word) for word in words] for words in commands]),
        capture_output=True,
        text=True,
        timeout=600,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": f"{ROOT}:{os.environ['PYTHONPATH']}"},
    )
    assert result.returncode == 0, result.stderr
    return [Said(**said) for said in json.loads(result.stdout)]


def left_in(home: Path) -> list[str]:
    return sorted(p.name for p in home.iterdir()) if home.is_dir() else []


def bare(folder: Path, **network: object) -> Path:
    path = folder / "bare.onnx"
    path.write_bytes(foreign_model.network(**network))
    return path


def assert_same(name: str, again: str) -> None:
    """What went out and came in again says of every picture what it said before."""
    before, after = (load(find(model)) for model in (name, again))
    pictures = made_up(before.card.patch_px, 8)
    assert after.card.patch_px == before.card.patch_px
    np.testing.assert_allclose(
        after.classify(pictures, Cancel())[0],
        before.classify(pictures, Cancel())[0],
        atol=1e-4,
    )


def test_a_model_of_the_wsinfer_zoo(tmp_path: Path, home: Path, exchange_python: Path) -> None:
    """TorchScript in, the same probabilities as ONNX; out again as TorchScript, and in again."""
    folder = foreign_model.zoo_folders(tmp_path, exchange_python, "plain")["plain"]
    exported, colon = tmp_path / "exported", tmp_path / "colon"
    came, went, bundled, again, colon_again = run_with_torch(
        exchange_python,
        ["models", "import", folder, *ZOO, "--name", "breast"],
        ["models", "export", "breast", "--as", "wsinfer", "--out", exported],
        ["models", "export", "colon-he", "--as", "wsinfer", "--out", colon],
        ["models", "import", exported, *ZOO, "--name", "breast-again"],
        ["models", "import", colon, *COLON, "--name", "colon-again"],
    )
    for said in (came, went, bundled, again, colon_again):
        assert said.code == 0, said.err
        assert float(said.out.split("after conversion: ")[1].split()[0]) <= 1e-4
    assert "Activation: softmax" in came.err
    assert "breast 1.0.0 is installed." in came.out
    assert CAN_NOT_TELL in came.out
    config = json.loads((exported / "config.json").read_text())
    assert config["class_names"] == ["notumor", "tumor"]
    assert config["patch_size_pixels"] == 96
    names = {"breast", "breast-again", "colon-again"}
    assert {path.name for path in (home / "installed").iterdir()} == names
    assert (colon / "torchscript_model.pt").stat().st_size > 10**6
    assert_same("breast", "breast-again")
    assert_same("colon-he", "colon-again")

    # The interpreter of the program has no PyTorch: from here on it is a model as any other.
    slide = write_slide(tmp_path / "slide.tif", he_like(1200, 900), um_per_px=0.5)
    out = tmp_path / "out"
    said = run("diagnose", slide, "--model", "breast", "--out", out, "--language", "fr")
    assert said.code in (0, 4), said.err
    assert "ne reconnaît pas un tissu inhabituel" in said.out
    document = json.loads((out / "report.json").read_text("utf-8"))
    assert any("tissu inhabituel" in limit for limit in document["model"]["limits"])
    assert document["verdict"]["unfamiliar_share"] == 0


def test_torchscript_that_is_refused(tmp_path: Path, home: Path, exchange_python: Path) -> None:
    says = {
        "pickle": "no TorchScript",
        "probabilities": "gives probabilities already",
        "random": "differs from the original",
        "changing": "can't be converted",
    }
    folders = foreign_model.zoo_folders(tmp_path, exchange_python, *says, "plain")
    commands = [["models", "import", folders[kind], *ZOO] for kind in says]
    commands.append(["models", "import", folders["plain"], *ZOO, "--activation", "none"])
    commands.append(["models", "import", folders["plain"], *ZOO, "--spacing", "0.25"])
    wanted = [*says.values(), "no probabilities", "something else"]
    for said, words in zip(run_with_torch(exchange_python, *commands), wanted, strict=True):
        assert said.code in (2, 3), said.out
        assert words in said.err
    assert left_in(home) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"spec_version": "2.0"}, {"spacing_um_px": None}, {"spacing_um_px": 0}, {"num_classes": 3},
        {"class_names": "tumor"}, {"transform": [{"name": "Normalize"}]},
        {"transform": [{"name": "ToTensor"}, {"name": "CenterCrop", "arguments": {"size": 8}}]},
        {"transform": [{"name": "Resize"}, {"name": "ToTensor"}]}, {"patch_size_pixels": "large"},
    ],
)  # fmt: skip
def test_a_description_that_is_not_right(tmp_path: Path, changes: dict) -> None:
    """In this process: the description is read before anything else is done."""
    from bedside_dx.core.errors import ModelError
    from bedside_dx.models.importers.source import open_source
    from bedside_dx.models.importers.wsinfer import read_wsinfer

    (tmp_path / "config.json").write_text(json.dumps(foreign_model.zoo_config(**changes)))
    (tmp_path / "torchscript_model.pt").write_bytes(b"")
    with pytest.raises(ModelError) as caught:
        read_wsinfer(open_source(tmp_path))
    assert caught.value.code == "exchange.bad-description"


def test_without_pytorch_the_way_out_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(foreign_model.zoo_config()))
    (tmp_path / "torchscript_model.pt").write_bytes(b"")
    result = run("models", "import", tmp_path, *ZOO)
    assert result.code == 2
    assert 'pip install "bedside-dx[wsinfer]"' in result.err


def test_a_monai_bundle(tmp_path: Path, home: Path) -> None:
    folder = foreign_model.bundle(tmp_path / "bundle")
    result = run("models", "import", folder, *BUNDLE, "--label", "metastasis=Metastasis|Métastase")
    assert result.code == 0, result.err
    assert "bundle 0.6.1 is installed." in result.out
    assert "Métastase" in next((home / "installed" / "bundle").rglob("manifest.toml")).read_text(
        "utf-8"
    )
    assert run("models", "verify", "bundle").code == 0
    again = run("models", "import", folder, *BUNDLE)
    assert again.code == 2
    assert "installed already" in again.err


@pytest.mark.parametrize(
    ("pixels", "says"),
    [
        ({"spatial_shape": [96, 96, 96]}, "volumes"),
        ({"answer": {"format": "segmentation", "spatial_shape": [64, 64]}}, "volumes"),
    ],
)
def test_a_bundle_that_is_no_classifier(tmp_path: Path, pixels: dict, says: str) -> None:
    folder = foreign_model.bundle(tmp_path / "bundle", **pixels)
    result = run("models", "import", folder, *BUNDLE)
    assert result.code == 3
    assert says in result.err


def test_a_bundle_without_onnx(tmp_path: Path) -> None:
    folder = foreign_model.bundle(tmp_path / "bundle")
    (folder / "models" / "model.onnx").unlink()
    result = run("models", "import", folder, *BUNDLE)
    assert result.code == 3
    assert "models/model.onnx" in result.err


def test_a_bare_graph_that_knows_what_is_familiar(tmp_path: Path, home: Path) -> None:
    """Statistics of the site's own images: others are unfamiliar, and the warning is gone."""
    familiar = tmp_path / "familiar"
    familiar.mkdir()
    pixels = he_like(64 * 11, 64 * 10)
    for at in range(110):
        y, x = divmod(at, 11)
        patch = pixels[y * 64 : y * 64 + 64, x * 64 : x * 64 + 64]
        Image.fromarray(patch).save(familiar / f"{at}.png")
    result = run("models", "import", bare(tmp_path), *ONNX, "--familiar", familiar)
    assert result.code == 0, result.err
    assert CAN_NOT_TELL not in result.out

    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    strange = tmp_path / "strange.png"
    Image.fromarray(noise).save(strange)
    index = tmp_path / "index.csv"
    index.write_text("path,label\nfamiliar/5.png,normal\nstrange.png,normal\n")
    result = run("models", "evaluate", "bare", "--index", index, "--out", tmp_path / "out")
    assert result.code == 0, result.err
    lines = (tmp_path / "out" / "scores.csv").read_text().splitlines()
    column = lines[0].split(",").index("unfamiliarity")
    known, unknown = (float(line.split(",")[column]) for line in lines[1:])
    assert known < 1 < unknown


def test_too_few_familiar_images(tmp_path: Path, home: Path) -> None:
    result = run("models", "import", bare(tmp_path), *ONNX, "--familiar", tmp_path)
    assert result.code == 3
    assert "too few" in result.err
    assert left_in(home) == []


def test_what_is_not_stated_is_named_and_nothing_guessed(tmp_path: Path) -> None:
    result = run("models", "import", bare(tmp_path), "--organ", "colon")
    assert result.code == 2
    for option in ("--modality", "--spacing", "--class", "--mean", "--std", "--activation"):
        assert option in result.err
    result = run("models", "import", bare(tmp_path), *ONNX[:-10], "--role", "carcinoma=bad")
    assert result.code == 2
    assert "role:carcinoma" in result.err


def test_at_a_terminal_it_is_asked(tmp_path: Path) -> None:
    """Every question answered in turn, one of them wrongly at first."""
    words = [sys.executable, "-m", "bedside_dx", "models", "import", str(bare(tmp_path))]
    answers = [
        "colon", "SM", "0,5", "normal:benign adenoma:nothing",
        "normal:benign adenoma:precursor carcinoma", "tumour", "0-1", "0.7 0.6 0.7",
        "0.2 0.25 0.2", "softmax",
    ]  # fmt: skip
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        words, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, ("\n".join(answers) + "\n").encode())
        heard = b""
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            try:
                heard += os.read(ours, 4096)
            except OSError:
                break
        said, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, heard
    assert "bare 1.0.0 is installed." in said
    assert b"is not possible" in heard


@pytest.mark.parametrize("kind", ["zip-slip", "link", "text", "absent", "huge", "loop", "opset"])
def test_what_is_no_model_is_refused(tmp_path: Path, home: Path, kind: str) -> None:
    path = tmp_path / "model.onnx"
    if kind == "zip-slip":
        path = tmp_path / "model.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("../config.json", "{}")
            archive.writestr("torchscript_model.pt", "")
    elif kind == "link":
        path = foreign_model.bundle(tmp_path / "bundle")
        (path / "more").symlink_to("/etc")
    elif kind == "text":
        path.write_text("hello")
    elif kind == "huge":
        path.write_bytes(foreign_model.network(trap="huge"))
    elif kind == "loop":
        path.write_bytes(foreign_model.network().replace(b"GlobalAveragePool", b"Loop" + b" " * 13))
    elif kind == "opset":
        path.write_bytes(foreign_model.network().replace(b"\x10\x11", b"\x10\x63"))
    result = run("models", "import", path, *ONNX)
    assert result.code == (2 if kind == "absent" else 3), result.out
    assert result.err.strip()
    assert left_in(home) == []


def test_a_finished_package_is_installed_as_it_is(tmp_path: Path, home: Path) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    packed = tiny_model.zipped(folder, tmp_path / "tiny.zip")
    assert run("models", "import", packed).code == 0
    assert [path.name for path in (home / "installed").iterdir()] == ["tiny"]
    (folder / "golden.npz").write_bytes(b"")
    result = run("models", "import", folder)
    assert result.code == 5
    assert "damaged" in result.err
    assert [path.name for path in (home / "installed").iterdir()] == ["tiny"]


def test_an_export_without_pytorch_says_what_is_missing(tmp_path: Path) -> None:
    result = run("models", "export", "colon-he", "--as", "wsinfer", "--out", tmp_path / "out")
    assert result.code == 0, result.err
    assert "Without torchscript_model.pt" in result.out
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {
        "config.json",
        "model.onnx",
        "README.md",
        "LICENSE",
        "bedside_dx-manifest.toml",
    }
    result = run("models", "export", "brain-mri", "--as", "wsinfer", "--out", tmp_path / "mri")
    assert result.code == 3
    assert not (tmp_path / "mri").exists()
