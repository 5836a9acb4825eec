"""The window: the desk, and the pages that cover it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QStackedLayout, QWidget

from bedside_dx.core.errors import CourseError
from bedside_dx.ui import pages
from bedside_dx.ui.ground import Ground
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.stylesheet import qt_palette, style_sheet
from bedside_dx.ui.theme import ThemeName
from bedside_dx.ui.untraced import untraced

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
    )

    from bedside_dx.app.lesion_visits import LesionVisits
    from bedside_dx.core.geometry import RegionPx
    from bedside_dx.ui.bedside import BedsideView
    from bedside_dx.ui.disease.board import DiseaseBoard
    from bedside_dx.ui.keys_page import KeysPage
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.model_page import ModelPage
    from bedside_dx.ui.models_page import ModelsPage
    from bedside_dx.ui.privacy import PrivacyScreen
    from bedside_dx.ui.rules_page import RulesPage
    from bedside_dx.ui.self_check_page import SelfCheckPage
    from bedside_dx.ui.therapy.board import TherapyBoard
    from bedside_dx.ui.updates_page import UpdatesPage
    from bedside_dx.ui.workplace import Workplace

Made = TypeVar("Made", bound=QWidget)
USUAL_SIZE = (1440, 900)
SCAN_SUFFIXES = frozenset((".dcm", ".dic", ".ima", ".zip"))
"""Of files that are dragged: what reads scans is started then."""
LEAST_SIZE = (1180, 720)
WIDE_FROM = 1400
"""Width of the window from which the rail is wide at the start, px."""


class Window(QWidget):
    """The main window of one person's session.

    It is bare when it is made, so that it is there at once; what a person works with is loaded
    behind that first frame.

    Attributes
    ----------
    ground
        Its first frame; gone once it is furnished.
    is_furnished
        Whether `furnish` was called, which makes all else that it has.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.is_furnished = False
        self._theme_before = look.theme
        self._at_bedside = False
        self._rail_is_narrow = True
        self._board: DiseaseBoard | None = None
        self._therapy_board: TherapyBoard | None = None
        self._closing: list[Callable[[], None]] = []
        self.setObjectName("window")
        self.setWindowTitle("bedside_dx")
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*USUAL_SIZE)
        self.setStyleSheet(style_sheet(look.palette))
        self.ground = Ground()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.ground)

    def furnish(self, workplace: Workplace) -> None:
        """Put in what a person works with: before that the window can only be looked at."""
        self.workplace = workplace
        self.setPalette(qt_palette(self.look.palette))
        self.setAcceptDrops(True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.ClickFocus)
        self.setFocus()
        self.desk = desk = pages.Desk(self.look, workplace)
        self.patient_bar, self.rail, self.stage = desk.patient_bar, desk.rail, desk.stage
        self.inspector, self.status_line = desk.inspector, desk.status_line
        self.self_check, self.self_check_strip = desk.self_check, desk.self_check_strip
        self.measuring = desk.measuring
        self.rail.narrow(narrow=self._rail_is_narrow)
        self._connect()
        self._bind_keys()
        self.look.changed.connect(self._restyle)
        self._pages.addWidget(desk)
        self._pages.setCurrentWidget(desk)
        self.ground.deleteLater()
        self.is_furnished = True

    # --- what a person does ------------------------------------------------------------

    def ask_for_slides(self) -> None:
        """Open slides and scans from a file dialog."""
        t = self.look.t
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - not needed to open

        with untraced():
            names, _ = QFileDialog.getOpenFileNames(self, t("Open a slide or a scan"))
        self.open([Path(name) for name in names])

    def ask_for_folder(self) -> None:
        """Open the scan that a folder holds."""
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - not needed to open

        self.workplace.expect_scan()
        with untraced():
            name = QFileDialog.getExistingDirectory(self, self.look.t("Open a scan's folder"))
        self.open([Path(name)] if name else [])

    def open(self, paths: list[Path]) -> None:
        """Open slides and come to their verdict page."""
        if paths:
            self.inspector.turn_to(Page.VERDICT)
            self.workplace.open(paths)

    def toggle_privacy(self) -> None:
        """Hide everything, or show it again."""
        self._turn_over(self.privacy)
        self.privacy.button.setFocus()

    def toggle_keys(self) -> None:
        """Show the map of the keys, or put it away."""
        self._turn_over(self.keys)
        self.keys.back.setFocus()

    def toggle_rules(self) -> None:
        """Show the rules of the verdict, or put them away."""
        self._turn_over(self.rules)
        self.rules.back.setFocus()

    def toggle_model(self) -> None:
        """Show what there is to know of the model, or put it away."""
        self.model.refresh()
        self._turn_over(self.model)
        self.model.back.setFocus()

    def toggle_self_check(self) -> None:
        """Show the self-check, or put it away."""
        self._turn_over(self.self_check_page)
        self.self_check_page.check_now.setFocus()

    def toggle_updates(self) -> None:
        """Show the page for models from elsewhere, or put it away."""
        self._turn_over(self.updates)
        self.updates.back.setFocus()

    def toggle_models(self) -> None:
        """Show the installed models, or put them away."""
        self._turn_over(self.models)
        self.models.back.setFocus()

    def toggle_bedside(self) -> None:
        """Go to bedside mode, full screen and dim, or come back."""
        self._at_bedside = not self._at_bedside
        if self._at_bedside:
            self._theme_before = self.look.theme
            self._pages.setCurrentWidget(self.bedside)
            self.look.use_theme(ThemeName.DIM)
            self.setWindowState(self.windowState() | QtCore.Qt.WindowState.WindowFullScreen)
            self.bedside.leave.setFocus()
        else:
            self._pages.setCurrentWidget(self.desk)
            self.look.use_theme(self._theme_before)
            self.setWindowState(self.windowState() & ~QtCore.Qt.WindowState.WindowFullScreen)
            self.setFocus()

    def show_place(self, region: RegionPx) -> None:
        """Go to a place of the slide, from wherever the reason was touched."""
        if self._at_bedside:
            self.toggle_bedside()
        self.stage.jump_to(region)

    def escape(self) -> None:
        """Leave what covers the window; else close the patch; else stop the analysis."""
        page, below = self._pages.currentWidget(), self._below
        if page is not below and page is not None:
            self._turn_over(page)
        elif self._at_bedside:
            self.toggle_bedside()
        elif self.workplace.is_running:
            self.workplace.cancel()
        else:
            self.inspector.close_patch()

    # --- pages, made when they are first asked for ---------------------------------------

    @cached_property
    def bedside(self) -> BedsideView:
        """Bedside mode."""
        page = pages.BedsideView(self.look, self.workplace)
        page.left.connect(self.toggle_bedside)
        page.place_chosen.connect(self.show_place)
        page.privacy_wanted.connect(self.toggle_privacy)
        return self._added(page)

    @cached_property
    def privacy(self) -> PrivacyScreen:
        """The privacy screen."""
        page = pages.PrivacyScreen(self.look)
        page.left.connect(self.toggle_privacy)
        return self._added(page)

    @cached_property
    def keys(self) -> KeysPage:
        """The map of the keys."""
        page = pages.KeysPage(self.look)
        page.left.connect(self.toggle_keys)
        return self._added(page)

    @cached_property
    def rules(self) -> RulesPage:
        """The rules of the verdict."""
        page = pages.RulesPage(self.look, self.workplace)
        page.left.connect(self.toggle_rules)
        return self._added(page)

    @cached_property
    def model(self) -> ModelPage:
        """What there is to know of the model."""
        page = pages.ModelPage(self.look, self.workplace)
        page.left.connect(self.toggle_model)
        return self._added(page)

    @cached_property
    def models(self) -> ModelsPage:
        """The installed models."""
        page = pages.ModelsPage(self.look, self.workplace, self.measuring)
        page.left.connect(self.toggle_models)
        page.updates_wanted.connect(self.toggle_updates)
        self._closing.append(page.close_work)
        return self._added(page)

    @cached_property
    def updates(self) -> UpdatesPage:
        """Models from elsewhere."""
        page = pages.UpdatesPage(self.look)
        page.left.connect(self.toggle_updates)
        page.updates.installed.connect(self.workplace.reload_models)
        page.updates.installed.connect(self._measure)
        self._closing.append(page.close_work)
        return self._added(page)

    @cached_property
    def self_check_page(self) -> SelfCheckPage:
        """The self-check over the days."""
        page = pages.SelfCheckPage(self.look, self.self_check)
        page.left.connect(self.toggle_self_check)
        return self._added(page)

    # --- Qt ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.stage.drop_zone.arm(armed=True)
            paths = [Path(url.toLocalFile()) for url in event.mimeData().urls()]
            if any(path.is_dir() or path.suffix.lower() in SCAN_SUFFIXES for path in paths):
                self.workplace.expect_scan()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.stage.drop_zone.arm(armed=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.stage.drop_zone.arm(armed=False)
        urls = event.mimeData().urls()
        event.acceptProposedAction()
        self.open([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.is_furnished and self.inspector.hold_back():
            event.ignore()
            return
        QSettings().setValue("window/geometry", self.saveGeometry())
        if self.is_furnished:
            self._stop_work()
        super().closeEvent(event)

    def restore_geometry(self) -> None:
        """Come back where the window was last time; asked before it is furnished."""
        kept = QSettings().value("window/geometry")
        if kept is None or not self.restoreGeometry(kept):
            self.resize(*USUAL_SIZE)
        self._rail_is_narrow = self.width() < WIDE_FROM
        self.ground.narrow(narrow=self._rail_is_narrow)

    # --- inside ------------------------------------------------------------------------

    def _measure(self, name: str) -> None:
        self.measuring.measure([name])

    def _stop_work(self) -> None:
        self.stage.clear()
        self.self_check.close()
        self.measuring.close()
        for close in self._closing:
            close()
        self.workplace.close()

    def _connect(self) -> None:
        for part in (self.rail, self.stage, self.inspector):
            part.open_wanted.connect(self.ask_for_slides)
        self.stage.folder_wanted.connect(self.ask_for_folder)
        self.patient_bar.identify_wanted.connect(self.inspector.identify)
        self.patient_bar.privacy_wanted.connect(self.toggle_privacy)
        self.patient_bar.bedside_wanted.connect(self.toggle_bedside)
        self.patient_bar.keys_wanted.connect(self.toggle_keys)
        self.inspector.turned.connect(self._turn_middle)
        self.inspector.rules_wanted.connect(self.toggle_rules)
        self.inspector.model_wanted.connect(self.toggle_model)
        self.patient_bar.self_check_wanted.connect(self.toggle_self_check)
        self.self_check_strip.wanted.connect(self.toggle_self_check)
        self.patient_bar.models_wanted.connect(self.toggle_models)
        self.inspector.place_chosen.connect(self.show_place)
        self.inspector.mark_chosen.connect(self.stage.show_mark)
        self.stage.patch_clicked.connect(self._show_patch)
        self.stage.lesions_confirmed.connect(self._take_lesions)
        self.inspector.patch_closed.connect(lambda: self.stage.select(None))
        self.workplace.switched.connect(self.inspector.close_patch)

    @property
    def _below(self) -> QWidget:
        """What pages cover: bedside mode or the desk."""
        return self.bedside if self._at_bedside else self.desk

    def _added(self, page: Made) -> Made:
        """Put a page that was made behind the one in front."""
        self._pages.addWidget(page)
        return page

    def _turn_over(self, page: QWidget) -> None:
        """Cover the window with a page; where it covers it already, show what is below."""
        below = self._below
        self._pages.setCurrentWidget(below if self._pages.currentWidget() is page else page)
        self.setFocus()

    @property
    def board(self) -> DiseaseBoard:
        """What follows from the disease page, over the viewer; made when first asked for."""
        if self._board is None:
            from bedside_dx.ui.disease.board import DiseaseBoard  # noqa: PLC0415 - not at the start

            desk = self.inspector.disease.desk
            self._board = DiseaseBoard(self.look, desk)
            self._board.left.connect(lambda: self.desk.middle.setCurrentWidget(self.stage))
            desk.turned.connect(self._turn_middle)
            self.desk.middle.addWidget(self._board)
        return self._board

    @property
    def therapy_board(self) -> TherapyBoard:
        """What follows from the therapy page, over the viewer; made when first asked for."""
        if self._therapy_board is None:
            from bedside_dx.ui.therapy.board import TherapyBoard  # noqa: PLC0415 - not at the start

            self._therapy_board = TherapyBoard(self.look, self.inspector.therapy)
            self._therapy_board.left.connect(lambda: self.desk.middle.setCurrentWidget(self.stage))
            self.inspector.therapy.desk.turned.connect(self._turn_middle)
            self.desk.middle.addWidget(self._therapy_board)
        return self._therapy_board

    def _turn_middle(self) -> None:
        """What follows takes the room of the slide; a stage group is read beside it."""
        page = self.inspector.page
        if page is Page.THERAPY:
            self.desk.middle.setCurrentWidget(self.therapy_board)
        elif page is Page.DISEASE and self.inspector.disease.needs_room:
            self.desk.middle.setCurrentWidget(self.board)
        else:
            if page is Page.DISEASE:
                _ = self.board  # it follows the part turned to
            self.desk.middle.setCurrentWidget(self.stage)

    def _show_patch(self, column: int, row: int) -> None:
        self.inspector.turn_to(Page.VERDICT)
        self.inspector.patch.show_patch(column, row)
        self.stage.select((column, row))

    def _take_lesions(self, visits: LesionVisits) -> None:
        """Put lesions measured on scans into the course, and show it."""
        try:
            self.inspector.disease.desk.take_lesions(visits)
        except CourseError as error:
            self.stage.scan_pane.measure_panel.refuse(error)
            return
        self.inspector.turn_to(Page.DISEASE)

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+O": self.ask_for_slides,
            "Ctrl+Shift+O": self.ask_for_folder,
            "Ctrl+R": self.workplace.run,
            "Ctrl+S": self.inspector.save,
            "Esc": self.escape,
            "F1": self.toggle_keys,
            "F2": self.toggle_rules,
            "F3": self.toggle_model,
            "F6": self.toggle_models,
            "F7": self.toggle_updates,
            "F8": self.toggle_self_check,
            "F9": self.toggle_privacy,
            "F10": self.look.next_theme,
            "F11": self.toggle_bedside,
            "Ctrl+L": self.look.next_language,
            "Alt+1": lambda: self.inspector.turn_to(Page.VERDICT),
            "Alt+2": lambda: self.inspector.turn_to(Page.DISEASE),
            "Alt+3": lambda: self.inspector.turn_to(Page.THERAPY),
            "Alt+4": lambda: self.inspector.turn_to(Page.REPORT),
        }
        for key, action in keys.items():
            shortcut = QtGui.QShortcut(QtGui.QKeySequence(key), self)
            shortcut.setContext(QtCore.Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(action)

    def _restyle(self) -> None:
        self.setPalette(qt_palette(self.look.palette))
        self.setStyleSheet(style_sheet(self.look.palette))
