"""A package is read only when every byte of it is what its makers sealed."""

import io
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import tiny_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from bedside_dx.core.errors import ModelError
from bedside_dx.core.model_card import Role
from bedside_dx.core.model_input import ModelInput
from bedside_dx.models.package import read_package

FILES = ("manifest.toml", "model.onnx", "golden.npz", "reference.npz", "CARD.md", "LICENSE")


def refusal(path: Path) -> str:
    """What is said to be wrong with a package."""
    with pytest.raises(ModelError) as caught:
        read_package(path)
    assert caught.value.code == "model.damaged"
    return str(caught.value.values["detail"])


def test_a_sound_package_describes_itself(tmp_path: Path) -> None:
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    card = package.card
    assert (card.name, card.version, card.input) == ("tiny", "1.0.0", ModelInput.PATCHES)
    assert (card.patch_px, card.spacing_um_px) == (32, 1.0)
    assert [c.id for c in card.classes] == ["red", "green", "blue"]
    assert card.of_role(Role.TUMOUR) == (0,)
    assert card.rules.unfamiliar_share == 0.5
    assert card.limits["fr"] == ("Connaît trois couleurs.",)
    assert card.sha256 == package.hashes["model.onnx"]
    assert package.about().startswith("# Colours")


def test_a_whole_image_model_has_no_spacing(tmp_path: Path) -> None:
    manifest = tiny_model.manifest(input="whole-image", modality="MR", spacing_um_px=None)
    card = read_package(tiny_model.write(tmp_path / "tiny", manifest=manifest)).card
    assert card.input is ModelInput.WHOLE_IMAGE
    assert card.spacing_um_px is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plots=st.dictionaries(
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}\.png", fullmatch=True),
        st.binary(max_size=200),
        max_size=4,
    ),
    temperature=st.floats(0.02, 90),
    data=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40)
    .filter(str.strip),
)  # fmt: skip
def test_a_zip_says_the_same_as_its_folder(
    tmp_path_factory: pytest.TempPathFactory,
    plots: dict[str, bytes],
    temperature: float,
    data: str,
) -> None:
    base = tmp_path_factory.mktemp("round")
    manifest = tiny_model.manifest(
        calibration={"method": "temperature", "temperature": temperature},
        title={"en": data, "fr": data},
    )
    folder = tiny_model.write(base / "tiny", manifest=manifest)
    for name, content in plots.items():
        (folder / name).write_bytes(content)
    tiny_model.seal(folder)
    from_folder = read_package(folder)
    from_zip = read_package(tiny_model.zipped(folder, base / "tiny.zip"))
    assert from_zip.manifest == from_folder.manifest
    assert from_zip.card == from_folder.card
    assert from_zip.hashes == from_folder.hashes
    for name in from_folder.hashes:
        assert from_zip.content(name) == from_folder.content(name)
    assert from_folder.manifest.temperature == temperature


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_every_flipped_bit_is_caught(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, bit: int
) -> None:
    folder = tiny_model.write(tmp_path_factory.mktemp("flip") / "tiny")
    content = bytearray((folder / name).read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    (folder / name).write_bytes(content)
    assert name in refusal(folder)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), digit=st.sampled_from("0123456789abcdef"))
def test_every_changed_hash_is_caught(
    tmp_path_factory: pytest.TempPathFactory, place: float, digit: str
) -> None:
    folder = tiny_model.write(tmp_path_factory.mktemp("hash") / "tiny")
    sums = folder / "SHA256SUMS"
    lines = sums.read_text().splitlines()
    row, column = divmod(int(place * len(lines) * 64), 64)
    if lines[row][column] == digit:
        return
    lines[row] = lines[row][:column] + digit + lines[row][column + 1 :]
    sums.write_text("\n".join(lines) + "\n")
    assert "is not the file that SHA256SUMS lists" in refusal(folder)


def test_a_file_that_changes_after_verification_is_not_used(tmp_path: Path) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    package = read_package(folder)
    (folder / "model.onnx").write_bytes(tiny_model.graph(tail="double"))
    with pytest.raises(ModelError) as caught:
        package.content("model.onnx")
    assert caught.value.code == "model.damaged"


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    (folder / name).unlink()
    assert refusal(folder) == f"{name} is missing"


def test_a_file_that_is_not_sealed_is_refused(tmp_path: Path) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    (folder / "roc.png").write_bytes(b"later")
    assert refusal(folder) == "roc.png is not listed in SHA256SUMS"


@pytest.mark.parametrize("name", ["model.py", "weights.pkl", "weights.bin", "model.onnx.data"])
def test_only_data_has_a_place_in_a_package(tmp_path: Path, name: str) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    (folder / name).write_bytes(b"x")
    tiny_model.seal(folder)
    assert "has no place in a package" in refusal(folder)


