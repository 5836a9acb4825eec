"""What a window of values is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.scan import PRESETS

if TYPE_CHECKING:
    from bedside_dx.core.scan import Window
    from bedside_dx.ui.look import Look


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
    return t("File: {centre:decimal} / {width:decimal}", centre=window.centre, width=window.width)
