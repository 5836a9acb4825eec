"""Every trial of the packs, the ones that fit best first, and how each criterion fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.trials import Fit
from bedside_dx.text.trial_words import (
    criterion_words,
    fit_word,
    missing_words,
    phase_words,
    status_words,
)
from bedside_dx.ui.controls import Button, Words, dress, row, show_when
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16
from bedside_dx.ui.therapy.titled_lines import TitledLines

if TYPE_CHECKING:
    from bedside_dx.core.trials import Match
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.trials_desk import TrialsDesk

FITS = (Fit.UNMET, Fit.UNKNOWN, Fit.MET)
MARKS = {Fit.UNMET: "✕", Fit.UNKNOWN: "?", Fit.MET: "✓"}
AT_ONCE = 40
"""Cards that are drawn at first; the rest with a click."""


class TrialsBoard(QWidget):
    """Empty, or a card a trial."""

    def __init__(self, look: Look, desk: TrialsDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._drawn: object = None
        self._most = AT_ONCE
        self.notice = Notice(look)
        self._first, self._closing = TitledLines(ruled=False), Words("caption", wrap=True)
        self._cards = QVBoxLayout()
        self.cards: list[TrialCard] = []
        self.more = Button(look, "quiet")
        self.more.clicked.connect(self._show_more)
        self._lay_out()
        desk.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show how the trials fit now."""
        t, found = self._look.t, self._desk.found
        self.notice.setVisible(found is None)
        show_when(self._closing, found is not None)
        if found is None:
            self.notice.say(
                "flask",
                t("Trials and how they fit will appear here"),
                t("Import a pack of trials on the right: the program fetches none."),
            )
            self._first.show_lines("", ())
            self._draw(())
            return
        said = [missing_words(one, t) for one in found.missing]
        self._first.show_lines(t("Find out first"), said)
        self._closing.setText(
            t("No trial is hidden. Whether one is open is for its centre. Research use only.")
        )
        self._draw(found.matches)

    def _draw(self, matches: tuple[Match, ...]) -> None:
        drawn = (matches, self._most, self._look.t.language)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        opened = {card.match.trial.id for card in self.cards if card.fold.isChecked()}
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for one in matches[: self._most]:
            card = TrialCard(self._look, one, is_open=one.trial.id in opened)
            self.cards.append(card)
            self._cards.addWidget(card)
        rest = len(matches) - len(self.cards)
        t = self._look.t
        self.more.say(t.plural("Show {n} more", "Show {n} more", rest))
        show_when(self.more, rest > 0)

    def _show_more(self) -> None:
        self._most += AT_ONCE
        self.refresh()

    def _lay_out(self) -> None:
        self._cards.setSpacing(SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        layout.addWidget(self.notice)
        layout.addWidget(self._first)
        layout.addLayout(self._cards)
        last = row(self.more)
        last.addStretch(1)
        layout.addLayout(last)
        layout.addWidget(self._closing)
        layout.addStretch(1)


class TrialCard(QWidget):
    """One trial, what speaks against it first."""

    def __init__(self, look: Look, match: Match, *, is_open: bool) -> None:
        super().__init__()
        self.match = match
        t, trial = look.t, match.trial
        title, facts, counts = Words("strong", wrap=True), Words("caption"), Words("soft")
        self._criteria = Words("soft", wrap=True)
        self._criteria.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fold = Button(look, "fold", "caret-right")
        self.fold.setCheckable(True)
        self.fold.setChecked(is_open)
        self.fold.clicked.connect(self._show)
        title.setText(trial.title)
        state = status_words(trial.status, t), phase_words(trial.phase, t)
        named = (trial.id, *state, "; ".join(trial.places[:2]))
        facts.setText(" · ".join(filter(None, named)))
        said = [t("{n} {fit}", n=len(match.of(fit)), fit=fit_word(fit, t)) for fit in FITS]
        marks = [MARKS[fit] for fit in FITS]
        counts.setText(" · ".join(map(" ".join, zip(marks, said, strict=True))))
        self._criteria.setText("\n".join(_lines(match, t)))
        self.fold.say(t("Criteria"))
        self.fold.setAccessibleName(t("Criteria of {trial}", trial=trial.id))
        self.setAccessibleName(trial.title)
        dress(self, "well")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_12, SPACE_16, SPACE_12)
        layout.setSpacing(SPACE_4)
        for widget in (title, facts, counts):
            layout.addWidget(widget)
        folded = row(self.fold)
        folded.addStretch(1)
        layout.addLayout(folded)
        layout.addWidget(self._criteria)
        self._show()

    def _show(self) -> None:
        self.fold.use_icon("caret-down" if self.fold.isChecked() else "caret-right")
        show_when(self._criteria, self.fold.isChecked())


def _lines(match: Match, t: Texts) -> list[str]:
    lines: list[str] = []
    for fit in FITS:
        for judged in match.judged:
            if judged.fit is fit:
                quote = f" “{judged.criterion.quote}”" if judged.criterion.quote else ""
                said = criterion_words(judged.criterion, t)
                lines.append(f"{MARKS[fit]} {fit_word(fit, t)} · {said}{quote}")
    return lines
