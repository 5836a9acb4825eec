"""The rooms of the program that are loaded in threads, behind the window that is already there.

They bring scipy, matplotlib and reportlab along, which take longer to load than the window takes
to appear: so the window imports none of them at the top.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bedside_dx.core.marks import VolumeCard
    from bedside_dx.core.model_card import ModelCard

OF_SCANS = ("bedside_dx.ui.scans.scan_desk", "bedside_dx.ui.scans.scan_pane")
FIRST, LAST = "bedside_dx.app.reading", ("bedside_dx.app.pipeline", "bedside_dx.app.sharing")


def load_rooms(ahead: Sequence[str]) -> None:
    """Load what opens slides, then these modules, then what analyses and writes."""
    for room in (FIRST, *ahead, *LAST):
        import_module(room)


def load_scan_rooms() -> None:
    """Load what shows scans."""
    for room in OF_SCANS:
        import_module(room)


def is_scan(path: Path) -> bool:
    """Whether a path leads to a scan, by its content; what shows it is loaded then."""
    from bedside_dx.app import recognising  # noqa: PLC0415 - see above

    if not recognising.is_scan(path):
        return False
    load_scan_rooms()
    return True


def installed_models() -> tuple[tuple[ModelCard, ...], tuple[VolumeCard, ...]]:
    """Read which models and networks for volumes are installed.

    Raises
    ------
    ModelError
    """
    from bedside_dx.app.choosing import candidates, volume_candidates  # noqa: PLC0415 - see above

    return candidates(), volume_candidates()
