"""What a model says of itself, in a language that its card was not written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.models import registry
from bedside_dx.text.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text import Texts

FIGURES = "## Figures"
"""Heading of a card under which its first table holds the key figures."""


def describe(name: str, t: Texts) -> str:
    """A model's title, use, classes, key figures, limits and terms; Markdown.

    The words come from its manifest, the figures from the first table of its card. What the
    card says beyond that is in English, and that is said.

    Raises
    ------
    ModelError
        As `registry.find`.
    """
    package = registry.find(name)
    card = package.card
    parts = [
        f"# {card.name} {card.version}",
        t.of(card.title),
        t.of(card.intended_use),
        "## " + t("Classes"),
        "\n".join(f"- {t.of(c.label)} ({c.id})" for c in card.classes),
        _scale(card, t),
        *_figures(package.about(), t),
        "## " + t("Limits"),
        "\n".join(f"- {sentence}" for sentence in card.limits.get(t.language, card.limits["en"])),
        "## " + t("Terms of the training data"),
        t.of(card.data_terms),
        t("The full card follows; its makers wrote it in English."),
        "---",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _scale(card: ModelCard, t: Texts) -> str:
    if card.spacing_um_px is None:
        return t("It reads one whole image.")
    um = decimal(card.spacing_um_px, t.language)
    return t("It reads patches of {side} px at {um} µm/px.", side=card.patch_px, um=um)


def _figures(about: str, t: Texts) -> list[str]:
    """The first table under the heading, with its headings and row names in this language."""
    _, found, rest = about.partition(f"\n{FIGURES}\n")
    rows = _first_table(rest.splitlines()) if found else []
    if len(rows) < 2:
        return []
    known = {
        "set": t("set"),
        "pictures (sources)": t("pictures (sources)"),
        "AUC": t("AUC"),
        "AUC by source": t("AUC by source"),
        "balanced accuracy": t("balanced accuracy"),
        "accuracy": t("accuracy"),
        "calibration error": t("calibration error"),
        "validation": t("validation"),
        "gate check": t("gate check"),
        "test": t("test"),
    }
    head, *body = ([known.get(cell, cell) for cell in row] for row in rows)
    lines = [head, ["---"] * len(head), *body]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return ["## " + t("Key figures"), table]


def _first_table(lines: Sequence[str]) -> list[list[str]]:
    """Cells of the first table, its line of dashes left out; nothing beyond the next heading."""
    rows: list[list[str]] = []
    for line in lines:
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(cell and set(cell) <= set("-:") for cell in cells):
                rows.append(cells)
        elif rows or line.startswith("## "):
            break
    return rows
