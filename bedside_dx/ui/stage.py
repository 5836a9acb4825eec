"""The middle of the window: where slides are dropped and looked at, with the heatmap over them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.ui import pages
from bedside_dx.ui.controls import Button, Words, dress
from bedside_dx.ui.examination import State
from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import SPACE_12, SPACE_32

if TYPE_CHECKING:
    from bedside_dx.core.geometry import RegionPx
    from bedside_dx.ui.heat_strip import HeatStrip
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.scan_pane import ScanPane
    from bedside_dx.ui.slide_pane import SlidePane
    from bedside_dx.ui.viewer import SlideViewer
    from bedside_dx.ui.workplace import Workplace


class DropZone(QWidget):
    """What the stage shows while there is no slide: the one next step."""

    open_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._title = Words("section")
        self._formats, self._promise = Words("soft"), Words("caption")
        self.button = Button(look, "primary", "folder-open")
        self.button.clicked.connect(self.open_wanted)
        self.folder = Button(look, "link")
        self.folder.clicked.connect(self.folder_wanted)
        self._frame = QFrame()
        self._frame.setProperty("role", "drop")
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(SPACE_32, SPACE_32, SPACE_32, SPACE_32)
        inner.setSpacing(SPACE_12)
        inner.addStretch(1)
        parts = (self._icon, self._title, self._formats, self._promise, self.button, self.folder)
        for widget in parts:
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
        self._title.setText(t("Drop a slide or a scan here"))
        self._formats.setText(t("Slides, DICOM studies as file, folder or zip, TIFF, PNG, JPEG."))
        self._promise.setText(t("Nothing leaves this computer."))
        self.button.say(t("Open…"), keys="Ctrl+O")
        self.folder.say(t("Open a scan's folder…"), keys="Ctrl+Shift+O")

    def arm(self, *, armed: bool) -> None:
        """Show whether what hovers over the window can be dropped."""
        self._frame.setProperty("armed", armed)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)


class Stage(QWidget):
    """The slide in front, or the place to drop one.

    Signals
    -------
    patch_clicked
        Column and row of a patch.
    lesions_confirmed
        `LesionVisits` measured on scans, for the disease page.
    open_wanted, folder_wanted
        A person wants to open a slide or a scan, or the folder of a scan.
    """

    patch_clicked = Signal(int, int)
    lesions_confirmed = Signal(object)
    open_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self.drop_zone = DropZone(look)
        self.drop_zone.open_wanted.connect(self.open_wanted)
        self.drop_zone.folder_wanted.connect(self.folder_wanted)
        self._opening = Words("soft")
        self._opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.drop_zone)
        self._stack.addWidget(self._opening)
        dress(self, "stage")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        workplace.switched.connect(self.show_slide)
        workplace.changed.connect(self._turn_page)

    @cached_property
    def pane(self) -> SlidePane:
        """What a slide is shown in; made with the first one."""
        pane = pages.SlidePane(self._look, self._workplace)
        pane.patch_clicked.connect(self.patch_clicked)
        self._stack.addWidget(pane)
        return pane

    @cached_property
    def scan_pane(self) -> ScanPane:
        """What a scan is shown in; made with the first one."""
        pane = pages.ScanPane(self._look, self._workplace)
        pane.lesions_confirmed.connect(self.lesions_confirmed)
        self._stack.addWidget(pane)
        return pane

    @property
    def viewer(self) -> SlideViewer:
        """The slide itself."""
        return self.pane.viewer

    @property
    def strip(self) -> HeatStrip:
        """The controls of the heatmap."""
        return self.pane.strip

    def show_slide(self) -> None:
        """Show the slide in front, or the place to drop one."""
        examination = self._workplace.current
        slide = examination.slide if examination else None
        if slide is not None or "pane" in self.__dict__:
            self.pane.show_slide(slide)
            self.pane.show_findings()
        is_scan = examination is not None and examination.series is not None
        if is_scan or "scan_pane" in self.__dict__:
            self.scan_pane.show_scan(examination if is_scan else None)
        self._turn_page()

    def clear(self) -> None:
        """Let go of the slide."""
        if "pane" in self.__dict__:
            self.pane.viewer.clear()
        if "scan_pane" in self.__dict__:
            self.scan_pane.clear()

    def jump_to(self, region: RegionPx) -> None:
        """Go to a place."""
        examination = self._workplace.current
        if examination is not None and examination.series is not None:
            self.scan_pane.jump_to(region)
        else:
            self.pane.jump_to(region)

    def show_mark(self, number: int) -> None:
        """Go to the slice where most of a class was marked."""
        self.scan_pane.show_mark(number)

    def select(self, cell: tuple[int, int] | None) -> None:
        """Outline a patch, or none."""
        if cell is not None or "pane" in self.__dict__:
            self.pane.select(cell)

    def _turn_page(self) -> None:
        examination = self._workplace.current
        if examination is not None and examination.state is State.OPENING:
            self._opening.setText(self._look.t("Opening {file}…", file=examination.name))
            self._stack.setCurrentWidget(self._opening)
        elif examination is not None and examination.slide is not None:
            self._stack.setCurrentWidget(self.pane)
        elif examination is not None and examination.series is not None:
            self._stack.setCurrentWidget(self.scan_pane)
        else:
            self._stack.setCurrentWidget(self.drop_zone)
