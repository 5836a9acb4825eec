"""Where what outlasts a run lies: in the user's own state folder."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

STATE_FOLDER = "BEDSIDE_DX_STATE"
"""Environment variable that names another folder."""


def state_folder() -> Path:
    """Where it lies; the folder need not exist."""
    named = os.environ.get(STATE_FOLDER, "")
    return Path(named) if named else platformdirs.user_state_path("bedside-dx", appauthor=False)
