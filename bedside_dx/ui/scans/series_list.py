"""The series of a study: what each is, how many images it has, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from bedside_dx.core.errors import ImagingError
from bedside_dx.core.results import Reason
from bedside_dx.core.scan import Kind
from bedside_dx.ui.controls import Words, dress
from bedside_dx.ui.scans.series_delegate import LINES, SeriesDelegate
from bedside_dx.ui.theme import SPACE_8, SPACE_12

if TYPE_CHECKING:
    from bedside_dx.core.remark import Remark
    from bedside_dx.core.scan import Series, Study
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look

WIDTH = 208
MOST_TOLD = 3
"""Files that could not be used, each told by name; more are counted."""
SERIES = Qt.ItemDataRole.UserRole


class SeriesList(QWidget):
    """Series of the study in front, the larger ones first.

    Signals
    -------
    chosen
        `Series` that a person wants to look at.
    """

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._study: Study | None = None
        self._front: Series | None = None
        self._heading = Words("heading")
        self._warning = Words("warning", wrap=True)
        self.list = QListWidget()
        self.list.setItemDelegate(SeriesDelegate(look, self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._choose)
        self._rest = Words("caption", wrap=True)
        dress(self, "panel")
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_8, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        layout.addWidget(self._warning)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._rest)
        look.changed.connect(self.refresh)

    def show_study(self, study: Study | None, front: Series | None) -> None:
        """Show the series of a study, and which one is looked at."""
        self._study, self._front = study, front
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, study = self._look.t, self._study
        self._heading.setText(t("Series"))
        self.list.setAccessibleName(t("Series of the study"))
        warnings = study_warnings(study, t) if study else ()
        self._warning.setText("\n".join(warnings))
        self._warning.setVisible(bool(warnings))
        self.list.blockSignals(True)
        self._fill(study.images if study else (), t)
        self.list.blockSignals(False)
        rest = _rest_words(study, t) if study else ""
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))
        self._rest.setToolTip("\n".join(refused_words(study, t)) if study else "")

    def _fill(self, images: tuple[Series, ...], t: Texts) -> None:
        while self.list.count() > len(images):
            self.list.takeItem(self.list.count() - 1)
        for at, series in enumerate(images):
            item = self.list.item(at) or QListWidgetItem(self.list)
            words = _row_words(series, self._study, t)
            # Half a series has gaps that are none: it is judged when all of it is known.
            is_known = self._study is not None and self._study.is_complete
            warnings = series_warnings(series, t) if is_known else ()
            item.setData(SERIES, series)
            item.setData(LINES, (*words, *warnings))
            full = "\n".join((*words, *warnings))
            item.setToolTip(full)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, full)
            if series is self._front:
                self.list.setCurrentItem(item)
        self.list.doItemsLayout()

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(SERIES))


def series_words(series: Series, t: Texts) -> tuple[str, str]:
    """What a series is called, and what it consists of."""
    name = series.description or series.body_part or t("Series {number}", number=series.key)
    modality = series.modality or t("modality not stated")
    count = t("{images:count} images", images=len(series.frames))
    if len(series.frames) == 1:
        count = t("one image")
    return name, f"{modality} · {count}"


def _row_words(series: Series, study: Study | None, t: Texts) -> tuple[str, str]:
    """The same, with whose it is where the study holds several patients."""
    name, what = series_words(series, t)
    if study is None or len(study.patients) < 2:
        return name, what
    whose = t("patient {n:count}", n=series.patient + 1)
    return name, f"{what} · {whose}"


def series_warnings(series: Series, t: Texts) -> tuple[str, ...]:
    """What should be known of a series, as sentences."""
    return tuple(_remark(remark, t) for remark in series.remarks)


def study_warnings(study: Study, t: Texts) -> tuple[str, ...]:
    """What should be known of a study, as sentences: two patients before all."""
    return tuple(_remark(remark, t) for remark in study.remarks)


def refused_words(study: Study, t: Texts) -> tuple[str, ...]:
    """Why files could not be used, a sentence each."""
    return tuple(
        t.error(ImagingError(one.code, path=one.source.path, **one.values))[0]
        for one in study.refused
    )


def _rest_words(study: Study, t: Texts) -> str:
    """What is not in the list, and why."""
    lines: list[str] = []
    if not study.is_complete:
        lines.append(t("Reading on…"))
    others = [series for series in study.series if series.kind is not Kind.IMAGES]
    if others:
        lines.append(t("Without images: {n:count}", n=len(others)))
    refused = refused_words(study, t)
    if len(refused) > MOST_TOLD:
        lines.append(t("{n:count} files could not be used.", n=len(refused)))
    lines += refused[:MOST_TOLD]
    if study.ignored:
        lines.append(t("Files that are no DICOM: {files:count}", files=study.ignored))
    return "\n".join(lines)


def _remark(remark: Remark, t: Texts) -> str:
    return t.reason(Reason(remark.code, remark.values))
