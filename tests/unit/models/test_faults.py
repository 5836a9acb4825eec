"""Faults 34 to 41: what untrusted models and updates can do, and that the old model stays.

Each fault is offered to `install` as a person would, so it meets the worker first. What a
package may hold is tested file by file in `test_package`; more about updates is in
`test_updates`.

34  external data: ``../``, absolute, symlink, hardlink   38  a huge allocation
35  custom operators, an operator set of the future       39  NaN
36  truncated, garbage, empty                             40  updates tampered, rolled back,
37  endless loops and endless work                            expired, by an unknown key
                                                          41  zip-slip, a pickle
"""

import io
import json
import os
import pickle  # noqa: TID251  (to make one that must not be opened)
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from bedside_dx.app import updating
from bedside_dx.core.errors import ModelError
from bedside_dx.isolation.sandbox import Limits
from bedside_dx.models import installing
from bedside_dx.models.package import ModelPackage
from bedside_dx.text import LANGUAGES, texts
from tests.kit import tiny_model
from tests.unit.models.conftest import Hospital, assert_still_there, refused_update, resign

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and limits are POSIX")


def refusal(package: Path, limits: Limits | None = None) -> ModelError:
    """The error that a package is refused with; its words are there in every language."""
    with pytest.raises(ModelError) as caught:
        installing.install(package, **({"limits": limits} if limits else {}))
    for language in LANGUAGES:
        text, hint = texts(language).error(caught.value)
        assert package.name in text
        assert hint
    return caught.value


def with_graph(tmp_path: Path, graph: bytes) -> Path:
    return tiny_model.write(tmp_path / "offered", graph=graph)


# ---------------------------------------------------------------- 34


@posix_only
@pytest.mark.parametrize("way", ["parent", "absolute", "symlink", "hardlink"])
def test_34_external_data_are_refused_whatever_leads_to_them(
    old: ModelPackage, tmp_path: Path, way: str
) -> None:
    """Weights that really are there, so that nothing but the rule keeps them out."""
    weights = tmp_path / "weights.bin"
    weights.write_bytes(np.float32(255).tobytes())
    location = {"parent": "../weights.bin", "absolute": str(weights)}.get(way, "weights.bin")
    model = onnx.load_from_string(tiny_model.graph())
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    package = with_graph(tmp_path, model.SerializeToString())
    assert "another file" in str(refusal(package).values["detail"])
    if way == "symlink":
        (package / "weights.bin").symlink_to(weights)
        assert "is not a plain file" in str(refusal(package).values["detail"])
    elif way == "hardlink":
        os.link(weights, package / "weights.bin")
        tiny_model.seal(package)
        assert "has no place in a package" in str(refusal(package).values["detail"])
    assert_still_there(old)


# ---------------------------------------------------------------- 35


def test_35_operators_that_are_not_the_standards_are_refused(
    old: ModelPackage, tmp_path: Path
) -> None:
    custom = tiny_model.write(tmp_path / "custom", graph=tiny_model.graph(domain="com.example"))
    assert "com.example" in str(refusal(custom).values["detail"])
    future = onnx.load_from_string(tiny_model.graph())
    future.opset_import[0].version = 99
    package = tiny_model.write(tmp_path / "future", graph=future.SerializeToString())
    assert refusal(package).code == "install.damaged"
    assert_still_there(old)


# ---------------------------------------------------------------- 36


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"PK\x03\x04 cut short"])
def test_36_what_is_no_package_is_refused(
    old: ModelPackage, tmp_path: Path, content: bytes
) -> None:
    package = tmp_path / "offered.zip"
    package.write_bytes(content)
    assert refusal(package).code == "install.damaged"
    assert_still_there(old)


