"""The files of an imported package for volumes: manifest, card, terms, hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError
from bedside_dx.models.importers.packing import seal
from bedside_dx.models.package import CARD, LICENSE, MANIFEST
from bedside_dx.models.volumes.package import FORMAT
from bedside_dx.text import LANGUAGES, texts
from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.models.importers.monai_volume import VolumeDraft

COLORS = ((230, 97, 1), (86, 180, 233), (0, 158, 115), (204, 121, 167), (240, 228, 66))
COARSER_UP_TO = 3.0
"""How many times the network's coarsest spacing slices may lie apart."""

FROM_BUNDLE = mark("Imported (MONAI bundle): its makers' figures were not checked here.")
NOT_CALIBRATED = mark("Its probabilities are not calibrated, and it makes no diagnosis.")
NO_GATE = mark("It can't tell a volume that is unfamiliar to it: it marks something in any.")
CUTS = mark(
    "Windows are blended where they overlap: near their borders it may differ from one whole run."
)
USE = mark("Research: marks {labels} in a volume. A specialist checks every mark.")
TERMS = mark("imported; terms in the package's file LICENSE")


def write_volume_package(folder: Path, draft: VolumeDraft) -> None:
    """Write everything beside ``model.onnx`` and ``golden.npz``, which are there already.

    Raises
    ------
    ModelError
        ``exchange.extra-missing``.
    """
    try:
        import tomli_w  # noqa: PLC0415  (an extra)
    except ImportError as exc:
        raise ModelError("exchange.extra-missing", extra="exchange") from exc
    text = tomli_w.dumps(_manifest(draft))
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    (folder / CARD).write_text(_card(draft), encoding="utf-8", newline="\n")
    licence = draft.licence or "The bundle holds no LICENSE.\n"
    (folder / LICENSE).write_text(licence, encoding="utf-8", newline="\n")
    seal(folder)


def _limits(language: str) -> list[str]:
    t = texts(language)
    return [t(FROM_BUNDLE), t(NOT_CALIBRATED), t(NO_GATE), t(CUTS)]


def _manifest(draft: VolumeDraft) -> dict[str, object]:
    labels = ", ".join(draft.labels.values())
    return {
        "format": FORMAT,
        "name": draft.name,
        "version": draft.version,
        "modality": draft.modality,
        "title": dict.fromkeys(LANGUAGES, draft.title),
        "intended_use": {lang: texts(lang)(USE, labels=labels) for lang in LANGUAGES},
        "limits": {language: _limits(language) for language in LANGUAGES},
        "tensors": {"input": "volume", "probabilities": "probabilities"},
        "volume": {
            "axes": draft.axes,
            "spacing_mm": list(draft.spacing_mm),
            "window": list(draft.window),
            "overlap": list(draft.overlap),
            "channels": draft.channels,
            "background": "channel" if draft.has_background else "none",
            "fill": draft.fill,
            "coarsest_mm": min(max(draft.spacing_mm) * COARSER_UP_TO, 50.0),
        },
        "classes": [
            {
                "id": "".join(c if c.isalnum() else "-" for c in label.lower())[:64],
                "channel": channel,
                "label": dict.fromkeys(LANGUAGES, label),
                "color": list(COLORS[at % len(COLORS)]),
            }
            for at, (channel, label) in enumerate(draft.labels.items())
        ],
        "training": {
            "data": "see CARD.md and LICENSE",
            "code": f"imported: MONAI bundle, {draft.description}",
            "data_terms": {language: texts(language)(TERMS) for language in LANGUAGES},
        },
    }


def _card(draft: VolumeDraft) -> str:
    """Facts for people, in English as every card."""
    lines = [
        f"# {draft.title}",
        "",
        f"Imported from a MONAI bundle. {draft.description}",
        "",
        f"- Modality: {draft.modality}; axes lead to {draft.axes}",
        f"- Voxels of {draft.spacing_mm} mm; windows of {draft.window}, sharing {draft.overlap}",
        f"- Values {draft.low:g} to {draft.high:g} become {draft.low_to:g} to {draft.high_to:g}",
        f"- Activation: {draft.activation}",
        *(f"- Channel {channel}: {label}" for channel, label in draft.labels.items()),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in _limits("en")),
    ]
    return "\n".join(lines) + "\n"
