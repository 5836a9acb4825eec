"""A package for volumes that nobody has vouched for, tried in a process that may die of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.models.volumes.network import load_volume_network
from bedside_dx.models.volumes.package import read_volume_package

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json


def look(path: str) -> Json:
    """Verify every hash, load the graph, run the reference volume; the largest difference.

    Raises
    ------
    ModelError
        As `read_volume_package` and `load_volume_network`.
    InferenceError
    """
    return {"difference": load_volume_network(read_volume_package(Path(path)), threads=1).check()}
