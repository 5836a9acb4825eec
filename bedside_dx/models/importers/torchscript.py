"""TorchScript to ONNX, once, at import. Runs in a process of its own, see `models.pytorch`."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside_dx.core.errors import ModelError
from bedside_dx.models.importers.pictures import made_up
from bedside_dx.models.pytorch import load_torch

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json

OPSET = 18
PICTURES = 16
"""Pictures on which the network before and after the conversion is compared."""


def convert(
    path: str,
    folder: str,
    patch_px: int,
    network_px: int,
    mean: list[float],
    std: list[float],
    activation: str,
) -> Json:
    """Write ``network.onnx``, and ``before.npz``: what the network said before.

    Raises
    ------
    ModelError
        ``exchange.extra-missing``, ``exchange.no-torchscript``,
        ``exchange.conversion-failed``.
    """
    _check_archive(Path(path))
    torch = load_torch()
    place = Path(folder)
    try:
        network = torch.jit.load(path, map_location="cpu").eval()
        with torch.no_grad():
            images = made_up(patch_px, PICTURES)
            pixels = _prepared(torch, images, network_px, mean, std)
            given = network(pixels)
            said = _said(torch, given, activation)
        _export(torch, network, pixels[:2], place / "network.onnx")
    except ModelError:
        raise
    except Exception as exc:
        detail = (str(exc).strip().splitlines() or [type(exc).__name__])[0][:160]
        raise ModelError("exchange.conversion-failed", detail=detail) from exc
    np.savez(place / "before.npz", images=images, probabilities=said)
    return {"version": str(torch.__version__)}


def _check_archive(path: Path) -> None:
    """Refuse a plain pickle before anything reads it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as exc:
        raise ModelError("exchange.no-torchscript") from exc
    if not any("/code/" in n for n in names) or not any(
        n.endswith("/constants.pkl") for n in names
    ):
        raise ModelError("exchange.no-torchscript")


def _prepared(torch: Any, images: Any, network_px: int, mean: list[float], std: list[float]) -> Any:
    """Pixels as WSInfer's transform makes them: resized, 0 to 1, normalised."""
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float()
    if images.shape[1] != network_px:
        pixels = torch.nn.functional.interpolate(
            pixels, size=(network_px, network_px), mode="bilinear", antialias=True
        )
    shift, width = (torch.tensor(v).view(1, -1, 1, 1) for v in (mean, std))
    return (pixels / 255 - shift) / width


def _said(torch: Any, given: Any, activation: str) -> Any:
    """Probabilities in float32; of one output p as 1 - p and p."""
    if not isinstance(given, torch.Tensor):
        raise ModelError("exchange.not-a-classifier")
    flat = given.float().reshape(len(given), -1)
    if activation == "softmax":
        flat = flat.softmax(1)
    elif activation == "sigmoid":
        flat = flat.sigmoid()
    if flat.shape[1] == 1:
        flat = torch.cat([1 - flat, flat], 1)
    return flat.numpy()


def _export(torch: Any, network: Any, pixels: Any, path: Path) -> None:
    # The newer exporter takes modules only, not what was loaded from a file.
    torch.onnx.export(
        network,
        (pixels,),
        str(path),
        dynamo=False,
        opset_version=OPSET,
        input_names=["pixels"],
        output_names=["outputs"],
        dynamic_axes={"pixels": {0: "N"}, "outputs": {0: "N"}},
    )
