"""The rules of the verdict at this site: to be read, and to be changed on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.ui.controls import Words
from bedside_dx.ui.cover_page import CoverPage
from bedside_dx.ui.limit_list import HistoryList, LimitList, changed_words
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.rule_form import RuleForm
from bedside_dx.ui.rule_table import RuleTable

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class RulesPage(CoverPage):
    """The table on the left; limits, the form that changes one, and the record on the right."""

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__(look)
        self._workplace, self._desk = workplace, workplace.rules
        self.notice = Notice(look)
        self._how = Words("soft", wrap=True)
        self._whose = Words("caption", wrap=True)
        self.table = RuleTable(look)
        self.limits = LimitList(look)
        self.form = RuleForm(look, self._desk)
        self.history = HistoryList(look)
        left, right = self.add_column(3), self.add_column(2)
        for widget in (self._how, self._whose, self.table):
            left.addWidget(widget)
        left.addStretch(1)
        for widget in (self.notice, self.limits, self.history):
            right.addWidget(widget)
        right.addStretch(1)
        self.limits.place_under("", self.form)
        self.limits.change_wanted.connect(self._ask)
        self.notice.acted.connect(lambda: self._ask(""))
        self._desk.changed.connect(self._refresh_if_seen)
        workplace.changed.connect(self._refresh_if_seen)
        look.changed.connect(self._refresh_if_seen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, site = self._look.t, self._desk.site
        self.name(t("Rules of the verdict"))
        self._how.setText(
            t("Read from the top: the first rule that applies gives the verdict and the next step.")
        )
        card = self._card()
        self._whose.setText(
            t("Numbers of this site, and of the model {title}.", title=t.of(card.title))
            if card
            else t("Numbers of this site. With a model chosen, its own limits stand in place.")
        )
        examination = self._workplace.current
        report = examination.report if examination else None
        self.table.show_rules(
            site.rules,
            card,
            deciding=report.diagnosis.rule if report else "",
            changed=changed_words(site, self._look),
        )
        self.limits.show_limits(site)
        self.history.show_history(site)
        self._say_error()

    def _say_error(self) -> None:
        """Rules that can't be trusted: nothing can be changed until that is settled."""
        error, t = self._desk.error, self._look.t
        shown = (self._whose, self.table, self.history, *self.limits.parts)
        for widget in shown:
            widget.setVisible(error is None)
        self.notice.setVisible(error is not None)
        if error is not None:
            what, hint = t.error(error)
            action = t("Begin a new history…")
            self.notice.say("warning-circle", what, hint, action=action, hue="suspicious")
            self._how.setText(t("No rules are shown while they can't be trusted."))

    def _ask(self, key: str) -> None:
        self.limits.place_under(key, self.form)
        self.form.ask(key)

    def _card(self) -> ModelCard | None:
        examination = self._workplace.current
        if examination is None:
            return None
        return examination.report.model if examination.report else examination.model

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()
