"""The same ResNet18 in eight bits, for FAST: `python quantised.py MODEL.onnx OUT.onnx`.

Weights are rounded by channel, what flows in between to the range it has on made pictures: what the
network says does not change how long it takes.
"""

import sys
from collections.abc import Iterator

import numpy as np
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from resnet18 import SIDE

PICTURES = 16


class Pictures(CalibrationDataReader):
    """Normalised noise, coarse and fine."""

    def __init__(self) -> None:
        self._left: Iterator[dict[str, np.ndarray]] = iter(
            [{"pixels": picture} for picture in _made()]
        )

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._left, None)


def _made() -> Iterator[np.ndarray]:
    rng = np.random.default_rng(8)
    for _ in range(PICTURES):
        coarse = rng.normal(size=(1, 3, SIDE // 16, SIDE // 16)).repeat(16, 2).repeat(16, 3)
        yield (coarse + rng.normal(0, 0.3, (1, 3, SIDE, SIDE))).astype(np.float32)


def main(model: str, out: str) -> None:
    quantize_static(
        model,
        out,
        Pictures(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
