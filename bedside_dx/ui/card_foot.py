"""The small print of a verdict: which model, by which rules, and the way to read more of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.rules import changed_keys
from bedside_dx.text.rule_words import in_force_words, moment_words
from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.theme import SPACE_4, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class CardFoot(QWidget):
    """Model and rules behind a verdict; limits that are not as usual are listed on touch.

    Signals
    -------
    model_wanted, rules_wanted
        A person wants to read about the model, or all rules.
    """

    model_wanted = Signal()
    rules_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace, role: str, *, at_bedside: bool) -> None:
        super().__init__()
        self._look, self._workplace, self._at_bedside = look, workplace, at_bedside
        self._small = Words(role, wrap=True)
        self._mark = Words(role, wrap=True)
        self.changed_limits = Button(look, "flush", "caret-right")
        self._list = Words("caption", wrap=True)
        self.about_model = Button(look, "flush")
        self.all_rules = Button(look, "flush")
        self.changed_limits.clicked.connect(self._unfold)
        self.about_model.clicked.connect(self.model_wanted)
        self.all_rules.clicked.connect(self.rules_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        for widget in (self._small, self._mark, self.changed_limits, self._list):
            layout.addWidget(widget)
        links = row(self.about_model, self.all_rules, spacing=SPACE_16)
        links.addStretch(1)
        layout.addLayout(links)
        for widget in (self.about_model, self.all_rules):
            widget.setVisible(not at_bedside)
        self._list.hide()

    def show_model(self, card: ModelCard) -> None:
        """Show the small print of a verdict by this model, on the slide in front."""
        t = self._look.t
        self._small.setText(
            t(
                "{title}, version {version}. AI-generated, not verified. Research use only.",
                title=t.of(card.title),
                version=card.version,
            )
        )
        self.about_model.say(t("About this model"), keys="F3")
        self.all_rules.say(t("Rules of the verdict"), keys="F2")
        self._show_rules()

    def _show_rules(self) -> None:
        t, settings = self._look.t, self._workplace.settings
        examination = self._workplace.current
        report = examination.report if examination else None
        rules = report.rules if report else settings.rules
        changes = report.rule_changes if report else settings.rule_changes
        by_whom = {change.key: change for change in changes}
        keys = changed_keys(rules)
        count = t.plural(
            "{n:count} limit changed at this site",
            "{n:count} limits changed at this site",
            len(keys),
        )
        lines = [
            " · ".join(
                [
                    in_force_words(key, rules, t),
                    *((by_whom[key].who, moment_words(by_whom[key])) if key in by_whom else ()),
                ]
            )
            for key in keys
        ]
        self.changed_limits.say(count)
        self.changed_limits.setVisible(bool(keys) and not self._at_bedside)
        self._list.setText("\n".join(lines))
        self._list.setVisible(self._list.isVisibleTo(self) and bool(keys))
        older = report is not None and report.rules != settings.rules
        marks = [
            *([count] if keys and self._at_bedside else []),
            *([t("The site's rules have changed since: run again.")] if older else []),
        ]
        self._mark.setText(" ".join(marks))
        self._mark.setVisible(bool(marks))

    def _unfold(self) -> None:
        folded = self._list.isHidden()
        self._list.setVisible(folded)
        self.changed_limits.use_icon("caret-down" if folded else "caret-right")
