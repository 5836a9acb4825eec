"""The middle of the window: where slides are dropped and looked at, with the heatmap over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.core.attention import CLOSE, attention_raster, veil_rgba
from bedside_dx.core.heatmap import (
    heatmap_rgba,
    probability_raster,
)
from bedside_dx.core.model_card import ModelInput
from bedside_dx.core.patterns import patterned
from bedside_dx.ui.controls import Button, Words, dress, line
from bedside_dx.ui.examination import State
from bedside_dx.ui.heat_strip import HeatStrip
from bedside_dx.ui.icons import icon
from bedside_dx.ui.pattern_key import PatternKey
from bedside_dx.ui.theme import SPACE_12, SPACE_32
from bedside_dx.ui.viewer import SlideViewer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.app.reading import Slide
    from bedside_dx.core.geometry import PatchGrid, RegionPx
    from bedside_dx.core.results import Findings
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class DropZone(QWidget):
    """What the stage shows while there is no slide: the one next step."""

    open_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._title = Words("section")
        self._formats, self._promise = Words("soft"), Words("caption")
        self.button = Button(look, "primary", "folder-open")
        self.button.clicked.connect(self.open_wanted)
        self._frame = QFrame()
        self._frame.setProperty("role", "drop")
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(SPACE_32, SPACE_32, SPACE_32, SPACE_32)
        inner.setSpacing(SPACE_12)
        inner.addStretch(1)
        for widget in (self._icon, self._title, self._formats, self._promise, self.button):
            inner.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_32, SPACE_32, SPACE_32, SPACE_32)
        layout.addWidget(self._frame)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self._icon.setPixmap(icon("file-arrow-down", self._look.palette.accent).pixmap(48, 48))
        self._title.setText(t("Drop a slide here"))
        self._formats.setText(t("Whole-slide formats, DICOM, TIFF, PNG or JPEG."))
        self._promise.setText(t("Nothing leaves this computer."))
        self.button.say(t("Open a slide…"), keys="Ctrl+O")

    def arm(self, *, armed: bool) -> None:
        """Show whether what hovers over the window can be dropped."""
        self._frame.setProperty("armed", armed)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)


class Stage(QWidget):
    """The slide in front, with its heatmap and the controls for it.

    Signals
    -------
    patch_clicked
        Column and row of a patch.
    open_wanted
        A person wants to open a slide.
    """

    patch_clicked = Signal(int, int)
    open_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._shown: Slide | None = None
        self._grid: PatchGrid | None = None
        self.drop_zone = DropZone(look)
        self.drop_zone.open_wanted.connect(self.open_wanted)
        self.viewer = SlideViewer(workplace.reader, look.t)
        self.strip = HeatStrip(look)
        self._opening = Words("soft")
        self._opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._opening)
        self._stack.addWidget(self.drop_zone)
        self._stack.addWidget(self.viewer)
        self.key = PatternKey(look)
        self.key.place_chosen.connect(self.jump_to)
        over = QVBoxLayout(self.viewer)
        over.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        over.addWidget(self.key, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        dress(self, "stage")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        self._edge = line()
        layout.addWidget(self._edge)
        layout.addWidget(self.strip)
        self.viewer.patch_clicked.connect(self.patch_clicked)
        choose = QShortcut(QKeySequence(Qt.Key.Key_Return), self.viewer)
        choose.setContext(Qt.ShortcutContext.WidgetShortcut)
        choose.activated.connect(self.choose_middle)
        self.strip.changed.connect(self.draw_heatmap)
        workplace.switched.connect(self.show_slide)
        workplace.grew.connect(self.show_findings)
        workplace.changed.connect(self._turn_page)
        look.changed.connect(self._restyle)
        self._restyle()
        self.show_slide()

    def show_slide(self) -> None:
        """Show the slide in front, or the place to drop one."""
        examination = self._workplace.current
        slide = examination.slide if examination else None
        if slide is not self._shown:
            self._shown, self._grid = slide, None
            if slide is None:
                self.viewer.clear()
            else:
                self.viewer.show_slide(slide)
        self._turn_page()
        self.strip.setVisible(slide is not None)
        self._edge.setVisible(slide is not None)
        self.show_findings()

    def _turn_page(self) -> None:
        examination = self._workplace.current
        page: QWidget = self.viewer if self._shown else self.drop_zone
        if examination is not None and examination.state is State.OPENING:
            page = self._opening
            self._opening.setText(self._look.t("Opening {file}…", file=examination.name))
        self._stack.setCurrentWidget(page)

    def show_findings(self) -> None:
        """Offer the classes found, and draw the heatmap."""
        examination = self._workplace.current
        findings = examination.findings if examination else None
        diagnosis = examination.diagnosis if examination else None
        self.strip.show_findings(findings, diagnosis)
        mapped = findings is not None and findings.model.input is ModelInput.PATCHES
        busy = examination is not None and examination.is_busy
        if mapped and diagnosis and (diagnosis.is_final or (diagnosis.is_stable and not busy)):
            self.viewer.set_key_regions([key.region for key in diagnosis.key_regions])
        else:
            self.viewer.set_key_regions([])
        self.key.show_findings(findings if mapped else None)
        self.draw_heatmap()

    def draw_heatmap(self) -> None:
        """Lay the chosen class or the attention over the tissue; the unjudged is hatched."""
        examination = self._workplace.current
        findings = examination.findings if examination else None
        if self._shown is None:
            return
        if findings is None or findings.model.input is not ModelInput.PATCHES:
            self._bare()
            return
        self._grid = grid = findings.grid
        if self.strip.shows_attention:
            values, limit = attention_raster(findings), CLOSE
        else:
            values = probability_raster(findings, self.strip.class_index)
            limit = self.strip.threshold.value() / 100
        if self.strip.contours.isChecked():
            self.viewer.set_heatmap(None, grid)
            self.viewer.set_contours(values, grid, limit)
        else:
            self.viewer.set_contours(None, grid)
            self.viewer.set_heatmap(self._colored(values, limit), grid)
        masks = {p: _on_grid(findings, mask) for p, mask in patterned(findings).items()}
        self.viewer.set_patterns(masks, grid)

    def jump_to(self, region: RegionPx) -> None:
        """Go to a place."""
        self.viewer.jump_to(region)

    def choose_middle(self) -> None:
        """Choose the patch in the middle of what is seen, for those who use the keyboard."""
        view = self.viewer.view
        if view is not None and self._grid is not None:
            cell = self._grid.cell_at(view.x, view.y)
            if cell is not None:
                self.patch_clicked.emit(*cell)

    def select(self, cell: tuple[int, int] | None) -> None:
        """Outline a patch, or none."""
        if cell is None or self._grid is None:
            self.viewer.clear_selection()
        else:
            self.viewer.select_cell(*cell, self._grid)

    def _bare(self) -> None:
        if self._grid is not None:
            self.viewer.set_heatmap(None, self._grid)
            self.viewer.set_contours(None, self._grid)
            self.viewer.set_patterns({}, self._grid)
            self._grid = None

    def _colored(self, values: NDArray[np.float32], limit: float) -> NDArray[np.uint8]:
        if self.strip.shows_attention:
            return veil_rgba(values, self.strip.opacity.value() / self.strip.opacity.maximum())
        rgba = heatmap_rgba(values, limit)
        alpha = round(self.strip.opacity.value() / 100 * 255)
        rgba[..., 3] = np.where(rgba[..., 3] > 0, alpha, 0)
        return rgba

    def _restyle(self) -> None:
        self.viewer.set_texts(self._look.t)
        self.viewer.set_colors(
            self._look.color("canvas"), self._look.color("ink"), self._look.color("accent")
        )
        self.show_findings()


def _on_grid(findings: Findings, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.nan_to_num(findings.raster(mask.astype(np.float32))) > 0
