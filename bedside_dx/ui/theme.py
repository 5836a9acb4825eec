"""Every colour, size and distance of the window: light, dark, and dim for a dark ward.

Greys carry a trace of blue, teal is the one accent, and the three status hues differ in
shape and word as well, so nothing is said by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bedside_dx.core.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24, SPACE_32 = 4, 8, 12, 16, 24, 32
RADIUS = 8
MOTION_MS = 120

PATIENT_BAR = 48
STATUS_BAR = 28
RAIL_NARROW, RAIL_WIDE = 64, 280
INSPECTOR = 400
CONTROL = 32
"""Height of a control in the window, px."""
TOUCH = 48
"""Least height of a control at the bedside, px."""

CAPTION, BASE, SECTION, VERDICT = 11, 13, 16, 28
BEDSIDE, BEDSIDE_VERDICT, BEDSIDE_VERDICT_LOW = 22, 52, 40
"""Type sizes, px."""


class ThemeName(StrEnum):
    """Which palette is shown."""

    LIGHT = "light"
    DARK = "dark"
    DIM = "dim"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme as ``#rrggbb``.

    Attributes
    ----------
    canvas
        Behind the panels, and around the slide.
    surface
        Panels.
    sunken
        Wells in a panel: fields, tracks, picture frames.
    raised
        A control under the pointer.
    hairline, outline
        Lines between panels; the border of a control.
    ink, soft, faint
        Text, by weight: each is readable on canvas, surface and sunken.
    accent, on_accent, tint
        The one accent, text on it, and its quiet background.
    present, suspicious, not_seen, cannot_say
        Status hues.
    """

    canvas: str
    surface: str
    sunken: str
    raised: str
    hairline: str
    outline: str
    ink: str
    soft: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    tint: str
    present: str
    suspicious: str
    not_seen: str
    cannot_say: str

    def status(self, status: Status) -> str:
        """Hue of a verdict's status."""
        return {
            Status.PRESENT: self.present,
            Status.SUSPICIOUS: self.suspicious,
            Status.NOT_SEEN: self.not_seen,
            Status.CANNOT_SAY: self.cannot_say,
        }[status]


PALETTES: Mapping[ThemeName, Palette] = {
    ThemeName.LIGHT: Palette(
        canvas="#eef1f4", surface="#ffffff", sunken="#f3f5f8", raised="#e9edf1",
        hairline="#dce1e7", outline="#8793a0", ink="#141c24", soft="#445160", faint="#586675",
        accent="#0b6b6e", accent_hover="#085557", on_accent="#ffffff", tint="#e1f0f0",
        present="#b02a1f", suspicious="#8a5300", not_seen="#1f5fa8", cannot_say="#445160",
    ),
    ThemeName.DARK: Palette(
        canvas="#11161b", surface="#1a2128", sunken="#141a20", raised="#242d36",
        hairline="#2b343e", outline="#6b7887", ink="#e9eef3", soft="#b7c2cd", faint="#97a4b1",
        accent="#57c5c2", accent_hover="#79d6d3", on_accent="#06201f", tint="#16343a",
        present="#ff9484", suspicious="#f0b95a", not_seen="#8fbdf7", cannot_say="#b7c2cd",
    ),
    ThemeName.DIM: Palette(
        canvas="#050607", surface="#0c0e10", sunken="#090b0c", raised="#181b1e",
        hairline="#1e2225", outline="#6a7178", ink="#c9ced3", soft="#b0b6bc", faint="#a2a9af",
        accent="#62b4b1", accent_hover="#7cc4c1", on_accent="#020505", tint="#0d1f20",
        present="#ef9c8f", suspicious="#d8ae62", not_seen="#94b6e2", cannot_say="#b0b6bc",
    ),
}  # fmt: skip

LEAST_CONTRAST: Mapping[ThemeName, float] = {
    ThemeName.LIGHT: 4.5,
    ThemeName.DARK: 4.5,
    ThemeName.DIM: 7.0,
}
"""Of any text against what it stands on."""


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
