"""One ONNX file: the graph tells its side and how it ends, a person the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError
from bedside_dx.core.model_draft import ModelDraft, SourceFormat
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.onnx_file import check_onnx

if TYPE_CHECKING:
    from bedside_dx.models.importers.source import Source


def is_bare_onnx(source: Source) -> bool:
    """Tell by the name: a graph has no mark of its own."""
    return not source.names and source.path.suffix.lower() == ".onnx"


def read_bare_onnx(source: Source) -> ModelDraft:
    """Begin a draft of a graph after it was walked.

    Raises
    ------
    ModelError
        ``exchange.graph-refused``.
    """
    try:
        check_onnx(source.read(""), source.path.name)
    except Flaw as exc:
        raise ModelError("exchange.graph-refused", path=source.path, detail=exc.phrase) from exc
    return ModelDraft(SourceFormat.ONNX, architecture="ONNX", origin="ONNX")
