"""Engines and precisions of every bundled model: gains on this processor, decisions that stay."""

from __future__ import annotations

from bedside_dx.models.registry import BUNDLED
from bench._engines import measure


def main() -> dict[str, float | None]:
    """Measure each bundled model in turn; figures by ``MODEL.figure``."""
    return {
        f"{folder.name}.{name}": value
        for folder in sorted(BUNDLED.iterdir())
        if folder.is_dir()
        for name, value in measure(folder).items()
    }
