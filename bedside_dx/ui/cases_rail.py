"""Left: the slides opened in this session, each with its picture and the shape of its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from bedside_dx.ui.controls import Button, Words, dress
from bedside_dx.ui.examination import State
from bedside_dx.ui.patient_bar import state_words
from bedside_dx.ui.picture import as_qimage, draw_picture
from bedside_dx.ui.status_shape import draw_status
from bedside_dx.ui.theme import BASE, CAPTION, RADIUS, RAIL_NARROW, RAIL_WIDE, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

_ROW, _SIDE = 64, 44
_EXAMINATION = Qt.ItemDataRole.UserRole


class SlideDelegate(QStyledItemDelegate):
    """Draws one slide of the rail; in the narrow rail only its picture and shape."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.is_narrow = True

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del option, index
        return QSize(48, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        examination: Examination = index.data(_EXAMINATION)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(2, 2, -2, -2)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
        self._paint_ground(painter, area, option.state)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
        left = area.left() + (area.width() - _SIDE) / 2 if self.is_narrow else area.left() + 8
        frame = QRectF(left, area.center().y() - _SIDE / 2, _SIDE, _SIDE)
        self._paint_picture(painter, frame, examination)
        if self.is_narrow:
            self._paint_mark(painter, frame, examination)
        else:
            words = area.adjusted(_SIDE + 20, 0, -8, 0)
            self._paint_words(painter, words, examination)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag) -> None:
        from PySide6.QtWidgets import QStyle  # noqa: PLC0415 - hundreds of names, for a slide only

        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.color("tint" if selected else "raised"))
            painter.drawRoundedRect(area, RADIUS, RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, frame: QRectF, examination: Examination) -> None:
        if examination.thumbnail is not None:
            draw_picture(painter, frame, as_qimage(examination.thumbnail), 6)
        painter.setPen(QPen(self._look.color("hairline"), 1))
        painter.setBrush(
            Qt.BrushStyle.NoBrush
            if examination.thumbnail is not None
            else self._look.color("sunken")
        )
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_mark(self, painter: QPainter, frame: QRectF, examination: Examination) -> None:
        if examination.report is None:
            return
        plate = QRectF(frame.right() - 12, frame.bottom() - 12, 18, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("surface"))
        painter.drawEllipse(plate)
        self._paint_shape(painter, plate.adjusted(3, 3, -3, -3), examination)

    def _paint_words(self, painter: QPainter, area: QRectF, examination: Examination) -> None:
        font = QFont(painter.font())
        font.setPixelSize(BASE)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._look.color("ink"))
        first = QRectF(area.left(), area.center().y() - 19, area.width(), 18)
        name = painter.fontMetrics().elidedText(
            examination.name, Qt.TextElideMode.ElideMiddle, round(area.width())
        )
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, name)
        second = QRectF(area.left(), area.center().y() + 2, area.width(), 16)
        if examination.report is not None:
            shape = QRectF(second.left(), second.center().y() - 5.5, 11, 11)
            self._paint_shape(painter, shape, examination)
            second.setLeft(second.left() + 17)
        font.setPixelSize(CAPTION)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(self._look.color("soft"))
        words = painter.fontMetrics().elidedText(
            slide_words(examination, self._look.t),
            Qt.TextElideMode.ElideRight,
            round(second.width()),
        )
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_shape(self, painter: QPainter, area: QRectF, examination: Examination) -> None:
        if examination.report is not None:
            status = examination.report.diagnosis.status
            draw_status(painter, area, status, self._look.color(status.value))


class CasesRail(QWidget):
    """The slides on the desk.

    Signals
    -------
    open_wanted
        A person wants to open a slide.
    """

    open_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self.is_narrow = True
        self.toggle = Button(look, "icon", "list")
        self._heading = Words("heading")
        self.open = Button(look, "icon", "folder-open")
        self.open_wide = Button(look, "quiet", "folder-open")
        self.list = QListWidget()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self._delegate = SlideDelegate(look, self.list)
        self.list.setItemDelegate(self._delegate)
        self.toggle.clicked.connect(lambda: self.narrow(narrow=not self.is_narrow))
        self.open.clicked.connect(self.open_wanted)
        self.open_wide.clicked.connect(self.open_wanted)
        self.list.currentItemChanged.connect(self._show_chosen)
        dress(self, "panel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_8, SPACE_12, SPACE_8, SPACE_8)
        layout.setSpacing(SPACE_8)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.addWidget(self.toggle)
        head.addWidget(self._heading, 1)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        self._head = head
        foot = QHBoxLayout()
        foot.setContentsMargins(4, 0, 4, 4)
        foot.addWidget(self.open)
        foot.addWidget(self.open_wide, 1)
        foot.addStretch(0)
        layout.addLayout(foot)
        workplace.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.narrow(narrow=True)

    def narrow(self, *, narrow: bool) -> None:
        """Make the rail 64 or 280 px wide."""
        self.is_narrow = self._delegate.is_narrow = narrow
        self.setFixedWidth(RAIL_NARROW if narrow else RAIL_WIDE)
        for widget in (self._heading, self.open_wide):
            widget.setVisible(not narrow)
        self.open.setVisible(narrow)
        self.refresh()

    def refresh(self) -> None:
        """Show the slides and which one is in front."""
        t, slides = self._look.t, self._workplace.examinations
        self._heading.setText(t("Slides and scans"))
        self.toggle.say(t("Wide list of slides") if self.is_narrow else t("Narrow list of slides"))
        for button in (self.open, self.open_wide):
            button.say(t("Open…"), keys="Ctrl+O")
        self.list.setAccessibleName(t("Slides and scans"))
        self.list.blockSignals(True)
        if [self.list.item(i).data(_EXAMINATION) for i in range(self.list.count())] != slides:
            self.list.clear()
            for examination in slides:
                item = QListWidgetItem(self.list)
                item.setData(_EXAMINATION, examination)
        for at, examination in enumerate(slides):
            item = self.list.item(at)
            words = f"{examination.name}\n{slide_words(examination, t)}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setToolTip(words)
            if examination is self._workplace.current:
                self.list.setCurrentRow(at)
        self.list.blockSignals(False)
        if slides:  # the empty list has nothing to draw; asking for its viewport takes Qt 10 ms
            self.list.viewport().update()

    def _show_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._workplace.show(item.data(_EXAMINATION))


def slide_words(examination: Examination, t: Texts) -> str:
    """Verdict of a slide, or where it stands."""
    report = examination.report
    if report is None:
        is_marked = examination.marked is not None and examination.state is State.DONE
        return t("Marked and measured") if is_marked else state_words(examination, t)
    from bedside_dx.text.words import verdict_headline  # noqa: PLC0415 - for a slide only

    return verdict_headline(report.diagnosis, report.model, t)
