"""The widget that shows one plane of a scan, what lies over it, and what a hand does on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QTransform
from PySide6.QtWidgets import QWidget

from bedside_dx.core.scan import Window
from bedside_dx.ui.scans.corners import Corners
from bedside_dx.ui.scans.hands import ScanHands
from bedside_dx.ui.scans.projection import Pose, Projection
from bedside_dx.ui.scans.shading import Shader, found_window

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from bedside_dx.core.scan import ValueTable
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.sheets import Sheet, Sheets
    from bedside_dx.ui.scans.tools import Tool

FARTHEST, CLOSEST = 0.2, 40.0
"""Limits of the zoom, multiples of the scale at which the plane fits."""
MARGIN = 0.97
"""Share of the window that a fitted plane fills."""
BLACK = "#000000"
"""Around every scan, whatever the theme: a bright frame makes dark tissue look darker."""


class Layer(Protocol):
    """What is painted over a plane, in logical px of the view."""

    def draw(self, painter: QPainter, view: ScanView) -> None:
        """Draw over the view's `projection`; it is not None."""
        ...


@runtime_checkable
class HandleLayer(Layer, Protocol):
    """A layer whose marks have points to be taken."""

    def handles(self, view: ScanView) -> list[QPointF]:
        """Points on the screen, logical px."""
        ...