def test_links_and_folders_are_refused(tmp_path: Path) -> None:
    linked = tiny_model.write(tmp_path / "linked")
    (linked / "CARD.md").rename(tmp_path / "elsewhere.md")
    (linked / "CARD.md").symlink_to(tmp_path / "elsewhere.md")
    assert "is not a plain file" in refusal(linked)
    nested = tiny_model.write(tmp_path / "nested")
    (nested / "more").mkdir()
    assert "is not a plain file" in refusal(nested)
    piped = tiny_model.write(tmp_path / "piped")
    (piped / "LICENSE").unlink()
    if hasattr(os, "mkfifo"):  # Windows has none
        os.mkfifo(piped / "LICENSE")
        assert "is not a plain file" in refusal(piped)


@pytest.mark.parametrize(
    "name",
    ["../evil.toml", "/etc/evil", "a/../../evil.png", "C:\\evil.png", "..\\evil.png", "x/plot.png"],
)
def test_a_zip_never_reaches_outside_itself(tmp_path: Path, name: str) -> None:
    path = tiny_model.zipped(tiny_model.write(tmp_path / "tiny"), tmp_path / "tiny.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"evil")
    assert "has no place in a package" in refusal(path)
    assert {p.name for p in tmp_path.iterdir()} == {"tiny", "tiny.zip"}


def test_a_zip_with_a_name_twice_or_a_link_is_refused(tmp_path: Path) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    twice = tiny_model.zipped(folder, tmp_path / "twice.zip")
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("CARD.md", b"another")
    assert "twice" in refusal(twice)
    linked = tiny_model.zipped(folder, tmp_path / "linked.zip")
    entry = zipfile.ZipInfo("roc.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(linked, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "is not a plain file" in refusal(linked)


def test_a_zip_that_inflates_to_more_than_fits_is_refused(tmp_path: Path) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    (folder / "CARD.md").write_bytes(bytes(2**23 + 1))
    tiny_model.seal(folder)
    assert "CARD.md is larger than" in refusal(tiny_model.zipped(folder, tmp_path / "tiny.zip"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), keep=st.booleans(), byte=st.integers(0, 255))
def test_a_spoilt_zip_is_refused_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, place: float, keep: bool, byte: int
) -> None:
    base = tmp_path_factory.mktemp("zip")
    path = tiny_model.zipped(tiny_model.write(base / "tiny"), base / "tiny.zip")
    sound = read_package(path).hashes
    content = bytearray(path.read_bytes())
    at = int(place * len(content))
    content[at:] = bytes([byte]) + content[at + 1 :] if keep else b""
    path.write_bytes(content)
    try:  # a byte that nobody reads (a date, say) may change
        assert read_package(path).hashes == sound
    except ModelError as error:
        assert error.code == "model.damaged"  # noqa: PT017


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"no zip at all"])
def test_what_is_no_package_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.zip"
    path.write_bytes(content)
    assert refusal(path)
    assert refusal(tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty") == "SHA256SUMS is missing"


def _object_array() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, mean=np.array([{"a": 1}], object))
    return buffer.getvalue()


def _lying_array() -> bytes:
    """An array whose header declares far more than the file holds."""
    plain = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (2**40,)}
    np.lib.format.write_array_header_1_0(plain, header)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mean.npy", plain.getvalue())
    return buffer.getvalue()


def _not_an_array() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mean.txt", b"1 2 3")
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["golden.npz", "reference.npz"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no arrays",
        b"\x80\x04\x95\x06\x00\x00\x00\x00\x00\x00\x00]\x94K\x01a.",
        _object_array(),
        _lying_array(),
        _not_an_array(),
    ],
    ids=["empty", "text", "pickle", "objects", "lying", "other"],
)
def test_arrays_hold_numbers_and_nothing_else(tmp_path: Path, name: str, content: bytes) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    (folder / name).write_bytes(content)
    assert name in refusal(tiny_model.seal(folder))


