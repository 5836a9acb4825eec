"""A MONAI bundle whose network marks voxels, made here."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LOW, HIGH = -57.0, 164.0
SIDE = 16
BRIGHT = 8.0
"""The network: the brighter than the middle of the window, the likelier the organ."""


def network(trap: str = "", ahead: int = 0) -> bytes:
    """Logits (1, 2, d, h, w) of one convolution: background and organ.

    Parameters
    ----------
    ahead
        Voxels by which it looks ahead along its first axis: what it marks lies so far behind, so
        that axes and their ways can be told apart.
    """
    kernel = np.zeros((2, 1, 2 * ahead + 1, 1, 1), np.float32)
    kernel[:, 0, -1, 0, 0] = -BRIGHT, BRIGHT
    bias = np.array([BRIGHT / 2, -BRIGHT / 2], np.float32)
    if trap == "nan":
        bias[1] = np.nan
    weights = [numpy_helper.from_array(kernel, "kernel"), numpy_helper.from_array(bias, "bias")]
    pads = [ahead, 0, 0, ahead, 0, 0]
    nodes = [helper.make_node("Conv", ["image", "kernel", "bias"], ["pred"], pads=pads)]
    if trap == "other-shape":
        nodes.append(helper.make_node("GlobalAveragePool", ["pred"], ["pooled"]))
    given = "pooled" if trap == "other-shape" else "pred"
    shape: list[int | str] = ["N", 1, "d", "h", "w"]
    out: list[int | str] = ["N", 2, "a", "b", "c"]
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(given, TensorProto.FLOAT, out)],
        weights,
    )
    if trap == "two-outputs":
        nodes = [helper.make_node("Identity", ["pred"], ["again"])]
        graph.node.extend(nodes)
        graph.output.append(helper.make_tensor_value_info("again", TensorProto.FLOAT, out))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def expected(values: np.ndarray) -> np.ndarray:
    """What the bundle makes of values of a scan, worked out by hand."""
    scaled = (values.clip(LOW, HIGH) - LOW) / (HIGH - LOW)
    organ = 1 / (1 + np.exp(-(2 * BRIGHT * scaled - BRIGHT)))
    return np.concatenate([1 - organ, organ], 1).astype(np.float32)


def bundle(folder: Path, content: bytes | None = None) -> Path:
    """Write a bundle as the model zoo lays one out."""
    image = {
        "type": "image", "format": "hounsfield", "modality": "CT", "num_channels": 1,
        "spatial_shape": [SIDE, SIDE, SIDE], "dtype": "float32", "value_range": [0, 1],
        "is_patch_data": True, "channel_def": {"0": "image"},
    }  # fmt: skip
    answer = {
        "type": "image", "format": "segmentation", "num_channels": 2,
        "spatial_shape": [SIDE, SIDE, SIDE], "dtype": "float32", "value_range": [0, 1],
        "is_patch_data": True, "channel_def": {"0": "background", "1": "spleen"},
    }  # fmt: skip
    metadata = {
        "version": "0.5.3", "monai_version": "1.3.0", "name": "Spleen", "task": "Spleen CT",
        "description": "A test.", "authors": "Nobody", "copyright": "None",
        "network_data_format": {"inputs": {"image": image}, "outputs": {"pred": answer}},
    }  # fmt: skip
    steps = [
        {"_target_": "LoadImaged", "keys": "image"},
        {"_target_": "Orientationd", "keys": "image", "axcodes": "RAS"},
        {"_target_": "Spacingd", "keys": "image", "pixdim": [1.5, 1.5, 2.0], "mode": "bilinear"},
        {"_target_": "monai.transforms.ScaleIntensityRanged", "keys": "image", "a_min": LOW,
         "a_max": HIGH, "b_min": 0, "b_max": 1, "clip": True},
        {"_target_": "EnsureTyped", "keys": "image"},
    ]  # fmt: skip
    inference = {
        "imports": ["$import glob"],
        "roi": [SIDE, SIDE, SIDE],
        "device": "$torch.device('cpu')",
        "preprocessing": {"_target_": "Compose", "transforms": steps},
        "inferer": {"_target_": "SlidingWindowInferer", "roi_size": "@roi", "overlap": 0.5},
        "postprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "Activationsd", "keys": "pred", "softmax": True},
                {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
                {"_target_": "SaveImaged", "keys": "pred", "output_dir": "@out"},
            ],
        },
        "out": "./eval",
    }
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "LICENSE").write_text("CC0\n")
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    (folder / "configs" / "inference.json").write_text(json.dumps(inference))
    (folder / "models" / "model.onnx").write_bytes(content or network())
    return folder


def poison(path: Path) -> bytes:
    """A pickle that makes a file when it is loaded (protocol 0, written by hand)."""
    return f"cos\nmkdir\n(V{path}\ntR.".encode()
