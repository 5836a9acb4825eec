"""What a window of values is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.scan import PRESETS

if TYPE_CHECKING:
    from bedside_dx.core.scan import Window
    from bedside_dx.ui.look import Look

LEAST_WHOLE = 20.0
"""Width from which a window is told in whole numbers."""


def window_words(window: Window, look: Look) -> str:
    """Name of a preset, or centre and width as the file proposes them."""
    t = look.t
    if any(window in presets for presets in PRESETS.values()):
        return {
            "soft tissue": t("Soft tissue"),
            "lung": t("Lung"),
            "bone": t("Bone"),
            "brain": t("Brain"),
            "liver": t("Liver"),
        }[window.name]
    centre, width = told(window)
    return t("File: {centre:decimal} / {width:decimal}", centre=centre, width=width)


def told(window: Window) -> tuple[float, float]:
    """Centre and width as they are written: whole numbers where a fraction means nothing."""
    if window.width < LEAST_WHOLE:
        return window.centre, window.width
    return round(window.centre), round(window.width)
