"""Models as other makers hand them out: real, small, with random weights."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MAKE_TORCHSCRIPT = Path(__file__).with_name("make_torchscript.py")
MEAN, STD = [0.7, 0.6, 0.7], [0.2, 0.25, 0.2]


def network(
    *,
    side: int | None = 64,
    outputs: int = 3,
    batch: int | str = "N",
    end: str = "",
    channels_last: bool = False,
    channels: int = 3,
    trap: str = "",
    opset: int = 17,
) -> bytes:
    """A convolution, its mean over the picture, a layer of classes.

    Parameters
    ----------
    end
        ``"Softmax"``, ``"Sigmoid"`` or nothing behind the last layer.
    trap
        ``"batch"``: the number of images is built in; ``"map"``: it marks pixels;
        ``"nan"``: it divides zero by zero; ``"two"``: it has a second output;
        ``"huge"``: it needs 12 TiB; ``"conv"``: its last layer is a convolution;
        ``"none"``: it has no last layer that could be found.
    """
    rng = np.random.default_rng(1)
    nodes, weights = [], []

    def weight(name: str, value: Any) -> None:
        weights.append(numpy_helper.from_array(np.asarray(value), name))

    weight("w1", rng.normal(0, 0.4, (8, channels, 3, 3)).astype(np.float32))
    weight("w2", rng.normal(0, 1.5, (8, outputs)).astype(np.float32))
    weight("b2", rng.normal(0, 0.3, outputs).astype(np.float32))
    begin = "patches"  # a name of ours, on purpose
    if channels_last:
        nodes.append(helper.make_node("Transpose", [begin], ["planes"], perm=[0, 3, 1, 2]))
        begin = "planes"
    nodes.append(helper.make_node("Conv", [begin, "w1"], ["wave"], pads=[1, 1, 1, 1]))
    nodes.append(helper.make_node("Relu", ["wave"], ["relu"]))
    nodes.append(helper.make_node("GlobalAveragePool", ["relu"], ["mean"]))
    if trap == "batch":
        weight("eight", np.array([1, 8], np.int64))
        nodes.append(helper.make_node("Reshape", ["mean", "eight"], ["flat"]))
    else:
        nodes.append(helper.make_node("Flatten", ["mean"], ["flat"], axis=1))
    nodes.append(helper.make_node("Gemm", ["flat", "w2", "b2"], ["logits"]))
    last, shape = "logits", [batch, outputs]
    if trap == "conv":
        weight("w3", rng.normal(0, 1.5, (outputs, 8, 1, 1)).astype(np.float32))
        nodes += [
            helper.make_node("Conv", ["relu", "w3"], ["places"], kernel_shape=[1, 1]),
            helper.make_node("GlobalAveragePool", ["places"], ["place"]),
        ]
        last, shape = "place", [batch, outputs, 1, 1]
    elif trap == "map":
        last, shape = "relu", [batch, 8, side, side]
    elif trap == "none":
        nodes.append(helper.make_node("Exp", [last], ["exp"]))
        last = "exp"
    elif trap == "nan":
        nodes += [
            helper.make_node("Sub", [last, last], ["zero"]),
            helper.make_node("Div", ["zero", "zero"], ["broken"]),
        ]
        last = "broken"
    elif trap == "huge":
        weight("shape", np.array([2**14, 2**14, 2**12, 1, 1], np.int64))
        nodes += [
            helper.make_node("Expand", [last, "shape"], ["wide"]),
            helper.make_node("ReduceMax", ["wide"], ["narrow"], axes=[0, 1, 2], keepdims=0),
        ]
        last = "narrow"
    if end:
        nodes.append(helper.make_node(end, [last], ["probabilities"]))
        last = "probabilities"
    sides = [side or "H", side or "W"]
    image = [batch, *sides, channels] if channels_last else [batch, channels, *sides]
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("patches", TensorProto.FLOAT, image)],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, shape)],
        weights,
    )
    if trap == "two":
        graph.output.append(helper.make_tensor_value_info("flat", TensorProto.FLOAT, [batch, 8]))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def bundle(folder: Path, content: bytes | None = None, **pixels: Any) -> Path:
    """A MONAI bundle of a classifier of patches; `pixels` changes its input's fields."""
    image = {
        "type": "image", "format": "magnitude", "modality": "n/a", "num_channels": 3,
        "spatial_shape": [64, 64], "dtype": "float32", "value_range": [0, 1],
        "is_patch_data": True, "channel_def": {"0": "R", "1": "G", "2": "B"},
    }  # fmt: skip
    answer = {
        "type": "probability", "format": "classification", "num_channels": 1,
        "spatial_shape": [1, 1], "dtype": "float32", "value_range": [0, 1],
        "is_patch_data": True, "channel_def": {"0": "metastasis"},
    }  # fmt: skip
    answer |= pixels.pop("answer", {})
    metadata = {
        "version": "0.6.1", "monai_version": "1.4.0", "pytorch_version": "2.4.0",
        "numpy_version": "1.24.4", "required_packages_version": {}, "name": "Metastasis detection",
        "task": "Pathology metastasis detection", "description": "A test.", "authors": "Nobody",
        "copyright": "None",
        "network_data_format": {"inputs": {"image": image | pixels}, "outputs": {"pred": answer}},
    }  # fmt: skip
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "LICENSE").write_text("CC0\n")
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    content = content or network(outputs=1, end="Sigmoid")
    (folder / "models" / "model.onnx").write_bytes(content)
    return folder


def zoo_config(**changes: Any) -> dict[str, Any]:
    """A ``config.json`` of the WSInfer zoo that is right, with some fields replaced."""
    fields: dict[str, Any] = {
        "spec_version": "1.0",
        "architecture": "resnet34",
        "num_classes": 2,
        "patch_size_pixels": 96,
        "spacing_um_px": 0.5,
        "class_names": ["notumor", "tumor"],
        "transform": [
            {"name": "Resize", "arguments": {"size": 64}},
            {"name": "ToTensor"},
            {"name": "Normalize", "arguments": {"mean": MEAN, "std": STD}},
        ],
    }
    return {k: v for k, v in (fields | changes).items() if v is not None}


def zoo_folders(folder: Path, python: Path, *kinds: str) -> dict[str, Path]:
    """Folders of the WSInfer zoo by the kind of their network; `python` has PyTorch."""
    folders = {kind: folder / kind for kind in kinds}
    for path in folders.values():
        path.mkdir()
        (path / "config.json").write_text(json.dumps(zoo_config()))
    subprocess.run([python, "-W", "ignore", MAKE_TORCHSCRIPT, folder, *kinds], check=True)
    return folders
