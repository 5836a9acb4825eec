"""Gated attention over the patches of a slide (Ilse, Tomczak and Welling, 2018), and its graph.

For each class a patch has a score of its own; the attention sees that score too, so that it can be
as sharp as a maximum. The word on the slide rests on what was attended to, and on how many patches
score high: their number, and their share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.slide_bags import Bag

OPSET, IR = 17, 8
LEAST_SHARE = 1e-4
"""Added to the share of high patches before its logarithm."""
TOUCHED = 0.25
"""Share of a patch from which it shows a class; less is not held against it."""
LEAST_PATCHES, MOST_PATCHES = 50, 4000


@dataclass(frozen=True)
class Fitting:
    """How one candidate is fitted.

    Attributes
    ----------
    noise, shift
        Standard deviations added to each standardised number of a patch, and of all patches of a
        bag alike: embeddings of patches that the network was fitted on are too clear-cut.
    """

    noise: float
    shift: float
    hidden: int = 48
    gate: int = 24
    dropout: float = 0.25
    steps: int = 600
    bags: int = 8
    rate: float = 2e-3
    decay: float = 2e-3
    seed: int = 0


class AttentionMil(nn.Module):
    """Embeddings of a slide's patches (N, D) to logits (K,) and attention (N, K).

    Column 0 of an embedding is the gate's and is not looked at.
    """

    def __init__(self, mean: Tensor, std: Tensor, classes: int, fitting: Fitting) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        width, hidden = len(mean), fitting.hidden
        self.describe = nn.Linear(width, hidden)
        self.score = nn.Linear(hidden, classes)
        self.open, self.look = nn.Linear(hidden, fitting.gate), nn.Linear(hidden, fitting.gate)
        self.weigh = nn.Linear(fitting.gate, classes, bias=False)
        self.sharpness = nn.Parameter(torch.ones(classes))
        self.conclude = nn.Parameter(torch.zeros(classes, hidden + 3))
        self.bias = nn.Parameter(torch.zeros(classes))
        self.dropout = nn.Dropout(fitting.dropout)
        with torch.no_grad():
            self.conclude[:, hidden] = 0.5
            self.conclude[:, hidden + 1] = 1.0
        # Platt scaling, fitted last and part of the graph.
        self.register_buffer("gain", torch.ones(classes))
        self.register_buffer("offset", torch.zeros(classes))

    def standard(self, embedding: Tensor) -> Tensor:
        return (embedding[:, 1:] - self.mean) / self.std

    def each(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of standardised numbers (N, D - 1): description (N, H), scores and weights (N, K)."""
        h = self.dropout(torch.relu(self.describe(x)))
        score = self.score(h)
        gate = torch.sigmoid(self.open(h)) * torch.tanh(self.look(h))
        return h, score, self.weigh(gate) + self.sharpness * score

    def together(self, h: Tensor, score: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Of the patches of one slide: logits (K,) and attention (N, K)."""
        attention = torch.softmax(weight, 0)
        high = torch.sigmoid(score)
        seen = torch.cat([
            attention.T @ h,
            (attention * score).sum(0)[:, None],
            torch.log1p(high.sum(0))[:, None],
            torch.log(high.mean(0) + LEAST_SHARE)[:, None],
        ], 1)  # fmt: skip
        return (self.conclude * seen).sum(1) + self.bias, attention

    def forward(self, embedding: Tensor) -> tuple[Tensor, Tensor]:
        """Of one slide (N, D): logits (K,) and attention (N, K)."""
        return self.together(*self.each(self.standard(embedding)))

    def read(
        self, embedding: NDArray[np.floating]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Calibrated probabilities (K,) and the attention of the first class (N,)."""
        self.eval()
        with torch.no_grad():
            logits, attention = self(torch.from_numpy(embedding.astype(np.float32)))
            return torch.sigmoid(logits * self.gain + self.offset).numpy(), attention[:, 0].numpy()


def fit(bags: Sequence[Bag], fitting: Fitting) -> AttentionMil:
    """Fit on bags drawn from composed slides."""
    torch.manual_seed(fitting.seed)
    rng = np.random.default_rng(fitting.seed)
    values = np.concatenate([bag.embedding[bag.judged] for bag in bags]).astype(np.float32)[:, 1:]
    mean, std = values.mean(0), values.std(0) + 1e-3
    network = AttentionMil(torch.from_numpy(mean), torch.from_numpy(std), 2, fitting)
    optimiser = torch.optim.AdamW(network.parameters(), fitting.rate, weight_decay=fitting.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, fitting.rate * 3, fitting.steps)
    drawn = draw(bags, rng)
    network.train()
    for _ in range(fitting.steps):
        optimiser.zero_grad()
        _loss(network, [next(drawn) for _ in range(fitting.bags)], fitting).backward()
        optimiser.step()
        schedule.step()
    return network


Drawn = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


def draw(bags: Sequence[Bag], rng: np.random.Generator) -> Iterator[Drawn]:
    """Draw bags without end: embeddings, areas (n, 2) of carcinoma and adenoma, what is present.

    Some patches are left out, and now and then slides without carcinoma are added: so shares fall
    to a thousandth, and sizes run from 50 to 4000 patches.
    """
    clean = [bag for bag in bags if bag.share == 0]
    spoilt = [bag for bag in bags if bag.share > 0]
    while True:
        pool = clean if rng.random() < 0.45 else spoilt
        first = pool[rng.integers(len(pool))]
        parts = [first, *(clean[rng.integers(len(clean))] for _ in range(rng.geometric(0.7) - 1))]
        x = np.concatenate([part.embedding[part.judged] for part in parts]).astype(np.float32)
        area = np.concatenate([part.area[part.judged] for part in parts])[:, [2, 1]]
        kept = rng.permutation(len(x))
        kept = kept[: max(int(len(x) * rng.uniform(0.3, 1.0)), LEAST_PATCHES)][:MOST_PATCHES]
        x, area = x[kept], area[kept]
        most = area.max(0)
        if 0 < most[0] < TOUCHED:  # next to nothing of it is left: neither there nor not
            x, area, most = x[area[:, 0] == 0], area[area[:, 0] == 0], most * [0, 1]
        yield x, area, (most > 0).astype(np.float32)


def _loss(network: AttentionMil, drawn: Sequence[Drawn], fitting: Fitting) -> Tensor:
    """Log loss of the slides and of their patches, each class counting the same."""
    sizes = [len(x) for x, _, _ in drawn]
    values = network.standard(torch.from_numpy(np.concatenate([x for x, _, _ in drawn])))
    shifts = fitting.shift * torch.randn(len(drawn), values.shape[1])
    values = values + fitting.noise * torch.randn_like(values)
    values = values + shifts.repeat_interleave(torch.tensor(sizes), 0)
    seen = network.each(values)
    parts = zip(*(part.split(sizes) for part in seen), strict=True)
    logits = torch.stack([network.together(*part)[0] for part in parts])
    present = torch.from_numpy(np.stack([label for _, _, label in drawn]))
    whole = nn.functional.binary_cross_entropy_with_logits(logits, present)
    area = np.concatenate([a for _, a, _ in drawn])
    shown = torch.from_numpy((area >= TOUCHED).astype(np.float32))
    told = torch.from_numpy(((area == 0) | (area >= TOUCHED)).astype(np.float32))
    each = nn.functional.binary_cross_entropy_with_logits(seen[1], shown, reduction="none")
    return whole + ((each * told).sum(0) / told.sum(0).clamp(min=1)).sum()


def calibrate(
    network: AttentionMil, logits: NDArray[np.floating], present: NDArray[np.bool_]
) -> None:
    """Platt scaling on held-out slides, as if half of all slides held the class.

    Parameters
    ----------
    logits, present
        (slides, K).
    """
    for k in range(logits.shape[1]):
        x, y = torch.from_numpy(logits[:, k].astype(np.float64)), torch.from_numpy(present[:, k])
        weight = torch.where(y, 0.5 / y.sum(), 0.5 / (~y).sum())
        # Soft targets as Platt proposed: few slides without an exception prove no certainty.
        soft = torch.where(y, (y.sum() + 1) / (y.sum() + 2), 1 / ((~y).sum() + 2)).double()
        parameters = torch.tensor([0.0, 0.0], dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.LBFGS([parameters], max_iter=200)

        def closure(x=x, soft=soft, weight=weight, parameters=parameters, optimiser=optimiser):
            optimiser.zero_grad()
            z = x * parameters[0].exp() + parameters[1]
            loss = nn.functional.binary_cross_entropy_with_logits(
                z, soft, weight=weight, reduction="sum"
            )
            loss.backward()
            return loss

        optimiser.step(closure)
        gain, offset = parameters.detach().tolist()
        network.gain[k], network.offset[k] = np.exp(gain), offset


def export(network: AttentionMil, classes: int) -> onnx.ModelProto:
    """Write the graph: `embedding` (N, D) in, `probabilities` (1, K) and `attention` (N,) out."""
    width = len(network.mean) + 1
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []

    def const(name: str, value: object, kind: type = np.float32) -> str:
        weights.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def add(kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def linear(x: str, layer: nn.Linear, name: str) -> str:
        inputs = [x, const(f"{name}.weight", layer.weight.detach().numpy())]
        if layer.bias is not None:
            inputs.append(const(f"{name}.bias", layer.bias.detach().numpy()))
        return add("Gemm", inputs, name, transB=1)

    own = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    own = {name: value.detach().numpy() for name, value in own.items()}
    zero, one, last = (const(name, [value], np.int64)
                       for name, value in (("zero", 0), ("one", 1), ("last", width)))  # fmt: skip
    x = add("Slice", ["embedding", one, last, one], "without_gate")
    x = add("Div", [add("Sub", [x, const("mean", own["mean"])], "centred"),
                    const("std", own["std"])], "standard")  # fmt: skip
    h = add("Relu", [linear(x, network.describe, "describe")], "described")
    score = linear(h, network.score, "score")
    gate = add("Mul", [add("Sigmoid", [linear(h, network.open, "open")], "opened"),
                       add("Tanh", [linear(h, network.look, "look")], "looked")], "gate")  # fmt: skip
    sharp = add("Mul", [score, const("sharpness", own["sharpness"])], "sharp")
    weighed = add("Add", [linear(gate, network.weigh, "weigh"), sharp], "weighed")
    attention = add("Softmax", [weighed], "attentions", axis=0)
    turned = add("Transpose", [attention], "turned", perm=[1, 0])
    high = add("Sigmoid", [score], "high")
    add("Mul", [attention, score], "attended")
    total = add("Unsqueeze", [add("ReduceSum", ["attended", zero], "attended_sum", keepdims=0), one],
                "score_seen")  # fmt: skip
    number = add("Log", [add("Add", [add("ReduceSum", [high, zero], "number", keepdims=0),
                                     const("unit", 1.0)], "number_1")], "log_number")  # fmt: skip
    share = add("Log", [add("Add", [add("ReduceMean", [high], "share", axes=[0], keepdims=0),
                                    const("least", LEAST_SHARE)], "share_1")], "log_share")  # fmt: skip
    seen = add("Concat", [add("MatMul", [turned, h], "pooled"), total,
                          add("Unsqueeze", [number, one], "number_seen"),
                          add("Unsqueeze", [share, one], "share_seen")], "seen", axis=1)  # fmt: skip
    spoken = add("Mul", [seen, const("conclude", own["conclude"])], "spoken")
    logits = add("Add", [add("ReduceSum", [spoken, one], "sum", keepdims=0),
                         const("bias", own["bias"])], "logits")  # fmt: skip
    scaled = add("Add", [add("Mul", [logits, const("gain", own["gain"])], "gained"),
                         const("offset", own["offset"])], "scaled")  # fmt: skip
    add("Unsqueeze", [add("Sigmoid", [scaled], "flat"), zero], "probabilities")
    add("Gather", ["attentions", const("head", 0, np.int64)], "attention", axis=1)
    shapes = [("embedding", ["N", width]), ("probabilities", [1, classes]), ("attention", ["N"])]
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes]
    model = helper.make_model(
        helper.make_graph(nodes, "slide_level", values[:1], values[1:], weights),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="bedside_dx training",
        ir_version=IR,
    )
    onnx.checker.check_model(model, full_check=True)
    return model
