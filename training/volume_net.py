"""The small volume network, how it is fitted on phantoms, and its ONNX graph.

Convolutions only, some of them widened by gaps (dilation), none that shrinks: what it says of a voxel
depends on `FIELD` voxels around it and on nothing else, so a volume may be read window by window.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from scipy import ndimage
from torch import nn

from training.phantoms import Phantom, make_phantom

GAPS = (1, 1, 2, 4, 2, 1)
WIDTH = 16
FIELD = 1 + 2 * sum(GAPS)
"""Side in voxels of what one answer depends on."""
LOW, HIGH = -1000.0, 400.0
"""Hounsfield units that become 0 and 1; what lies beyond is cut off."""
SIDE = 48
STEPS, SAVE_EVERY = 700, 50
VALIDATION = tuple(range(900_000, 900_012))
TEST = tuple(range(950_000, 950_024))
LEARN, DECAY = 4e-3, 1e-4


class Network(nn.Module):
    """One number a voxel, (N, 1, D, H, W) to (N, 1, D, H, W)."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for at, gap in enumerate(GAPS):
            channels = 1 if at == 0 else WIDTH
            layers += [
                nn.Conv3d(channels, WIDTH, 3, padding=gap, dilation=gap, bias=False),
                nn.BatchNorm3d(WIDTH),
                nn.ReLU(),
            ]
        self.body = nn.Sequential(*layers)
        self.head = nn.Conv3d(WIDTH, 1, 1)

    def forward(self, volume: torch.Tensor) -> torch.Tensor:
        """Logits."""
        return self.head(self.body((volume.clamp(LOW, HIGH) - LOW) / (HIGH - LOW)))


