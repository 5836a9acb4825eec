"""One option: what, why for this patient, how sure, what speaks against it; its trail in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.text.option_words import AGAINST, evidence_words, no_approval_words, said
from bedside_dx.text.therapy_words import approval_words, match_words, step_words
from bedside_dx.ui.controls import Button, Words, dress, row, show_when
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.core.therapy import Option
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look

SPEAKS_AGAINST = AGAINST | {"needs", "later-line"}
"""Kinds of steps that speak against an option, or that it hangs on."""
GROUND = frozenset({"biomarker", "no-biomarker", "note"})
"""Kinds of steps that say why it is here at all, and on what conditions."""


class OptionCard(QWidget):
    """An option at its place.

    Signals
    -------
    opened
        Whether its trail is open now.
    planned
        A person takes it into the plan.
    """

    opened = Signal(bool)
    planned = Signal()

    def __init__(
        self, look: Look, option: Option, place: int, benefit: str, *, is_open: bool
    ) -> None:
        super().__init__()
        self._look, self.option, self._place, self._benefit = look, option, place, benefit
        self._number, self._name = Words("caption"), Words("section", wrap=True)
        self._ground, self._sure = Words(wrap=True), Words("soft", wrap=True)
        self._effect = Words("soft", wrap=True)
        self._against = Words("warning", wrap=True)
        self.trail = Words("soft", wrap=True)
        self.trail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fold = Button(look, "fold", "caret-right")
        self.fold.setCheckable(True)
        self.fold.setChecked(is_open)
        self.fold.clicked.connect(self._turn)
        self.plan = Button(look, "quiet", "plus")
        self.plan.clicked.connect(self.planned)
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, option = self._look.t, self.option
        self._number.setText(str(self._place))
        self._name.setText(option.therapy)
        self._ground.setText("\n".join(said(option, GROUND, t)))
        self._sure.setText(sure_words(option, t))
        self._effect.setText(self._benefit)
        self._effect.setVisible(bool(self._benefit))
        against = said(option, SPEAKS_AGAINST, t)
        self._against.setText("\n".join(against))
        self._against.setVisible(bool(against))
        self.trail.setText("\n".join(trail_lines(option, t)))
        count = len(option.evidence)
        words = t.plural("Why this place, and {n} source", "Why this place, and {n} sources", count)
        self.fold.say(words)
        self.fold.setAccessibleName(f"{option.therapy}: {words}")
        self.plan.say(t("Add to the plan"))
        self.plan.setAccessibleName(t("Add to the plan: {therapy}", therapy=option.therapy))
        self.setAccessibleName(f"{self._place}. {option.therapy}")
        self._show_trail()

    def _turn(self) -> None:
        self._show_trail()
        self.opened.emit(self.fold.isChecked())

    def _show_trail(self) -> None:
        self.fold.use_icon("caret-down" if self.fold.isChecked() else "caret-right")
        show_when(self.trail, self.fold.isChecked())

    def _lay_out(self) -> None:
        dress(self, "well")
        self._number.setFixedWidth(SPACE_16)
        self._number.setAlignment(Qt.AlignmentFlag.AlignTop)
        head = row(self._name, self.plan, spacing=SPACE_12)
        head.setStretch(0, 1)
        head.setAlignment(self.plan, Qt.AlignmentFlag.AlignTop)
        body = QVBoxLayout()
        body.setSpacing(SPACE_4)
        body.addLayout(head)
        for widget in (self._ground, self._sure, self._effect, self._against):
            body.addWidget(widget)
        folded = row(self.fold)
        folded.addStretch(1)
        body.addLayout(folded)
        body.addWidget(self.trail)
        layout = row(self._number, spacing=SPACE_8)
        layout.addLayout(body, 1)
        layout.setContentsMargins(SPACE_16, SPACE_12, SPACE_16, SPACE_12)
        self.setLayout(layout)


def sure_words(option: Option, t: Texts) -> str:
    """How sure, in one line: level, tiers, tumour, approval."""
    parts = [
        t("level {level}", level=option.level.name),
        t("AMP {amp}, ESCAT {escat} (provisional)", amp=option.tier, escat=option.escat),
        t("tumour of the evidence: {match}", match=match_words(option.tumour_match, t)),
    ]
    if option.approval:
        parts.append(t("approved: {who}", who=approval_words(option.approval, t)))
    else:
        parts.append(no_approval_words(option, t).lower())
    return " · ".join(parts)


def trail_lines(option: Option, t: Texts) -> list[str]:
    """Every step of its place, then where each fact can be looked up."""
    rows = evidence_words(option.evidence)
    return [*(step_words(step, t) for step in option.why), *(f"– {row}" for row in rows)]
