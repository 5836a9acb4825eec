"""A package in the layout of the WSInfer zoo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError
from bedside_dx.models.package import GRAPH, LICENSE, MANIFEST, ModelPackage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG, WEIGHTS, OWN_MANIFEST = "config.json", "torchscript_model.pt", "bedside_dx-manifest.toml"


def wsinfer_files(
    package: ModelPackage, torchscript: Path | None
) -> dict[str, Callable[[Path], object]]:
    """Name the files, and what writes each.

    Parameters
    ----------
    torchscript
        The network as TorchScript; None where it could not be made.

    Raises
    ------
    ModelError
        ``exchange.no-export``: the model does not read patches at a spacing.
    """
    if package.card.spacing_um_px is None:
        raise ModelError("exchange.no-export", name=package.name)
    config = json.dumps(_config(package), indent=2) + "\n"
    files: dict[str, Callable[[Path], object]] = {
        CONFIG: lambda path: path.write_text(config, encoding="utf-8"),
        "README.md": lambda path: path.write_text(
            _readme(package, has_torchscript=torchscript is not None), encoding="utf-8"
        ),
        GRAPH: lambda path: path.write_bytes(package.content(GRAPH)),
        OWN_MANIFEST: lambda path: path.write_bytes(package.content(MANIFEST)),
        LICENSE: lambda path: path.write_bytes(package.content(LICENSE)),
    }
    if torchscript is not None:
        files[WEIGHTS] = lambda path: path.write_bytes(torchscript.read_bytes())
    return files


def _config(package: ModelPackage) -> dict[str, object]:
    """``config.json``, its required keys only: its readers may allow no others."""
    card = package.card
    # The network normalises for itself: it takes pixels from 0 to 1 as they are.
    plain = {"mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0]}
    return {
        "spec_version": "1.0",
        "architecture": package.manifest.architecture,
        "num_classes": len(card.classes),
        "patch_size_pixels": card.patch_px,
        "spacing_um_px": card.spacing_um_px,
        "class_names": [c.id for c in card.classes],
        "transform": [{"name": "ToTensor"}, {"name": "Normalize", "arguments": plain}],
    }


def _readme(package: ModelPackage, *, has_torchscript: bool) -> str:
    card = package.card
    weights = (
        f"`{WEIGHTS}` takes (N, 3, S, S) float32 from 0 to 1; the softmax of what it gives is the"
        " calibrated probability of each class."
        if has_torchscript
        else f"`{WEIGHTS}` is not here: it takes PyTorch to make it. Install"
        ' "bedside-dx[wsinfer]" and export again; WSInfer reads nothing else.'
    )
    limits = "\n".join(f"- {limit}" for limit in card.limits["en"])
    roles = "\n".join(f"- `{c.id}`: {c.label['en']} ({c.role})" for c in card.classes)
    return (
        f"# {card.title['en']}, version {card.version}\n\n"
        f"{card.intended_use['en']}\n\n{weights}\n\n"
        f"`{GRAPH}` and `{OWN_MANIFEST}` are the model as bedside_dx runs it: uint8 pixels in,"
        " probabilities before calibration and an embedding out. What this layout has no place"
        " for is in there: calibration, thresholds, roles, codes. The gate that tells unfamiliar"
        " tissue does not travel: other programs give an answer for any image.\n\n"
        f"## Classes\n\n{roles}\n\n## Limits\n\n{limits}\n\n"
        "Research use only. Not a medical device.\n"
    )
