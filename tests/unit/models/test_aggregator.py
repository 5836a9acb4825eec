"""A package's slide-level network: sealed, compared with its manifest, and held to its outputs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_model
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import InferenceError, ModelError
from bedside_dx.models import golden
from bedside_dx.models.package import read_package
from bedside_dx.models.session import LoadedModel, load


def loaded(folder: Path, **parts: Any) -> LoadedModel:
    return load(read_package(tiny_model.write_with_aggregator(folder / "tiny", **parts)))


def refusal(folder: Path, **parts: Any) -> str:
    with pytest.raises(ModelError) as caught:
        loaded(folder, **parts)
    assert caught.value.code == "model.damaged"
    return str(caught.value.values["detail"])


def embeddings(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 4)).astype(np.float16)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    return loaded(tmp_path_factory.mktemp("aggregator"))


def test_the_small_network_is_what_the_standard_calls_a_model() -> None:
    tiny_model.check_with_onnx(tiny_model.aggregator())


def test_the_card_says_what_it_is(model: LoadedModel, tmp_path: Path) -> None:
    whole = model.card.slide_level
    assert whole is not None
    assert (whole.classes, whole.sure_from, whole.least_patches, whole.width) == (
        ("red",),
        0.9,
        4,
        4,
    )
    package = read_package(tiny_model.write_with_aggregator(tmp_path / "tiny"))
    assert whole.sha256 == package.hashes["aggregator.onnx"]


def test_a_package_without_one_is_as_before(tmp_path: Path) -> None:
    model = load(read_package(tiny_model.write(tmp_path / "tiny")))
    assert model.card.slide_level is None
    with pytest.raises(InferenceError, match=r"inference\.failed"):
        model.aggregate(embeddings(5), Cancel())


def test_a_slide_is_read_as_the_formula_says(model: LoadedModel) -> None:
    bag = embeddings(300)
    reading = model.aggregate(bag, Cancel())
    probability, attention = tiny_model.whole_reading(bag)
    np.testing.assert_allclose(reading.probabilities, probability[0], atol=1e-4)
    np.testing.assert_allclose(reading.attention, attention, atol=1e-5)
    assert reading.attention.dtype == np.float32


@given(count=st.integers(1, 60), seed=st.integers(0, 1000))
def test_the_order_of_patches_means_nothing(model: LoadedModel, count: int, seed: int) -> None:
    bag = embeddings(count, seed)
    order = np.random.default_rng(seed).permutation(count)
    one, other = model.aggregate(bag, Cancel()), model.aggregate(bag[order], Cancel())
    np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)
    np.testing.assert_allclose(one.attention[order], other.attention, atol=1e-6)
    assert (one.attention >= 0).all()
    assert one.attention.sum() == pytest.approx(1, abs=1e-4)


def test_a_cancel_ends_it(model: LoadedModel) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledByUser):
        model.aggregate(embeddings(5), cancel)


@pytest.mark.parametrize("bag", [embeddings(0), embeddings(5)[:, :3], embeddings(5)[0]])
def test_only_embeddings_are_taken(model: LoadedModel, bag: np.ndarray) -> None:
    with pytest.raises(InferenceError, match=r"inference\.failed"):
        model.aggregate(bag, Cancel())


@pytest.mark.parametrize(
    ("tail", "code"), [("nan", r"inference\.not-finite"), ("double", r"inference\.failed")]
)
def test_no_nonsense_comes_out(tmp_path: Path, tail: str, code: str) -> None:
    model = loaded(tmp_path, aggregator=tiny_model.aggregator(tail=tail))
    with pytest.raises(InferenceError, match=code):
        model.aggregate(embeddings(5), Cancel())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"classes": ["violet"]}, "aggregator.classes must be classes of the model"),
        ({"classes": ["red", "red"]}, "aggregator.classes must be classes of the model"),
        ({"classes": ["red", "green"]}, "probabilities.shape must be 1 × 2"),
        ({"sure_from": 0.2}, "aggregator.sure_from must be from 0.5 to 1"),
        ({"least_patches": 0}, "aggregator.least_patches must be from 1"),
        ({"metrics": {}}, "aggregator.metrics must say"),
        ({"metrics": None}, "aggregator.metrics is missing"),
        ({"tensors": {}}, "aggregator.tensors.embedding is missing"),
    ],
)
def test_a_section_that_is_not_right_is_refused(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    assert words in refusal(tmp_path, section=tiny_model.aggregator_section(**changes))


def test_network_and_section_come_together(tmp_path: Path) -> None:
    folder = tiny_model.write_with_aggregator(tmp_path / "tiny")
    (folder / "aggregator.onnx").unlink()
    tiny_model.seal(folder)
    with pytest.raises(ModelError) as alone:
        read_package(folder)
    other = tiny_model.write(tmp_path / "other")
    (other / "aggregator.onnx").write_bytes(tiny_model.aggregator())
    tiny_model.seal(other)
    with pytest.raises(ModelError) as unannounced:
        read_package(other)
    for caught in (alone, unannounced):
        assert "must be there together" in str(caught.value.values["detail"])


def test_a_whole_image_has_no_slide_level(tmp_path: Path) -> None:
    section = tiny_model.aggregator_section()
    manifest = tiny_model.manifest(
        input="whole-image", modality="MR", spacing_um_px=None, aggregator=section
    )
    assert "no meaning for whole images" in refusal(tmp_path, manifest=manifest)


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (b"", "aggregator.onnx holds no graph"),
        (tiny_model.aggregator()[:-9], "aggregator.onnx is"),
        (tiny_model.aggregator(domain="com.microsoft"), "aggregator.onnx needs operators"),
        (tiny_model.aggregator(width=5), "aggregator.onnx: embedding is float32 N × 5"),
        (tiny_model.graph(), "aggregator.onnx has the inputs patches"),
    ],
)
def test_another_graph_is_refused(tmp_path: Path, graph: bytes, words: str) -> None:
    folder = tiny_model.write_with_aggregator(tmp_path / "tiny")
    (folder / "aggregator.onnx").write_bytes(graph)
    tiny_model.seal(folder)
    with pytest.raises(ModelError) as caught:
        load(read_package(folder))
    assert words in str(caught.value.values["detail"])


def test_its_reference_results_are_checked(tmp_path: Path) -> None:
    package = read_package(tiny_model.write_with_aggregator(tmp_path / "tiny"))
    result = golden.check(package, load(package))
    assert result.passed
    assert result.max_difference < 1e-5


@pytest.mark.parametrize("key", ["bag_probabilities", "attention"])
def test_another_slide_level_result_does_not_pass(tmp_path: Path, key: str) -> None:
    wrong = tiny_model.golden() | tiny_model.golden_bag()
    wrong[key] = np.abs(wrong[key] - 0.2)
    package = read_package(tiny_model.write_with_aggregator(tmp_path / "tiny", golden=wrong))
    assert not golden.check(package, load(package)).passed


@pytest.mark.parametrize("key", ["bag", "bag_probabilities", "attention"])
def test_reference_results_must_be_there(tmp_path: Path, key: str) -> None:
    wrong = tiny_model.golden() | tiny_model.golden_bag()
    del wrong[key]
    package = read_package(tiny_model.write_with_aggregator(tmp_path / "tiny", golden=wrong))
    with pytest.raises(ModelError, match=r"model\.damaged"):
        golden.check(package, load(package))
