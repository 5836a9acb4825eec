"""Where a person's trial packs lie: one JSON document each."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

FOLDER = "BEDSIDE_DX_TRIALS"
"""Environment variable that names another folder than the user's own."""


def trials_folder() -> Path:
    """Where kept packs lie; it need not exist."""
    named = os.environ.get(FOLDER, "")
    if named:
        return Path(named)
    return platformdirs.user_data_path("bedside-dx", appauthor=False) / "trials"


def kept_packs() -> tuple[Path, ...]:
    """Kept packs, by name."""
    return tuple(sorted(trials_folder().glob("*.json")))
