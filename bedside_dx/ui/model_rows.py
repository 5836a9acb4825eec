"""The installed models, one a row: what each tells apart, at which scale, and who signed it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.origin import OriginKind
from bedside_dx.text.words import gate_words, organ_words, origin_words
from bedside_dx.ui.confirm_row import ConfirmRow
from bedside_dx.ui.controls import Words, line, panel
from bedside_dx.ui.dates import written_date
from bedside_dx.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look


class ModelRow(QWidget):
    """One model.

    Signals
    -------
    unwanted
        Name of the model that a person wants removed.
    """

    unwanted = Signal(str)

    def __init__(self, look: Look, card: ModelCard) -> None:
        super().__init__()
        self._look, self.card = look, card
        self._title = Words("strong", wrap=True)
        self._classes = Words("soft", wrap=True)
        self._facts = Words("caption", wrap=True)
        self._origin = Words("caption", wrap=True)
        self.warning = Words("warning", wrap=True)
        self.refusal = Words("warning", wrap=True)
        self.refusal.hide()
        self.remove = ConfirmRow(look, "trash")
        self.remove.confirmed.connect(lambda: self.unwanted.emit(card.name))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_12, 0, SPACE_12)
        layout.setSpacing(SPACE_4)
        for part in (self._title, self._classes, self._facts, self._origin, self.warning):
            layout.addWidget(part)
        for part in (self.remove, self.refusal):
            layout.addWidget(part)
        look.changed.connect(self.refresh)
        self.refresh()

    def refuse(self, error: BedsideDxError) -> None:
        """Say why it was not removed."""
        self.refusal.setText(" ".join(self._look.t.error(error)))
        self.refusal.show()

    def refresh(self) -> None:
        """Draw the words again."""
        t, card = self._look.t, self.card
        self._title.setText(t.of(card.title))
        self._classes.setText(" · ".join(t.of(c.label) for c in card.classes))
        self._facts.setText(facts(card, t))
        self._origin.setText(_whence(card, t, self._look.language))
        self.remove.say(
            t("Remove"),
            t(
                "Remove {name} {version}? Its files are deleted; reports made with it stay.",
                name=card.name,
                version=card.version,
            ),
        )
        self.warning.setText(gate_words(card, t))
        self.warning.setVisible(not card.has_gate)
        self.remove.setVisible(card.origin.kind is not OriginKind.BUNDLED)
        self.setToolTip(t.of(card.intended_use))
        self.updateGeometry()
        self.setAccessibleName(t.of(card.title))


class ModelRows(QScrollArea):
    """All installed models, by name.

    Signals
    -------
    unwanted
        Name of the model that a person wants removed.
    """

    unwanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: list[ModelRow] = []
        page = panel()
        self._list = QVBoxLayout(page)
        self._list.setContentsMargins(0, 0, SPACE_12, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)

    def show_models(self, cards: Sequence[ModelCard]) -> None:
        """Show the models; those shown already stay as they are."""
        if [row.card for row in self.rows] == list(cards):
            return
        while self._list.count() > 1:
            item = self._list.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = [ModelRow(self._look, card) for card in cards]
        for row in self.rows:
            row.unwanted.connect(self.unwanted)
            if row is not self.rows[0]:
                self._list.insertWidget(self._list.count() - 1, line())
            self._list.insertWidget(self._list.count() - 1, row)


def facts(card: ModelCard, t: Texts) -> str:
    """Organ, scale and version on one line."""
    if card.input is ModelInput.WHOLE_IMAGE or card.spacing_um_px is None:
        scale = t("whole image")
    else:
        scale = t("{um:decimal} µm/px", um=card.spacing_um_px)
    version = t("version {version}", version=card.version)
    return " · ".join((card.name, organ_words(card.organ, t), scale, version))


def _whence(card: ModelCard, t: Texts, language: str) -> str:
    """Who answers for the model, and since when it is here."""
    words = origin_words(card.origin, t)
    if not card.origin.installed:
        return words
    day = written_date(datetime.fromisoformat(card.origin.installed).date(), language)
    return " · ".join((words, t("installed on {day}", day=day)))
