"""The table of rules as a pathologist reads it: what is looked at, when, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.text.words import status_word
from bedside_dx.ui.controls import Words, dress, line
from bedside_dx.ui.status_shape import StatusShape
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.app.rule_table import RuleRow
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.rules import Rules
    from bedside_dx.ui.look import Look

SHAPE, NUMBER_WIDTH, VERDICT_WIDTH = 14, 22, 250
FEW_STEPS = 3


class RuleLine(QWidget):
    """One rule."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._number = Words("caption")
        self._number.setFixedWidth(NUMBER_WIDTH)
        self.when = Words(wrap=True)
        self._note = Words("caption", wrap=True)
        self._shape = StatusShape(look, SHAPE, drop=2)
        self._verdict = Words("strong")
        self._steps = Words("caption", wrap=True)
        for words in (self._verdict, self._steps):
            words.setFixedWidth(VERDICT_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, SPACE_8)
        layout.setSpacing(SPACE_12)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self._number, 0, top)
        layout.addLayout(_stacked(self.when, self._note), 1)
        layout.addWidget(self._shape, 0, top)
        layout.addLayout(_stacked(self._verdict, self._steps))

    def show_row(self, row: RuleRow, *, is_deciding: bool, note: str) -> None:
        """Show a rule; the one that decided the slide in front is set off."""
        t = self._look.t
        self._number.setText(str(row.number))
        self.when.setText(row.when)
        self._shape.show_status(row.status)
        self._verdict.setText(status_word(row.status, t))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        # Many steps, one for each cause, are read as a paragraph; a few stand one a line.
        few = len(row.next_steps) <= FEW_STEPS
        self._steps.setText(("\n" if few else " ").join(row.next_steps))
        dress(self, "deciding" if is_deciding else "")
        self.style().unpolish(self)
        self.style().polish(self)


def _stacked(*widgets: QWidget) -> QVBoxLayout:
    """One above the other, at the top."""
    layout = QVBoxLayout()
    layout.setSpacing(SPACE_4)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return layout


class RuleTable(QWidget):
    """All rules, top to bottom, under the headings of what they look at."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._headings: list[Words] = []
        self.lines: list[RuleLine] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_rules(
        self, rules: Rules, card: ModelCard | None, *, deciding: str, changed: dict[str, str]
    ) -> None:
        """Show the table with the numbers in force.

        Parameters
        ----------
        deciding
            Code of the rule that decided the slide in front; empty for none.
        changed
            By key of a limit that is not as usual, what is said of it.
        """
        # Behind the window: the rules bring scipy along, see `workplace`.
        from bedside_dx.app.rule_table import rule_rows, scope_words  # noqa: PLC0415

        t = self._look.t
        rows = rule_rows(rules, card, t)
        if not self.lines:
            self._build(rows)
        headings = iter(self._headings)
        for at, row in enumerate(rows):
            if at == 0 or row.scope != rows[at - 1].scope:
                next(headings).setText(scope_words(row.scope, t))
            notes = [changed[key] for key in row.limits if key in changed]
            is_deciding = row.code == deciding
            if is_deciding:
                notes.insert(0, t("This rule gave the verdict on the slide in front."))
            self.lines[at].show_row(row, is_deciding=is_deciding, note="\n".join(notes))

    def _build(self, rows: tuple[RuleRow, ...]) -> None:
        for at, row in enumerate(rows):
            if at == 0 or row.scope != rows[at - 1].scope:
                heading = Words("heading")
                heading.setContentsMargins(SPACE_8, SPACE_16 if at else 0, 0, SPACE_4)
                self._headings.append(heading)
                self._layout.addWidget(heading)
            self._layout.addWidget(line())
            self.lines.append(RuleLine(self._look))
            self._layout.addWidget(self.lines[-1])
