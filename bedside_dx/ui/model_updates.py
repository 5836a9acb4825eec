"""Models from elsewhere: what is on a stick, whom to trust, one package, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget

from bedside_dx.text.words import origin_words
from bedside_dx.ui import update_jobs
from bedside_dx.ui.background import Background
from bedside_dx.ui.controls import Button, Elided, Words, line, row, show_when
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.offer_row import OfferRow
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_16
from bedside_dx.ui.trust_form import TrustForm

if TYPE_CHECKING:
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.publishers import Offers, Publisher
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.update_jobs import Done


class ModelUpdates(QWidget):
    """Choose a folder, see what is offered, install it; every refusal says why and what stays.

    Signals
    -------
    installed
        The models that can be used are others now.
    trusted
        A person trusts one more publisher.
    """

    installed = Signal(str)
    trusted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._background = Background(self)
        self._folder: Path | None = None
        self._offers: Offers | None = None
        self._error: BedsideDxError | None = None
        self._done: Done | None = None
        self._is_busy = False
        self._why = Words("soft", wrap=True)
        self.choose_folder = Button(look, "primary", "folder-open")
        self._where = Elided("caption")
        self._working = Words("soft", wrap=True)
        self.outcome = Notice(look)
        self.trust = TrustForm(look)
        self._sheet = QFrame()
        self._sheet.setProperty("role", "notice")
        self._from = Words("strong", wrap=True)
        self._checked = Words("caption", wrap=True)
        self.rows: list[OfferRow] = []
        self._list = QVBoxLayout()
        self._single, self._single_why = Words("heading"), Words("soft", wrap=True)
        self.choose_package = Button(look, "quiet", "package")
        self.choose_folder.clicked.connect(self._ask_for_folder)
        self.choose_package.clicked.connect(self._ask_for_package)
        self.trust.confirmed.connect(self._trust)
        self.outcome.acted.connect(self._go_back)
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    # --- what a person does ------------------------------------------------------------

    def look_at(self, folder: Path) -> None:
        """Check what a publisher signed in a folder, and show what it offers."""
        self._begin()
        self._folder, self._offers = folder, None
        self._fill()
        self._background.run(
            lambda: update_jobs.look_at(folder), self._take_offers, self._take_refusal
        )
        self.refresh()

    def install(self, name: str) -> None:
        """Install one of the models that are offered."""
        if (folder := self._folder) is None or self._is_busy:
            return
        self._begin()
        for offer_row, offer in zip(self.rows, self._offered(), strict=True):
            offer_row.work(busy=True, on_this=offer == name)
        self._background.run(
            lambda: update_jobs.update(folder, name), self._take_model, self._take_error
        )
        self.refresh()

    def install_package(self, path: Path) -> None:
        """Install one package that nobody signed."""
        if self._is_busy:
            return
        self._begin()
        self._background.run(lambda: update_jobs.install(path), self._take_model, self._take_error)
        self.refresh()

    def close_work(self) -> None:
        """Wait for what runs; nothing is begun any more."""
        self._background.close()

    # --- inside ------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the words again."""
        t, busy = self._look.t, self._is_busy
        self._why.setText(
            t("From a folder or a stick, signed by whoever made them. No network is used.")
        )
        self.choose_folder.say(t("Choose the folder or stick…"))
        self._where.setText(str(self._folder or ""))
        self._single.setText(t("A package that is not signed"))
        self._single_why.setText(
            t("It is tried in a process of its own first, and marked unsigned wherever it is used.")
        )
        self.choose_package.say(t("Choose a package (zip)…"))
        self._working.setText(
            t("Being tried, at most a minute…") if self._offers or not self._folder
            else t("Checking what was signed…")
        )  # fmt: skip
        self._working.setVisible(busy and not self._offers)
        for button in (self.choose_folder, self.choose_package):
            button.setEnabled(not busy)
        self._show_offers()
        self._show_outcome()

    def _begin(self) -> None:
        self._is_busy, self._error, self._done = True, None, None
        show_when(self.trust, wanted=False)

    def _end(self) -> None:
        self._is_busy = False
        for offer_row in self.rows:
            offer_row.work(busy=False)

    def _offered(self) -> list[str]:
        return [offer.name for offer in self._offers.models] if self._offers else []

    def _take_offers(self, offers: Offers) -> None:
        self._offers = offers
        self._fill()
        self._end()
        self.refresh()

    def _take_refusal(self, error: BedsideDxError) -> None:
        """A folder of someone unknown may become one of someone trusted."""
        folder = self._folder
        if error.code == "update.unknown-root" and folder is not None:
            self._background.run(
                lambda: update_jobs.publisher_of(folder), self._ask_for_trust, self._take_error
            )
        else:
            self._take_error(error)

    def _ask_for_trust(self, publisher: Publisher) -> None:
        self._end()
        self.trust.ask(publisher)
        show_when(self.trust, wanted=True)
        self.refresh()
        self.trust.field.setFocus()

    def _trust(self, fingerprint: str) -> None:
        folder = self._folder
        if folder is not None:
            self._begin()
            self._background.run(
                lambda: update_jobs.trust(folder, fingerprint),
                lambda _publisher: self._take_trust(folder),
                self._take_error,
            )
            self.refresh()

    def _take_trust(self, folder: Path) -> None:
        self.trusted.emit()
        self.look_at(folder)

    def _take_model(self, done: Done) -> None:
        self._done = done
        self.installed.emit(done.card.name)
        self._look_again()

    def _take_error(self, error: BedsideDxError) -> None:
        self._error = error
        self._end()
        self.refresh()

    def _look_again(self) -> None:
        """See how the offers stand to what is installed now; what was done stays said."""
        if (folder := self._folder) is None or self._offers is None:
            self._end()
            self.refresh()
            return
        self._background.run(
            lambda: update_jobs.look_at(folder), self._take_offers, self._take_error
        )

    def _go_back(self) -> None:
        if (done := self._done) is not None and not self._is_busy:
            name = done.card.name
            self._begin()
            self._background.run(
                lambda: update_jobs.roll_back(name), self._take_model, self._take_error
            )
            self.refresh()

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self._look.t("Choose the folder or stick…"))
        if chosen:
            self.look_at(Path(chosen))

    def _ask_for_package(self) -> None:
        t = self._look.t
        chosen, _ = QFileDialog.getOpenFileName(self, t("Choose a package (zip)…"), "", "*.zip")
        if chosen:
            self.install_package(Path(chosen))

    def _fill(self) -> None:
        for offer_row in self.rows:
            self._list.removeWidget(offer_row)
            offer_row.deleteLater()
        self.rows = [OfferRow(self._look, o) for o in self._offers.models] if self._offers else []
        for offer_row in self.rows:
            offer_row.wanted.connect(self.install)
            self._list.addWidget(offer_row)

    def _show_offers(self) -> None:
        t, offers = self._look.t, self._offers
        show_when(self._sheet, offers is not None)
        if offers is not None:
            self._from.setText(t("Signed by {publisher}", publisher=offers.publisher.name))
            self._checked.setText(
                t("Signature, date and order were checked.")
                if offers.models
                else t("Nothing is offered in this folder.")
            )

    def _show_outcome(self) -> None:
        t, error, done = self._look.t, self._error, self._done
        show_when(self.outcome, error is not None or done is not None)
        if error is not None:
            what, hint = t.error(error)
            self.outcome.say("shield-warning", what, hint, hue="suspicious")
        elif done is not None:
            card = done.card
            said = t("{name} {version} is used from now on", name=card.name, version=card.version)
            self.outcome.say(
                "check-circle",
                said,
                origin_words(card.origin, t),
                action=t("Undo") if done.can_return else "",
                hue="accent",
            )

    def _lay_out(self) -> None:
        sheet = QVBoxLayout(self._sheet)
        sheet.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        sheet.setSpacing(SPACE_8)
        sheet.addWidget(self._from)
        sheet.addWidget(self._checked)
        self._list.setSpacing(SPACE_16)
        sheet.addSpacing(SPACE_8)
        sheet.addLayout(self._list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_16)
        layout.addWidget(self._why)
        picking = row(self.choose_folder, self._where, spacing=SPACE_16)
        picking.setStretch(1, 1)
        layout.addLayout(picking)
        for widget in (self._working, self.trust, self._sheet, self.outcome):
            layout.addWidget(widget)
        layout.addWidget(line())
        single = QVBoxLayout()
        single.setSpacing(SPACE_4)
        single.addWidget(self._single)
        single.addWidget(self._single_why)
        layout.addLayout(single)
        layout.addWidget(self.choose_package, 0, Qt.AlignmentFlag.AlignLeft)
        show_when(self.trust, wanted=False)
