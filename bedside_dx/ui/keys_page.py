"""The map of the keys, by the pane they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from bedside_dx.ui.controls import Words
from bedside_dx.ui.cover_page import CoverPage
from bedside_dx.ui.theme import SPACE_8, SPACE_24

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look

MOST_KEYS = 19


class KeysPage(CoverPage):
    """Three lists: keys of the window, of the slide and of the scan while it has the focus."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._headings = (Words("heading"), Words("heading"), Words("heading"))
        self._rows = tuple(
            [(Words("key"), Words()) for _ in range(MOST_KEYS)] for _ in self._headings
        )
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.name(t("Keys"))
        self._headings[0].setText(t("Everywhere"))
        self._headings[1].setText(t("While the slide has the focus"))
        self._headings[2].setText(t("While the scan has the focus"))
        lists = (window_keys(t), slide_keys(t), scan_keys(t))
        for rows, keys in zip(self._rows, lists, strict=True):
            for at, (key, words) in enumerate(rows):
                known = at < len(keys)
                key.setVisible(known)
                words.setVisible(known)
                if known:
                    key.setText(keys[at][0])
                    words.setText(keys[at][1])

    def _lay_out(self) -> None:
        for heading, rows in zip(self._headings, self._rows, strict=True):
            grid = QGridLayout()
            grid.setHorizontalSpacing(SPACE_24)
            grid.setVerticalSpacing(SPACE_8)
            grid.setColumnStretch(1, 1)
            grid.addWidget(heading, 0, 0, 1, 2)
            for at, (key, words) in enumerate(rows, start=1):
                grid.addWidget(key, at, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(words, at, 1)
            column = self.add_column(1)
            column.addLayout(grid)
            column.addStretch(1)


def window_keys(t: Texts) -> tuple[tuple[str, str], ...]:
    """Keys that work everywhere, and what they do."""
    return (
        ("Ctrl+O", t("Open a slide or a scan")),
        ("Ctrl+Shift+O", t("Open a scan's folder")),
        ("Ctrl+R", t("Run the analysis")),
        ("Esc", t("Cancel")),
        ("Ctrl+S", t("Save the report")),
        ("Alt+1", t("Verdict")),
        ("Alt+2", t("Disease")),
        ("Alt+3", t("Therapy")),
        ("Alt+4", t("Report")),
        ("Ctrl+L", t("Other language")),
        ("F1", t("Keys")),
        ("F2", t("Rules of the verdict")),
        ("F3", t("About the model")),
        ("F6", t("Models")),
        ("F7", t("Models from another hospital")),
        ("F8", t("Self-check")),
        ("F9", t("Privacy screen")),
        ("F10", t("Theme: light, dark, dim")),
        ("F11", t("Bedside mode")),
    )


def slide_keys(t: Texts) -> tuple[tuple[str, str], ...]:
    """Keys of the slide, and what they do."""
    return (
        ("← ↑ → ↓", t("Move")),
        ("+  −", t("Zoom")),
        ("0", t("Whole slide")),
        ("1", t("Pixel by pixel")),
        (t("Space"), t("Hold to move with the mouse")),
        (t("Enter"), t("Scores of the patch in the middle")),
    )


def scan_keys(t: Texts) -> tuple[tuple[str, str], ...]:
    """Keys of the scan, and what they do."""
    return (
        ("↑ ↓", t("Slice before, slice after")),
        (t("Page ↑ ↓"), t("Ten slices on")),
        ("Home  End", t("First slice, last slice")),
        (t("Enter"), t("Pointer for measuring: take or set a point")),
        ("← ↑ → ↓", t("Move that pointer, with Shift ten times as far")),
        ("N", t("That pointer to the next end of a measure")),
        (t("Del"), t("Delete the measure in hand")),
        (t("Ctrl+Z"), t("Undo the last measure or change")),
        (t("Space"), t("Play the slices")),
        ("+  −", t("Zoom")),
        ("0", t("Whole slice")),
        ("1 … 5", t("Window of values")),
        ("R  L", t("Turn to the right, to the left")),
        ("H  V", t("Flip across, flip over")),
        ("I", t("Exchange black and white")),
        ("T", t("Words in the corners")),
        (t("Backspace"), t("As it came")),
    )