def _changed(change: str) -> bytes:
    model = onnx.load_from_string(tiny_model.graph())
    match change:
        case "external":
            weight = model.graph.initializer[0]
            weight.ClearField("raw_data")
            weight.data_location = TensorProto.EXTERNAL
            weight.external_data.add(key="location", value="../../etc/passwd")
        case "external in a constant":
            weight = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
            weight.data_location = TensorProto.EXTERNAL
            model.graph.node.append(helper.make_node("Constant", [], ["w"], value=weight))
        case "external in a branch":
            branch = helper.make_graph([], "branch", [], [], [model.graph.initializer[0]])
            branch.initializer[0].external_data.add(key="location", value="x")
            model.graph.node.append(
                helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch)
            )
        case "custom operator":
            model.graph.node[0].domain = "com.example"
        case "custom operator set":
            model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        case "loop":
            body = helper.make_graph([], "body", [], [])
            model.graph.node.append(helper.make_node("Loop", ["n", "c"], ["y"], body=body))
        case "no graph":
            model.ClearField("graph")
        case _:
            raise AssertionError(change)
    return model.SerializeToString()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("external", "another file"),
        ("external in a constant", "another file"),
        ("external in a branch", "another file"),
        ("custom operator", "com.example"),
        ("custom operator set", "com.microsoft"),
        ("loop", "Loop"),
        ("no graph", "no graph"),
    ],
)
def test_a_graph_that_reaches_outside_or_never_ends_is_refused(
    tmp_path: Path, change: str, fault: str
) -> None:
    assert fault in refusal(tiny_model.write(tmp_path / "tiny", graph=_changed(change)))


@pytest.mark.parametrize("length", [0, 1, 40, -30, -1])
def test_a_graph_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    (folder / "model.onnx").write_bytes(tiny_model.graph()[:length])
    assert "model.onnx" in refusal(tiny_model.seal(folder))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_garbage_is_never_taken_for_a_graph(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    from bedside_dx.models.flaw import Flaw
    from bedside_dx.models.onnx_file import check_onnx

    try:
        check_onnx(content, "model.onnx")
    except Flaw:
        return
    assert b":" in content  # the key of a graph field, empty: the engine refuses that one


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"format": "bedside-dx-model/2"}, "format must be bedside-dx-model/1"),
        ({"name": "../evil"}, "name may hold"),
        ({"name": None}, "name is missing"),
        ({"version": ""}, "version must be a text"),
        ({"input": "slides"}, "input must be patches | whole-image, not slides"),
        ({"spacing_um_px": None}, "spacing_um_px is missing"),
        ({"spacing_um_px": 0}, "spacing_um_px must be from 0.05 to 10, not 0"),
        ({"spacing_um_px": float("nan")}, "spacing_um_px must be from"),
        ({"spacing_um_px": True}, "spacing_um_px must be a number"),
        ({"input": "whole-image"}, "spacing_um_px has no meaning"),
        ({"patch_size_pixels": 10**9}, "patch_size_pixels must be from 16 to 4096"),
        ({"patch_size_pixels": 32.5}, "patch_size_pixels must be a whole number"),
        ({"num_classes": 4}, "num_classes does not fit the 3 classes"),
        ({"class_names": ["red", "blue", "green"]}, "class_names and classes differ"),
        ({"transform_in_graph": False}, "transform_in_graph must be true"),
        ({"activation_in_graph": False}, "activation_in_graph must be true"),
        ({"activation": "sigmoid"}, "activation must be softmax, not sigmoid"),
        ({"title": {"en": "Colours"}}, "title.fr is missing"),
        ({"limits": {"en": ["a"], "fr": []}}, "limits.fr must be a list of texts"),
        ({"classes": {}}, "classes must be a list"),
        ({"calibration": {"method": "temperature", "temperature": 0}}, "calibration.temperature"),
        ({"gate": {"method": "mahalanobis", "patch_threshold": 1.0}}, "gate.slide_threshold is missing"),
        ({"verdict": {"tumour_probability": 1.5, "abstain_below": 0}}, "verdict.tumour_probab"),
        ({"training": None}, "training is missing"),
    ],
)  # fmt: skip
def test_the_manifest_is_held_to_every_field(
    tmp_path: Path, changes: dict[str, Any], fault: str
) -> None:
    folder = tiny_model.write(tmp_path / "tiny", manifest=tiny_model.manifest(**changes))
    assert fault in refusal(folder)


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("role", "cancer", "role must be tumour | precursor | benign, not cancer"),
        ("id", "a b", "id may hold"),
        ("id", "green", "classes names a class twice"),
        ("color", [1, 2], "color must be three"),
        ("color", [1, 2, 300], "color must be three"),
    ],
)
def test_each_class_is_held_to_its_fields(
    tmp_path: Path, field: str, value: object, fault: str
) -> None:
    manifest = tiny_model.manifest()
    manifest["classes"][0][field] = value
    assert fault in refusal(tiny_model.write(tmp_path / "tiny", manifest=manifest))


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_manifest_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = tiny_model.write(tmp_path / "tiny")
    (folder / "manifest.toml").write_bytes(content)
    assert "is not TOML" in refusal(tiny_model.seal(folder))
