"""The network as an ONNX graph, written node by node."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.gate import Mixing
from training.network import MEAN, MIDDLE, STD, Network, SameConv
from training.recipes import Recipe
from training.stain import CELL, DEPTH, REACH, StainScore

OPSET = 18
SMALL = 100_000
"""Weights with fewer numbers than this keep 32 bits: they cost little and lose most."""


class _Graph:
    """Nodes and weights as they are added; large weights are stored as 16-bit floats."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: NDArray[np.floating], half: bool = True) -> str:
        if not half or np.size(value) < SMALL:
            self.weights.append(numpy_helper.from_array(np.asarray(value, np.float32), name))
            return name
        self.weights.append(numpy_helper.from_array(np.asarray(value, np.float16), f"{name}.h"))
        self.add("Cast", [f"{name}.h"], name, to=TensorProto.FLOAT)
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def conv(self, x: str, layer: SameConv, name: str, side: int, *, clip: bool) -> tuple[str, int]:
        kernel, stride = layer.kernel_size[0], layer.stride[0]
        if stride == 2:
            total = max((-(-side // 2) - 1) * 2 + kernel - side, 0)
            before, after, side = total // 2, total - total // 2, -(-side // 2)
        else:
            before = after = kernel // 2
        weights = [
            x,
            self.weight(f"{name}.weight", layer.weight.detach().numpy()),
            self.weight(f"{name}.bias", layer.bias.detach().numpy(), half=False),
        ]
        x = self.add("Conv", weights, f"{name}.out", kernel_shape=[kernel, kernel],
                     strides=[stride, stride], group=layer.groups,
                     pads=[before, before, after, after])  # fmt: skip
        return (self.add("Clip", [x, "zero", "six"], f"{name}.relu6") if clip else x), side

    def mix(self, logit: str, middle: str, mixing: Mixing) -> str:
        """Column 0: the logit and the distance to the nearest class."""
        self.weight("whiten", mixing.whiten)
        self.weight("centres", mixing.centres[None])
        for name, value in (("of_logit", mixing.of_logit), ("of_distance", mixing.of_distance)):
            self.weight(name, np.array(value))
        for name, axis in (("axis1", 1), ("axis2", 2)):
            self.weights.append(numpy_helper.from_array(np.array([axis], np.int64), name))
        white = self.add("MatMul", [middle, "whiten"], "white")
        apart = self.add(
            "Sub", [self.add("Unsqueeze", [white, "axis1"], "one"), "centres"], "apart"
        )
        square = self.add("ReduceSum", [self.add("Mul", [apart, apart], "squares"), "axis2"],
                          "square", keepdims=0)  # fmt: skip
        nearest = self.add("ReduceMin", [square, "axis1"], "nearest", keepdims=1)
        distance = self.add("Mul", [self.add("Sqrt", [nearest], "distance"), "of_distance"], "far")
        return self.add("Add", [self.add("Mul", [logit, "of_logit"], "near"), distance], "strange")

    def stain(self, planes: str, score: StainScore) -> str:
        """The stain score of the pixels, (N, 1), as `StainScore` computes it."""
        for name, value in (("one", 1.0), ("grey", 256.0), ("thin", 0.05), ("trace", 0.1),
                            ("depth", DEPTH), ("steep", 8.0), ("half", 0.5),
                            ("reach", -1 / (2 * REACH**2))):  # fmt: skip
            self.weight(f"stain.{name}", np.array(value), half=False)
        x = self.add("AveragePool", [planes], "stain.cells", kernel_shape=[CELL, CELL],
                     strides=[CELL, CELL])  # fmt: skip
        x = self.add("Div", [self.add("Add", [x, "stain.one"], "stain.light"), "stain.grey"],
                     "stain.share")  # fmt: skip
        density = self.add("Neg", [self.add("Log", [x], "stain.log")], "stain.density")
        self.weights.append(numpy_helper.from_array(np.array([1], np.int64), "stain.axis"))
        total = self.add("ReduceSum", [density, "stain.axis"], "stain.total", keepdims=1)
        self.weights.append(numpy_helper.from_array(np.array([0, 2], np.int64), "stain.redblue"))
        chosen = self.add("Gather", [density, "stain.redblue"], "stain.chosen", axis=1)
        thick = self.add("Add", [total, "stain.thin"], "stain.thick")
        direction = self.add("Div", [chosen, thick], "stain.direction")
        traced = self.add("Log", [self.add("Add", [total, "stain.trace"], "stain.traced")],
                          "stain.logtotal")  # fmt: skip
        depth = self.add("Mul", [traced, "stain.depth"], "stain.deep")
        place = self.add("Concat", [direction, depth], "stain.place", axis=1)
        square = self.add("ReduceSum", [self.add("Mul", [place, place], "stain.squares"),
                                        "stain.axis"], "stain.square", keepdims=1)  # fmt: skip
        self.weight("stain.points", -2 * score.points[:, :, None, None], half=False)
        self.weight("stain.norms", (score.points**2).sum(1), half=False)
        cross = self.add("Conv", [place, "stain.points", "stain.norms"], "stain.cross")
        apart = self.add("Add", [cross, square], "stain.apart")
        near = self.add("Exp", [self.add("Mul", [apart, "stain.reach"], "stain.scaled")],
                        "stain.near")  # fmt: skip
        above = self.add("Sub", [total, "stain.half"], "stain.above")
        tissue = self.add("Sigmoid", [self.add("Mul", [above, "stain.steep"], "stain.slope")],
                          "stain.tissue")  # fmt: skip
        counted = self.add("Mul", [near, tissue], "stain.counted")
        self.weights.append(numpy_helper.from_array(np.array([2, 3], np.int64), "stain.space"))
        seen = self.add("ReduceSum", [counted, "stain.space"], "stain.seen", keepdims=0)
        room = self.add("ReduceSum", [tissue, "stain.space"], "stain.room", keepdims=0)
        room = self.add("Add", [room, "stain.one"], "stain.plus")
        shares = self.add("Div", [seen, room], "stain.shares")
        return self.add("Gemm", [shares, self.weight("stain.weights", score.weights[:, None], False),
                                 self.weight("stain.bias", np.array([score.bias]), False)],
                        "stain.score")  # fmt: skip

    def pool(self, x: str, name: str) -> str:
        return self.add("Flatten", [self.add("GlobalAveragePool", [x], f"{name}.pool")], name)


def build(
    network: Network,
    recipe: Recipe,
    projections: dict[str, tuple[NDArray[np.floating], ...]],
    mixing: Mixing | None = None,
    stain: StainScore | None = None,
) -> onnx.ModelProto:
    """Write the graph: uint8 NHWC in, `probabilities` and `embedding` out.

    Parameters
    ----------
    projections : dict
        For `middle` and `head`: the mean (W,) and the components (W, d) of their projection.
    mixing : Mixing, optional
        How column 0 of the embedding is mixed; without, it is the bare logit.
    stain : StainScore, optional
        Already in units of column 0: the larger of the two is taken.
    """
    graph, side = _Graph(), recipe.size
    for name, value in (("zero", 0.0), ("six", 6.0)):
        graph.weight(name, np.array(value), half=False)
    graph.weight("mean", np.array(MEAN).reshape(1, 3, 1, 1) * 255, half=False)
    graph.weight("gain", 1 / (np.array(STD).reshape(1, 3, 1, 1) * 255), half=False)
    x = graph.add("Cast", ["patches"], "pixels", to=TensorProto.FLOAT)
    planes = graph.add("Transpose", [x], "planes", perm=[0, 3, 1, 2])
    x = graph.add("Mul", [graph.add("Sub", [planes, "mean"], "centred"), "gain"], "normal")
    x, side = graph.conv(x, network.stem, "stem", side, clip=True)
    middle = x
    for at, block in enumerate(network.blocks):
        y, skip = x, x
        if block.expand is not None:
            y, side = graph.conv(y, block.expand, f"block{at}.expand", side, clip=True)
        y, side = graph.conv(y, block.depthwise, f"block{at}.depthwise", side, clip=True)
        x, side = graph.conv(y, block.project, f"block{at}.project", side, clip=False)
        if block.skip:
            x = graph.add("Add", [x, skip], f"block{at}.sum")
        if at == MIDDLE:
            middle = x
    x, side = graph.conv(x, network.head, "head", side, clip=True)
    pooled = {"middle": graph.pool(middle, "middle"), "head": graph.pool(x, "pooled")}

    def linear(x: str, name: str, weight: NDArray[np.floating], bias: NDArray[np.floating]) -> str:
        weights = [
            graph.weight(f"{name}.weight", weight),
            graph.weight(f"{name}.bias", bias, False),
        ]
        return graph.add("Gemm", [x, *weights], name)

    classify, recognise = network.classify, network.recognise
    logits = linear(pooled["head"], "logits", classify.weight.detach().numpy().T,
                    classify.bias.detach().numpy())  # fmt: skip
    graph.add("Softmax", [logits], "probabilities", axis=1)
    both = graph.add("Concat", [pooled["middle"], pooled["head"]], "both", axis=1)
    parts = [linear(both, "unfamiliar", -recognise.weight.detach().numpy().T,
                    -recognise.bias.detach().numpy())]  # fmt: skip
    width = 1
    for name, (mean, components) in projections.items():
        parts.append(linear(pooled[name], f"{name}.projected", components, -mean @ components))
        width += components.shape[1]
    if mixing is not None:
        parts[0] = graph.mix(parts[0], parts[1], mixing)
    if stain is not None:
        parts[0] = graph.add("Max", [parts[0], graph.stain(planes, stain)], "strangest")
    graph.add("Concat", parts, "embedding", axis=1)
    classes = len(recipe.classes)
    shapes = [("patches", TensorProto.UINT8, ["N", recipe.size, recipe.size, 3]),
              ("probabilities", TensorProto.FLOAT, ["N", classes]),
              ("embedding", TensorProto.FLOAT, ["N", width])]  # fmt: skip
    values = [helper.make_tensor_value_info(*shape) for shape in shapes]
    model = helper.make_model(
        helper.make_graph(graph.nodes, recipe.name, values[:1], values[1:], graph.weights),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="bedside_dx training",
        ir_version=9,
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def session(model: bytes | str, threads: int = 2) -> onnxruntime.InferenceSession:
    """Open a graph on the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def run(
    engine: onnxruntime.InferenceSession, images: NDArray[np.uint8], batch: int = 16
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probabilities and embeddings of pictures (N, S, S, 3)."""
    parts = [
        engine.run(["probabilities", "embedding"], {"patches": images[at : at + batch]})
        for at in range(0, len(images), batch)
    ]
    return np.concatenate([p for p, _ in parts]), np.concatenate([e for _, e in parts])
