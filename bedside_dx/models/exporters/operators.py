"""Operators of ONNX in PyTorch: those that image classifiers are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bedside_dx.models.exporters.resizing import resize

Tensor = Any
"""A torch.Tensor: the library has no types where these are checked."""
Options = Mapping[str, Any]
Operator = Callable[[Sequence[Any], Options], Tensor]

TYPES = {1: "float32", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}
"""Types of numbers, by their number in ONNX."""


def operators(torch: Any) -> dict[str, Operator]:
    """Operators by name; each takes its inputs (None where left out) and its attributes."""
    f = torch.nn.functional
    return {
        "Add": lambda x, _: x[0] + x[1],
        "Sub": lambda x, _: x[0] - x[1],
        "Mul": lambda x, _: x[0] * x[1],
        "Div": lambda x, _: x[0] / x[1],
        "MatMul": lambda x, _: x[0] @ x[1],
        "Sqrt": lambda x, _: torch.sqrt(x[0]),
        "Exp": lambda x, _: torch.exp(x[0]),
        "Relu": lambda x, _: f.relu(x[0]),
        "LeakyRelu": lambda x, o: f.leaky_relu(x[0], o.get("alpha", 0.01)),
        "Sigmoid": lambda x, _: torch.sigmoid(x[0]),
        "HardSigmoid": lambda x, o: (x[0] * o.get("alpha", 0.2) + o.get("beta", 0.5)).clamp(0, 1),
        "HardSwish": lambda x, _: f.hardswish(x[0]),
        "Identity": lambda x, _: x[0],
        "Dropout": lambda x, _: x[0],
        "Softmax": lambda x, o: torch.softmax(x[0], o.get("axis", -1)),
        "Clip": lambda x, o: x[0].clamp(*_bounds(x, o)),
        "Cast": lambda x, o: x[0].to(getattr(torch, TYPES[o["to"]])),
        "Concat": lambda x, o: torch.cat(list(x), o["axis"]),
        "Transpose": lambda x, o: x[0].permute(o["perm"]),
        "Flatten": _flatten,
        "Reshape": lambda x, _: x[0].reshape(_numbers(x[1])),
        "Unsqueeze": _unsqueeze,
        "Squeeze": _squeeze,
        "GlobalAveragePool": lambda x, _: x[0].mean((2, 3), keepdim=True),
        "ReduceMean": lambda x, o: x[0].mean(**_axes(x, o)),
        "ReduceSum": lambda x, o: x[0].sum(**_axes(x, o)),
        "ReduceMin": lambda x, o: x[0].amin(**_axes(x, o)),
        "ReduceMax": lambda x, o: x[0].amax(**_axes(x, o)),
        "Gemm": _gemm,
        "Conv": lambda x, o: _conv(torch, x, o),
        "MaxPool": lambda x, o: _max_pool(torch, x, o),
        "AveragePool": lambda x, o: _average_pool(torch, x, o),
        "BatchNormalization": lambda x, o: f.batch_norm(
            x[0], x[3], x[4], x[1], x[2], eps=o.get("epsilon", 1e-5)
        ),
        "Resize": lambda x, o: resize(torch, x, o),
    }


def _numbers(value: Tensor) -> list[Any]:
    return list(np.asarray(value.detach()).tolist())


def _bounds(x: Sequence[Any], options: Options) -> tuple[float | None, float | None]:
    low, high = (float(v) if v is not None else None for v in (*x[1:], None, None)[:2])
    return options.get("min", low), options.get("max", high)


def _axes(x: Sequence[Any], options: Options) -> dict[str, Any]:
    axes = _numbers(x[1]) if len(x) > 1 else options["axes"]
    return {"dim": [int(a) for a in axes], "keepdim": bool(options.get("keepdims", 1))}


def _flatten(x: Sequence[Any], options: Options) -> Tensor:
    if options.get("axis", 1) != 1:
        raise NotImplementedError("Flatten")
    return x[0].flatten(1)


def _unsqueeze(x: Sequence[Any], options: Options) -> Tensor:
    value = x[0]
    for axis in sorted(_numbers(x[1]) if len(x) > 1 else options["axes"]):
        value = value.unsqueeze(int(axis))
    return value


def _squeeze(x: Sequence[Any], options: Options) -> Tensor:
    value = x[0]
    for axis in sorted(_numbers(x[1]) if len(x) > 1 else options["axes"], reverse=True):
        value = value.squeeze(int(axis))
    return value


def _gemm(x: Sequence[Any], options: Options) -> Tensor:
    a = x[0].T if options.get("transA") else x[0]
    b = x[1].T if options.get("transB") else x[1]
    product = options.get("alpha", 1.0) * (a @ b)
    return product if len(x) < 3 else product + options.get("beta", 1.0) * x[2]


def _padded(torch: Any, x: Tensor, options: Options, value: float = 0.0) -> Tensor:
    if options.get("auto_pad", b"NOTSET") not in {b"NOTSET", b"VALID"}:
        raise NotImplementedError("auto_pad")
    top, left, bottom, right = options.get("pads", [0, 0, 0, 0])
    return torch.nn.functional.pad(x, (left, right, top, bottom), value=value)


def _conv(torch: Any, x: Sequence[Any], options: Options) -> Tensor:
    return torch.nn.functional.conv2d(
        _padded(torch, x[0], options),
        x[1],
        x[2] if len(x) > 2 else None,
        options.get("strides", [1, 1]),
        0,
        options.get("dilations", [1, 1]),
        options.get("group", 1),
    )


def _max_pool(torch: Any, x: Sequence[Any], options: Options) -> Tensor:
    if options.get("ceil_mode"):
        raise NotImplementedError("ceil_mode")
    padded = _padded(torch, x[0], options, float("-inf"))
    strides = options.get("strides", [1, 1])
    return torch.nn.functional.max_pool2d(padded, options["kernel_shape"], strides)


def _average_pool(torch: Any, x: Sequence[Any], options: Options) -> Tensor:
    if any(options.get("pads", [])) or options.get("ceil_mode"):
        raise NotImplementedError("AveragePool with borders")
    strides = options.get("strides", [1, 1])
    return torch.nn.functional.avg_pool2d(x[0], options["kernel_shape"], strides)
