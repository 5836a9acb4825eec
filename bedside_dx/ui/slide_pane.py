"""A slide on the stage, with the heatmap over it and the controls for that below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.attention import CLOSE, attention_raster, veil_rgba
from bedside_dx.core.heatmap import heatmap_rgba, probability_raster
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.pattern_drawing import patterned
from bedside_dx.ui.controls import line
from bedside_dx.ui.heat_strip import HeatStrip
from bedside_dx.ui.pattern_key import PatternKey
from bedside_dx.ui.theme import SPACE_12
from bedside_dx.ui.viewer import SlideViewer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.app.reading import Slide
    from bedside_dx.core.geometry import PatchGrid, RegionPx
    from bedside_dx.core.results import Findings
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class SlidePane(QWidget):
    """The slide in front, with its heatmap and the controls for it.

    Signals
    -------
    patch_clicked
        Column and row of a patch.
    """

    patch_clicked = Signal(int, int)

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._shown: Slide | None = None
        self._grid: PatchGrid | None = None
        self.viewer = SlideViewer(workplace.reader, look.t)
        self.strip = HeatStrip(look)
        self.key = PatternKey(look)
        self.key.place_chosen.connect(self.jump_to)
        over = QVBoxLayout(self.viewer)
        over.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        over.addWidget(self.key, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.viewer, 1)
        layout.addWidget(line())
        layout.addWidget(self.strip)
        self.viewer.patch_clicked.connect(self.patch_clicked)
        choose = QShortcut(QKeySequence(Qt.Key.Key_Return), self.viewer)
        choose.setContext(Qt.ShortcutContext.WidgetShortcut)
        choose.activated.connect(self.choose_middle)
        self.strip.changed.connect(self.draw_heatmap)
        workplace.grew.connect(self.show_findings)
        workplace.spare_motion(lambda: self.viewer.is_moving)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_slide(self, slide: Slide | None) -> None:
        """Show another slide, or let go of the one shown."""
        if slide is self._shown:
            return
        self._shown, self._grid = slide, None
        if slide is None:
            self.viewer.clear()
        else:
            self.viewer.show_slide(slide)

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
