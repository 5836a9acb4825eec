"""A foreign graph between ours gives what it gave before, or is refused with the reason."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from bedside_dx.core.errors import ModelError
from bedside_dx.models.importers import worker
from bedside_dx.models.importers.pictures import made_up
from tests.kit import foreign_model

SIDE = 64
SETTINGS = {
    "patch_px": SIDE,
    "network_px": SIDE,
    "mean": foreign_model.MEAN,
    "std": foreign_model.STD,
    "full": 1.0,
    "activation": "softmax",
    "single": False,
    "classes": 3,
}


def wrap(folder: Path, content: bytes, **changes: object) -> dict:
    path = folder / "network.onnx"
    path.write_bytes(content)
    return worker.wrap(str(path), str(folder), SETTINGS | changes, "")


def run(content: bytes, pixels: np.ndarray, *outputs: str) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(content)
    name = session.get_inputs()[0].name
    return session.run(list(outputs) or None, {name: pixels})


def both(folder: Path, content: bytes, pixels: np.ndarray) -> tuple[np.ndarray, ...]:
    """What the network gives for prepared pixels, and what the wrapped one gives for bytes."""
    prepared = (pixels / 255 - foreign_model.MEAN) / foreign_model.STD
    planes = np.ascontiguousarray(prepared.transpose(0, 3, 1, 2), dtype=np.float32)
    (logits,) = run(content, planes)
    wrapped = (folder / "model.onnx").read_bytes()
    return (logits, *run(wrapped, pixels, "probabilities", "embedding"))


def softmax(logits: np.ndarray) -> np.ndarray:
    power = np.exp(logits - logits.max(1, keepdims=True))
    return power / power.sum(1, keepdims=True)


def test_outputs_are_those_of_the_network(tmp_path: Path) -> None:
    content = foreign_model.network()
    said = wrap(tmp_path, content)
    pixels = made_up(SIDE, 5)
    logits, probabilities, embedding = both(tmp_path, content, pixels)
    np.testing.assert_allclose(probabilities, softmax(logits), atol=1e-6)
    assert said == {"width": 8, "difference": None}
    assert embedding.shape == (5, 8)
    # The embedding is what the last layer makes its classes of.
    model = onnx.load_from_string(content)
    weights = {w.name: onnx.numpy_helper.to_array(w) for w in model.graph.initializer}
    np.testing.assert_allclose(embedding @ weights["w2"] + weights["b2"], logits, atol=1e-4)


def test_one_output_becomes_two_classes(tmp_path: Path) -> None:
    content = foreign_model.network(outputs=1)
    wrap(tmp_path, content, single=True, activation="sigmoid", classes=2)
    logits, probabilities, _ = both(tmp_path, content, made_up(SIDE, 4))
    np.testing.assert_allclose(probabilities[:, 1:], 1 / (1 + np.exp(-logits)), atol=1e-6)
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-6)


def test_probabilities_are_left_alone(tmp_path: Path) -> None:
    content = foreign_model.network(end="Softmax")
    wrap(tmp_path, content, activation="none")
    given, probabilities, embedding = both(tmp_path, content, made_up(SIDE, 4))
    np.testing.assert_allclose(probabilities, given, atol=1e-6)
    assert embedding.shape == (4, 8)


def test_a_last_layer_that_is_a_convolution_is_averaged(tmp_path: Path) -> None:
    content = foreign_model.network(trap="conv")
    assert wrap(tmp_path, content)["width"] == 8
    logits, probabilities, _ = both(tmp_path, content, made_up(SIDE, 4))
    np.testing.assert_allclose(probabilities, softmax(logits[:, :, 0, 0]), atol=1e-6)


def test_without_a_last_layer_the_outputs_describe_the_image(tmp_path: Path) -> None:
    assert wrap(tmp_path, foreign_model.network(trap="none"))["width"] == 3


def test_colours_may_come_last(tmp_path: Path) -> None:
    first = tmp_path / "first"
    last = tmp_path / "last"
    for folder, content in (
        (first, foreign_model.network()),
        (last, foreign_model.network(channels_last=True)),
    ):
        folder.mkdir()
        wrap(folder, content)
    pixels = made_up(SIDE, 4)
    a, b = (run((f / "model.onnx").read_bytes(), pixels, "probabilities")[0] for f in (first, last))
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_network_for_grey_pictures_gets_their_mean(tmp_path: Path) -> None:
    content = foreign_model.network(channels=1)
    wrap(tmp_path, content, mean=[0.5], std=[0.25])
    pixels = made_up(SIDE, 3)
    grey = (pixels.mean(3, keepdims=True) / 255 - 0.5) / 0.25
    (logits,) = run(content, grey.transpose(0, 3, 1, 2).astype(np.float32))
    (probabilities,) = run((tmp_path / "model.onnx").read_bytes(), pixels, "probabilities")
    np.testing.assert_allclose(probabilities, softmax(logits), atol=1e-5)


def test_bytes_may_stay_bytes(tmp_path: Path) -> None:
    content = foreign_model.network()
    wrap(tmp_path, content, full=255.0, mean=[120.0], std=[60.0])
    pixels = made_up(SIDE, 3)
    planes = ((pixels - 120.0) / 60).transpose(0, 3, 1, 2).astype(np.float32)
    (logits,) = run(content, planes)
    (probabilities,) = run((tmp_path / "model.onnx").read_bytes(), pixels, "probabilities")
    np.testing.assert_allclose(probabilities, softmax(logits), atol=1e-5)


@pytest.mark.parametrize("patch_px", [96, 32])
def test_a_resize_is_that_of_pillow(tmp_path: Path, patch_px: int) -> None:
    content = foreign_model.network(opset=17)
    wrap(tmp_path, content, patch_px=patch_px)
    pixels = made_up(patch_px, 6)
    resized = np.stack(
        [
            np.asarray(Image.fromarray(p).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
            for p in pixels
        ]
    )
    prepared = (resized / 255 - foreign_model.MEAN) / foreign_model.STD
    (logits,) = run(content, prepared.transpose(0, 3, 1, 2).astype(np.float32))
    (probabilities,) = run((tmp_path / "model.onnx").read_bytes(), pixels, "probabilities")
    # Pillow rounds to whole bytes on the way.
    np.testing.assert_allclose(probabilities, softmax(logits), atol=0.01)


@pytest.mark.parametrize(("patch_px", "network_px"), [(19, 27), (96, 64), (224, 157)])
def test_a_resize_comes_to_the_pixel(tmp_path: Path, patch_px: int, network_px: int) -> None:
    """In single precision 19 px times 27 / 19 are a hair less than 27 px."""
    content = foreign_model.network(side=network_px)
    wrap(tmp_path, content, patch_px=patch_px, network_px=network_px)
    (probabilities,) = run(
        (tmp_path / "model.onnx").read_bytes(), made_up(patch_px, 2), "probabilities"
    )
    assert probabilities.shape == (2, 3)


def test_a_declared_number_of_images_is_freed(tmp_path: Path) -> None:
    wrap(tmp_path, foreign_model.network(batch=1))
    (probabilities,) = run(
        (tmp_path / "model.onnx").read_bytes(), made_up(SIDE, 7), "probabilities"
    )
    assert probabilities.shape == (7, 3)


@pytest.mark.parametrize(
    ("network", "settings", "code"),
    [
        ({"trap": "batch"}, {}, "exchange.fixed-batch"),
        ({"trap": "map"}, {}, "exchange.not-a-classifier"),
        ({"trap": "nan"}, {}, "exchange.graph-refused"),
        ({"trap": "two"}, {}, "exchange.which-output"),
        ({"channels": 2}, {}, "exchange.graph-refused"),
        ({"outputs": 4}, {}, "exchange.other-classes"),
        ({"outputs": 1}, {"single": True, "classes": 2}, None),
        ({}, {"activation": "none"}, "exchange.no-probabilities"),
        ({"end": "Softmax"}, {}, "exchange.already-probabilities"),
        ({"side": 32}, {}, "exchange.graph-refused"),
        ({}, {"mean": [0.5, 0.5]}, "exchange.graph-refused"),
    ],
)
def test_what_can_not_be_used_is_refused(
    tmp_path: Path, network: dict, settings: dict, code: str | None
) -> None:
    content = foreign_model.network(**network)
    if code is None:
        wrap(tmp_path, content, **settings)
        return
    with pytest.raises(ModelError) as caught:
        wrap(tmp_path, content, **settings)
    assert caught.value.code == code
    assert not (tmp_path / "model.onnx").exists()


def test_a_second_output_can_be_chosen(tmp_path: Path) -> None:
    assert wrap(tmp_path, foreign_model.network(trap="two"), output="logits")["width"] == 8


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x08\x08\x3a\xff\xff\xff"])
def test_garbage_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        wrap(tmp_path, content)
    assert caught.value.code == "exchange.graph-refused"


def test_weights_elsewhere_are_refused(tmp_path: Path) -> None:
    model = onnx.load_from_string(foreign_model.network())
    onnx.save(
        model, tmp_path / "x.onnx", save_as_external_data=True, size_threshold=0, location="w.bin"
    )
    with pytest.raises(ModelError) as caught:
        wrap(tmp_path, (tmp_path / "x.onnx").read_bytes())
    assert caught.value.code == "exchange.graph-refused"


def test_a_conversion_that_changed_the_network_is_refused(tmp_path: Path) -> None:
    content = foreign_model.network()
    pixels = made_up(SIDE, 16)
    wrap(tmp_path, content)
    (right,) = run((tmp_path / "model.onnx").read_bytes(), pixels, "probabilities")
    path, reference = tmp_path / "network.onnx", tmp_path / "before.npz"
    np.savez(reference, images=pixels, probabilities=right)
    said = worker.wrap(str(path), str(tmp_path), SETTINGS, str(reference))
    assert said["difference"] < 1e-6
    right[3, 0] += 2e-4
    np.savez(reference, images=pixels, probabilities=right)
    with pytest.raises(ModelError) as caught:
        worker.wrap(str(path), str(tmp_path), SETTINGS, str(reference))
    assert caught.value.code == "exchange.outputs-differ"


def test_a_graph_says_how_it_ends_and_its_side(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    path.write_bytes(foreign_model.network(end="Softmax"))
    assert worker.look(str(path), "") == {"side": SIDE, "ends_in": "Softmax"}
    path.write_bytes(foreign_model.network(side=None))
    assert worker.look(str(path), "") == {"side": None, "ends_in": ""}
