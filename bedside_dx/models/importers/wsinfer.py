"""A folder of the WSInfer zoo: ``config.json`` and ``torchscript_model.pt``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bedside_dx.core.errors import ModelError
from bedside_dx.core.model_answers import answered
from bedside_dx.core.model_draft import Activation, ModelDraft, PixelScale, SourceFormat
from bedside_dx.core.model_input import ModelInput

if TYPE_CHECKING:
    from bedside_dx.models.importers.source import Source

CONFIG, WEIGHTS = "config.json", "torchscript_model.pt"
REQUIRED = (
    "spec_version",
    "architecture",
    "num_classes",
    "patch_size_pixels",
    "spacing_um_px",
    "class_names",
    "transform",
)
STEPS = ("Resize", "ToTensor", "Normalize")
"""Transforms that the format knows, in the order they are applied."""

Values = dict[str, object]


def is_wsinfer(source: Source) -> bool:
    """Tell by the files."""
    return CONFIG in source.names and WEIGHTS in source.names


def read_wsinfer(source: Source) -> ModelDraft:
    """Read ``config.json``.

    The format names no activation: several classes are taken for a softmax and one for a
    sigmoid, as WSInfer itself does; a person may state another.

    Raises
    ------
    ModelError
        ``exchange.bad-description``: a key is missing or holds something else.
    """
    config = source.fields(CONFIG)
    for key in REQUIRED:
        if key not in config:
            raise _flaw(source, key)
    if config["spec_version"] != "1.0":
        raise _flaw(source, "spec_version")
    draft = ModelDraft(
        source=SourceFormat.WSINFER,
        modality="SM",
        input=ModelInput.PATCHES,
        architecture=str(config["architecture"])[:80],
        licence=source.text("LICENSE") or source.text("LICENSE.md"),
        origin="WSInfer zoo",
    )
    names = config["class_names"]
    if not isinstance(names, list) or config["num_classes"] != len(cast("list[object]", names)):
        raise _flaw(source, "class_names")
    try:
        draft = answered(draft, "patch-px", str(config["patch_size_pixels"]))
        draft = answered(draft, "spacing", str(config["spacing_um_px"]))
        joined = " ".join(_class_id(str(name)) for name in cast("list[object]", names))
        draft = answered(draft, "classes", joined)
    except ModelError as exc:
        raise _flaw(source, str(exc.values.get("key", CONFIG))) from exc
    one = len(draft.classes) == 1
    draft = replace(draft, activation=Activation.SIGMOID if one else Activation.SOFTMAX)
    return _transformed(draft, config["transform"], source)


def _class_id(name: str) -> str:
    """A class id of ours: blanks and signs become underscores."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)


def _transformed(draft: ModelDraft, transform: object, source: Source) -> ModelDraft:
    if not isinstance(transform, list):
        raise _flaw(source, "transform")
    steps = [cast("Values", s) for s in cast("list[object]", transform) if isinstance(s, dict)]
    names = [str(step.get("name")) for step in steps]
    if names != [name for name in STEPS if name in names] or "ToTensor" not in names:
        raise _flaw(source, "transform")
    for step, name in zip(steps, names, strict=True):
        arguments = cast("Values", step.get("arguments") or {})
        draft = _with_step(draft, name, arguments, source)
    draft = replace(draft, scale=PixelScale.UNIT)
    return draft if draft.mean else replace(draft, mean=(0.0,), std=(1.0,))


def _with_step(draft: ModelDraft, name: str, arguments: Values, source: Source) -> ModelDraft:
    try:
        if name == "Resize":
            size = arguments["size"]
            side = str(cast("list[object]", size)[0] if isinstance(size, list) else size)
            return replace(
                draft, resize_px=answered(ModelDraft(draft.source), "patch-px", side).patch_px
            )
        if name == "Normalize":
            for key in ("mean", "std"):
                numbers = cast("list[object]", arguments[key])
                draft = answered(draft, key, "; ".join(str(number) for number in numbers))
    except (KeyError, TypeError, ModelError) as exc:
        raise _flaw(source, f"transform, {name}") from exc
    return draft


def _flaw(source: Source, key: str) -> ModelError:
    return ModelError("exchange.bad-description", path=source.path, detail=f"{CONFIG}: {key}")
