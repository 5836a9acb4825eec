"""Where a new number of pictures is dear, an engine is given full batches, and nobody notices."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_model
from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.pace import Pace
from bedside_dx.models import registry
from bedside_dx.models.engines.bound import IN_FLIGHT
from bedside_dx.models.engines.onnxruntime_engine import OnnxRuntimeEngine, ort
from bedside_dx.models.engines.openvino_engine import OpenVinoEngine
from bedside_dx.models.package import GRAPH, ModelPackage, read_package
from bedside_dx.models.session import LoadedModel, load


class LikeACard(OnnxRuntimeEngine):
    """The processor behind bound buffers, as a card is; remembers how many pictures came."""

    def __init__(self, graph: bytes) -> None:
        super().__init__(graph, provider="cpu", threads=1, device="cpu")
        self.sizes: list[int] = []

    def run(
        self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]], cancel: Cancel
    ) -> list[NDArray[Any]]:
        self.sizes += [len(array) for array in feed.values()]
        return super().run(outputs, feed, cancel)


def on_a_card(package: ModelPackage, batch: int) -> tuple[LoadedModel, LikeACard]:
    engine = LikeACard(package.content(GRAPH))
    return LoadedModel(package, engine, None, None, Pace(batch=batch)), engine


def noise(package: ModelPackage, count: int) -> NDArray[np.uint8]:
    side = package.card.patch_px
    return np.random.default_rng(3).integers(0, 255, (count, side, side, 3), np.uint8)


def in_full_batches(package: ModelPackage, images: NDArray[np.uint8]) -> list[NDArray[Any]]:
    """What onnxruntime gives for them among others, eight at a time and not bound."""
    others = np.full_like(images[:1], 99).repeat(-len(images) % 8, 0) if len(images) else images
    seen = load(package).outputs(np.concatenate([images, others]), Cancel())
    return [part[: len(images)] for part in seen]


def same(found: Sequence[NDArray[Any]], wanted: Sequence[NDArray[Any]]) -> None:
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("count", [0, 1, 3, 8, 9, 21, 24])
def test_a_card_sees_full_batches_only_and_scores_are_the_same_to_the_bit(
    tmp_path: Path, count: int
) -> None:
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    images = noise(package, count)
    model, card = on_a_card(package, 8)
    found = model.outputs(images, Cancel())
    same(found, in_full_batches(package, images))
    assert [len(one) for one in found] == [count, count]
    assert card.sizes == [8] * -(-count // 8)


def test_a_bundled_model_scores_the_same_to_the_bit_whoever_fills_its_batch() -> None:
    package = registry.find("lung-he")
    model, _ = on_a_card(package, 4)
    images = noise(package, 7)
    whole = model.outputs(images, Cancel())
    alone = [model.outputs(images[at : at + 1], Cancel()) for at in range(len(images))]
    same([np.concatenate(part) for part in zip(*alone, strict=True)], whole)


def test_the_processor_computes_nothing_that_is_thrown_away() -> None:
    graph = tiny_model.graph()
    assert not OnnxRuntimeEngine(graph, provider="cpu", threads=1).wants_full_batches
    assert OpenVinoEngine(graph, precision="fp32", threads=1, batch=4).wants_full_batches


def test_another_batch_fills_up_to_that_one(tmp_path: Path) -> None:
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    model, card = on_a_card(package, 4)
    model.at(Pace(batch=16)).outputs(noise(package, 18), Cancel())
    assert card.sizes == [16, 16]


@pytest.mark.parametrize("batch", [1, 4])
def test_whole_images_come_one_at_a_time_or_filled_up(batch: int) -> None:
    package = registry.find("brain-mri")
    assert package.card.input is ModelInput.WHOLE_IMAGE
    images = noise(package, 3)
    model, card = on_a_card(package, batch)
    for at in range(3):
        one = images[at : at + 1]
        wanted = load(package, pace=Pace(batch=1)).outputs(one, Cancel())
        for a, b in zip(model.outputs(one, Cancel()), wanted, strict=True):
            np.testing.assert_allclose(a, b, atol=2e-6)
    assert card.sizes == [batch] * 3


REAL = ort.OrtValue


class Counted:
    """Makes buffers as onnxruntime does, and counts them."""

    made = 0

    @classmethod
    def ortvalue_from_numpy(cls, *given: Any) -> Any:
        cls.made += 1
        return REAL.ortvalue_from_numpy(*given)


def test_buffers_are_made_once_however_full_the_batches_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    monkeypatch.setattr(Counted, "made", 0)
    monkeypatch.setattr(ort, "OrtValue", Counted)
    model, _ = on_a_card(package, 8)
    parts = [noise(package, count) for count in (8, 5, 1, 8, 3, 7, 2)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda part: model.outputs(part, Cancel()), parts))
    assert Counted.made <= IN_FLIGHT
    for part, pair in zip(parts, found, strict=True):
        same(pair, in_full_batches(package, part))
