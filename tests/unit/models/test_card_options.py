"""What NVIDIA's providers are told, and that one which does not run is never another one unsaid.

What the real provider does without a driver or with an unknown option was looked at on
onnxruntime-gpu 1.31.1; here the processor stands in for it.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_model

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import ModelError, Phrase
from bedside_dx.core.pace import Pace
from bedside_dx.models.engines import card_options, nvidia_libraries, onnxruntime_engine
from bedside_dx.models.engines.card_options import Kept, fixed_lengths, kept_folders
from bedside_dx.models.engines.engine import EngineFault, engine_said, first_line
from bedside_dx.models.engines.onnxruntime_engine import PROVIDERS, OnnxRuntimeEngine, ort
from bedside_dx.models.package import read_package
from bedside_dx.models.session import load

OUTPUTS = ("probabilities", "embedding")
LEFT_OUT = "the engine left it out"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder that TensorRT's own lie in."""
    monkeypatch.setattr(card_options.platformdirs, "user_cache_path", lambda *_, **__: tmp_path)
    return tmp_path / "tensorrt"


@pytest.fixture
def processor_as_card(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """The processor under the names of the card's providers, told what they are told."""
    for name in ("cuda", "tensorrt"):
        monkeypatch.setitem(PROVIDERS, name, PROVIDERS["cpu"])
        monkeypatch.setitem(onnxruntime_engine.DEVICES, name, "cpu")
    monkeypatch.setattr(onnxruntime_engine, "load_libraries", lambda _: None)


def test_cuda_looks_kernels_up_and_computes_in_32_bits() -> None:
    assert card_options.card_options("cuda") == {
        "cudnn_conv_algo_search": "HEURISTIC",
        "cudnn_conv_use_max_workspace": "1",
        "use_tf32": "0",
    }


def test_tensorrt_keeps_what_it_compiled_and_computes_in_32_bits(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "one", tmp_path)
    assert card_options.card_options("tensorrt", kept) == {
        "trt_fp16_enable": "0",
        "trt_int8_enable": "0",
        "trt_engine_cache_enable": "1",
        "trt_engine_cache_path": str(tmp_path / "one"),
        "trt_timing_cache_enable": "1",
        "trt_timing_cache_path": str(tmp_path),
    }
    without = card_options.card_options("tensorrt")
    assert without == {"trt_fp16_enable": "0", "trt_int8_enable": "0"}


@pytest.mark.parametrize("provider", ["cpu", "directml", "coreml"])
def test_others_are_told_nothing(provider: str, tmp_path: Path) -> None:
    assert card_options.card_options(provider, Kept(tmp_path, tmp_path)) == {}


@pytest.mark.parametrize(
    ("shapes", "lengths"),
    [
        ([["N", 224, 224, 3]], {"N": 16}),
        ([[None, 224, 224, 3]], {}),
        ([[4, 224, 224, 3]], {}),
        ([["N", "H", 3], ["M", 5]], {"N": 16, "M": 16}),
        ([[]], {}),
        ([], {}),
    ],
)
def test_the_number_of_pictures_is_fixed_by_the_graphs_own_name_for_it(
    shapes: Any, lengths: dict[str, int]
) -> None:
    assert fixed_lengths(shapes, 16) == lengths


def test_each_graph_and_number_of_pictures_has_a_folder_of_its_own(cache: Path) -> None:
    found = [kept_folders(graph, size) for graph in (b"one", b"another") for size in (8, 16, None)]
    assert len({kept.engines for kept in found if kept}) == 6
    assert {kept.timings for kept in found if kept} == {cache}
    assert all(kept.engines.is_dir() for kept in found if kept)
    assert kept_folders(b"one", 8) == found[0]
    if os.name == "posix":
        assert cache.stat().st_mode & 0o077 == 0


def test_a_cache_that_can_not_be_written_is_done_without(cache: Path) -> None:
    cache.write_text("not a folder")
    assert kept_folders(b"one", 8) is None


@pytest.mark.usefixtures("processor_as_card")
def test_tensorrt_is_compiled_for_each_number_of_pictures_and_scores_the_same(cache: Path) -> None:
    graph = tiny_model.graph(mixed=True)
    plain = OnnxRuntimeEngine(graph, provider="cpu", threads=1)
    fixed = OnnxRuntimeEngine(graph, provider="tensorrt", threads=1, batch=8)
    assert (fixed.inputs, fixed.outputs) == (plain.inputs, plain.outputs)
    for count in (8, 16, 8, 1):
        feed = {"patches": np.random.default_rng(0).integers(0, 255, (count, 32, 32, 3), np.uint8)}
        wanted = plain.run(OUTPUTS, feed, Cancel())
        for a, b in zip(fixed.run(OUTPUTS, feed, Cancel()), wanted, strict=True):
            np.testing.assert_allclose(a, b, atol=2e-6)
    assert {folder.name for folder in next(cache.iterdir()).iterdir()} == {"8", "16", "1"}


@pytest.mark.usefixtures("processor_as_card")
def test_a_session_for_eight_takes_eight() -> None:
    session = onnxruntime_engine._open(tiny_model.graph(), "tensorrt", 1, 8)
    with pytest.raises(onnxruntime_engine.NATIVE_ERRORS):
        session.run(None, {"patches": np.zeros((7, 32, 32, 3), np.uint8)})


@pytest.mark.usefixtures("processor_as_card")
@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_a_model_on_a_card_scores_as_on_the_processor(tmp_path: Path, provider: str) -> None:
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    images = tiny_model.images("red", "green", 128, "blue", 12)
    card = load(package, provider=provider, pace=Pace(batch=2))
    assert card.provider == onnxruntime_engine.LABELS[provider]
    wanted = load(package, pace=Pace(batch=2)).classify(images, Cancel())
    for a, b in zip(card.classify(images, Cancel()), wanted, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


@pytest.mark.usefixtures("processor_as_card")
@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_a_damaged_graph_is_not_the_cards_fault(provider: str) -> None:
    with pytest.raises(EngineFault):
        OnnxRuntimeEngine(b"no graph", provider=provider, threads=1, batch=8)


class Refusing:
    """onnxruntime as it is where the card's provider does not run."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.real = ort.InferenceSession

    def __call__(self, graph: bytes, options: Any, *, providers: Any, **rest: Any) -> Any:
        names = [one if isinstance(one, str) else one[0] for one in providers]
        if names != [PROVIDERS["cpu"]] and self.error is not None:
            raise self.error
        # Left out in silence, with a session on the processor: so it is with CUDA.
        return self.real(graph, options, providers=[PROVIDERS["cpu"]], **rest)


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Refusing:
    """A build of onnxruntime with CUDA, on a machine where it does not run."""
    refusing = Refusing()
    monkeypatch.setattr(ort, "InferenceSession", refusing)
    monkeypatch.setattr(onnxruntime_engine, "available", lambda: ("cuda", "cpu"))
    monkeypatch.setattr(onnxruntime_engine, "load_libraries", lambda _: None)
    return refusing


def asked_for_cuda() -> ModelError:
    with pytest.raises(ModelError) as caught:
        OnnxRuntimeEngine(tiny_model.graph(), provider="cuda", threads=1, batch=8)
    return caught.value


def test_a_provider_that_is_left_out_in_silence_is_told(refusing: Refusing) -> None:
    error = asked_for_cuda()
    assert error.code == "model.provider-failed"
    assert error.values == {"provider": "CUDA", "detail": LEFT_OUT}
    assert isinstance(error.values["detail"], Phrase)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            (
                "/src/info.cc:63 static Info FromProviderOptions(const Options&) [ONNXRuntimeError]"
                ' : 1 : FAIL : provider_options_utils.h:182 Parse Unknown provider option: "use_tf32".'
            ),
            'Unknown provider option: "use_tf32"',
        ),
        (
            (
                "/src/cuda_call.cc:154 std::conditional_t<THRW> CudaCall(ERRTYPE, int) [with E = x] "
                "/src/cuda_call.cc:146 CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ;"
                " hostname=ward-7 ; file=/src/cuda_execution_provider.cc ; line=318 ; expr=f(); \n\n"
            ),
            "CUDA failure 100: no CUDA-capable device is detected",
        ),
    ],
)
def test_an_option_or_a_card_that_is_refused_is_told(
    refusing: Refusing, said: str, told: str
) -> None:
    refusing.error = RuntimeError(said)
    error = asked_for_cuda()
    assert error.code == "model.provider-failed"
    assert told in str(error.values["detail"])
    assert "ward-7" not in str(error.values["detail"])


def test_auto_takes_the_processor_then_and_says_so(refusing: Refusing) -> None:
    refusing.error = RuntimeError("no card")
    engine = OnnxRuntimeEngine(tiny_model.graph(), provider="auto", threads=1, batch=8)
    assert (engine.provider, engine.label) == ("cpu", "CPU")
    assert not engine.wants_full_batches


@pytest.mark.skipif(sys.platform != "linux", reason="names of libraries as Linux has them")
def test_a_library_that_is_missing_is_named(tmp_path: Path) -> None:
    assert nvidia_libraries.missing_library(tmp_path, "cuda") == ""
    (tmp_path / "libonnxruntime_providers_cuda.so").write_text("not a library")
    found = nvidia_libraries.missing_library(tmp_path, "cuda")
    assert found == "libonnxruntime_providers_cuda.so"


def test_libraries_are_loaded_once_in_silence_and_without_short_floats(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(nvidia_libraries.TF32, "1")
    calls: list[str] = []

    def preload() -> None:
        calls.append(os.environ[nvidia_libraries.TF32])
        print("Failed to load libcublas.so")

    for _ in range(2):
        nvidia_libraries.load_libraries(preload)
    assert calls == ["0"]
    assert capsys.readouterr().out == ""


def test_the_processor_loads_nothing_for_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(onnxruntime_engine, "load_libraries", never)
    with contextlib.suppress(ModelError):
        OnnxRuntimeEngine(tiny_model.graph(), provider="directml", threads=1)
    OnnxRuntimeEngine(tiny_model.graph(), provider="cpu", threads=1)


def test_words_of_an_engine_are_said_once() -> None:
    fault = EngineFault(first_line(RuntimeError("[E] : 1 : FAIL : no such node")))
    assert engine_said(fault) == "the engine says “no such node”"
