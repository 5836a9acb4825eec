"""Models out: an installed model, written as another program reads it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bedside_dx.app.saving import check_folder, save_together
from bedside_dx.core.errors import ModelError
from bedside_dx.models import registry
from bedside_dx.models.exporters.wsinfer import wsinfer_files
from bedside_dx.models.importers.extras import check_extra
from bedside_dx.models.importers.isolated import isolated

if TYPE_CHECKING:
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.text import Texts

LEAVES_TORCHSCRIPT_OUT = ("exchange.extra-missing", "exchange.no-operator")
"""Reasons for which a model is exported without its TorchScript."""


@dataclass(frozen=True)
class Exported:
    """A model that was written for another program.

    Attributes
    ----------
    difference
        Largest difference of a probability from the model here; None where the network could
        not be written as TorchScript: `reason` says why.
    """

    files: tuple[Path, ...]
    difference: float | None = None
    reason: ModelError | None = None


def export_model(name: str, out: Path, t: Texts, *, cancel: Cancel) -> Exported:
    """Write a model in the layout of the WSInfer zoo.

    Without PyTorch, or where an operator has no counterpart there, the layout is complete but
    for the TorchScript.

    Raises
    ------
    ModelError
        ``model.not-found``, ``exchange.no-export``, ``exchange.outputs-differ``.
    ReportError
        It could not be written. Earlier files are as they were.
    CancelledByUser
    """
    check_folder(out, t)
    package = registry.find(name)
    with tempfile.TemporaryDirectory(prefix="bedside-dx-") as work:
        target = Path(work) / "torchscript.pt"
        difference, reason = None, None
        try:
            check_extra("wsinfer")
            said = isolated(
                "exporters.torchscript:export",
                cancel,
                path=str(package.path),
                target=str(target),
            )
            difference = cast("float", said["difference"])
        except ModelError as exc:
            if exc.code not in LEAVES_TORCHSCRIPT_OUT:
                raise
            reason = exc
        files = wsinfer_files(package, None if reason else target)
        return Exported(save_together(out, files, t), difference, reason)
