"""What comes out of a loaded model, and what never does."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_model
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bedside_dx.core.calibration import tempered
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import InferenceError, ModelError
from bedside_dx.models.package import read_package
from bedside_dx.models.session import LoadedModel, load


def loaded(folder: Path, **parts: Any) -> LoadedModel:
    return load(read_package(tiny_model.write(folder / "tiny", **parts)))


def test_the_small_models_are_what_the_standard_calls_models() -> None:
    for content in (tiny_model.graph(), tiny_model.graph(tail="nan"), tiny_model.graph(rounds=2)):
        tiny_model.check_with_onnx(content)


def test_probabilities_are_calibrated_and_strangers_are_told(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    images = tiny_model.images("red", "green", "blue", 128)
    probabilities, unfamiliarity, _ = model.classify(images, Cancel())
    power = np.exp(8 * images.mean((1, 2)) / 255 / tiny_model.TEMPERATURE)
    np.testing.assert_allclose(probabilities, power / power.sum(1, keepdims=True), atol=1e-6)
    assert probabilities.dtype == unfamiliarity.dtype == np.float32
    # grey is sqrt(0.75) from each pure colour in the whitened space, whose limit is 0.5
    np.testing.assert_allclose(unfamiliarity, [0, 0, 0, np.sqrt(0.75) / 0.5], atol=5e-3)


def test_batches_of_any_size_give_the_same(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    images = np.random.default_rng(0).integers(0, 255, (21, 32, 32, 3), np.uint8)
    whole = model.classify(images, Cancel())
    single = [model.classify(images[i : i + 1], Cancel()) for i in range(len(images))]
    for column in range(2):
        np.testing.assert_allclose(
            whole[column], np.concatenate([s[column] for s in single]), atol=2e-6
        )
    empty = model.classify(images[:0], Cancel())
    assert empty[0].shape == (0, 3)
    assert empty[1].shape == (0,)


def test_many_threads_may_use_one_model(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    images = np.random.default_rng(1).integers(0, 255, (64, 32, 32, 3), np.uint8)
    expected, _, _ = model.classify(images, Cancel())
    with ThreadPoolExecutor(6) as pool:
        parts = list(pool.map(lambda i: model.classify(images[i : i + 1], Cancel())[0], range(64)))
    np.testing.assert_allclose(np.concatenate(parts), expected, atol=2e-6)


@pytest.mark.parametrize(
    "patches",
    [
        np.zeros((1, 31, 32, 3), np.uint8),
        np.zeros((1, 32, 32, 4), np.uint8),
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((1, 32, 32, 3), np.float32),
    ],
    ids=["side", "channels", "no batch", "floats"],
)
def test_wrong_pixels_are_refused(tmp_path: Path, patches: Any) -> None:
    with pytest.raises(InferenceError, check=lambda e: e.code == "inference.failed"):
        loaded(tmp_path).classify(patches, Cancel())


def test_nan_never_becomes_a_class(tmp_path: Path) -> None:
    model = loaded(tmp_path, graph=tiny_model.graph(tail="nan"))
    with pytest.raises(InferenceError, check=lambda e: e.code == "inference.not-finite"):
        model.classify(tiny_model.images("red"), Cancel())


def test_a_graph_that_asks_for_more_memory_than_there_is_fails_cleanly(tmp_path: Path) -> None:
    model = loaded(tmp_path, graph=tiny_model.graph(tail="huge"))
    with pytest.raises(InferenceError, check=lambda e: e.code == "inference.failed"):
        model.classify(tiny_model.images("red"), Cancel())


def test_outputs_that_are_no_probabilities_are_refused(tmp_path: Path) -> None:
    model = loaded(tmp_path, graph=tiny_model.graph(tail="double"))
    with pytest.raises(InferenceError, check=lambda e: e.code == "inference.failed"):
        model.classify(tiny_model.images("red"), Cancel())


def _opset_99() -> bytes:
    import onnx

    model = onnx.load_from_string(tiny_model.graph())
    model.opset_import[0].version = 99
    return model.SerializeToString()


def _named(**tensors: dict[str, Any]) -> dict[str, Any]:
    manifest = tiny_model.manifest()
    for key, changes in tensors.items():
        manifest["tensors"][key] |= changes
    return manifest


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"graph": tiny_model.graph(side=64)}, "patches is uint8 N × 64 × 64 × 3"),
        ({"graph": b"\x3a\x00"}, ""),
        ({"graph": _opset_99()}, ""),
        ({"manifest": _named(input={"name": "x"})}, "has the inputs patches"),
        ({"manifest": _named(embedding={"name": "x"})}, "has no output x"),
        ({"manifest": _named(embedding={"shape": ["N", 5]})}, "embedding is float32 N × 4"),
        ({"reference": tiny_model.REFERENCE | {"mean": np.eye(2, dtype=np.float32)}}, "mean"),
        ({"reference": tiny_model.REFERENCE | {"far": np.float32(np.nan)}}, "far is not finite"),
        ({"reference": tiny_model.REFERENCE | {"far": np.float32(-1)}}, "far must be above near"),
        ({"reference": {"mean": np.eye(3, dtype=np.float32)}}, "whiten is missing"),
        ({"manifest": tiny_model.manifest(gate={"method": "guess", "patch_threshold": 1.0,
          "slide_threshold": 0.5})}, "gate.method"),
    ],
)  # fmt: skip
def test_a_graph_that_does_not_fit_its_manifest_is_refused(
    tmp_path: Path, parts: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ModelError) as caught:
        loaded(tmp_path, **parts)
    assert caught.value.code == "model.damaged"
    assert fault in str(caught.value.values["detail"])
    assert str(tmp_path) not in str(caught.value.values["detail"])


def test_a_call_in_flight_ends_at_once_and_the_model_stays_usable(tmp_path: Path) -> None:
    slow = tiny_model.graph(rounds=200)
    model = loaded(tmp_path, graph=slow)
    images = tiny_model.images(*["red"] * 400)
    cancel = Cancel()
    asked: list[float] = []

    def stop() -> None:
        asked.append(time.monotonic())
        cancel.cancel()

    timer = threading.Timer(0.3, stop)
    timer.start()
    with pytest.raises(CancelledByUser):
        model.classify(images, cancel)
    assert time.monotonic() - asked[0] < 0.5
    again, _, _ = model.classify(images[:1], Cancel())
    assert again[0].argmax() == 0


def test_cancelled_before_it_starts_runs_nothing(tmp_path: Path) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledByUser):
        loaded(tmp_path).classify(tiny_model.images("red"), cancel)


def test_calls_that_ended_leave_nothing_in_the_cancel(tmp_path: Path) -> None:
    model, cancel = loaded(tmp_path), Cancel()
    for _ in range(20):
        model.classify(tiny_model.images("red"), cancel)
    assert not cancel._callbacks


def test_the_processor_is_said_to_be_the_processor(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    assert model.provider == "CPU"
    assert model.engine.startswith("onnxruntime ")


@pytest.mark.parametrize("provider", ["cuda", "tensorrt", "directml", "coreml", "quantum"])
def test_a_provider_that_is_not_there_is_never_replaced(tmp_path: Path, provider: str) -> None:
    from bedside_dx.models.engines.onnxruntime_engine import available

    if provider in available():
        pytest.skip(f"this build of onnxruntime has {provider}")
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    with pytest.raises(ModelError) as caught:
        load(package, provider=provider)
    assert caught.value.code == "model.provider-unavailable"
    assert "cpu" in str(caught.value.values["available"]).lower()


def test_auto_says_what_it_took(tmp_path: Path) -> None:
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    assert load(package, provider="auto").provider in {"CPU", "CUDA", "DirectML", "Core ML"}


@given(
    logits=arrays.arrays(
        np.float64, st.tuples(st.integers(1, 5), st.just(4)), elements=st.floats(-15, 15)
    ),
    temperature=st.floats(0.05, 20),
)
def test_the_temperature_keeps_order_and_sums(logits: Any, temperature: float) -> None:
    power = np.exp(logits - logits.max(1, keepdims=True))
    probabilities = (power / power.sum(1, keepdims=True)).astype(np.float32)
    changed = tempered(probabilities, temperature)
    np.testing.assert_allclose(changed.sum(1), 1, atol=1e-5)
    rows = np.arange(len(changed))
    np.testing.assert_allclose(changed[rows, probabilities.argmax(1)], changed.max(1))


def test_looking_at_packages_loads_no_engine() -> None:
    code = (
        "import sys, bedside_dx.models.golden, bedside_dx.models.session, bedside_dx.app.choosing\n"
        "bedside_dx.app.choosing.candidates()\n"
        "print('onnxruntime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_model_without_a_gate_has_a_fingerprint_and_calls_nothing_strange(tmp_path: Path) -> None:
    gate = {"method": "none", "slide_threshold": 0.5}
    folder = tiny_model.write(tmp_path / "tiny", manifest=tiny_model.manifest(gate=gate))
    (folder / "reference.npz").unlink()
    model = load(read_package(tiny_model.seal(folder)))
    assert len(model.fingerprint) == 64
    assert model.fingerprint != loaded(tmp_path / "with").fingerprint
    assert not model.classify(tiny_model.images("red", 128), Cancel()).unfamiliarity.any()
