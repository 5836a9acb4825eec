"""One ResNet18 for every program: `python resnet18.py onnx|torchscript PATH`.

Its weights are drawn from a fixed seed, with the batch normalisation already folded into the
convolutions: what a network says does not change how long it takes. Each format is written by the
interpreter that has its library; the numbers are the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CLASSES, SIDE = 2, 224
WIDTHS = (64, 64, 128, 256, 512)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weight and bias."""


def layers() -> dict[str, Layer]:
    """Every layer's numbers, by name."""
    rng = np.random.default_rng(18)

    def drawn(*shape: int) -> Layer:
        scale = np.sqrt(1.0 / np.prod(shape[1:]))
        weight = rng.normal(0, scale, shape).astype(np.float32)
        return weight, np.zeros(shape[0], np.float32)

    made = {"stem": drawn(WIDTHS[0], 3, 7, 7)}
    for name, narrow, wide, stride in blocks():
        made[f"{name}a"] = drawn(wide, narrow, 3, 3)
        made[f"{name}b"] = drawn(wide, wide, 3, 3)
        if stride > 1:
            made[f"{name}s"] = drawn(wide, narrow, 1, 1)
    made["classes"] = drawn(CLASSES, WIDTHS[-1])
    return made


def blocks() -> Iterator[tuple[str, int, int, int]]:
    """Name, width before and after, and stride of each block."""
    for at in range(1, len(WIDTHS)):
        for second in (False, True):
            narrow = WIDTHS[at] if second else WIDTHS[at - 1]
            stride = 2 if at > 1 and not second else 1
            yield f"b{at}{int(second)}", narrow, WIDTHS[at], stride


def write_onnx(path: Path) -> None:
    """Write it as ONNX, (N, 3, 224, 224) normalised float32 in, logits out."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []
    made = layers()

    def convolved(name: str, begin: str, stride: int) -> str:
        weight, bias = made[name]
        weights.append(numpy_helper.from_array(weight, f"{name}_w"))
        weights.append(numpy_helper.from_array(bias, f"{name}_b"))
        pad = weight.shape[2] // 2
        nodes.append(
            helper.make_node(
                "Conv",
                [begin, f"{name}_w", f"{name}_b"],
                [name],
                pads=[pad] * 4,
                strides=[stride] * 2,
                kernel_shape=weight.shape[2:],
            )
        )
        return name

    def one(operator: str, *begin: str, **options: object) -> str:
        end = f"{operator.lower()}_{len(nodes)}"
        nodes.append(helper.make_node(operator, list(begin), [end], **options))
        return end

    now = one("Relu", convolved("stem", "pixels", 2))
    now = one("MaxPool", now, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    for name, _, _, stride in blocks():
        end = convolved(f"{name}b", one("Relu", convolved(f"{name}a", now, stride)), 1)
        past = convolved(f"{name}s", now, stride) if stride > 1 else now
        now = one("Relu", one("Add", end, past))
    now = one("Flatten", one("GlobalAveragePool", now), axis=1)
    weight, bias = made["classes"]
    weights += [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(bias, "b")]
    nodes.append(helper.make_node("Gemm", [now, "w", "b"], ["logits"], transB=1))
    graph = helper.make_graph(
        nodes,
        "resnet18",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def write_torchscript(path: Path) -> None:
    """Write it as TorchScript, as the WSInfer zoo keeps its models."""
    import torch
    from torch import nn

    made = layers()

    def convolution(name: str, stride: int = 1) -> nn.Conv2d:
        weight, bias = made[name]
        wide, narrow, side, _ = weight.shape
        layer = nn.Conv2d(narrow, wide, side, stride, side // 2)
        layer.weight.data, layer.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
        return layer

    class Block(nn.Module):
        def __init__(self, name: str, stride: int) -> None:
            super().__init__()
            self.a, self.b = convolution(f"{name}a", stride), convolution(f"{name}b")
            self.past = convolution(f"{name}s", stride) if stride > 1 else nn.Identity()

        def forward(self, now: torch.Tensor) -> torch.Tensor:
            return torch.relu(self.b(torch.relu(self.a(now))) + self.past(now))

    stem = [convolution("stem", 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    body = [Block(name, stride) for name, _, _, stride in blocks()]
    classes = nn.Linear(WIDTHS[-1], CLASSES)
    classes.weight.data, classes.bias.data = (torch.from_numpy(part) for part in made["classes"])
    end = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), classes]
    network = nn.Sequential(*stem, *body, *end).eval()
    torch.jit.script(network).save(str(path))


if __name__ == "__main__":
    {"onnx": write_onnx, "torchscript": write_torchscript}[sys.argv[1]](Path(sys.argv[2]))
