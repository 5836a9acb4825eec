"""Asks for the fingerprint that a publisher gave by another way, before it is trusted.

The fingerprint in the folder is not shown: what one could copy, nobody would compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bedside_dx.core.publishers import FINGERPRINT_DIGITS, plain_fingerprint, written_fingerprint
from bedside_dx.ui.controls import Button, Words, mark_wrong
from bedside_dx.ui.dates import written_date
from bedside_dx.ui.theme import SPACE_8

if TYPE_CHECKING:
    from bedside_dx.core.publishers import Publisher
    from bedside_dx.ui.look import Look


class TrustForm(QWidget):
    """Who says to have published, and a field for the fingerprint.

    Signals
    -------
    confirmed
        The fingerprint as typed; it is that of the publisher.
    """

    confirmed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._publisher: Publisher | None = None
        self._title = Words("section", wrap=True)
        self._why = Words("soft", wrap=True)
        self._label = Words("heading")
        self.field = QLineEdit()
        self.field.setPlaceholderText(written_fingerprint("0" * FINGERPRINT_DIGITS))
        self._label.setBuddy(self.field)
        self._answer = Words("caption", wrap=True)
        self.trust = Button(look, "primary", "shield-check")
        self.trust.clicked.connect(self._confirm)
        self.field.textChanged.connect(self.refresh)
        self.field.returnPressed.connect(self._confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        for widget in (self._title, self._why, self._label, self.field, self._answer):
            layout.addWidget(widget)
        layout.addWidget(self.trust, 0, Qt.AlignmentFlag.AlignLeft)
        look.changed.connect(self.refresh)

    def ask(self, publisher: Publisher) -> None:
        """Ask about a publisher."""
        self._publisher = publisher
        self.field.clear()
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again, and judge what was typed."""
        t, publisher = self._look.t, self._publisher
        if publisher is None:
            return
        self._title.setText(t("“{publisher}” is not trusted here yet", publisher=publisher.name))
        self._why.setText(
            t(
                "Ask them for their fingerprint by telephone or letter, never by the stick itself."
                " Their root is valid until {date}.",
                date=written_date(publisher.expires, self._look.language),
            )
        )
        self._label.setText(t("Fingerprint, as they told you"))
        self.field.setAccessibleName(self._label.text())
        self.trust.say(t("Trust this publisher"))
        typed = plain_fingerprint(self.field.text())
        wrong = len(typed) >= FINGERPRINT_DIGITS and not self._is_right
        mark_wrong(self.field, wrong)
        self.trust.setEnabled(self._is_right)
        if wrong:
            self._answer.setText(t("This folder has another fingerprint: do not use it."))
        elif self._is_right:
            self._answer.setText(t("It is the same."))
        else:
            missing = max(FINGERPRINT_DIGITS - len(typed), 0)
            self._answer.setText(
                t.plural("{n:count} digit to go", "{n:count} digits to go", missing)
            )

    @property
    def _is_right(self) -> bool:
        typed = plain_fingerprint(self.field.text())
        return self._publisher is not None and typed.startswith(self._publisher.fingerprint)

    def _confirm(self) -> None:
        if self._is_right:
            self.confirmed.emit(self.field.text())
