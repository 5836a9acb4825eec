"""The key over the slide: what each pattern means, how much of the tissue it takes, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.core.pattern_drawing import patterned
from bedside_dx.core.patterns import Pattern
from bedside_dx.core.places import densest
from bedside_dx.text.numbers import percent
from bedside_dx.text.words import pattern_words
from bedside_dx.ui.controls import Button, Words
from bedside_dx.ui.theme import SPACE_4, SPACE_8
from bedside_dx.ui.viewer.hatching import pattern_brush

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.results import Findings
    from bedside_dx.ui.look import Look

PAPER, INK = "#f4f5f7", "#141c24"
"""Of samples: patterns lie over glass, which is light in every theme."""


FOLDED = "window/pattern-key-folded"
"""Where it is remembered that the key is folded."""


class PatternSample(QWidget):
    """A swatch of a pattern."""

    def __init__(self) -> None:
        super().__init__()
        self._pattern = Pattern.UNFAMILIAR
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_pattern(self, pattern: Pattern) -> None:
        """Show another pattern."""
        self._pattern = pattern
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(28, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ratio = self.devicePixelRatioF()
        painter.fillRect(box, QColor(PAPER))
        painter.scale(1 / ratio, 1 / ratio)
        inside = QRectF(box.topLeft() * ratio, box.size() * ratio)
        painter.fillRect(inside, pattern_brush(self._pattern, INK, ratio))
        painter.resetTransform()
        painter.setPen(QPen(QColor(INK), 1))
        painter.drawRect(box)
        painter.end()


class KeyRow(QPushButton):
    """One pattern; touching it jumps to where most of it lies."""

    def __init__(self) -> None:
        super().__init__()
        self._sample, self._words, self._share = PatternSample(), Words("caption"), Words("caption")
        self.pattern = Pattern.UNFAMILIAR
        self.setProperty("kind", "row")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._layout = layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_4, 2, SPACE_4, 2)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._sample)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._share)
        for child in (self._sample, self._words, self._share):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_pattern(self, pattern: Pattern, words: str, share: str) -> None:
        """Show a pattern, its name and its share of the tissue."""
        self.pattern = pattern
        self._sample.show_pattern(pattern)
        self._words.setText(words)
        self._share.setText(share)
        self.setAccessibleName(f"{words}, {share}")

    def sizeHint(self) -> QSize:
        return self._layout.sizeHint()


class PatternKey(QFrame):
    """All patterns that occur, what takes most of the tissue first; folded to one line on touch.

    Signals
    -------
    place_chosen
        `RegionPx` where most of a pattern lies.
    """

    place_chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._findings: Findings | None = None
        self._said: object = None
        self._is_folded = QSettings().value(FOLDED, defaultValue=False, type=bool)
        self.head = Button(look, "fold")
        self.head.clicked.connect(self._fold)
        self.rows = [KeyRow() for _ in Pattern]
        self.setProperty("role", "floating")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        for row in self.rows:
            row.clicked.connect(lambda _=False, row=row: self._choose(row.pattern))
            layout.addWidget(row)
        look.changed.connect(self.refresh)
        self.show_findings(None)

    def show_findings(self, findings: Findings | None) -> None:
        """Explain the patterns over these findings; hide where there are none."""
        self._findings = findings
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again, where they are others now."""
        findings, t = self._findings, self._look.t
        shares = _shares(findings) if findings is not None else {}
        total = min(1.0, sum(shares.values()))
        title = t("Left out or unfamiliar: {share:percent} of the tissue", share=total)
        lines = [
            (pattern, pattern_words(pattern, t), percent(shares[pattern], t.language))
            for pattern in sorted(shares, key=lambda pattern: -shares[pattern])
        ]
        if (said := (title, lines, self._is_folded)) != self._said:
            self._said = said
            self._show(title, lines)

    def _show(self, title: str, lines: list[tuple[Pattern, str, str]]) -> None:
        t, folded = self._look.t, self._is_folded
        self.head.say(title, more=t("Show what the patterns mean") if folded else t("Fold"))
        self.head.use_icon("caret-right" if folded else "caret-down")
        for row, line in zip(self.rows, lines, strict=False):
            row.show_pattern(*line)
            row.setToolTip(t("Show this place"))
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(lines) and not folded)
        self.setVisible(bool(lines))
        self.adjustSize()

    def _fold(self) -> None:
        self._is_folded = not self._is_folded
        QSettings().setValue(FOLDED, self._is_folded)
        self.refresh()

    def _choose(self, pattern: Pattern) -> None:
        """Find the place only now: while the tissue is read it changes all the time."""
        findings = self._findings
        mask = patterned(findings).get(pattern) if findings is not None else None
        if findings is not None and mask is not None:
            self.place_chosen.emit(densest(findings, mask))


def _shares(findings: Findings) -> dict[Pattern, float]:
    """Share of the tissue that each pattern takes, 0 to 1."""
    total = max(float(findings.tissue.sum()), 1e-9)
    masks = patterned(findings)
    return {pattern: float(findings.tissue[mask].sum()) / total for pattern, mask in masks.items()}
