"""The bar at the foot: what runs, coverage, scale and its source, and the engine really used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bedside_dx.core.model_input import ModelInput
from bedside_dx.ui.controls import Elided, Words, dress
from bedside_dx.ui.icons import icon
from bedside_dx.ui.measuring import measuring_words
from bedside_dx.ui.patient_bar import state_words
from bedside_dx.ui.progress_words import progress_words
from bedside_dx.ui.share_bar import ShareBar
from bedside_dx.ui.theme import SPACE_8, SPACE_16, STATUS_BAR

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.measuring import Measuring
    from bedside_dx.ui.workplace import Workplace


class StatusLine(QWidget):
    """Four quiet facts that are always true."""

    def __init__(self, look: Look, workplace: Workplace, measuring: Measuring) -> None:
        super().__init__()
        self._look, self._workplace, self._measuring = look, workplace, measuring
        self._work = Words("caption")
        self._bar = ShareBar(look)
        self._bar.setFixedWidth(96)
        self._coverage = Words("caption")
        self._scale_icon, self._engine_icon = QLabel(), QLabel()
        self._scale = Words("caption")
        self._engine = Elided("caption")
        dress(self, "panel")
        self.setFixedHeight(STATUS_BAR)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_16, 0, SPACE_16, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._work)
        layout.addWidget(self._bar)
        layout.addSpacing(8)
        layout.addWidget(self._coverage)
        layout.addStretch(1)
        layout.addWidget(self._scale_icon)
        layout.addWidget(self._scale)
        layout.addSpacing(8)
        layout.addWidget(self._engine_icon)
        layout.addWidget(self._engine)
        workplace.changed.connect(self.refresh)
        measuring.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the facts of the slide in front."""
        t, examination = self._look.t, self._workplace.current
        busy = examination is not None and examination.is_busy
        measures = examination is None and bool(self._measuring.name)
        words = measuring_words(self._measuring, t) if measures else _work_words(examination, t)
        self._work.setText(words)
        self._bar.setVisible(busy)
        known = examination is not None and examination.slide is not None
        for widget in (self._scale, self._scale_icon):
            widget.setVisible(known)
        color = self._look.palette.faint
        self._scale_icon.setPixmap(icon("ruler", color).pixmap(14, 14))
        self._engine_icon.setPixmap(icon("cpu", color).pixmap(14, 14))
        if examination is None:
            self._coverage.setText("")
            self._engine.setText(t("No engine loaded"))
            return
        from bedside_dx.text.words import spacing_words  # noqa: PLC0415 - for a slide only

        self._bar.show_share(examination.pace.share)
        self._bar.setAccessibleName(self._work.text())
        self._scale.setText(spacing_words(examination.scale, t))
        self._coverage.setText(_coverage_words(examination, t))
        self._engine.setText(examination.engine or t("No engine loaded"))


def _work_words(examination: Examination | None, t: Texts) -> str:
    if examination is None:
        return t("Ready")
    if examination.is_busy:
        return progress_words(examination, t)
    return state_words(examination, t)


def _coverage_words(examination: Examination, t: Texts) -> str:
    diagnosis, findings = examination.diagnosis, examination.findings
    if diagnosis is None or findings is None or findings.model.input is ModelInput.WHOLE_IMAGE:
        return ""
    read = t("{share:percent} of tissue read", share=diagnosis.coverage.analysed)
    if diagnosis.early is None or not diagnosis.is_stable:
        return read
    return f"{read} · " + t("settled after {share:percent}", share=diagnosis.early.share)
