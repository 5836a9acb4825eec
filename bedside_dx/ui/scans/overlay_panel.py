"""What lies over the series in front: shown or not, its colour, how strongly, and its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter
from PySide6.QtWidgets import QColorDialog, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.core.heatmap import ANCHORS
from bedside_dx.core.scan import Kind
from bedside_dx.text.numbers import percent, significant
from bedside_dx.ui.controls import Button, Elided, Words, dress, line, row
from bedside_dx.ui.opacity_slider import OpacitySlider
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.scan import Series
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.overlays import Overlays, Shown

SQUARE = 15.0
"""Side of a swatch, logical px."""


class Swatch(QPushButton):
    """The colour of a segment; pressed, another one is chosen."""

    def __init__(self, look: Look, color: tuple[int, int, int]) -> None:
        super().__init__()
        self._look, self.color = look, QColor(*color)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedWidth(20)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.color("accent" if self.hasFocus() else "outline"))
        painter.setBrush(self.color)
        square = QRectF(0.0, 0.0, SQUARE, SQUARE)
        square.moveCenter(QRectF(self.rect()).center())
        painter.drawRoundedRect(square, 3, 3)
        painter.end()


class MapRamp(QWidget):
    """The colours of a map, from its lowest to its highest value."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        area = QRectF(self.rect())
        fade = QLinearGradient(area.topLeft(), area.topRight())
        for at, color in enumerate(ANCHORS):
            fade.setColorAt(at / (len(ANCHORS) - 1), QColor(*(int(part) for part in color)))
        painter.fillRect(area, fade)
        painter.end()


class OverlayPanel(QWidget):
    """There where something was drawn on the scan in front."""

    def __init__(self, look: Look, overlays: Overlays) -> None:
        super().__init__()
        self._look, self._overlays = look, overlays
        self._series: Series | None = None
        self._heading, self._rest = Words("heading"), Words("caption", wrap=True)
        self._warning = Words("warning", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE_8)
        self.rows: list[_Row] = []
        dress(self, "panel")
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_12, SPACE_8, SPACE_8, SPACE_8)
        inner.setSpacing(SPACE_8)
        inner.addWidget(self._heading)
        inner.addLayout(self._rows)
        inner.addWidget(self._rest)
        inner.addWidget(self._warning)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line())
        layout.addLayout(inner)
        overlays.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def show_series(self, series: Series | None) -> None:
        """Show what lies over another series."""
        if series is not self._series:
            self._series = series
            self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, laid = self._look.t, self._overlays.on(self._series)
        self.setVisible(bool(laid.shown or laid.refused or laid.waiting))
        self._heading.setText(t("Drawn on it"))
        if [one.shown for one in self.rows] != laid.shown:
            for gone in self.rows:
                self._rows.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
            self.rows = [_Row(self._look, self._overlays, shown) for shown in laid.shown]
            for one in self.rows:
                self._rows.addWidget(one)
        for one in self.rows:
            one.refresh()
        self._rest.setText(t("Reading on…"))
        self._rest.setVisible(laid.waiting > 0)
        self._warning.setVisible(bool(laid.refused))
        self._warning.setText("\n".join(t.error(error)[0] for error in laid.refused))


class _Row(QWidget):
    """One overlay."""

    def __init__(self, look: Look, overlays: Overlays, shown: Shown) -> None:
        super().__init__()
        self._look, self._overlays, self.shown = look, overlays, shown
        self._name, self._more = Elided(), Words("caption", wrap=True)
        self.eye = Button(look, "icon", "eye")
        self.eye.setCheckable(True)
        self.swatch = Swatch(look, shown.color)
        self.opacity = OpacitySlider(look)
        self.opacity.setValue(round(shown.opacity * 100))
        self._low, self._high = Words("caption"), Words("caption")
        is_map = shown.overlay.kind is Kind.VALUES
        self.swatch.setVisible(not is_map)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        first = row(self.swatch, self._name, spacing=SPACE_4)
        first.setStretch(1, 1)
        first.addWidget(self.eye)
        layout.addLayout(first)
        layout.addWidget(self.opacity)
        if is_map:
            layout.addLayout(row(self._low, MapRamp(), self._high, spacing=SPACE_4))
        layout.addWidget(self._more)
        self.eye.clicked.connect(self._show)
        self.opacity.valueChanged.connect(self._fade)
        self.swatch.clicked.connect(self._choose_color)

    def refresh(self) -> None:
        """Draw the words again."""
        t, overlay = self._look.t, self.shown.overlay
        name = overlay.name or t("without a name")
        self._name.setText(name)
        self._name.setToolTip(name)
        self.eye.setChecked(self.shown.is_shown)
        self.eye.use_icon("eye" if self.shown.is_shown else "eye-slash")
        self.eye.say(t("Show {name}", name=name))
        self.swatch.color = QColor(*self.shown.color)
        self.swatch.setAccessibleName(t("Colour of {name}", name=name))
        self.swatch.setToolTip(t("Colour of {name}", name=name))
        self.opacity.setAccessibleName(t("Opacity of {name}", name=name))
        self.opacity.setToolTip(t("Opacity of {name}", name=name))
        self._low.setText(significant(overlay.low, t.language))
        high = significant(overlay.high, t.language)
        self._high.setText(f"{high} {overlay.unit}".rstrip())
        self._more.setVisible(overlay.outside > 0)
        if overlay.outside > 0:
            share = percent(overlay.outside, t.language)
            self._more.setText(t("{share} of it lies outside this series", share=share))
        self.swatch.update()

    def _show(self, on: bool) -> None:
        self._overlays.show(self.shown, is_shown=on)

    def _fade(self, value: int) -> None:
        self._overlays.fade(self.shown, value / 100)

    def _choose_color(self) -> None:
        chosen = QColorDialog.getColor(self.swatch.color, self)
        if chosen.isValid():
            color = (chosen.red(), chosen.green(), chosen.blue())
            self._overlays.recolor(self.shown, color)
