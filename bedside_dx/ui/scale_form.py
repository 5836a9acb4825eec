"""Asks for µm per pixel, in place. It is never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bedside_dx.core.geometry import PLAUSIBLE_UM_PER_PX, is_plausible
from bedside_dx.ui.controls import Button, Words, mark_wrong, row
from bedside_dx.ui.theme import SPACE_8

if TYPE_CHECKING:
    from bedside_dx.core.geometry import SizePx
    from bedside_dx.ui.look import Look


def parse_spacing(text: str) -> float | None:
    """Read µm per pixel as typed, with point or comma; None where it is no number."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


class ScaleForm(QWidget):
    """A field for µm per pixel that says at once what the number would mean.

    Signals
    -------
    entered
        A plausible spacing in µm per pixel.
    """

    entered = Signal(float)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._size: SizePx | None = None
        self._is_missing: bool = True
        self._is_needed: bool = True
        self._heading = Words("section", wrap=True)
        self._why = Words("soft", wrap=True)
        self._field = QLineEdit()
        self._field.setMaximumWidth(96)
        self._unit = Words("soft")
        self._use = Button(look, "quiet", "check")
        self._answer = Words("soft", wrap=True)
        self._field.textChanged.connect(self._judge)
        self._field.returnPressed.connect(self._enter)
        self._use.clicked.connect(self._enter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        layout.addWidget(self._why)
        fields = row(self._field, self._unit, self._use)
        fields.addStretch(1)
        layout.addLayout(fields)
        layout.addWidget(self._answer)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def field(self) -> QLineEdit:
        """The field itself, to give it the focus."""
        return self._field

    def ask(self, size: SizePx | None, *, is_missing: bool = True, is_needed: bool = True) -> None:
        """Ask for the scale of a slide of that size; where it has one, to correct it."""
        asked = (size, is_missing, is_needed)
        if asked != (self._size, self._is_missing, self._is_needed):
            self._size, self._is_missing, self._is_needed = asked
            self.setEnabled(is_needed)
            self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self._heading.setText(
            t("No scale in this file") if self._is_missing else t("Correct the scale")
        )
        self._why.setText(
            t("Enter µm per pixel, or read it from the scanner's sheet.")
            if self._is_needed
            else t("The chosen model reads the whole image: no scale is needed.")
        )
        self._field.setAccessibleName(t("µm per pixel"))
        self._unit.setText(t("µm/px"))
        self._use.say(t("Use this scale"))
        self._judge()

    def _judge(self) -> None:
        t, text = self._look.t, self._field.text()
        value = parse_spacing(text)
        fits = value is not None and is_plausible(value)
        mark_wrong(self._field, bool(text.strip()) and not fits)
        self._use.setEnabled(fits)
        low, high = PLAUSIBLE_UM_PER_PX
        if fits and value is not None and self._size is not None:
            width, height = self._size.width * value, self._size.height * value
            self._answer.setText(
                t("The image would be {w:length} × {h:length}.", w=width, h=height)
            )
        else:
            self._answer.setText(
                t("A number from {low:decimal} to {high:decimal}.", low=low, high=high)
            )

    def _enter(self) -> None:
        value = parse_spacing(self._field.text())
        if value is not None and is_plausible(value):
            self.entered.emit(value)
