"""What a network marked in a scan, where a verdict would stand: it measures, and says no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.core.results import Reason
from bedside_dx.text.mark_words import limits_of, mark_words, marks_sentence
from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.ui.look import Look

SQUARE = 15.0
"""Side of a swatch, logical px."""
SQUARE_ROW = 36
"""Least height of a row, px: a finger finds it."""


class MarksCard(QWidget):
    """Millilitres and slices by class; touching one goes to its slice.

    Signals
    -------
    slice_wanted
        Number of a class on the card, from 1.
    model_wanted
        A person wants to read about the model.
    """

    slice_wanted = Signal(int)
    model_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading, self._stand = Words("section", wrap=True), Words("soft", wrap=True)
        self._rows: list[_Row] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_4)
        self._read = Words("soft", wrap=True)
        self._remarks = Words("warning", wrap=True)
        self._limits_heading, self._limits = Words("heading"), Words("soft", wrap=True)
        self._small = Words("caption", wrap=True)
        self.about_model = Button(look, "flush")
        self.about_model.clicked.connect(self.model_wanted)
        about = row(self.about_model)
        about.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        head = QVBoxLayout()
        head.setSpacing(SPACE_4)
        head.addWidget(self._heading)
        head.addWidget(self._stand)
        limits = QVBoxLayout()
        limits.setSpacing(SPACE_4)
        limits.addWidget(self._limits_heading)
        limits.addWidget(self._limits)
        foot = QVBoxLayout()
        foot.setSpacing(SPACE_4)
        foot.addWidget(self._small)
        foot.addLayout(about)
        layout.addLayout(head)
        layout.addLayout(self._list)
        layout.addWidget(self._read)
        layout.addWidget(self._remarks)
        layout.addLayout(limits)
        layout.addLayout(foot)

    @property
    def rows(self) -> list[_Row]:
        """One a class, in the card's order."""
        return self._rows

    def show_marks(self, scan: MarkedScan) -> None:
        """Show what was marked."""
        t, card = self._look.t, scan.card
        # What is seen first is what was measured; a verdict is what this is not.
        self._heading.setText(t("Marked and measured"))
        self._stand.setText(marks_sentence(t))
        while len(self._rows) < len(card.classes):
            made = _Row(len(self._rows) + 1)
            made.wanted.connect(self.slice_wanted)
            self._rows.append(made)
            self._list.addWidget(made)
        pairs = list(zip(card.classes, scan.marked.marks, strict=True))
        for at, made in enumerate(self._rows):
            made.setVisible(at < len(pairs))
            if at < len(pairs):
                one, mark = pairs[at]
                made.show_mark(
                    mark_words(one, mark, t), one.color, is_there=mark.slices is not None
                )
        slices = len(scan.volume.values)
        self._read.setText(t("{slices:count} slices of one series were read.", slices=slices))
        remarks = [t.reason(Reason(one.code, one.values)) for one in scan.remarks]
        self._remarks.setText("\n".join(remarks))
        self._remarks.setVisible(bool(remarks))
        limits = limits_of(card, t)
        self._limits_heading.setText(t("Limits"))
        self._limits.setText("\n".join(f"–  {limit}" for limit in limits))
        for widget in (self._limits_heading, self._limits):
            widget.setVisible(bool(limits))
        self._small.setText(
            t(
                "{title}, version {version}. AI-generated, not verified. Research use only.",
                title=t.of(card.title),
                version=card.version,
            )
        )
        self.about_model.say(t("About this model"), keys="F3")
        self.setAccessibleName(self._heading.text())
        self.setAccessibleDescription(self._stand.text())


class _Square(QWidget):
    """The colour of a class on the slices."""

    def __init__(self) -> None:
        super().__init__()
        self.color = QColor()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(20, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.color)
        square = QRectF(0.0, 0.0, SQUARE, SQUARE)
        square.moveCenter(QRectF(self.rect()).center())
        painter.drawRoundedRect(square, 3, 3)
        painter.end()


class _Row(QPushButton):
    """One class."""

    wanted = Signal(int)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._square, self._sentence = _Square(), Words("strong", wrap=True)
        self.setProperty("kind", "row")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, SPACE_8, SPACE_4, SPACE_8)
        layout.setSpacing(SPACE_16 // 2)
        layout.addWidget(self._square, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._sentence, 1)
        for child in (self._square, self._sentence):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: self.wanted.emit(number))

    def show_mark(self, words: str, color: tuple[int, int, int], *, is_there: bool) -> None:
        """Say what was marked; what was not can't be gone to."""
        self._square.color = QColor(*color)
        self._square.update()
        self._sentence.setText(words)
        self.setEnabled(is_there)
        self.setAccessibleName(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the sentence needs: a button does not ask its layout."""
        layout = self.layout()
        if layout is not None:
            self.setFixedHeight(max(layout.totalHeightForWidth(self.width()), SQUARE_ROW))
