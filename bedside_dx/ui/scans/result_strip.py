"""What a model found on the scan in front: the slice that decided, and the map over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.core.occlusion import ORANGE
from bedside_dx.text.numbers import percent
from bedside_dx.ui.controls import Button, Words, dress, line
from bedside_dx.ui.opacity_slider import OpacitySlider
from bedside_dx.ui.scans.occlusion_map import deciding_frame
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.occlusion_map import OcclusionMap


class Ramp(QWidget):
    """The legend's colours, from nothing to the strongest place."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(96, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.fillRect(area, self._look.color("sunken"))
        fade = QLinearGradient(area.topLeft(), area.topRight())
        weak, strong = QColor(*ORANGE, 0), QColor(*ORANGE)
        fade.setColorAt(0, weak)
        fade.setColorAt(1, strong)
        painter.fillRect(area, fade)
        painter.end()


class ResultStrip(QWidget):
    """One line over the controls, there once a result is.

    Signals
    -------
    changed
        The map must be drawn again.
    slice_wanted
        A person wants to see the slice that decided.
    """

    changed = Signal()
    slice_wanted = Signal()

    def __init__(self, look: Look, layer: OcclusionMap) -> None:
        super().__init__()
        self._look, self._layer = look, layer
        self.shown = Button(look, "segment")
        self.shown.setCheckable(True)
        self.shown.setChecked(True)
        self._ramp = Ramp(look)
        self._least, self._most = Words("caption"), Words("caption")
        self._words = Words("caption", wrap=True)
        self.opacity = OpacitySlider(look)
        self.go = Button(look, "link", "arrow-square-in")
        self.shown.toggled.connect(self._show)
        self.opacity.valueChanged.connect(self._show)
        self.go.clicked.connect(self.slice_wanted)
        dress(self, "panel")
        inner = QHBoxLayout()
        inner.setContentsMargins(SPACE_12, SPACE_4, SPACE_12, SPACE_4)
        inner.setSpacing(SPACE_8)
        for widget in (self.shown, self._least, self._ramp, self._most):
            inner.addWidget(widget)
        inner.addWidget(self._words, 1)
        inner.addWidget(self.opacity)
        inner.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line())
        layout.addLayout(inner)
        look.changed.connect(self.refresh)
        self.hide()

    def refresh(self) -> None:
        """Show the result that there is, or nothing."""
        t, report = self._look.t, self._layer.report
        self.setVisible(report is not None)
        if report is None:
            return
        frame = deciding_frame(report)
        self.shown.say(t("Occlusion map"))
        self._least.setText(percent(0.0, t.language))
        self._most.setText(percent(self._layer.most, t.language))
        self._words.setText(
            t("By how much the probability falls when a place is covered. It shows no border.")
        )
        self.opacity.setAccessibleName(t("Opacity of the map"))
        self.opacity.setToolTip(t("Opacity of the map"))
        self.go.say(t("To slice {n:count}", n=(frame or 0) + 1))
        self.go.setEnabled(frame is not None)

    def _show(self) -> None:
        self._layer.is_shown = self.shown.isChecked()
        self._layer.opacity = self.opacity.value() / 100
        self.changed.emit()
