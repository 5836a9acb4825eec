"""Where what outlasts a run lies: journals of interrupted readings, the history of self-checks."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

STATE_FOLDER = "BEDSIDE_DX_STATE"
"""Environment variable that names another folder than the user's own."""


def state_folder() -> Path:
    """Return the user's own state folder, or the one that the environment names."""
    named = os.environ.get(STATE_FOLDER, "")
    return Path(named) if named else platformdirs.user_state_path("bedside-dx", appauthor=False)
