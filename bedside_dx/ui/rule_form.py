"""Changing one limit, or beginning anew: what, who and why, in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bedside_dx.app.ruling import MOST_LETTERS, typed_value
from bedside_dx.core.errors import SettingsError
from bedside_dx.core.rules import LIMITS
from bedside_dx.text.rule_words import LIMIT_WORDS, limit_range, limit_value
from bedside_dx.ui.controls import Button, Words, dress, mark_wrong, row
from bedside_dx.ui.theme import SPACE_8, SPACE_12

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.rules_desk import RulesDesk


class RuleForm(QWidget):
    """Asks for the new value of a limit, a name and a reason; without all three nothing happens.

    Signals
    -------
    closed
        A person is done with it.
    """

    closed = Signal()

    def __init__(self, look: Look, desk: RulesDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._key = ""
        self._asked = False
        self._heading = Words("strong", wrap=True)
        self.value, self.who, self.why = QLineEdit(), QLineEdit(), QLineEdit()
        self._value_label, self._who_label, self._why_label = (Words("caption") for _ in range(3))
        self._answer = Words("warning", wrap=True)
        self.save = Button(look, "quiet", "check")
        self.usual = Button(look, "quiet", "arrow-counter-clockwise")
        self.cancel = Button(look, "quiet")
        self.save.clicked.connect(self._save)
        self.usual.clicked.connect(self._reset)
        self.cancel.clicked.connect(self.close_form)
        for field in (self.value, self.who, self.why):
            field.setMaxLength(MOST_LETTERS)
            field.textChanged.connect(self.refresh)
            field.returnPressed.connect(self._save)
        dress(self, "well")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        for label, field in (
            (self._value_label, self.value),
            (self._who_label, self.who),
            (self._why_label, self.why),
        ):
            layout.addWidget(label)
            layout.addWidget(field)
        layout.addWidget(self._answer)
        buttons = row(self.save, self.usual, self.cancel)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        desk.changed.connect(self._take)
        look.changed.connect(self.refresh)
        self.hide()

    def ask(self, key: str) -> None:
        """Ask for a limit; for "" whether to begin a new history."""
        self._key, self._asked = key, False
        self._desk.forget_refusal()
        self.value.setText("")
        self.why.setText("")
        self.show()
        self.refresh()
        (self.value if key else self.who).setFocus()

    def close_form(self) -> None:
        """Put the form away; nothing is changed."""
        self._asked = False
        self.hide()
        self.closed.emit()

    def refresh(self) -> None:
        """Draw the words again."""
        t, key = self._look.t, self._key
        for widget in (self.value, self._value_label):
            widget.setVisible(bool(key))
        self._who_label.setText(t("Who changes it"))
        self._why_label.setText(t("For what reason"))
        self.save.say(t("Put on record"))
        self.usual.say(t("Usual value"))
        self.cancel.say(t("Cancel"))
        if key:
            limit = LIMITS[key]
            now = self._desk.site.rules.value(key)
            self._heading.setText(t(LIMIT_WORDS[key].label))
            self._value_label.setText(
                t(
                    "New value: {range} (now {now})",
                    range=limit_range(limit, t),
                    now=limit_value(limit, now, t),
                )
            )
            self.usual.setVisible(now != limit.default)
        else:
            self._heading.setText(
                t("Begin a new history: all limits as usual; the old files are put aside.")
            )
            self.usual.hide()
        self._name_fields()
        self._judge()

    def _name_fields(self) -> None:
        for label, field in (
            (self._value_label, self.value),
            (self._who_label, self.who),
            (self._why_label, self.why),
        ):
            field.setAccessibleName(label.text())

    def _judge(self) -> None:
        typed, flaw = self.value.text().strip(), ""
        if self._key and typed:
            try:
                typed_value(LIMITS[self._key], typed, self._look.t)
            except SettingsError as error:
                flaw = " ".join(self._look.t.error(error))
        mark_wrong(self.value, bool(flaw))
        if not flaw and self._desk.refused is not None:
            flaw = " ".join(self._look.t.error(self._desk.refused))
        self._answer.setText(flaw)
        self._answer.setVisible(bool(flaw))
        signed = bool(self.who.text().strip() and self.why.text().strip())
        free = signed and not self._desk.is_saving
        has_value = not self._key or (bool(typed) and not self.value.property("wrong"))
        self.save.setEnabled(free and has_value)
        self.usual.setEnabled(free)

    def _save(self) -> None:
        if not self.save.isEnabled():
            return
        self._asked = True
        who, why = self.who.text(), self.why.text()
        if self._key:
            self._desk.set_limit(self._key, self.value.text(), who, why, self._look.t)
        else:
            self._desk.restart(who, why)

    def _reset(self) -> None:
        self._asked = True
        self._desk.reset_limit(self._key, self.who.text(), self.why.text(), self._look.t)

    def _take(self) -> None:
        """A change went through, or was refused: then what was typed stays."""
        if self._asked and not self._desk.is_saving and self._desk.refused is None:
            self.close_form()
        elif self.isVisible():
            self.refresh()