class ScanView(QWidget):
    """Shows one plane: scroll, window, zoom, pan, turn and flip it.

    Signals
    -------
    plane_changed
        Another plane is shown, or the pixels of the plane have come.
    view_changed
        It is seen otherwise: zoomed, moved, turned, or through another window.
    entered
        The view was pressed or got the focus: the controls are for it now.
    windowed
        Other values are shown from black to white, by hand or by the next slice's own window.
    play_wanted
        A key asks for the slices to play, or to stop.
    delete_wanted
        A key asks to delete the measure in hand.
    touched
        A hand was at work: pressed, scrolled or used a key.
    pointed
        Screen point under the pointer as `QPointF`, None when it has left.

    Attributes
    ----------
    layers
        Painted in this order, above the pixels and below the words in the corners.
    tool
        What the left button does.
    """

    plane_changed = Signal()
    view_changed = Signal()
    entered = Signal()
    windowed = Signal()
    play_wanted = Signal()
    delete_wanted = Signal()
    touched = Signal()
    pointed = Signal(object)

    def __init__(self, look: Look, sheets: Sheets, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.sheets = sheets
        self.layers: list[Layer] = []
        self.tool: Tool | None = None
        self.pose = Pose()
        self.corners = Corners(look, self)
        self._shader = Shader()
        self._is_windowed = False
        self._is_inverted = False
        self._picture: QImage | None = None
        self._drawn: Sheet | None = None
        self._found_for: tuple[str, int, bool] | None = None
        self._projected: tuple[object, Projection] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.setMouseTracking(True)
        self._hands = ScanHands(self)
        sheets.changed.connect(self._take_plane)
        look.changed.connect(self.refresh)
        self.refresh()

    # --- what is seen --------------------------------------------------------------------

    @property
    def sheet(self) -> Sheet | None:
        """The plane shown; None while there is none."""
        return self.sheets.sheet

    @property
    def projection(self) -> Projection | None:
        """From the plane to the screen and back; None while there is no plane."""
        sheet = self.sheet
        if sheet is None:
            return None
        key = (sheet, self.pose, self.width(), self.height())
        if self._projected is None or self._projected[0] != key:
            self._projected = (key, self._project(sheet))
        return self._projected[1]

    @property
    def window_of_values(self) -> Window:
        """Values shown from black to white."""
        return self._shader.window

    @property
    def is_shown_by_table(self) -> bool:
        """Whether the file's own table says the greys, and no window does."""
        return self._shader.table is not None

    @property
    def is_inverted(self) -> bool:
        """Whether black and white were exchanged by hand."""
        return self._is_inverted

    @property
    def is_windowed(self) -> bool:
        """Whether the window of values was chosen, and is not the slice's own."""
        return self._is_windowed

    def let_go_of_window(self) -> None:
        """Let the next slice bring its own window again."""
        self._is_windowed = False

    def use_window(self, window: Window) -> None:
        """Show other values from black to white."""
        self._is_windowed = True
        self._shade_with(window)

    def take_window(self, window: Window) -> None:
        """Show the values that another view of the same series shows, and do not tell of it."""
        self._is_windowed = True
        self._shade_with(window, tells=False)

    def invert(self) -> None:
        """Exchange black and white, or have them back."""
        self._is_inverted = not self._is_inverted
        self._shade_with(self._shader.window, table=self._shader.table)

    def use_pose(self, pose: Pose) -> None:
        """Zoom, move, turn or flip what is seen."""
        self.pose = replace(pose, zoom=min(max(pose.zoom, FARTHEST), CLOSEST))
        self.view_changed.emit()
        self.update()

    def zoom_at(self, factor: float, point: QPointF) -> None:
        """Zoom, and keep what is under a point there."""
        pose = self.pose
        zoom = min(max(pose.zoom * factor, FARTHEST), CLOSEST)
        share = zoom / pose.zoom
        x, y = point.x() - self.width() / 2, point.y() - self.height() / 2
        moved = replace(
            pose, zoom=zoom, pan_x=x - (x - pose.pan_x) * share, pan_y=y - (y - pose.pan_y) * share
        )
        self.use_pose(moved)

    def turn(self, quarters: int) -> None:
        """Turn what is on the screen clockwise."""
        self.use_pose(replace(self.pose, turns=(self.pose.turns + quarters) % 4))

    def flip(self, *, is_across: bool) -> None:
        """Exchange left and right of what is on the screen, or top and bottom."""
        pose = self.pose
        # The pose flips before it turns: a flip on the screen turns the other way round.
        turns = (-pose.turns) % 4 if is_across else (2 - pose.turns) % 4
        self.use_pose(replace(pose, is_flipped=not pose.is_flipped, turns=turns))

    def fit(self) -> None:
        """Show the whole plane."""
        self.use_pose(replace(self.pose, zoom=1.0, pan_x=0.0, pan_y=0.0))

    def start_over(self) -> None:
        """Show it as it came: fitted, not turned, through the file's own window."""
        self._is_windowed = self._is_inverted = False
        self.pose, self._found_for = Pose(), None
        self._window_alone()
        self.view_changed.emit()
        self.update()

    def ask_to_play(self) -> None:
        """Tell that the slices should play, or stop."""
        self.play_wanted.emit()

    def ask_to_delete(self) -> None:
        """Tell that the measure in hand should go."""
        self.delete_wanted.emit()

    def toggle_words(self) -> None:
        """Write in the corners and at the edges, or leave all of it free."""
        self.corners.hides_all = not self.corners.hides_all
        self.update()

    def read_value(self, point: QPointF | None) -> None:
        """Have the value under the pointer written in the corner."""
        sheet, projection = self.sheet, self.projection
        value = None
        if point is not None and sheet is not None and projection is not None:
            is_inside = projection.is_inside(point.x(), point.y())
            if is_inside and sheet.cut.values.ndim == 2:
                column, row = projection.screen_to_pixel(point.x(), point.y())
                value = float(sheet.cut.values[round(row), round(column)])
        if value != self.corners.value:
            self.corners.value = value
            self.update()

    def handles(self) -> list[QPointF]:
        """Points on the screen that a tool could take, of all layers that have some."""
        return [
            at
            for layer in self.layers
            if isinstance(layer, HandleLayer)
            for at in layer.handles(self)
        ]

    def forget(self) -> None:
        """Begin anew with the next plane: another series is to be shown."""
        self._hands.pointer.leave()
        self._is_windowed = self._is_inverted = False
        self.pose = Pose()
        self._picture = self._drawn = self._found_for = None

    # --- words ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.setAccessibleName(t("Scan viewer"))
        self.setAccessibleDescription(self._keys_words())
        self.update()

    # --- Qt ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(BLACK))
        projection, picture = self.projection, self._current_picture()
        if projection is not None and picture is not None:
            self._draw_pixels(painter, projection, picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for layer in self.layers:
                painter.save()
                layer.draw(painter, self)
                painter.restore()
        self.corners.draw(painter)
        self._hands.pointer.draw(painter)
        if self.hasFocus():
            painter.setPen(self._look.color("accent"))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.entered.emit()
        self.touched.emit()
        self._hands.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(event.position())
        self._hands.move(event)
        self.read_value(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hands.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._hands.press(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.touched.emit()
        self._hands.turn_wheel(event)

    def event(self, event: QEvent) -> bool:
        """Keep this view's keys from being the window's while it has the focus."""
        is_key = event.type() == QEvent.Type.ShortcutOverride
        if is_key and isinstance(event, QKeyEvent) and self._hands.owns(event):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hands.pointer.leave()
        super().focusOutEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)
        self.read_value(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hands.owns(event):
            self.touched.emit()
        if not self._hands.press_key(event):
            super().keyPressEvent(event)

    # --- inside --------------------------------------------------------------------------

    def _keys_words(self) -> str:
        """What keys do here now, for whoever hears it."""
        t, pointer = self._look.t, self._hands.pointer
        projection = self.projection
        if pointer.at is None or projection is None:
            return t(
                "Arrow keys go from slice to slice, plus and minus zoom, 0 shows the whole slice."
                " With a measuring tool in hand, Enter brings a pointer for the keys."
            )
        column, row = projection.screen_to_pixel(pointer.at.x(), pointer.at.y())
        x, y = round(column), round(row)
        if pointer.is_held:
            return t("Column {x:count}, row {y:count}. Enter sets the point here.", x=x, y=y)
        return t("Column {x:count}, row {y:count}. Enter takes or begins a point here.", x=x, y=y)

    def _project(self, sheet: Sheet) -> Projection:
        rows, columns = sheet.cut.values.shape[:2]
        width, height = self.width(), self.height()
        return Projection.of(
            sheet.cut.plane,
            (rows, columns),
            (width * MARGIN, height * MARGIN),
            self.pose,
            is_placed=sheet.is_placed,
            is_measured=sheet.is_measured,
        ).moved(width * (1 - MARGIN) / 2, height * (1 - MARGIN) / 2)

    def _take_plane(self) -> None:
        if not self._is_windowed:
            self._window_alone()
        self.plane_changed.emit()
        self.update()

    def _window_alone(self) -> None:
        """The window that the file proposes for this slice; else one found in its values."""
        sheet, series = self.sheet, self.sheets.series
        if sheet is None or series is None:
            return
        stack = self.sheets.stack
        table = stack.table(sheet.number) if stack and self.sheets.name == "stack" else None
        if table is not None:
            low, high = table.first, table.first + len(table.greys)
            self._shade_with(Window((low + high) / 2, high - low), table=table)
            return
        own = series.frames[min(self.sheets.number, len(series.frames) - 1)].windows
        if self.sheets.name != "stack":
            own = series.windows
        if own:
            self._shade_with(own[0])
        elif stack is not None:
            middle = stack.slice(stack.count // 2)
            key = (series.key, stack.count, middle is None)
            if key != self._found_for:
                self._found_for = key
                self._shade_with(found_window(sheet.cut.values if middle is None else middle))

    def _shade_with(
        self, window: Window, *, tells: bool = True, table: ValueTable | None = None
    ) -> None:
        series = self.sheets.series
        by_file = series is not None and series.is_inverted
        before = self._shader.window
        self._shader.use(window, is_inverted=by_file != self._is_inverted, table=table)
        self._picture = None
        if before != window and tells:
            self.view_changed.emit()
            self.windowed.emit()
        self.update()

    def _current_picture(self) -> QImage | None:
        sheet = self.sheet
        if sheet is None:
            self._picture = None
        elif sheet is not self._drawn or self._picture is None:
            self._picture = self._shader.picture(sheet.cut.values)
        self._drawn = sheet
        return self._picture

    def _draw_pixels(self, painter: QPainter, projection: Projection, picture: QImage) -> None:
        (a, c, dx), (b, d, dy) = projection.matrix.tolist()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(QTransform(a, b, c, d, dx, dy), combine=True)
        painter.drawImage(QPointF(-0.5, -0.5), picture)
        painter.restore()