def test_36_a_graph_that_is_cut_short_or_garbage_is_refused(
    old: ModelPackage, tmp_path: Path
) -> None:
    sound = tiny_model.graph()
    for at, graph in enumerate((sound[:-40], sound[: len(sound) // 2], b"\x93" * 900)):
        package = tiny_model.write(tmp_path / f"offered{at}", graph=graph)
        assert refusal(package).code == "install.damaged"
    assert_still_there(old)


# ---------------------------------------------------------------- 37


def test_37_an_endless_loop_is_refused_before_it_runs(old: ModelPackage, tmp_path: Path) -> None:
    model = onnx.load_from_string(tiny_model.graph())
    forever = helper.make_graph(
        [helper.make_node("Identity", ["go_on"], ["again"])],
        "forever",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
        ],
        [helper.make_tensor_value_info("again", TensorProto.BOOL, [])],
    )
    model.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    model.graph.node.insert(0, helper.make_node("Loop", ["", "yes"], [], body=forever))
    package = with_graph(tmp_path, model.SerializeToString())
    assert "Loop" in str(refusal(package).values["detail"])
    assert_still_there(old)


def test_37_work_without_end_is_ended_by_the_watchdog(old: ModelPackage, tmp_path: Path) -> None:
    """No loop, and nothing to object to: only too many wide convolutions."""
    package = with_graph(tmp_path, tiny_model.graph(rounds=20_000))
    begun = time.monotonic()
    assert refusal(package, Limits(seconds=4)).code == "install.too-slow"
    assert time.monotonic() - begun < 15
    assert_still_there(old)


# ---------------------------------------------------------------- 38


def _hungry(cells: list[int]) -> bytes:
    """A graph that spreads its 12 results over as many cells, and takes the largest."""
    model = onnx.load_from_string(tiny_model.graph(tail="huge"))
    shape = next(w for w in model.graph.initializer if w.name == "shape")
    shape.CopyFrom(numpy_helper.from_array(np.array([*cells, 1, 1], np.int64), "shape"))
    return model.SerializeToString()


@posix_only
@pytest.mark.parametrize(
    "cells",
    [[2**14, 2**14, 2**12], [2**9, 2**9, 2**9]],
    ids=["48 TiB, which no machine has", "6 GiB, which this one may have"],
)
def test_38_a_huge_allocation_ends_within_the_memory_that_is_allowed(
    old: ModelPackage, tmp_path: Path, cells: list[int]
) -> None:
    package = with_graph(tmp_path, _hungry(cells))
    error = refusal(package, Limits(memory_bytes=3 * 2**30))
    assert (error.code, error.values["gb"]) == ("install.out-of-memory", 3.0)
    assert_still_there(old)


# ---------------------------------------------------------------- 39


def test_39_nan_is_no_result_and_never_a_class(old: ModelPackage, tmp_path: Path) -> None:
    package = with_graph(tmp_path, tiny_model.graph(tail="nan"))
    assert refusal(package).code == "install.not-finite"
    assert_still_there(old)


# ---------------------------------------------------------------- 40


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json"])
def test_40_tampered_metadata_are_refused(old: ModelPackage, trusted: Hospital, name: str) -> None:
    path = trusted.metadata(name)
    said = json.loads(path.read_text())
    said["signed"]["expires"] = "2099-01-01T00:00:00Z"
    path.write_text(json.dumps(said))
    assert refused_update(trusted.folder) == "update.tampered"
    assert_still_there(old)


def test_40_an_older_stick_is_refused(
    old: ModelPackage, trusted: Hospital, copied: Callable[[Hospital], Path]
) -> None:
    earlier = copied(trusted)
    trusted.publish(version="1.1.0")
    updating.look_at_updates(trusted.folder)
    assert refused_update(earlier) == "update.rolled-back"
    assert_still_there(old)


def test_40_an_expired_list_is_refused(old: ModelPackage, trusted: Hospital) -> None:
    trusted.publish(list_days=0)
    assert refused_update(trusted.folder) == "update.expired"
    assert_still_there(old)


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_40_a_key_that_the_publisher_does_not_name_is_refused(
    old: ModelPackage, trusted: Hospital, other_keys: Path, role: str
) -> None:
    prefix = "" if role == "timestamp" else "1."
    resign(trusted.metadata(f"{prefix}{role}.json"), other_keys, role)
    # The lists above say what the file must be; a thief of one key would sign those too.
    code = refused_update(trusted.folder)
    assert code == ("update.unknown-key" if role == "timestamp" else "update.tampered")
    assert_still_there(old)


# ---------------------------------------------------------------- 41


@pytest.mark.parametrize("name", ["../../evil.png", "/tmp/evil.png", "..\\evil.png", "a/evil.png"])
def test_41_a_zip_never_reaches_outside_itself(
    old: ModelPackage, tmp_path: Path, name: str
) -> None:
    package = tiny_model.zipped(tiny_model.write(tmp_path / "sound"), tmp_path / "offered.zip")
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr(name, b"evil")
    assert "has no place in a package" in str(refusal(package).values["detail"])
    assert not list(tmp_path.rglob("evil*"))
    assert_still_there(old)


class Trap:
    """Unpickling it runs code."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, ("touch trapped",)


def test_41_a_pickle_is_never_opened(
    old: ModelPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    trap = np.empty(1, object)
    trap[0] = Trap()
    buffer = io.BytesIO()
    np.savez(buffer, mean=trap)
    for at, content in enumerate((pickle.dumps(Trap()), buffer.getvalue())):
        package = tiny_model.write(tmp_path / f"offered{at}")
        (package / "reference.npz").write_bytes(content)
        assert "reference.npz" in str(refusal(tiny_model.seal(package)).values["detail"])
    other = tiny_model.write(tmp_path / "with-weights")
    (other / "weights.pkl").write_bytes(pickle.dumps(Trap()))
    assert "has no place" in str(refusal(tiny_model.seal(other)).values["detail"])
    assert not list(tmp_path.rglob("trapped"))
    assert_still_there(old)
