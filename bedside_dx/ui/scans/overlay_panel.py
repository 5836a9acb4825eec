"""What lies over the series shown: seen or not, its colour, how strongly, and its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter
from PySide6.QtWidgets import (
    QColorDialog,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from bedside_dx.core.heatmap import ANCHORS
from bedside_dx.core.scan import Kind
from bedside_dx.text.numbers import percent, significant
from bedside_dx.ui.controls import Button, Words, dress, line, panel, row
from bedside_dx.ui.keyboard import KeepInView
from bedside_dx.ui.opacity_slider import OpacitySlider
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.app.laying import Overlay
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.scan import Series
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.overlays import Overlays, Shown

SQUARE = 15.0
"""Side of a swatch, logical px."""
HIGHEST = 240
"""Of all rows together, px: more of them are scrolled to."""


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
        self._series: list[Series] = []
        self._faults: list[BedsideDxError] = []
        self._heading, self._rest = Words("heading"), Words("caption", wrap=True)
        self._warning = Words("warning", wrap=True)
        self._list = panel()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE_8)
        self.rows: list[_Row] = []
        self.every = Button(look, "icon", "eye")
        self.every.clicked.connect(self._show_every)
        # A segmentation may hold a hundred: they scroll, and the rest of the window stays.
        self._area = _Area()
        self._area.setWidget(self._list)
        KeepInView(self._area)
        dress(self, "panel")
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_12, SPACE_8, SPACE_8, SPACE_8)
        inner.setSpacing(SPACE_8)
        head = row(self._heading)
        head.addStretch(1)
        head.addWidget(self.every)
        inner.addLayout(head)
        inner.addWidget(self._area)
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

    def show_series(self, series: list[Series], faults: list[BedsideDxError]) -> None:
        """Show what lies over other series, and what could not be read of their own drawings."""
        if [id(one) for one in series] != [id(one) for one in self._series] or (
            faults != self._faults
        ):
            self._series, self._faults = series, faults
            self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, laid = self._look.t, self._overlays.over(self._series)
        refused = [*laid.refused, *self._faults]
        self.setVisible(bool(laid.shown or refused or laid.waiting))
        self._heading.setText(t("Drawn on it"))
        if [one.shown.style for one in self.rows] != [one.style for one in laid.shown]:
            for gone in self.rows:
                self._rows.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
            self.rows = [_Row(self._look, self._overlays, shown) for shown in laid.shown]
            for one in self.rows:
                self._rows.addWidget(one)
        for one in self.rows:
            one.refresh()
        seen = any(one.style.is_shown for one in laid.shown)
        self.every.setVisible(len(laid.shown) > 1)
        self.every.use_icon("eye" if seen else "eye-slash")
        self.every.say(t("Hide all of it") if seen else t("Show all of it"))
        self._area.setVisible(bool(self.rows))
        self._area.updateGeometry()
        self._rest.setText(t("Reading on…"))
        self._rest.setVisible(laid.waiting > 0)
        self._warning.setVisible(bool(refused))
        self._warning.setText("\n".join(t.error(error)[0] for error in refused))

    def _show_every(self) -> None:
        styles = [one.shown.style for one in self.rows]
        seen = any(style.is_shown for style in styles)
        for style in styles:
            self._overlays.show(style, is_shown=not seen)


class _Area(QScrollArea):
    """As high as its rows, up to a limit."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when the rows have been laid out anew."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        widget = self.widget()
        layout = widget.layout() if widget is not None else None
        if layout is None:
            return QSize(0, 0)
        needed = layout.totalHeightForWidth(self.width())
        return QSize(0, min(max(needed, layout.sizeHint().height()), HIGHEST))


class _Row(QWidget):
    """One overlay."""

    def __init__(self, look: Look, overlays: Overlays, shown: Shown) -> None:
        super().__init__()
        self._look, self._overlays, self.shown = look, overlays, shown
        style, overlay = shown.style, shown.overlay
        self._name, self._more = Words(wrap=True), Words("caption", wrap=True)
        self.eye = Button(look, "icon", "eye")
        self.eye.setCheckable(True)
        self.swatch = Swatch(look, style.color)
        self.opacity = OpacitySlider(look)
        self.opacity.setValue(round(style.opacity * 100))
        self._low, self._high = Words("caption"), Words("caption")
        is_map = overlay is not None and overlay.kind is Kind.VALUES
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
        t, style, overlay = self._look.t, self.shown.style, self.shown.overlay
        number = f"{style.group or 0:04X}"
        unnamed = t("without a name") if overlay else t("Overlay {number}", number=number)
        name = t.of(style.label) if style.label is not None else style.name or unnamed
        self._name.setText(name)
        self.eye.setChecked(style.is_shown)
        self.eye.use_icon("eye" if style.is_shown else "eye-slash")
        self.eye.say(t("Show {name}", name=name))
        self.swatch.color = QColor(*style.color)
        self.swatch.setAccessibleName(t("Colour of {name}", name=name))
        self.swatch.setToolTip(t("Colour of {name}", name=name))
        self.opacity.setAccessibleName(t("Opacity of {name}", name=name))
        self.opacity.setToolTip(t("Opacity of {name}", name=name))
        if overlay is None:
            # The label is the file's own: what it is stands below.
            self._more.setText(t("Brought along by the image, group {number}", number=number))
            self._more.setVisible(bool(style.name))
        else:
            self._refresh_legend(overlay)
        self.swatch.update()

    def _refresh_legend(self, overlay: Overlay) -> None:
        t = self._look.t
        self._low.setText(significant(overlay.low, t.language))
        high = significant(overlay.high, t.language)
        self._high.setText(f"{high} {overlay.unit}".rstrip())
        is_marked = self.shown.style.label is not None
        self._more.setVisible(overlay.outside > 0 or is_marked)
        if is_marked:
            self._more.setText(t("Marked by the model, not verified"))
        elif overlay.outside > 0:
            share = percent(overlay.outside, t.language)
            self._more.setText(t("{share} of it lies outside this series", share=share))

    def _show(self, on: bool) -> None:
        self._overlays.show(self.shown.style, is_shown=on)

    def _fade(self, value: int) -> None:
        self._overlays.fade(self.shown.style, value / 100)

    def _choose_color(self) -> None:
        chosen = QColorDialog.getColor(self.swatch.color, self)
        if chosen.isValid():
            color = (chosen.red(), chosen.green(), chosen.blue())
            self._overlays.recolor(self.shown.style, color)
