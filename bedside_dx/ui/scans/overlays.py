"""What was drawn on the series in front: read away from the window, and how each is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bedside_dx.app.laying import Overlay, drawn_in
from bedside_dx.core.heatmap import OPACITY
from bedside_dx.core.scan import Kind

if TYPE_CHECKING:
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.scan import Series, Study
    from bedside_dx.ui.scans.scan_desk import ScanDesk

COLORS = ((0, 200, 180), (255, 170, 60), (120, 160, 255), (240, 110, 170), (170, 210, 70))
"""Of segments whose file proposes none: in this order, all seen on grey."""

ORDER = (Kind.VALUES, Kind.SEGMENTATION, Kind.CONTOURS)
CLEAR = 0.9
"""Opacity of thin lines at the start, which cover little."""


@dataclass(eq=False)
class Shown:
    """One overlay and how it is drawn.

    Attributes
    ----------
    color
        Of segments and contours; a map has its scale.
    opacity
        0 to 1.
    """

    overlay: Overlay
    color: tuple[int, int, int]
    opacity: float = OPACITY
    is_shown: bool = True


@dataclass(eq=False)
class Laid:
    """What lies over one series.

    Attributes
    ----------
    series
        Kept, so that no other one takes its identity.
    refused
        Why something that was drawn is not laid over it.
    waiting
        Number of files that are still read.
    """

    series: Series | None
    shown: list[Shown] = field(default_factory=list[Shown])
    refused: list[BedsideDxError] = field(default_factory=list["BedsideDxError"])
    waiting: int = 0


class Overlays(QObject):
    """Overlays by series; each is read once.

    Signals
    -------
    changed
        One came, was refused, or is drawn otherwise.
    """

    changed = Signal()

    def __init__(self, desk: ScanDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        # By identity: to hash a series is to hash all of its images.
        self._laid: dict[int, Laid] = {}

    def on(self, series: Series | None) -> Laid:
        """What lies over a series; nothing before it was asked for."""
        return self._laid.get(id(series), Laid(series))

    def ask(self, study: Study | None, series: Series | None) -> None:
        """Read what was drawn in a study, to be laid over one of its series.

        What was read of other studies is let go of: it may take much memory.
        """
        if study is None or series is None or not study.is_complete or id(series) in self._laid:
            return
        keys = {id(one) for one in study.images}
        self._laid = {key: laid for key, laid in self._laid.items() if key in keys}
        drawn = [one for one in drawn_in(study) if one.patient == series.patient]
        laid = self._laid[id(series)] = Laid(series, waiting=len(drawn))
        for one in drawn:
            self._read(one, series, laid)
        self.changed.emit()

    def show(self, shown: Shown, *, is_shown: bool) -> None:
        """Draw one, or leave it away."""
        shown.is_shown = is_shown
        self.changed.emit()

    def fade(self, shown: Shown, opacity: float) -> None:
        """Draw one more or less strongly, 0 to 1."""
        shown.opacity = opacity
        self.changed.emit()

    def recolor(self, shown: Shown, color: tuple[int, int, int]) -> None:
        """Draw one in another colour."""
        shown.color = color
        self.changed.emit()

    def _read(self, drawn: Series, series: Series, laid: Laid) -> None:
        def take(found: tuple[Overlay, ...]) -> None:
            for overlay in found:
                color = overlay.color or COLORS[len(laid.shown) % len(COLORS)]
                opacity = CLEAR if overlay.kind is Kind.CONTOURS else OPACITY
                laid.shown.append(Shown(overlay, color, opacity))
            # Whichever was read first: maps below, segments over them, thin lines on top.
            laid.shown.sort(key=lambda one: ORDER.index(one.overlay.kind))
            laid.waiting -= 1
            self.changed.emit()

        def refuse(error: BedsideDxError) -> None:
            laid.refused.append(error)
            laid.waiting -= 1
            self.changed.emit()

        self._desk.read_drawn(drawn, series, take, refuse)
