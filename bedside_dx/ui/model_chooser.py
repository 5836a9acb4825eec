"""The installed models as cards. Between several a person chooses: the organ is never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.core.marks import VolumeCard
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.origin import OriginKind
from bedside_dx.ui.controls import Words
from bedside_dx.ui.theme import RADIUS, SPACE_8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.ui.look import Look


class ModelChoice(QAbstractButton):
    """One model: its title, what it tells apart, and the scale it reads at."""

    def __init__(self, look: Look, card: ModelCard | VolumeCard) -> None:
        super().__init__()
        self._look = look
        self.card = card
        self._title = Words("strong", wrap=True)
        self._classes = Words("caption", wrap=True)
        self._scale = Words("caption", wrap=True)
        self._unsigned = Words("warning", wrap=True)
        self.setCheckable(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(40, 8, 12, 8)
        layout.setSpacing(2)
        for words in (self._title, self._classes, self._scale, self._unsigned):
            words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(words)
        look.changed.connect(self._refresh)
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(300))

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout else 60

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_radio(painter)
        painter.end()

    def _refresh(self) -> None:
        t, card = self._look.t, self.card
        classes = " · ".join(t.of(c.label) for c in card.classes)
        self._title.setText(t.of(card.title))
        self._classes.setText(classes)
        self._scale.setText(self._scale_words())
        self._unsigned.setText(t("unsigned: nobody vouches for it"))
        self._unsigned.setVisible(card.origin.kind is OriginKind.UNSIGNED)
        self.setAccessibleName(t.of(card.title))
        self.setAccessibleDescription(classes)
        self.setToolTip(t.of(card.intended_use))
        self.update()

    def _scale_words(self) -> str:
        t = self._look.t
        if isinstance(self.card, VolumeCard):
            return t(
                "volume of {modality}: marks and measures, no verdict", modality=self.card.modality
            )
        coarsest = self.card.coarsest_um_px
        if self.card.input is ModelInput.WHOLE_IMAGE or coarsest is None:
            return t("whole image, no scale needed")
        return t("{um:scale} µm/px or finer", um=coarsest)

    def _paint_frame(self, painter: QPainter) -> None:
        look, marked = self._look, self.isChecked()
        width = 2.0 if marked or self.hasFocus() else 1.0
        color = "accent" if marked or self.hasFocus() else "outline"
        fill = "tint" if marked else "raised" if self.underMouse() else "surface"
        painter.setPen(QPen(look.color(color), width))
        painter.setBrush(look.color(fill))
        area = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(area, RADIUS, RADIUS)

    def _paint_radio(self, painter: QPainter) -> None:
        look = self._look
        center = QPointF(20, 18)
        color = look.color("accent" if self.isChecked() else "outline")
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, 7, 7)
        if self.isChecked():
            painter.setBrush(color)
            painter.drawEllipse(center, 3.5, 3.5)


class ModelChooser(QWidget):
    """Cards of the candidates.

    Signals
    -------
    chosen
        `ModelCard` or `VolumeCard` that a person chose.
    """

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading = Words("section", wrap=True)
        self._why = Words("soft", wrap=True)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)
        self._choices: list[ModelChoice] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        layout.addWidget(self._why)
        layout.addLayout(self._list)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def choices(self) -> Sequence[ModelChoice]:
        """The cards shown."""
        return self._choices

    def show_models(
        self, cards: Sequence[ModelCard | VolumeCard], chosen: ModelCard | VolumeCard | None
    ) -> None:
        """Show the candidates and mark the chosen one."""
        if [c.card for c in self._choices] != list(cards):
            self._fill(cards)
        self._group.setExclusive(False)
        for choice in self._choices:
            choice.setChecked(chosen is not None and choice.card.name == chosen.name)
        self._group.setExclusive(True)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        asks = len(self._choices) > 1 and not any(c.isChecked() for c in self._choices)
        self._heading.setText(t("Which model?") if asks else t("Model"))
        self._why.setText(t("Choose by the organ: it is never guessed."))
        self._why.setVisible(len(self._choices) > 1)

    def _fill(self, cards: Sequence[ModelCard | VolumeCard]) -> None:
        for choice in self._choices:
            self._group.removeButton(choice)
            self._list.removeWidget(choice)
            choice.hide()
            choice.deleteLater()
        self._choices = [ModelChoice(self._look, card) for card in cards]
        for number, choice in enumerate(self._choices):
            self._group.addButton(choice, number)
            self._list.addWidget(choice)

    def _choose(self, number: int) -> None:
        self.chosen.emit(self._choices[number].card)
