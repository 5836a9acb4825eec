"""Two engines behind one interface: they agree, stop at once, and never stand in for each other."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_model
import tomli_w

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import ModelError
from bedside_dx.core.pace import Pace
from bedside_dx.models import golden, registry
from bedside_dx.models.engines import choice, openvino_engine
from bedside_dx.models.engines.engine import EngineFault
from bedside_dx.models.engines.onnxruntime_engine import OnnxRuntimeEngine
from bedside_dx.models.engines.openvino_engine import OpenVinoEngine
from bedside_dx.models.manifest import LEAST_SAME
from bedside_dx.models.package import RANGES, ModelPackage, read_package
from bedside_dx.models.session import LoadedModel, load

OUTPUTS = ("probabilities", "embedding")
STATED: dict[str, Any] = {
    "engine": "openvino",
    "decisions_same": 0.997,
    "max_dp": 0.01,
    "n": 100,
    "second_look": 0.25,
    "second_look_unfamiliarity": 0.1,
    "looked_again": 0.1,
    "tolerance": 0.05,
    "embedding_tolerance": 0.1,
}


def package(folder: Path, *precisions: str, **parts: Any) -> ModelPackage:
    stated = dict.fromkeys(precisions, STATED) or None
    manifest = tiny_model.manifest(precision=stated)
    return read_package(tiny_model.write(folder / "tiny", manifest=manifest, **parts))


def refused(code: str, found: ModelPackage, pace: Pace, provider: str = "cpu") -> ModelError:
    with pytest.raises(ModelError) as caught:
        load(found, provider=provider, pace=pace)
    assert caught.value.code == code
    return caught.value


def run_on(step: Callable[[], object]) -> None:
    """Run again and again until it is stopped, a minute at most."""
    began = time.monotonic()
    while time.monotonic() < began + 60:
        step()


@pytest.mark.parametrize("name", ["colon-he", "lung-he", "brain-mri"])
def test_bundled_models_give_their_reference_results_on_both_engines(name: str) -> None:
    found = registry.find(name)
    for precision in choice.precisions(found):
        result = golden.check(found, load(found, pace=Pace("openvino", precision, 4)))
        assert result.passed
        assert result.max_difference < (1e-5 if precision == "fp32" else result.tolerance)
    for stated in found.manifest.precisions.values():
        assert stated.decisions_same >= LEAST_SAME


def test_a_batch_that_is_not_full_gives_the_same(tmp_path: Path) -> None:
    found = package(tmp_path)
    images = np.random.default_rng(0).integers(0, 255, (21, 32, 32, 3), np.uint8)
    whole = load(found).outputs(images, Cancel())
    for batch in (1, 4, 64):
        other = load(found, pace=Pace("openvino", "fp32", batch)).outputs(images, Cancel())
        for a, b in zip(whole, other, strict=True):
            np.testing.assert_allclose(a, b, atol=2e-6)
    assert load(found, pace=Pace("openvino")).outputs(images[:0], Cancel())[0].shape == (0, 3)


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
def test_many_threads_may_use_one_model_on_either(tmp_path: Path, engine: str) -> None:
    model = load(package(tmp_path), pace=Pace(engine, batch=4))
    images = np.random.default_rng(1).integers(0, 255, (64, 32, 32, 3), np.uint8)
    alone = model.outputs(images, Cancel())[0]
    with ThreadPoolExecutor(8) as pool:
        for found, _ in pool.map(lambda _: model.outputs(images, Cancel()), range(16)):
            np.testing.assert_array_equal(found, alone)


def test_a_cancel_ends_openvino_in_flight(tmp_path: Path) -> None:
    model = load(package(tmp_path, graph=tiny_model.graph(rounds=200)), pace=Pace("openvino"))
    images = np.zeros((8, 32, 32, 3), np.uint8)
    model.outputs(images[:1], Cancel())
    model.outputs(images, Cancel())  # compiled by now
    cancel = Cancel()
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    with pytest.raises(CancelledByUser):
        run_on(lambda: model.outputs(images, cancel))
    timer.join()
    assert not cancel._callbacks
    assert np.isfinite(model.outputs(images, Cancel())[0]).all()


def test_without_the_extra_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = package(tmp_path, "bf16")
    monkeypatch.setitem(sys.modules, "openvino", None)
    for precision in ("fp32", "bf16"):
        error = refused("model.engine-missing", found, Pace("openvino", precision))
        assert error.values == {"engine": "OpenVINO", "extra": "openvino"}
    assert choice.precisions(found) == ("fp32",)
    assert len(choice.versions()) == 1
    assert load(found).engine.startswith("onnxruntime")


def test_a_precision_that_the_package_does_not_state_is_refused(tmp_path: Path) -> None:
    error = refused("model.precision-not-stated", package(tmp_path), Pace("openvino", "bf16"))
    assert error.values == {"name": "tiny", "precision": "BF16"}


def test_a_precision_that_the_processor_lacks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = package(tmp_path, "bf16")
    monkeypatch.setattr(openvino_engine, "precisions", lambda: frozenset({"fp32"}))
    assert choice.precisions(found) == ("fp32",)
    refused("model.precision-unavailable", found, Pace("openvino", "bf16"))


def in_eight_bits(folder: Path, ranges: Any = None, **precisions: Any) -> Path:
    """A small network of convolutions that states eight bits, with its ranges."""
    graph = tiny_model.graph(mixed=True)
    manifest = tiny_model.manifest(precision={"int8": STATED, **precisions})
    tiny_model.write(folder / "tiny", manifest=manifest, graph=graph)
    np.savez(
        folder / "tiny" / RANGES, **ranges or openvino_engine.ranges_of(graph, "patches", noise())
    )
    return tiny_model.seal(folder / "tiny")


def noise() -> np.ndarray:
    """Pictures of all kinds, (24, 32, 32, 3) uint8."""
    rng = np.random.default_rng(4)
    plain = rng.integers(20, 235, (24, 1, 1, 3))
    return (plain + rng.integers(-20, 20, (24, 32, 32, 3))).astype(np.uint8)


def test_eight_bits_agree_and_are_named(tmp_path: Path) -> None:
    found = read_package(in_eight_bits(tmp_path))
    rough = load(found, pace=Pace("openvino", "int8", 4))
    assert rough.provider == "CPU INT8"
    wanted, got = (model.outputs(noise(), Cancel()) for model in (load(found), rough))
    np.testing.assert_allclose(got[0], wanted[0], atol=0.02)
    assert np.abs(got[0] - wanted[0]).max() > 1e-5


def test_what_reads_the_pixels_is_not_rounded_to_eight_bits() -> None:
    assert set(openvino_engine.ranges_of(tiny_model.graph(mixed=True), "patches", noise())) == {
        "eight"
    }


def test_eight_bits_look_again_in_bf16_and_that_in_32(tmp_path: Path) -> None:
    all_of_it = {"second_look": 2.0, "second_look_unfamiliarity": 2.0}
    none = {"second_look": 0.0, "second_look_unfamiliarity": 0.0}
    even = np.full((3, 32, 32, 3), 97, np.uint8)  # tumour as likely as not
    even[:, :, :, 0] += np.uint8([42, 44, 46])[:, None, None]

    def seen(name: str, precision: str, bf16: dict[str, float]) -> np.ndarray:
        stated = {"int8": STATED | all_of_it, "bf16": STATED | bf16}
        found = read_package(in_eight_bits(tmp_path / name, **stated))
        if precision not in choice.precisions(found):
            pytest.skip("this processor has no BF16; that it is refused is tested above")
        engine = "onnxruntime" if precision == "fp32" else "openvino"
        return load(found, pace=Pace(engine, precision, 4)).classify(even, Cancel()).probabilities

    exact, bf16 = seen("exact", "fp32", none), seen("bf16", "bf16", none)
    assert (exact != bf16).any()
    np.testing.assert_array_equal(seen("to-bf16", "int8", none), bf16)
    np.testing.assert_array_equal(seen("to-32", "int8", all_of_it), exact)


def test_ranges_of_another_graph_are_refused(tmp_path: Path) -> None:
    found = read_package(in_eight_bits(tmp_path, {"elsewhere": np.float32([0, 1])}))
    with pytest.raises(ModelError, check=lambda e: e.code == "model.damaged"):
        load(found, pace=Pace("openvino", "int8"))


@pytest.mark.parametrize("stated", [True, False])
def test_ranges_and_their_precision_come_together(tmp_path: Path, stated: bool) -> None:
    folder = in_eight_bits(tmp_path)
    if stated:
        (folder / RANGES).unlink()
    else:
        (folder / "manifest.toml").write_text(tomli_w.dumps(tiny_model.manifest()))
    with pytest.raises(ModelError, check=lambda e: e.code == "model.damaged"):
        read_package(tiny_model.seal(folder))


def test_an_engine_that_can_not_is_refused(tmp_path: Path) -> None:
    found = package(tmp_path, "bf16")
    refused("model.engine-unfit", found, Pace("onnxruntime", "bf16"))
    refused("model.engine-unfit", found, Pace("openvino"), provider="cuda")


def reduced(found: ModelPackage) -> LoadedModel:
    if "bf16" not in openvino_engine.precisions():
        pytest.skip("this processor has no BF16; that it is refused is tested above")
    return load(found, pace=Pace("openvino", "bf16", 4))


def test_results_name_the_precision_and_have_a_fingerprint_of_their_own(tmp_path: Path) -> None:
    found = package(tmp_path, "bf16")
    rough, full = reduced(found), load(found)
    assert (rough.provider, full.provider) == ("CPU BF16", "CPU")
    assert rough.engine.startswith("openvino ")
    assert rough.fingerprint != full.fingerprint


def test_near_a_limit_the_numbers_are_those_of_32_bits(tmp_path: Path) -> None:
    found = package(tmp_path, "bf16")
    rough, full = reduced(found), load(found)
    even = np.full((3, 32, 32, 3), 97, np.uint8)  # tumour as likely as not
    even[:, :, :, 0] += np.uint8([42, 44, 46])[:, None, None]
    clear = tiny_model.images("red")
    images = np.concatenate([even, clear])
    a, b = full.classify(images, Cancel()), rough.classify(images, Cancel())
    raw = rough.seen(*rough.outputs(images, Cancel()))
    again = (b.probabilities == a.probabilities).all(1) & (
        raw.probabilities != a.probabilities
    ).any(1)
    assert again.any()
    np.testing.assert_array_equal(b.embedding[again], a.embedding[again])
    np.testing.assert_allclose(b.probabilities, a.probabilities, atol=0.02)


def test_bound_buffers_give_the_same_to_the_bit(tmp_path: Path) -> None:
    graph = tiny_model.graph(rounds=2)
    plain = OnnxRuntimeEngine(graph, provider="cpu", threads=1)
    bound = OnnxRuntimeEngine(graph, provider="cpu", threads=1, device="cpu")
    rng = np.random.default_rng(2)
    parts = [rng.integers(0, 255, (n, 32, 32, 3), np.uint8) for n in (8, 8, 3, 8, 1, 16)]
    wanted = [plain.run(OUTPUTS, {"patches": part}, Cancel()) for part in parts]
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(bound.run, OUTPUTS, {"patches": p}, Cancel()) for p in parts * 5]
        for job, right in zip(jobs, wanted * 5, strict=True):
            for a, b in zip(job.result(), right, strict=True):
                np.testing.assert_array_equal(a, b)


def test_a_bound_run_that_fails_gives_its_buffers_back() -> None:
    bound = OnnxRuntimeEngine(tiny_model.graph(), provider="cpu", threads=1, device="cpu")
    for _ in range(5):
        with pytest.raises(EngineFault):
            bound.run(OUTPUTS, {"patches": np.zeros((1, 5, 5, 7), np.uint8)}, Cancel())
    assert len(bound.run(OUTPUTS, {"patches": tiny_model.images("red")}, Cancel())) == 2


def test_a_bound_run_is_cancelled_in_flight() -> None:
    bound = OnnxRuntimeEngine(tiny_model.graph(rounds=400), provider="cpu", threads=1, device="cpu")
    cancel, images = Cancel(), np.zeros((8, 32, 32, 3), np.uint8)
    threading.Timer(0.05, cancel.cancel).start()
    with pytest.raises(CancelledByUser):
        run_on(lambda: bound.run(OUTPUTS, {"patches": images}, cancel))
    assert bound.run(OUTPUTS, {"patches": images[:1]}, Cancel())


def test_a_graph_that_openvino_can_not_read_is_a_fault() -> None:
    with pytest.raises(EngineFault):
        OpenVinoEngine(b"no graph", precision="fp32", threads=1, batch=1)


@pytest.mark.skipif(sys.platform == "win32", reason="looks into the cache as Linux has it")
def test_onnxruntime_reports_to_nobody(tmp_path: Path) -> None:
    """Where it would, it first makes up a number for this machine in the user's cache."""
    code = (
        "import sys; from bedside_dx.models.engines.onnxruntime_engine import OnnxRuntimeEngine;"
        "OnnxRuntimeEngine(sys.stdin.buffer.read(), provider='cpu', threads=1)"
    )
    # The library keeps silent by itself in tests and on CI.
    hints = ("CI", "GITHUB", "ORT_", "TF_BUILD", "PYTEST", "BUILD_")
    usual = {name: value for name, value in os.environ.items() if not name.startswith(hints)}
    subprocess.run(
        [sys.executable, "-c", code],
        input=tiny_model.graph(),
        env={**usual, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []


def test_openvino_reports_to_nobody() -> None:
    code = (
        "import sys, bedside_dx.models.engines.openvino_engine as e;"
        "e.precisions();"
        "print([m for m in sys.modules if 'telemetry' in m or m == 'socket'])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
