"""How many cores an analysis takes while a person works at the screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bedside_dx.core.cores import usable_cores

if TYPE_CHECKING:
    from bedside_dx.core.settings import Settings


def beside_a_screen(settings: Settings, workers: int = 0) -> Settings:
    """Leave one core to the screen, unless a number of threads was asked for.

    Where there is one core only, both share it.

    Parameters
    ----------
    workers
        As many as were measured to be best for a model, see `core.pace.Pace`: no more are taken.
    """
    cores = usable_cores()
    spare = min(workers or cores, max(1, cores - 1))
    return replace(settings, threads=settings.threads or spare)
