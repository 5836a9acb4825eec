"""How many cores an analysis takes while a person works at the screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bedside_dx.core.cores import usable_cores

if TYPE_CHECKING:
    from bedside_dx.core.settings import Settings


def beside_a_screen(settings: Settings) -> Settings:
    """Leave one core to the screen, unless a number of threads was asked for.

    Where there is one core only, both share it.
    """
    return replace(settings, threads=settings.threads or max(1, usable_cores() - 1))
