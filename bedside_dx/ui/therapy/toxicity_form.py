"""A dose changed for toxicity, or cycles that begin later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from bedside_dx.ui.controls import Button
from bedside_dx.ui.theme import SPACE_8
from bedside_dx.ui.therapy.typed import TypedField

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look

NAMES = ("cycle", "percent", "toxicity", "grade", "days", "reason")


class ToxicityForm(QWidget):
    """From which cycle, to what share, for which toxicity; or by how many days.

    Signals
    -------
    changed
        ``from_cycle``, ``percent``, ``toxicity`` and ``grade`` of a change.
    delayed
        ``from_cycle``, ``days`` and ``reason`` of a delay.
    """

    changed = Signal(object)
    delayed = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.fields = {name: TypedField("") for name in NAMES}
        for shown in self.fields.values():
            shown.edited.connect(self.refresh)
        self.change, self.delay = Button(look, "quiet", "check"), Button(look, "quiet", "clock")
        self.change.clicked.connect(self._tell_change)
        self.delay.clicked.connect(self._tell_delay)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_8)
        grid.setVerticalSpacing(SPACE_8)
        places = ((0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (3, 0, 1), (3, 1, 1))
        for (line, column, span), name in zip(places, NAMES, strict=True):
            grid.addWidget(self.fields[name], line, column, 1, span)
        left = Qt.AlignmentFlag.AlignLeft
        grid.addWidget(self.change, 2, 0, 1, 2, left)
        grid.addWidget(self.delay, 4, 0, 1, 2, left)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again, and see what can be added."""
        t = self._look.t
        words = (
            (t("From cycle"), "3"), (t("Percent (0: stop)"), "75"), (t("Toxicity"), ""),
            (t("Grade, 1 to 5"), ""), (t("Days later"), "7"), (t("Reason"), ""),
        )  # fmt: skip
        for name, (label, hint) in zip(NAMES, words, strict=True):
            self.fields[name].say(label, hint=hint)
        self.change.say(t("Change the dose"))
        self.delay.say(t("Delay the cycles"))
        self.change.setEnabled(self._change() is not None)
        self.delay.setEnabled(self._delay() is not None)

    def _text(self, name: str) -> str:
        return self.fields[name].field.text().strip()

    def _whole(self, name: str, low: int, high: int) -> int | None:
        said = self._text(name)
        is_whole = said.isdecimal() and len(said) < 5
        return int(said) if is_whole and low <= int(said) <= high else None

    def _change(self) -> dict[str, object] | None:
        cycle, percent = self._whole("cycle", 1, 4000), self._whole("percent", 0, 100)
        grade = self._whole("grade", 1, 5)
        if cycle is None or percent is None or not self._text("toxicity"):
            return None
        if grade is None and self._text("grade"):
            return None
        return {
            "from_cycle": cycle, "percent": float(percent), "toxicity": self._text("toxicity"),
            "grade": grade,
        }  # fmt: skip

    def _delay(self) -> dict[str, object] | None:
        cycle, days = self._whole("cycle", 1, 4000), self._whole("days", 1, 366)
        if cycle is None or days is None or not self._text("reason"):
            return None
        return {"from_cycle": cycle, "days": days, "reason": self._text("reason")}

    def _tell_change(self) -> None:
        if (change := self._change()) is not None:
            self.changed.emit(change)

    def _tell_delay(self) -> None:
        if (delay := self._delay()) is not None:
            self.delayed.emit(delay)
