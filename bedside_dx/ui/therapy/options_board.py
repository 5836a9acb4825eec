"""One card an option, in the order of the ranking; what to order first above, excluded below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bedside_dx.text.disease_words import benefit_words
from bedside_dx.text.therapy_words import pack_words, step_words
from bedside_dx.ui.controls import Button, Words, dress, row, show_when
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16
from bedside_dx.ui.therapy.option_card import OptionCard

if TYPE_CHECKING:
    from bedside_dx.core.therapy import Option, Options
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.desk import TherapyDesk

NAME_PX = 96
"""Least width of the names beside their sentences, so that those stand in line."""


class OptionsBoard(QWidget):
    """Empty, refused, or the list with its ground."""

    def __init__(self, look: Look, desk: TherapyDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._drawn: object = None
        self.notice = Notice(look)
        self._title, self._count = Words("section", wrap=True), Words("soft", wrap=True)
        self.approved, self.same = Button(look, "segment"), Button(look, "segment")
        for button in (self.approved, self.same):
            button.setCheckable(True)
            button.clicked.connect(self._filter)
        self.first = _Titled()
        self._conflicts = Words("warning", wrap=True)
        self._cards_holder = QWidget()
        self._cards = QVBoxLayout(self._cards_holder)
        self.cards: list[OptionCard] = []
        self.fold = Button(look, "fold", "caret-right")
        self.fold.setCheckable(True)
        self.fold.clicked.connect(self._show_excluded)
        self.excluded = _Titled()
        self._packs = Words("caption", wrap=True)
        self._packs.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._list = QWidget()
        self._lay_out()
        desk.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the packs say now."""
        t, desk, answer = self._look.t, self._desk, self._desk.answer
        has_list = answer is not None and bool(answer.tumour)
        show_when(self._list, has_list)
        self.notice.setVisible(not has_list)
        self._packs.setText("\n".join(pack_words(pack, t) for pack in desk.packs))
        if answer is None or not answer.tumour:
            self._say_why_not(answer)
            self._clear()
            return
        notes = desk.notes
        self._title.setText(t("{tumour} ({code})", tumour=answer.tumour_name, code=answer.tumour))
        for button, text, chosen in (
            (self.approved, t("Only approved"), notes.only_approved),
            (self.same, t("Only evidence from this tumour"), notes.only_this_tumour),
        ):
            button.say(text)
            button.setChecked(chosen)
        self._count.setText(self._counted(answer))
        self._show_first(answer)
        conflicts = [step_words(one, t) for one in answer.conflicts]
        self._conflicts.setText("\n".join(conflicts))
        self._conflicts.setVisible(bool(conflicts))
        self._show_cards(answer)
        self._say_excluded(answer)

    def _counted(self, answer: Options) -> str:
        t, shown, all_of_them = self._look.t, len(self._desk.shown), len(answer.options)
        said = t.plural("{n} option", "{n} options", all_of_them)
        if not all_of_them:
            said = t("The packs hold no option for what is stated. That is not “no therapy”.")
        if shown < all_of_them:
            hidden = t.plural("{n} is hidden by the filters", "{n} are hidden by the filters",
                              all_of_them - shown)  # fmt: skip
            said = t("{options}, {hidden}", options=said, hidden=hidden)
        return said

    def _say_why_not(self, answer: Options | None) -> None:
        t, desk = self._look.t, self._desk
        if desk.error is not None:
            what, hint = t.error(desk.error)
            self.notice.say("hand-palm", what, hint, hue="suspicious")
        elif answer is not None:
            self.notice.say(
                "question",
                t("The packs do not know this tumour"),
                t("That is not “no option”: choose one of the nearest names on the right, or ask"
                  " a person."),
                hue="suspicious",
            )  # fmt: skip
        elif not desk.packs:
            self.notice.say("hourglass", t("Reading the knowledge packs…"))
        else:
            self.notice.say(
                "pill",
                t("Options with their evidence will appear here"),
                t("State the tumour and its findings on the right. Nothing is chosen for anyone:"
                  " a person decides."),
            )  # fmt: skip

    def _show_first(self, answer: Options) -> None:
        t = self._look.t
        self.first.say(
            t("Order this first: it would change the list"),
            [(one.test, step_words(one.why, t)) for one in answer.order_first],
        )

    def _show_cards(self, answer: Options) -> None:
        shown, notes = self._desk.shown, self._desk.notes
        said = [self._benefit(option) for option in shown]
        drawn = (id(answer), tuple(id(one) for one in shown), tuple(said))
        if drawn == self._drawn:
            return
        self._clear()
        self._drawn = drawn
        for option, benefit in zip(shown, said, strict=True):
            place = answer.options.index(option) + 1
            is_open = option.therapy in notes.opened
            card = OptionCard(self._look, option, place, benefit, is_open=is_open)
            card.opened.connect(partial(self._keep_open, option.therapy))
            card.planned.connect(partial(self._desk.planned.emit, option))
            self.cards.append(card)
            self._cards.addWidget(card)

    def _benefit(self, option: Option) -> str:
        known = self._desk.benefit(option)
        if known is None:
            return ""
        t, (facts, benefit) = self._look.t, known
        return t(
            "{model} associates it with {benefit}, alone, after {year:count} years",
            model=t(facts.title), benefit=benefit_words(facts, benefit, t), year=benefit.year,
        )  # fmt: skip

    def _clear(self) -> None:
        self._drawn = None
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []

    def _keep_open(self, therapy: str, is_open: bool) -> None:
        opened = self._desk.notes.opened
        (opened.add if is_open else opened.discard)(therapy)

    def _filter(self) -> None:
        notes = self._desk.notes
        notes.only_approved = self.approved.isChecked()
        notes.only_this_tumour = self.same.isChecked()
        self.refresh()

    def _say_excluded(self, answer: Options) -> None:
        t, rows = self._look.t, answer.excluded
        self.fold.say(t.plural("{n} therapy excluded", "{n} therapies excluded", len(rows)))
        self.fold.setVisible(bool(rows))
        said = [
            (one.therapy, "\n".join((step_words(one.reason, t), ", ".join(
                f"{row.source} {row.id}" for row in one.evidence[:3]
            ))))
            for one in rows
        ]  # fmt: skip
        self.excluded.say("", said)
        self._show_excluded()

    def _show_excluded(self) -> None:
        is_open = self.fold.isChecked() and self.excluded.has_rows
        self.fold.use_icon("caret-down" if is_open else "caret-right")
        show_when(self.excluded, is_open)

    def _lay_out(self) -> None:
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(SPACE_8)
        inner = QVBoxLayout(self._list)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(SPACE_12)
        inner.addWidget(self._title)
        filters = row(self._count, self.approved, self.same)
        filters.setStretch(0, 1)
        inner.addLayout(filters)
        for widget in (self.first, self._conflicts, self._cards_holder):
            inner.addWidget(widget)
        folded = row(self.fold)
        folded.addStretch(1)
        inner.addLayout(folded)
        inner.addWidget(self.excluded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_16)
        for widget in (self.notice, self._list, self._packs):
            layout.addWidget(widget)
        layout.addStretch(1)


class _Titled(QWidget):
    """Names, each with a sentence, under a title."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Words("strong", wrap=True)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(SPACE_16)
        self._rows.setVerticalSpacing(SPACE_4)
        self._rows.setColumnMinimumWidth(0, NAME_PX)
        self._rows.setColumnStretch(1, 1)
        self._said: object = None
        self.has_rows = False
        dress(self, "deciding")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_12, SPACE_16, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._title)
        layout.addLayout(self._rows)

    def say(self, title: str, rows: list[tuple[str, str]]) -> None:
        """Show rows of a name and a sentence; nothing where there are none."""
        if (title, rows) == self._said:
            return
        self._said = (title, rows)
        self._title.setText(title)
        self._title.setVisible(bool(title))
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()  # it goes only with the loop's next turn
                widget.deleteLater()
        for at, row_said in enumerate(rows):
            for column, (text, role) in enumerate(zip(row_said, ("strong", "soft"), strict=True)):
                words = Words(role, wrap=True)
                words.setText(text)
                self._rows.addWidget(words, at, column, Qt.AlignmentFlag.AlignTop)
        self.has_rows = bool(rows)
        show_when(self, self.has_rows)