def fit(work: Path) -> Network:
    """Fit, going on from where an earlier run stopped."""
    torch.manual_seed(0)
    network = Network()
    steps = torch.optim.AdamW(network.parameters(), LEARN, weight_decay=DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(steps, LEARN, STEPS)
    kept = work / "fit.pt"
    first = 0
    if kept.is_file():
        state: Any = torch.load(kept, weights_only=True)
        network.load_state_dict(state["network"])
        steps.load_state_dict(state["steps"])
        rate.load_state_dict(state["rate"])
        first = int(state["step"])
    network.train()
    for step in range(first, STEPS):
        values, wanted = _window(step)
        loss = _loss(network(values), wanted)
        steps.zero_grad()
        loss.backward()
        steps.step()
        rate.step()
        if (step + 1) % SAVE_EVERY == 0:
            state = {"network": network.state_dict(), "steps": steps.state_dict()}
            torch.save({**state, "rate": rate.state_dict(), "step": step + 1}, kept)
            print(f"step {step + 1}: loss {loss.item():.3f}", flush=True)
    return network.eval()


def _window(step: int) -> tuple[torch.Tensor, torch.Tensor]:
    """One window of a fresh phantom, around a nodule where there is one, mirrored at random."""
    phantom, rng = make_phantom(step), np.random.default_rng(step + 7_000_000)
    shape = np.array(phantom.values.shape)
    places = np.argwhere(phantom.nodules)
    is_near = len(places) > 0 and rng.random() < 0.8
    middle = places[rng.integers(len(places))] if is_near else rng.integers(shape)
    start = np.clip(middle - rng.integers(8, SIDE - 8, 3), 0, shape - SIDE)
    box = tuple(slice(a, a + SIDE) for a in start)
    values, wanted = phantom.values[box], phantom.nodules[box].astype(np.float32)
    axes = [axis for axis in range(3) if rng.random() < 0.5]
    values, wanted = (np.flip(part, axes).copy() for part in (values, wanted))
    return torch.from_numpy(values)[None, None], torch.from_numpy(wanted)[None, None]


def _loss(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Cross-entropy plus one minus the overlap (soft Dice)."""
    cross = nn.functional.binary_cross_entropy_with_logits(logits, wanted)
    found = torch.sigmoid(logits)
    overlap = (2 * (found * wanted).sum() + 1) / (found.sum() + wanted.sum() + 1)
    return 5 * cross + (1 - overlap)


def judge(network: Network, seeds: tuple[int, ...]) -> dict[str, float]:
    """Overlap with the truth, volume, nodules found and marks where nothing is, over phantoms."""
    dice: list[float] = []
    volume: list[float] = []
    found = nodules = false = 0
    for seed in seeds:
        phantom = make_phantom(seed)
        said = probabilities(network, phantom) >= 0.5
        both = float((said & phantom.nodules).sum())
        size = float(said.sum() + phantom.nodules.sum())
        if phantom.nodules.any():
            dice.append(2 * both / size)
            volume.append(float(said.sum() / phantom.nodules.sum() - 1))
        labels, count = ndimage.label(phantom.nodules)
        nodules += count
        found += sum(bool(said[labels == n].any()) for n in range(1, count + 1))
        marks, there = ndimage.label(said)
        false += sum(not phantom.nodules[marks == n].any() for n in range(1, there + 1))
    return {
        "phantoms": len(seeds), "nodules": nodules, "found": found, "false_marks": false,
        "dice_mean": float(np.mean(dice)), "dice_least": float(np.min(dice)),
        "volume_error_median": float(np.median(np.abs(volume))),
        "volume_bias": float(np.mean(volume)),
    }  # fmt: skip


def probabilities(network: Network, phantom: Phantom) -> np.ndarray:
    """What the network makes of a whole phantom at once, (slices, rows, columns)."""
    with torch.no_grad():
        return torch.sigmoid(network(torch.from_numpy(phantom.values)[None, None]))[0, 0].numpy()


def graph(network: Network) -> onnx.ModelProto:
    """Hounsfield units in, probabilities out; normalisation folded into the convolutions."""
    weights = [
        numpy_helper.from_array(np.float32(value), name)
        for name, value in (("low", LOW), ("high", HIGH), ("range", HIGH - LOW))
    ]
    nodes = [
        helper.make_node("Clip", ["volume", "low", "high"], ["cut"]),
        helper.make_node("Sub", ["cut", "low"], ["moved"]),
        helper.make_node("Div", ["moved", "range"], ["x0"]),
    ]
    layers = list(network.body)
    for at, gap in enumerate(GAPS):
        kernel, bias = _folded(layers[3 * at], layers[3 * at + 1])
        weights += [
            numpy_helper.from_array(kernel, f"k{at}"),
            numpy_helper.from_array(bias, f"b{at}"),
        ]
        nodes += [
            helper.make_node("Conv", [f"x{at}", f"k{at}", f"b{at}"], [f"c{at}"],
                             dilations=[gap] * 3, pads=[gap] * 6, kernel_shape=[3] * 3),
            helper.make_node("Relu", [f"c{at}"], [f"x{at + 1}"]),
        ]  # fmt: skip
    for name, value in (("head", network.head.weight), ("bias", network.head.bias)):
        weights.append(numpy_helper.from_array(value.detach().numpy(), name))
    nodes += [
        helper.make_node(
            "Conv", [f"x{len(GAPS)}", "head", "bias"], ["logit"], kernel_shape=[1] * 3
        ),
        helper.make_node("Sigmoid", ["logit"], ["probabilities"]),
    ]
    shape = [1, 1, "slices", "rows", "columns"]
    value = helper.make_tensor_value_info
    made = helper.make_graph(
        nodes, "volume",
        [value("volume", TensorProto.FLOAT, shape)],
        [value("probabilities", TensorProto.FLOAT, shape)],
        weights,
    )  # fmt: skip
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _folded(conv: Any, norm: Any) -> tuple[np.ndarray, np.ndarray]:
    scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().numpy()
    bias = (norm.bias - norm.running_mean * torch.from_numpy(scale)).detach().numpy()
    return conv.weight.detach().numpy() * scale[:, None, None, None, None], bias


def keep_figures(work: Path, network: Network) -> dict[str, dict[str, float]]:
    """Judge on validation and test phantoms, and keep what was found."""
    figures = {"validation": judge(network, VALIDATION), "test": judge(network, TEST)}
    (work / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures
