"""The installed models, one a row: what each tells apart, at which scale, and who signed it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.origin import OriginKind
from bedside_dx.text.words import gate_words, organ_words, origin_words, way_words
from bedside_dx.ui.confirm_row import ConfirmRow
from bedside_dx.ui.controls import Button, Words, line, panel, row
from bedside_dx.ui.dates import written_date
from bedside_dx.ui.measuring import measuring_words
from bedside_dx.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.pace import Way
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.measuring import Measuring


class ModelRow(QWidget):
    """One model.

    Signals
    -------
    unwanted
        Name of the model that a person wants removed.
    """

    unwanted = Signal(str)

    def __init__(self, look: Look, card: ModelCard, measuring: Measuring) -> None:
        super().__init__()
        self._look, self.card, self._measuring = look, card, measuring
        self.way: Way | None = None
        self._title = Words("strong", wrap=True)
        self._classes = Words("soft", wrap=True)
        self._facts = Words("caption", wrap=True)
        self._origin = Words("caption", wrap=True)
        self._way_words = Words("caption", wrap=True)
        self.stop, self.measure = Button(look, "flush", "x"), Button(look, "flush", "gauge")
        self.stop.clicked.connect(measuring.stop)
        self.measure.clicked.connect(lambda: measuring.measure([card.name]))
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
        for part in (self._title, self._classes, self._facts, self._origin):
            layout.addWidget(part)
        layout.addWidget(self._way_words)
        asked = row(self.stop, self.measure)
        asked.addStretch(1)
        layout.addLayout(asked)
        layout.addWidget(self.warning)
        for part in (self.remove, self.refusal):
            layout.addWidget(part)
        look.changed.connect(self.refresh)
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        # As high as its words are at this width: Qt would ask how high the narrowest row is.
        least = super().minimumSizeHint()
        least.setHeight(self.heightForWidth(max(self.width(), least.width())))
        return least

    def refuse(self, error: BedsideDxError) -> None:
        """Say why it was not removed."""
        self.refusal.setText(" ".join(self._look.t.error(error)))
        self.refusal.show()

    def show_way(self, way: Way | None) -> None:
        """Say how the model is run here."""
        self.way = way
        self.refresh_way()

    def refresh_way(self) -> None:
        """Say how the model is run here, or how far measuring that is."""
        t, measuring, name = self._look.t, self._measuring, self.card.name
        is_measured = measuring.name == name
        if is_measured:
            words = measuring_words(measuring, t)
        elif name in measuring.errors:
            reason = t.error(measuring.errors[name])[0]
            words = t("Not measured: {reason}", reason=reason)
        else:
            words = way_words(self.way, t) if self.way is not None else ""
        self._way_words.setText(words)
        self._way_words.setVisible(bool(words))
        self.stop.say(t("Stop measuring"))
        self.stop.setVisible(is_measured)
        lacks = self.way is not None and not self.way.patches_per_s
        self.measure.say(t("Measure speed"))
        self.measure.setVisible(lacks and not measuring.is_running)
        self.updateGeometry()

    def refresh(self) -> None:
        """Draw the words again."""
        t, card = self._look.t, self.card
        self.refresh_way()
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

    def __init__(self, look: Look, measuring: Measuring) -> None:
        super().__init__()
        self._look, self._measuring = look, measuring
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
        self.rows = [ModelRow(self._look, card, self._measuring) for card in cards]
        for shown in self.rows:
            shown.unwanted.connect(self.unwanted)
            if shown is not self.rows[0]:
                self._list.insertWidget(self._list.count() - 1, line())
            self._list.insertWidget(self._list.count() - 1, shown)

    def show_ways(self, ways: Mapping[str, Way]) -> None:
        """Say how each model is run here."""
        for shown in self.rows:
            shown.show_way(ways.get(shown.card.name))

    def refresh_ways(self) -> None:
        """Say again how far measuring them is."""
        for shown in self.rows:
            shown.refresh_way()


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
