"""One reason of a verdict: a picture of the place that shows it, and the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from bedside_dx.ui.controls import Words
from bedside_dx.ui.picture import Picture
from bedside_dx.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bedside_dx.core.geometry import RegionPx
    from bedside_dx.core.results import Image, Reason
    from bedside_dx.core.verdict import Status
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

PICTURE_PX = 320
"""Side at which the pixels behind a reason are read."""


class ReasonRow(QPushButton):
    """A reason; touching it jumps to its place.

    Signals
    -------
    place_chosen
        `RegionPx` of the place.
    """

    place_chosen = Signal(object)

    def __init__(
        self, look: Look, workplace: Workplace, side: int, *, at_bedside: bool = False
    ) -> None:
        super().__init__()
        self._workplace = workplace
        self._look = look
        self._region: RegionPx | None = None
        self._key: tuple[object, RegionPx] | None = None
        self._side = side
        self._picture = Picture(look, side)
        self._sentence = Words("bedside" if at_bedside else "", wrap=True)
        self.setProperty("kind", "row")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._jump)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, SPACE_4, SPACE_4, SPACE_4)
        layout.setSpacing(SPACE_12)
        layout.addWidget(self._picture)
        layout.addWidget(self._sentence, 1)
        for child in (self._picture, self._sentence):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_side(side)

    def set_side(self, side: int) -> None:
        """Change the side of the picture, px."""
        self._side = side
        self._picture.set_side(side)
        self._fit()

    def show_reason(self, reason: Reason, status: Status) -> None:
        """Show a reason of a verdict with that status."""
        sentence = self._look.t.reason(reason)
        self._sentence.setText(sentence)
        self._fit()
        self.setAccessibleName(sentence)
        self._region = reason.region
        self.setEnabled(reason.region is not None)
        self.setToolTip(self._look.t("Show this place") if reason.region else "")
        self._picture.show_status(status)
        self._ask_for_pixels()

    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the picture, or as the sentence where that needs more."""
        room = self.width() - self._side - SPACE_12 - SPACE_4
        self.setFixedHeight(max(self._side, self._sentence.heightForWidth(room)) + 2 * SPACE_4)

    def _ask_for_pixels(self) -> None:
        examination, region = self._workplace.current, self._region
        if region is None or examination is None:
            self._key = None
            self._picture.show_pixels(None)
            return
        of = examination.slide or examination.report
        if self._key and self._key[0] is of and self._key[1] == region:  # reports hold arrays
            return
        self._key = key = (of, region)

        def receive(pixels: Image | None) -> None:
            if self._key is key:
                self._picture.show_pixels(pixels, unreadable=pixels is None)

        self._workplace.read_picture(region, PICTURE_PX, receive)

    def _jump(self) -> None:
        if self._region is not None:
            self.place_chosen.emit(self._region)
