"""The verdict card: word, confidence, coverage, reasons, next step, small print, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from bedside_dx.core.model_input import ModelInput
from bedside_dx.text.words import (
    confidence_words,
    coverage_line,
    early_words,
    gate_words,
    set_line,
    verdict_headline,
)
from bedside_dx.ui.card_foot import CardFoot
from bedside_dx.ui.controls import Words, line, row
from bedside_dx.ui.interval_bar import IntervalBar
from bedside_dx.ui.reason_row import ReasonRow
from bedside_dx.ui.settled_mark import SettledMark
from bedside_dx.ui.status_shape import StatusShape
from bedside_dx.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.results import Diagnosis
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

MOST_REASONS = 3
LOW_GAP = 8
"""Between lines where the window is low, px."""
SIDE_BY_SIDE_FROM = 1000
"""Width from which the reasons stand beside the verdict, px."""


@dataclass(frozen=True)
class CardSize:
    """Measures of a card, px; roles name the type sizes."""

    shape: int
    picture: int
    gap: int
    word_role: str
    strong_role: str
    base_role: str
    small_role: str


INSPECTOR_CARD = CardSize(28, 56, 12, "verdict", "section", "soft", "caption")
BEDSIDE_CARD = CardSize(
    56, 96, 20, "bedside-verdict", "bedside-strong", "bedside-soft", "bedside-soft"
)


class VerdictCard(QWidget):
    """One verdict, final or so far.

    Signals
    -------
    place_chosen
        `RegionPx` of the reason that was touched.
    """

    place_chosen = Signal(object)

    def __init__(self, look: Look, workplace: Workplace, size: CardSize = INSPECTOR_CARD) -> None:
        super().__init__()
        self._look = look
        at_bedside = size is BEDSIDE_CARD
        self._shape = StatusShape(look, size.shape, drop=size.shape // 7)
        self._stand = Words("bedside-soft" if at_bedside else "heading")
        self._word = Words(size.word_role, wrap=True)
        self._confidence = Words(size.strong_role, wrap=True)
        self._bar = IntervalBar(look, at_bedside=at_bedside)
        self._classes = Words(size.base_role, wrap=True)
        self.settled = SettledMark(look, size.base_role)
        self._coverage = Words(size.base_role, wrap=True)
        self._warning = Words(size.base_role, wrap=True)
        self._why = Words(size.small_role if at_bedside else "heading")
        self._reasons = [
            ReasonRow(look, workplace, size.picture, at_bedside=at_bedside)
            for _ in range(MOST_REASONS)
        ]
        self._next_heading = Words(size.small_role if at_bedside else "heading")
        self._next = Words("bedside-strong" if at_bedside else "strong", wrap=True)
        self.foot = CardFoot(look, workplace, size.small_role, at_bedside=at_bedside)
        for reason in self._reasons:
            reason.place_chosen.connect(self.place_chosen)
        self._divider = line()
        self._gap = size.gap
        self._lay_out(size)

    @property
    def reasons(self) -> list[ReasonRow]:
        """Rows of the reasons, in their order; the unused ones are hidden."""
        return self._reasons

    def show_diagnosis(
        self, diagnosis: Diagnosis, card: ModelCard, *, is_running: bool = False, pictures: int = 1
    ) -> None:
        """Show a verdict; one that is not final is still growing, or was left so.

        Parameters
        ----------
        pictures
            How many a model of whole images read: one, or the slices of a scan.
        """
        t, palette = self._look.t, self._look.palette
        final = diagnosis.is_final
        headline = verdict_headline(diagnosis, card, t)
        certain = final or diagnosis.is_stable
        self._shape.show_status(diagnosis.status, is_final=certain)
        self._stand.setText(_stand_words(diagnosis, t, is_running=is_running))
        self._word.setText(headline)
        self._color_word(palette.ink if certain else palette.faint)
        self.settled.show_words(early_words(diagnosis, t, is_running=is_running), diagnosis)
        self._show_confidence(diagnosis)
        classes = set_line(diagnosis, card, t)
        self._classes.setText(classes)
        self._classes.setVisible(bool(classes))
        whole = card.input is ModelInput.WHOLE_IMAGE
        self._coverage.setText(
            _read_words(pictures, t) if whole else coverage_line(diagnosis.coverage, t)
        )
        self._warning.setText(gate_words(card, t))
        self._warning.setVisible(not card.has_gate)
        self._why.setText(t("Why"))
        self._why.setVisible(bool(diagnosis.reasons))
        self._next_heading.setText(t("Next"))
        self._next.setText(_next_words(diagnosis, t, is_running=is_running))
        self.foot.show_model(card)
        self._show_reasons(diagnosis)
        self.setAccessibleName(headline)
        self.setAccessibleDescription(confidence_words(diagnosis, t))

    def take_less_height(self, *, low: bool) -> None:
        """Take less height: a smaller word and closer lines, so that all is seen at once."""
        role, gap = ("bedside-verdict-low", LOW_GAP) if low else ("bedside-verdict", self._gap)
        self._layout.setSpacing(gap)
        self._statement_parts.setSpacing(gap)
        if self._word.property("role") != role:
            self._word.setProperty("role", role)
            self._word.style().unpolish(self._word)
            self._word.style().polish(self._word)

    def _color_word(self, color: str) -> None:
        style = f"color: {color};"
        if self._word.styleSheet() != style:
            self._word.setStyleSheet(style)

    def _show_confidence(self, diagnosis: Diagnosis) -> None:
        t = self._look.t
        words = confidence_words(diagnosis, t)
        self._confidence.setText(t("Confidence {words}", words=words) if words else "")
        self._confidence.setVisible(bool(words))
        self._bar.setVisible(diagnosis.interval is not None)
        if diagnosis.interval is not None:
            certain = diagnosis.is_final or diagnosis.is_stable
            hue = diagnosis.status.value if certain else "faint"
            self._bar.show_interval(diagnosis.interval, diagnosis.probability, hue)
            self._bar.setAccessibleName(self._confidence.text())

    def _show_reasons(self, diagnosis: Diagnosis) -> None:
        for at, reason_row in enumerate(self._reasons):
            known = at < len(diagnosis.reasons)
            reason_row.setVisible(known)
            if known:
                reason_row.show_reason(diagnosis.reasons[at], diagnosis.status)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side_by_side = self.width() >= SIDE_BY_SIDE_FROM
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if side_by_side else QBoxLayout.Direction.TopToBottom
        )
        self._columns.setSpacing(2 * self._gap if side_by_side else self._gap)
        self._divider.setVisible(not side_by_side)

    def _lay_out(self, size: CardSize) -> None:
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._columns.setSpacing(size.gap)
        self._columns.addLayout(self._statement(size), 1)
        self._columns.addWidget(self._divider)
        self._columns.addLayout(self._evidence(), 1)
        at_bedside = size is BEDSIDE_CARD
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        step = QBoxLayout(across if at_bedside else down)
        step.setSpacing(size.gap if at_bedside else 2)
        step.addWidget(self._next_heading, 0, Qt.AlignmentFlag.AlignTop)
        step.addWidget(self._next, 1)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(size.gap)
        layout.addLayout(self._columns)
        layout.addWidget(line())
        layout.addLayout(step)
        if not at_bedside:  # there it has its place between the buttons
            layout.addWidget(self.foot)
        layout.addStretch(1)

    def _statement(self, size: CardSize) -> QVBoxLayout:
        head = row(self._shape, self._word, spacing=size.gap)
        head.setAlignment(self._shape, Qt.AlignmentFlag.AlignTop)
        head.setStretch(1, 1)
        word = QVBoxLayout()
        word.setSpacing(SPACE_4)
        word.addWidget(self._stand)
        word.addLayout(head)
        confidence = QVBoxLayout()
        confidence.setSpacing(SPACE_8)
        confidence.addWidget(self._confidence)
        confidence.addWidget(self._bar)
        confidence.addWidget(self._classes)
        read = QVBoxLayout()
        read.setSpacing(SPACE_4)
        for widget in (self._coverage, self.settled, self._warning):
            read.addWidget(widget)
        self._statement_parts = statement = QVBoxLayout()
        statement.setSpacing(size.gap)
        for part in (word, confidence, read):
            statement.addLayout(part)
        statement.addStretch(1)
        return statement

    def _evidence(self) -> QVBoxLayout:
        why = QVBoxLayout()
        why.setSpacing(SPACE_4)
        why.addWidget(self._why)
        for reason in self._reasons:
            why.addWidget(reason)
        why.addStretch(1)
        return why


def _read_words(pictures: int, t: Texts) -> str:
    """What a model of whole images read: one, or slices of a scan."""
    if pictures > 1:
        return t("{slices:count} slices of one series were read.", slices=pictures)
    return t("The whole image was read.")


def _next_words(diagnosis: Diagnosis, t: Texts, *, is_running: bool) -> str:
    """The next step; an analysis that was stopped or failed can't be let finish."""
    if diagnosis.next_step.code == "next.finish-reading" and not is_running:
        return t("Go on with the analysis.")
    return t.reason(diagnosis.next_step)


def _stand_words(diagnosis: Diagnosis, t: Texts, *, is_running: bool) -> str:
    if diagnosis.is_final:
        return t("Verdict")
    if diagnosis.is_stable and not is_running:
        return t("Verdict, stopped early")
    return t("So far, while the tissue is read") if is_running else t("So far, not read to the end")
