"""A MONAI bundle with an ONNX file: ``configs/metadata.json`` and ``models/model.onnx``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bedside_dx.core.errors import ModelError
from bedside_dx.core.model_answers import answered
from bedside_dx.core.model_draft import ModelDraft, PixelScale, SourceFormat
from bedside_dx.core.model_input import ModelInput

if TYPE_CHECKING:
    from bedside_dx.models.importers.source import Source

METADATA, GRAPH = "configs/metadata.json", "models/model.onnx"
RANGES = {(0.0, 1.0): PixelScale.UNIT, (0.0, 255.0): PixelScale.BYTE}
IMAGES = frozenset(
    {"classification", "probability", "probabilities", "logits", "one_hot", "labels"}
)
"""Formats of an output that stand for one answer an image."""

Values = dict[str, object]


def is_monai(source: Source) -> bool:
    """Tell by the files."""
    return METADATA in source.names


def read_monai(source: Source) -> ModelDraft:
    """Read the metadata; what the format has no field for stays open.

    Raises
    ------
    ModelError
        ``exchange.no-onnx``: weights for PyTorch only; ``exchange.not-a-classifier``: it
        reads volumes, or marks pixels; ``exchange.bad-description``.
    """
    metadata = source.fields(METADATA)
    if GRAPH not in source.names:
        raise ModelError("exchange.no-onnx", path=source.path)
    formats = _table(metadata.get("network_data_format"), "network_data_format", source)
    pixels = _only(formats.get("inputs"), "inputs", source)
    answer = _only(formats.get("outputs"), "outputs", source)
    _check_classifier(pixels, answer, source)
    draft = ModelDraft(
        source=SourceFormat.MONAI,
        version=str(metadata.get("version") or "1.0.0")[:40],
        title={"en": str(metadata.get("name") or metadata.get("task") or "")[:80]},
        licence=source.text("LICENSE"),
        origin=f"MONAI bundle, {str(metadata.get('description') or '')[:200]}",
        scale=_scale(pixels),
        input=None if pixels.get("is_patch_data") is True else ModelInput.WHOLE_IMAGE,
    )
    if not draft.title["en"]:
        draft = replace(draft, title={})
    try:
        sides = cast("list[object]", pixels["spatial_shape"])
        if isinstance(sides[0], int):
            draft = answered(draft, "patch-px", str(sides[0]))
        return _with_classes(draft, answer)
    except (KeyError, TypeError, IndexError, ValueError, ModelError) as exc:
        raise _flaw(source, "network_data_format") from exc


def _with_classes(draft: ModelDraft, answer: Values) -> ModelDraft:
    channels = answer.get("channel_def")
    if not isinstance(channels, dict) or not channels:
        return draft
    names = cast("dict[str, object]", channels)
    order = sorted(names, key=int)
    return answered(draft, "classes", " ".join(str(names[key]).replace(" ", "_") for key in order))


def _check_classifier(pixels: Values, answer: Values, source: Source) -> None:
    sides = pixels.get("spatial_shape")
    out = answer.get("spatial_shape")
    flat = isinstance(sides, list) and len(cast("list[object]", sides)) == 2
    single = out is None or (
        isinstance(out, list) and all(side == 1 for side in cast("list[object]", out))
    )
    words = {str(answer.get(key, "")).lower() for key in ("format", "type")}
    if not (flat and single and words & IMAGES) or "segmentation" in words:
        raise ModelError("exchange.not-a-classifier", path=source.path)


def _scale(pixels: Values) -> PixelScale | None:
    limits = pixels.get("value_range")
    if not isinstance(limits, list):
        return None
    known = tuple(v for v in cast("list[object]", limits) if isinstance(v, int | float))
    return RANGES.get((float(known[0]), float(known[1]))) if len(known) == 2 else None


def _table(value: object, key: str, source: Source) -> Values:
    if not isinstance(value, dict):
        raise _flaw(source, key)
    return cast("Values", value)


def _only(value: object, key: str, source: Source) -> Values:
    """The one input or output; a network with several is no classifier of an image."""
    table = _table(value, key, source)
    if len(table) != 1:
        raise ModelError("exchange.not-a-classifier", path=source.path)
    return _table(next(iter(table.values())), key, source)


def _flaw(source: Source, key: str) -> ModelError:
    return ModelError("exchange.bad-description", path=source.path, detail=f"{METADATA}: {key}")
