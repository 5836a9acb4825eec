"""MONAI bundles for volumes: imported, used, and refused with the reason."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import ModelError
from bedside_dx.models.importers.monai_volume import is_volume_bundle, read_volume_bundle
from bedside_dx.models.importers.source import open_source
from tests.kit import foreign_volume


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(place))
    return place


def change(folder: Path, file: str, edit: Any) -> Path:
    path = folder / "configs" / file
    values = json.loads(path.read_text())
    edit(values)
    path.write_text(json.dumps(values))
    return folder


def test_a_bundle_is_read(tmp_path: Path) -> None:
    source = open_source(foreign_volume.bundle(tmp_path / "spleen"))
    assert is_volume_bundle(source)
    draft = read_volume_bundle(source, "spleen")
    assert draft.axes == "RAS"
    assert draft.spacing_mm == (1.5, 1.5, 2.0)
    assert draft.window == (16, 16, 16)
    assert draft.overlap == (8, 8, 8)
    assert (draft.low, draft.high, draft.low_to, draft.high_to) == (-57, 164, 0, 1)
    assert draft.activation == "softmax"
    assert draft.labels == {1: "spleen"}


@pytest.mark.parametrize(
    ("file", "edit", "said"),
    [
        ("inference.json",
         lambda v: v["preprocessing"]["transforms"].append({"_target_": "CropForegroundd"}),
         "CropForegroundd"),
        ("inference.json",
         lambda v: v["preprocessing"]["transforms"][2].update(pixdim="$[1] * 3"), "$[1] * 3"),
        ("inference.json", lambda v: v["preprocessing"]["transforms"].pop(2), "Spacingd"),
        ("inference.json", lambda v: v["preprocessing"]["transforms"].pop(1), "Orientationd"),
        ("inference.json", lambda v: v.update(postprocessing={"transforms": []}), "softmax"),
        ("inference.json", lambda v: v.update(inferer={"_target_": "SimpleInferer"}),
         "SimpleInferer"),
        ("metadata.json", lambda v: v["network_data_format"]["inputs"]["image"].update(
            num_channels=4), "4 input channels"),
        ("metadata.json", lambda v: v["network_data_format"]["inputs"]["image"].update(
            modality="PET"), "PET"),
        ("metadata.json", lambda v: v["network_data_format"]["inputs"]["image"].update(
            spatial_shape=["32*n", "32*n", "32*n"]), "32*n"),
        ("metadata.json", lambda v: v["network_data_format"]["outputs"]["pred"].update(
            channel_def={"0": "background"}), "channel_def"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_named(tmp_path: Path, file: str, edit: Any, said: str) -> None:
    source = open_source(change(foreign_volume.bundle(tmp_path / "b"), file, edit))
    with pytest.raises(ModelError) as caught:
        read_volume_bundle(source, "b")
    assert caught.value.code == "exchange.volume-unsupported"
    assert said in str(caught.value.values["detail"])


def test_weights_for_pytorch_alone_are_refused_unopened(tmp_path: Path) -> None:
    folder = foreign_volume.bundle(tmp_path / "b")
    (folder / "models" / "model.onnx").rename(folder / "models" / "model.pt")
    (folder / "models" / "model.pt").write_bytes(foreign_volume.poison(tmp_path / "touched"))
    from bedside_dx.app.exchanging import import_volume_model

    with pytest.raises(ModelError) as caught:
        import_volume_model(folder, "b", cancel=Cancel())
    assert caught.value.code == "exchange.no-onnx"
    assert not (tmp_path / "touched").exists()


def test_a_bundle_becomes_a_package_that_gives_the_networks_own_answer(
    tmp_path: Path, home: Path
) -> None:
    from bedside_dx.app.exchanging import import_volume_model, is_volume_model
    from bedside_dx.models.volumes.network import load_volume_network
    from bedside_dx.models.volumes.shelf import find_volume_package

    folder = foreign_volume.bundle(tmp_path / "Spleen v1")
    assert is_volume_model(folder)
    card = import_volume_model(folder, "", cancel=Cancel())
    assert card.name == "spleen-v1"
    assert (home / "bedside-dx" / "volumes" / "spleen-v1" / "SHA256SUMS").is_file()
    network = load_volume_network(find_volume_package("spleen-v1"))
    values = np.random.default_rng(3).uniform(-300, 400, (1, 1, 16, 16, 16)).astype(np.float32)
    said = network.run(values, Cancel())
    np.testing.assert_allclose(said, foreign_volume.expected(values), atol=1e-5)
    small = network.run(values[:, :, :9, :, :12], Cancel())
    assert small.shape == (1, 2, 9, 16, 12)
    with pytest.raises(ModelError) as caught:
        import_volume_model(folder, "spleen-v1", cancel=Cancel())
    assert caught.value.code == "exchange.name-taken"


def test_a_damaged_package_is_refused(tmp_path: Path, home: Path) -> None:
    from bedside_dx.app.exchanging import import_volume_model
    from bedside_dx.models.volumes.shelf import find_volume_package

    import_volume_model(foreign_volume.bundle(tmp_path / "b"), "b", cancel=Cancel())
    graph = home / "bedside-dx" / "volumes" / "b" / "model.onnx"
    content = bytearray(graph.read_bytes())
    content[-1] ^= 1
    graph.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        find_volume_package("b")
    assert caught.value.code == "model.damaged"


@pytest.mark.parametrize("trap", ["two-outputs", "nan", "other-shape"])
def test_a_network_that_is_no_such_network_is_refused(tmp_path: Path, trap: str) -> None:
    from bedside_dx.app.exchanging import import_volume_model

    folder = foreign_volume.bundle(tmp_path / "b", foreign_volume.network(trap))
    with pytest.raises(ModelError) as caught:
        import_volume_model(folder, "b", cancel=Cancel())
    assert caught.value.code == "exchange.graph-refused"


def test_a_finished_package_is_tried_apart_and_its_reference_must_be_met(
    tmp_path: Path, home: Path
) -> None:
    from bedside_dx.app.exchanging import import_volume_model
    from bedside_dx.models.importers.packing import seal

    import_volume_model(foreign_volume.bundle(tmp_path / "b"), "first", cancel=Cancel())
    made = home / "bedside-dx" / "volumes" / "first"
    other = tmp_path / "other"
    shutil.copytree(made, other)
    manifest = other / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('name = "first"', 'name = "second"'))
    seal(other)
    assert import_volume_model(other, "", cancel=Cancel()).name == "second"
    with np.load(other / "golden.npz") as golden:
        arrays = dict(golden)
    arrays["probabilities"] = 1 - arrays["probabilities"]
    np.savez(other / "golden.npz", **arrays)
    manifest.write_text(manifest.read_text().replace('name = "second"', 'name = "third"'))
    seal(other)
    with pytest.raises(ModelError) as caught:
        import_volume_model(other, "", cancel=Cancel())
    assert caught.value.code == "model.golden-mismatch"
    assert not (made.parent / "third").exists()
