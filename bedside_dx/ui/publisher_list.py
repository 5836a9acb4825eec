"""Whose models are taken here: each trusted publisher, and the way to trust it no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.ui import update_jobs
from bedside_dx.ui.background import Background
from bedside_dx.ui.confirm_row import ConfirmRow
from bedside_dx.ui.controls import Words, line, show_when
from bedside_dx.ui.dates import written_date
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.publishers import Publisher
    from bedside_dx.ui.look import Look


class PublisherRow(QWidget):
    """One publisher: name, fingerprint, and until when its root is valid.

    Signals
    -------
    unwanted
        Fingerprint of the publisher that a person trusts no longer.
    """

    unwanted = Signal(str)

    def __init__(self, look: Look, publisher: Publisher) -> None:
        super().__init__()
        self._look, self.publisher = look, publisher
        self._name = Words("strong", wrap=True)
        self._facts = Words("caption", wrap=True)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.distrust = ConfirmRow(look, "shield-slash")
        self.distrust.confirmed.connect(lambda: self.unwanted.emit(publisher.fingerprint))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_12, 0, SPACE_12)
        layout.setSpacing(SPACE_4)
        for widget in (self._name, self._facts, self.distrust):
            layout.addWidget(widget)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, publisher = self._look.t, self.publisher
        until = written_date(publisher.expires, self._look.language)
        self._name.setText(publisher.name or "–")
        self._facts.setText(
            f"{publisher.written_fingerprint}\n" + t("valid until {date}", date=until)
        )
        self.distrust.say(
            t("Trust no longer"),
            t(
                "Trust {publisher} no longer? Its models that are installed stay.",
                publisher=publisher.name,
            ),
        )


class PublisherList(QWidget):
    """All trusted publishers; read anew whenever it is shown."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._background = Background(self)
        self._publishers: tuple[Publisher, ...] | None = None
        self._error: BedsideDxError | None = None
        self.rows: list[PublisherRow] = []
        self._title = Words("section")
        self._empty = Words("soft", wrap=True)
        self.refusal = Notice(look)
        self._list = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        layout.addWidget(self._title)
        layout.addWidget(self._empty)
        layout.addLayout(self._list)
        layout.addWidget(self.refusal)
        look.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def reload(self) -> None:
        """Read whom this person trusts."""
        self._background.run(update_jobs.publishers, self._take, self._refuse)

    def close_work(self) -> None:
        """Wait for what runs; nothing is begun any more."""
        self._background.close()

    def refresh(self) -> None:
        """Draw the words again."""
        t, known = self._look.t, self._publishers
        self._title.setText(t("Trusted publishers"))
        self._empty.setText(
            t("One moment…")
            if known is None
            else t(
                "Nobody yet: only models that came with the program, and unsigned ones, are used."
            )
        )
        self._empty.setVisible(not known)
        show_when(self.refusal, self._error is not None)
        if self._error is not None:
            self.refusal.say("shield-warning", *t.error(self._error), hue="suspicious")

    def _take(self, publishers: tuple[Publisher, ...]) -> None:
        self._error = None
        if publishers != self._publishers:
            self._publishers = publishers
            self._fill(publishers)
        self.refresh()

    def _refuse(self, error: BedsideDxError) -> None:
        self._error = error
        self.refresh()

    def _fill(self, publishers: tuple[Publisher, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = [PublisherRow(self._look, publisher) for publisher in publishers]
        for row in self.rows:
            row.unwanted.connect(self._distrust)
            if row is not self.rows[0]:
                self._list.addWidget(line())
            self._list.addWidget(row)

    def _distrust(self, fingerprint: str) -> None:
        self._background.run(
            lambda: update_jobs.distrust(fingerprint), lambda _gone: self.reload(), self._refuse
        )
