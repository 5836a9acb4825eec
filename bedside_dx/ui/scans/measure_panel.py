"""Measures of the examination in front: a list, the lesion in hand, the way to the course."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from bedside_dx.core.errors import MeasureError
from bedside_dx.core.measuring import LesionAxes
from bedside_dx.ui.controls import Button, Words, dress, line, row
from bedside_dx.ui.scans.measure_words import kind_words, size_lines
from bedside_dx.ui.scans.series_delegate import LINES, SeriesDelegate
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.measures import Mark, Measures

MARK = Qt.ItemDataRole.UserRole
MOST_ROWS = 3


class MeasurePanel(QWidget):
    """There once something was measured, or could not be.

    Signals
    -------
    wanted
        `Mark` that a person wants to see.
    lesions_confirmed
        `LesionVisits` that a person hands to the disease page.
    """

    wanted = Signal(object)
    lesions_confirmed = Signal(object)

    def __init__(self, look: Look, measures: Measures) -> None:
        super().__init__()
        self._look, self._measures = look, measures
        self._examination: Examination | None = None
        self._error: BedsideDxError | None = None
        self._heading = Words("heading")
        self.list = QListWidget()
        self.list.setItemDelegate(SeriesDelegate(look, self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.name, self.organ = QLineEdit(), QLineEdit()
        self.node, self.target = Button(look, "segment"), Button(look, "segment")
        self.remove = Button(look, "icon", "trash")
        self.undo = Button(look, "icon", "arrow-counter-clockwise")
        self.hand_over = Button(look, "quiet", "arrow-right")
        self._warning = Words("warning", wrap=True)
        self._lesion = QWidget()
        self._lay_out()
        self._connect()
        self.refresh()

    def show_marks(self, examination: Examination | None) -> None:
        """Show the measures of another examination."""
        if examination is not self._examination:
            self._examination, self._error = examination, None
            self.refresh()

    def refuse(self, error: BedsideDxError | None) -> None:
        """Say why nothing was measured or handed over; None takes it back."""
        self._error = error
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, marks = self._look.t, self._measures.of(self._examination)
        can_undo = self._measures.can_undo(self._examination)
        self.setVisible(bool(marks) or can_undo or self._error is not None)
        self.undo.say(t("Undo the last measure or change"), keys=t("Ctrl+Z"))
        self.undo.setEnabled(can_undo)
        self._heading.setText(t("Measures"))
        self.list.setAccessibleName(t("Measures on this scan"))
        self._fill(marks)
        chosen = self._measures.chosen if self._measures.chosen in marks else None
        self.remove.say(t("Delete"), keys=t("Del"))
        self.remove.setVisible(bool(marks))
        self.remove.setEnabled(chosen is not None)
        self._show_lesion(chosen)
        has_lesions = any(isinstance(mark.measure, LesionAxes) for mark in marks)
        self.hand_over.setVisible(has_lesions)
        self.hand_over.say(
            t("To the course"),
            more=t("Hand the lesions to the disease page, with the day of each examination."),
        )
        self._warning.setVisible(self._error is not None)
        if self._error is not None:
            self._warning.setText(" ".join(words for words in t.error(self._error) if words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete what the list has in hand."""
        if (
            watched is self.list
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Delete
        ):
            self._measures.remove(self._measures.chosen)
            return True
        return super().eventFilter(watched, event)

    # --- inside --------------------------------------------------------------------------

    def _fill(self, marks: list[Mark]) -> None:
        t = self._look.t
        self.list.blockSignals(True)
        while self.list.count() > len(marks):
            self.list.takeItem(self.list.count() - 1)
        for at, mark in enumerate(marks):
            item = self.list.item(at) or QListWidgetItem(self.list)
            sizes = size_lines(mark, t)
            item.setData(MARK, mark)
            item.setData(LINES, (kind_words(mark, t), " · ".join(sizes[:1])))
            full = "\n".join((kind_words(mark, t), *sizes))
            item.setToolTip(full)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, full)
            if mark is self._measures.chosen:
                self.list.setCurrentItem(item)
        if self._measures.chosen not in marks:
            self.list.setCurrentRow(-1)
        self.list.blockSignals(False)
        self.list.setVisible(bool(marks))
        height = self.list.sizeHintForRow(0) if marks else 0
        self.list.setFixedHeight(height * min(len(marks), MOST_ROWS) + SPACE_4)

    def _show_lesion(self, mark: Mark | None) -> None:
        t, measure = self._look.t, mark.measure if mark else None
        is_lesion = isinstance(measure, LesionAxes)
        self._lesion.setVisible(is_lesion)
        if not isinstance(measure, LesionAxes):
            return
        for field, words, text in (
            (self.name, t("Name of the lesion"), measure.name),
            (self.organ, t("Organ"), measure.organ),
        ):
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            field.setToolTip(words)
            if field.text() != text:
                field.setText(text)
        self.node.say(t("node"))
        self.target.say(t("target"))
        self.node.setChecked(measure.is_node)
        self.target.setChecked(measure.is_target)

    def _state(self, key: str, value: str | bool) -> None:
        mark = self._measures.chosen
        if mark is not None and isinstance(mark.measure, LesionAxes):
            self._measures.remember(mark.examination)
            self._measures.change(mark, replace(mark.measure, **{key: value}))

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            mark = item.data(MARK)
            self._measures.choose(mark)
            self.wanted.emit(mark)

    def _confirm(self) -> None:
        if self._examination is None:
            return
        try:
            visits = self._measures.visits(self._examination)
        except MeasureError as error:
            self.refuse(error)
            return
        self.refuse(None)
        self.lesions_confirmed.emit(visits)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.list.installEventFilter(self)
        self.name.textEdited.connect(partial(self._state, "name"))
        self.organ.textEdited.connect(partial(self._state, "organ"))
        self.node.clicked.connect(partial(self._state, "is_node"))
        self.target.clicked.connect(partial(self._state, "is_target"))
        self.remove.clicked.connect(lambda: self._measures.remove(self._measures.chosen))
        self.undo.clicked.connect(lambda: self._measures.undo(self._examination))
        self.hand_over.clicked.connect(self._confirm)
        self._measures.changed.connect(self.refresh)
        self._measures.refused.connect(self.refuse)
        self._look.changed.connect(self.refresh)

    def _lay_out(self) -> None:
        dress(self, "panel")
        for button in (self.node, self.target):
            button.setCheckable(True)
        form = QVBoxLayout(self._lesion)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACE_4)
        form.addLayout(row(self.name, self.organ, spacing=SPACE_4))
        flags = row(self.node, self.target, spacing=SPACE_4)
        flags.addStretch(1)
        form.addLayout(flags)
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_12, SPACE_8, SPACE_8, SPACE_8)
        inner.setSpacing(SPACE_8)
        above = row(self._heading, spacing=SPACE_4)
        above.addStretch(1)
        above.addWidget(self.undo)
        above.addWidget(self.remove)
        inner.addLayout(above)
        for widget in (self.list, self._lesion, self._warning):
            inner.addWidget(widget)
        below = row(self.hand_over, spacing=SPACE_4)
        below.addStretch(1)
        inner.addLayout(below)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line())
        layout.addLayout(inner)
