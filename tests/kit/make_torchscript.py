"""Write small convolutional networks as TorchScript: python make_torchscript.py FOLDER KIND…

Each lies at FOLDER/KIND/torchscript_model.pt.

Run by the interpreter that has PyTorch, never by the tests' own.
"""

import sys

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, classes: int, kind: str) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 12, 3, 2, 1), nn.BatchNorm2d(12), nn.ReLU(),
            nn.Conv2d(12, 24, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
        )  # fmt: skip
        self.head = nn.Linear(24, classes)
        self.kind = kind

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        seen = torch.flatten(self.features(x), 1)
        if self.kind == "changing":
            # Traced with one number of images, it keeps that number.
            seen = seen.reshape(2, 24)
        logits = self.head(seen)
        if self.kind == "probabilities":
            return torch.softmax(logits, 1)
        if self.kind == "random":
            return logits + torch.rand_like(logits)
        return logits * 4


def main() -> None:
    folder, *kinds = sys.argv[1:]
    for kind in kinds:
        torch.manual_seed(3)
        path = f"{folder}/{kind}/torchscript_model.pt"
        network = Network(2, kind).eval()
        if kind == "pickle":
            torch.save(network.state_dict(), path)
        elif kind == "changing":
            torch.jit.trace(network, torch.zeros(2, 3, 64, 64), check_trace=False).save(path)
        else:
            torch.jit.script(network).save(path)


if __name__ == "__main__":
    main()
