"""The files of a package that was imported: manifest, card, terms, hashes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.errors import ModelError
from bedside_dx.core.model_card import Role
from bedside_dx.core.model_draft import Activation, SourceFormat
from bedside_dx.core.model_input import ModelInput
from bedside_dx.models.gate import NONE, PLAIN
from bedside_dx.models.manifest import FORMAT
from bedside_dx.models.package import CARD, LICENSE, MANIFEST, REFERENCE, SUMS
from bedside_dx.text import LANGUAGES, texts
from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from bedside_dx.core.model_draft import DraftClass, ModelDraft

COLORS = {
    Role.TUMOUR: ((213, 94, 0), (204, 121, 167), (120, 60, 160), (150, 40, 40)),
    Role.PRECURSOR: ((240, 228, 66), (230, 159, 0), (200, 180, 120)),
    Role.BENIGN: ((86, 180, 233), (0, 158, 115), (0, 114, 178), (120, 144, 156)),
}
"""Colours by role that those who see few colours can tell apart, in the order of the classes."""

TUMOUR_PROBABILITY, ABSTAIN_BELOW, SLIDE_THRESHOLD = 0.5, 0.75, 0.5
"""Limits of the verdict, as of the models that come with the program."""

FORMAT_NAMES = {
    SourceFormat.WSINFER: "WSInfer zoo",
    SourceFormat.MONAI: "MONAI bundle",
    SourceFormat.ONNX: "ONNX",
}

FROM_ELSEWHERE = mark("Imported ({format}): its makers' figures were not checked here.")
NOT_CALIBRATED = mark(
    "Its probabilities are not calibrated: how sure it says it is was not checked."
)
NO_GATE = mark("This model can't tell unfamiliar tissue: it gives an answer for any image.")
OWN_GATE = mark("What is familiar to it was learnt from {count:count} images of this site.")
USE = mark("Research: sorts images ({organ}) into {classes}. A specialist reads every case.")
TERMS = mark("imported; terms in the package's file LICENSE")


def write_package(
    folder: Path,
    draft: ModelDraft,
    embedding_width: int,
    reference: Mapping[str, NDArray[np.float32]] | None = None,
    familiar: int = 0,
) -> None:
    """Write everything beside ``model.onnx`` and ``golden.npz``, which are there already.

    Parameters
    ----------
    reference
        Arrays for the gate; None for a model that can't tell unfamiliar tissue.
    familiar
        Images that `reference` was fitted on.

    Raises
    ------
    ModelError
        ``exchange.extra-missing``.
    """
    try:
        import tomli_w  # noqa: PLC0415  (an extra)
    except ImportError as exc:
        raise ModelError("exchange.extra-missing", extra="exchange") from exc
    if reference is not None:
        np.savez(folder / REFERENCE, allow_pickle=False, **reference)
    gated = reference is not None
    limits = {language: _limits(draft, language, familiar) for language in LANGUAGES}
    document = _manifest(draft, embedding_width, limits, gated=gated)
    (folder / MANIFEST).write_text(tomli_w.dumps(document), encoding="utf-8")
    (folder / CARD).write_text(_card(draft, limits["en"]), encoding="utf-8")
    licence = draft.licence or "The source came without a licence. Ask its makers before use.\n"
    (folder / LICENSE).write_text(licence, encoding="utf-8")
    seal(folder)


def seal(folder: Path) -> None:
    """Write the hashes of all files of a package."""
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _limits(draft: ModelDraft, language: str, familiar: int) -> list[str]:
    t = texts(language)
    gate = t(OWN_GATE, count=familiar) if familiar else t(NO_GATE)
    return [gate, t(NOT_CALIBRATED), t(FROM_ELSEWHERE, format=FORMAT_NAMES[draft.source])]


def _manifest(
    draft: ModelDraft, width: int, limits: Mapping[str, list[str]], *, gated: bool
) -> dict[str, object]:
    ids = [c.id for c in draft.all_classes]
    side = draft.patch_px
    document: dict[str, object] = {
        "format": FORMAT,
        "name": draft.name,
        "version": draft.version,
        "input": str(draft.input or ModelInput.PATCHES),
        "modality": draft.modality,
        "organ": draft.organ,
        "spec_version": "1.0",
        "architecture": draft.architecture or "unknown",
        "num_classes": len(ids),
        "patch_size_pixels": side,
        "class_names": ids,
        "transform": _transform(draft),
        "transform_in_graph": True,
        "activation": "softmax",
        "activation_in_graph": True,
        "title": {language: _title(draft, language) for language in LANGUAGES},
        "intended_use": {language: _use(draft, language) for language in LANGUAGES},
        "limits": dict(limits),
        "tensors": {
            "input": {
                "name": "patches",
                "dtype": "uint8",
                "layout": "NHWC",
                "shape": ["N", side, side, 3],
            },
            "probabilities": _output("probabilities", len(ids)),
            "embedding": _output("embedding", width),
        },
        "classes": _classes(draft),
        "calibration": {"method": "temperature", "temperature": 1.0},
        "gate": _gate(gated=gated),
        "verdict": {"tumour_probability": TUMOUR_PROBABILITY, "abstain_below": ABSTAIN_BELOW},
        "training": {
            "data": "see CARD.md and LICENSE",
            "code": f"imported: {draft.origin}",
            "test_scored": 0,
            "data_terms": {language: texts(language)(TERMS) for language in LANGUAGES},
        },
        "imported": {
            "from": str(draft.source),
            "activation": str(draft.activation or Activation.NONE),
        },
    }
    if draft.input is not ModelInput.WHOLE_IMAGE:
        document["spacing_um_px"] = draft.spacing_um_px
    return document


def _gate(*, gated: bool) -> dict[str, object]:
    if not gated:
        return {"method": NONE, "slide_threshold": SLIDE_THRESHOLD}
    return {"method": PLAIN, "patch_threshold": 1.0, "slide_threshold": SLIDE_THRESHOLD}


def _output(name: str, width: int) -> dict[str, object]:
    return {"name": name, "dtype": "float32", "shape": ["N", width]}


def _transform(draft: ModelDraft) -> list[dict[str, object]]:
    steps: list[dict[str, object]] = []
    if draft.resize_px:
        steps.append({"name": "Resize", "arguments": {"size": draft.resize_px}})
    normal: dict[str, object] = {"mean": list(draft.mean), "std": list(draft.std)}
    return [*steps, {"name": "ToTensor"}, {"name": "Normalize", "arguments": normal}]


def _classes(draft: ModelDraft) -> list[dict[str, object]]:
    used: dict[Role, int] = {}
    classes: list[dict[str, object]] = []
    for c in draft.all_classes:
        role = c.role or Role.TUMOUR
        at = used.get(role, 0)
        used[role] = at + 1
        color = COLORS[role][at % len(COLORS[role])]
        label = {language: _label(c, language) for language in LANGUAGES}
        classes.append({"id": c.id, "role": str(role), "label": label, "color": list(color)})
    return classes


def _label(c: DraftClass, language: str) -> str:
    return c.label.get(language) or c.id.replace("_", " ")


def _title(draft: ModelDraft, language: str) -> str:
    return draft.title.get(language) or draft.title.get("en") or draft.name


def _use(draft: ModelDraft, language: str) -> str:
    classes = ", ".join(_label(c, language) for c in draft.all_classes)
    return texts(language)(USE, organ=draft.organ, classes=classes)


def _card(draft: ModelDraft, limits: list[str]) -> str:
    """Facts for people, in English as every card."""
    scale = "whole image" if draft.spacing_um_px is None else f"{draft.spacing_um_px:g} µm/px"
    lines = [
        f"# {_title(draft, 'en')}",
        "",
        f"Imported from: {draft.origin}. Architecture: {draft.architecture or 'unknown'}.",
        "",
        f"- Organ and modality: {draft.organ}, {draft.modality}",
        f"- Patch: {draft.patch_px} px at {scale}; the network takes {draft.network_px} px",
        f"- Pixels from {draft.scale}, mean {list(draft.mean)}, deviation {list(draft.std)}",
        f"- Activation: {draft.activation}",
        *(f"- Class `{c.id}`: {c.role}" for c in draft.all_classes),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in limits),
    ]
    return "\n".join(lines) + "\n"
