"""Asks for µm per pixel, in place. It is never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bedside_dx.core.errors import ScaleError
from bedside_dx.core.geometry import PLAUSIBLE_UM_PER_PX, contradicts, is_plausible
from bedside_dx.ui.controls import Button, Words, mark_wrong, row
from bedside_dx.ui.theme import SPACE_8

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.geometry import SizePx, Spacing
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look


def parse_spacing(text: str) -> float | None:
    """Read µm per pixel as typed, with point or comma; None where it is no number."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


@dataclass(frozen=True)
class _Asked:
    """What the form asks for."""

    path: Path
    size: SizePx | None
    own: Spacing | None
    is_missing: bool
    is_needed: bool

    def takes(self, um_per_px: float) -> bool:
        return self.own is None or not contradicts(self.own, um_per_px)


class ScaleForm(QWidget):
    """A field for µm per pixel that says at once what the number would mean.

    Signals
    -------
    entered
        A plausible spacing in µm per pixel that does not contradict the file.
    """

    entered = Signal(float)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._asked: _Asked | None = None
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

    def ask(self, examination: Examination, *, is_needed: bool = True) -> None:
        """Ask for the scale of a slide; where it has one, to correct it."""
        asked = _Asked(
            examination.path,
            examination.slide.size if examination.slide else None,
            examination.own_scale,
            examination.is_unscaled,
            is_needed,
        )
        if asked != self._asked:
            self._asked = asked
            self.setEnabled(is_needed)
            self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, asked = self._look.t, self._asked
        is_missing = asked is None or asked.is_missing
        self._heading.setText(t("No scale in this file") if is_missing else t("Correct the scale"))
        self._why.setText(self._why_words())
        self._field.setAccessibleName(t("µm per pixel"))
        self._unit.setText(t("µm/px"))
        self._use.say(t("Use this scale"))
        self._judge()

    def _why_words(self) -> str:
        t, asked = self._look.t, self._asked
        if asked is not None and not asked.is_needed:
            return t("The chosen model reads the whole image: no scale is needed.")
        if asked is not None and asked.own and not is_plausible(asked.own.um_per_px):
            return t(
                "The file says {um:scale} µm per pixel, which can't be right. Enter the true"
                " number from the scanner's sheet.",
                um=asked.own.um_per_px,
            )
        return t("Enter µm per pixel, or read it from the scanner's sheet.")

    def _judge(self) -> None:
        value = self._plausible()
        self._use.setEnabled(self._value() is not None)
        mark_wrong(self._field, bool(self._field.text().strip()) and self._value() is None)
        self._answer.setText(self._answer_words(value))

    def _answer_words(self, value: float | None) -> str:
        t, asked = self._look.t, self._asked
        if value is not None and asked is not None and asked.own and not asked.takes(value):
            stated = asked.own.um_per_px
            error = ScaleError(
                "slide.scale-contradicts", path=asked.path, stated=stated, entered=value
            )
            return "\n".join(t.error(error))
        if value is not None and asked is not None and asked.size is not None:
            width, height = asked.size.width * value, asked.size.height * value
            return t("The image would be {w:length} × {h:length}.", w=width, h=height)
        low, high = PLAUSIBLE_UM_PER_PX
        return t("A number from {low:decimal} to {high:decimal}.", low=low, high=high)

    def _plausible(self) -> float | None:
        value = parse_spacing(self._field.text())
        return value if value is not None and is_plausible(value) else None

    def _value(self) -> float | None:
        """The number, where it may be used."""
        value, asked = self._plausible(), self._asked
        return value if value is not None and (asked is None or asked.takes(value)) else None

    def _enter(self) -> None:
        value = self._value()
        if value is not None:
            self.entered.emit(value)
