"""What was drawn on the series that are looked at: read away from the window, and its style."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bedside_dx.app.laying import Overlay, drawn_in, overlays_of_marks
from bedside_dx.core.heatmap import OPACITY
from bedside_dx.core.scan import Kind
from bedside_dx.ui.scans.beside import is_same_person

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from bedside_dx.app.stacking import SliceStack
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.core.scan import Series, Study
    from bedside_dx.ui.scans.scan_desk import ScanDesk

COLORS = ((0, 200, 180), (255, 170, 60), (120, 160, 255), (240, 110, 170), (170, 210, 70))
"""Of segments whose file proposes none: in this order, all seen on grey."""
PLANE_COLOR = (255, 221, 87)
"""Of overlay planes, which have no colour of their own: seen on black, grey and white."""

ORDER = (Kind.VALUES, Kind.SEGMENTATION, Kind.CONTOURS)
CLEAR = 0.9
"""Opacity of thin lines at the start, which cover little."""


@dataclass(eq=False)
class Style:
    """How one drawing is shown, on all series that it lies over.

    Attributes
    ----------
    name
        As its file calls it; empty where it does not.
    color
        Of all but a map, which has its scale.
    opacity
        0 to 1.
    group
        Of an overlay plane, which its image brings along; None of all else.
    label
        Of what a network marked, by language; None of all else.
    """

    name: str
    color: tuple[int, int, int]
    opacity: float = OPACITY
    is_shown: bool = True
    group: int | None = None
    label: Mapping[str, str] | None = None


@dataclass(eq=False)
class Shown:
    """One drawing over one series.

    Attributes
    ----------
    overlay
        None of an overlay plane: each image has its own.
    """

    style: Style
    overlay: Overlay | None = None


@dataclass(eq=False)
class Laid:
    """What lies over one series.

    Attributes
    ----------
    series
        Kept, so that no other one takes its identity.
    asked
        Identities of what was drawn and is read, or was.
    refusals
        Why something that was drawn is not laid over it, by identity.
    waiting
        Number of files that are still read.
    """

    series: Series | None
    shown: list[Shown] = field(default_factory=list[Shown])
    asked: set[int] = field(default_factory=set[int])
    refusals: dict[int, BedsideDxError] = field(default_factory=dict[int, "BedsideDxError"])
    waiting: int = 0

    @property
    def refused(self) -> list[BedsideDxError]:
        """Why something that was drawn is not laid over it."""
        return list(self.refusals.values())


class Overlays(QObject):
    """Overlays by series; each is read once for each series that it lies over.

    What was drawn in a study lies over its own series, and over any other that is looked at and
    has the same patient and the same coordinates.

    Signals
    -------
    changed
        One came, was refused, or is drawn otherwise.
    marked
        What a network marked is ready to be laid over what is looked at.
    """

    changed = Signal()
    marked = Signal()

    def __init__(self, desk: ScanDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        # By identity: to hash a series is to hash all of its images.
        self._laid: dict[int, Laid] = {}
        self._styles: dict[Hashable, Style] = {}
        self._marks: dict[int, tuple[Study, Series, list[Shown]]] = {}

    def on(self, series: Series | None) -> Laid:
        """What lies over a series; nothing before it was asked for."""
        return self._laid.get(id(series), Laid(series))

    def over(self, all_of_them: Sequence[Series]) -> Laid:
        """What lies over any of some series, each drawing once.

        What can't be laid over one of them and lies over another is no refusal.
        """
        every = [self.on(series) for series in all_of_them]
        styles: dict[int, Shown] = {}
        refusals: dict[int, BedsideDxError] = {}
        for laid in every:
            for shown in laid.shown:
                styles.setdefault(id(shown.style), shown)
            refusals |= laid.refusals
        placed = {one for laid in every for one in laid.asked - set(laid.refusals)}
        left = {one: error for one, error in refusals.items() if one not in placed}
        waiting = sum(laid.waiting for laid in every)
        return Laid(None, list(styles.values()), refusals=left, waiting=waiting)

    def ask(self, looked_at: Sequence[tuple[Study, Series]]) -> None:
        """Read what was drawn on the series that are looked at.

        What was read for others is let go of: it may take much memory.
        """
        pairs = [(study, series) for study, series in looked_at if study.is_complete]
        kept = {id(one) for study, _ in looked_at for one in study.images}
        self._laid = {key: laid for key, laid in self._laid.items() if key in kept}
        is_new = False
        for study, series in pairs:
            laid = self._laid.setdefault(id(series), Laid(series))
            for drawn in _drawn_for(study, series, [one for one, _ in pairs]):
                if id(drawn) not in laid.asked:
                    self._read(drawn, series, laid)
                    is_new = True
            for marks in self._marks_for(study, series, [one for one, _ in pairs]):
                if id(marks) not in laid.asked:
                    laid.asked.add(id(marks))
                    laid.shown = sorted([*laid.shown, *marks], key=_height)
                    is_new = True
        if is_new:
            self.changed.emit()

    def take_marks(self, study: Study, series: Series | None, marked: MarkedScan | None) -> None:
        """Keep what a network marked in a study, instead of what it marked before.

        It is made ready in a thread: a volume is looked through for it.
        """
        if (kept := self._marks.pop(id(study), None)) is not None:
            before = kept[2]
            gone = {id(shown) for shown in before}
            for laid in self._laid.values():
                laid.asked.discard(id(before))
                laid.shown = [shown for shown in laid.shown if id(shown) not in gone]
            self.changed.emit()
        if series is None or marked is None:
            return

        def keep(found: tuple[Overlay, ...]) -> None:
            pairs = zip(marked.card.classes, found, strict=True)
            fresh = [Shown(Style("", one.color, label=one.label), laid) for one, laid in pairs]
            self._marks[id(study)] = (study, series, fresh)
            self.marked.emit()

        self._desk.background.run(
            lambda: overlays_of_marks(marked.marked, marked.volume, marked.card),
            keep,
            lambda _error: None,
        )

    def take_planes(self, stack: SliceStack, at: int) -> None:
        """Offer the drawings that a slice brings along, if they are the first of their group."""
        planes = stack.overlay_planes(at)
        if not planes:
            return
        laid = self._laid.setdefault(id(stack.series), Laid(stack.series))
        known = {one.style.group for one in laid.shown}
        fresh = [plane for plane in planes if plane.group not in known]
        for plane in fresh:
            key = (stack.series.own_name, plane.group)
            style = Style(plane.label, PLANE_COLOR, CLEAR, group=plane.group)
            laid.shown.append(Shown(self._styles.setdefault(key, style)))
        if fresh:
            laid.shown.sort(key=_height)
            self.changed.emit()

    def show(self, style: Style, *, is_shown: bool) -> None:
        """Draw one, or leave it away."""
        style.is_shown = is_shown
        self.changed.emit()

    def fade(self, style: Style, opacity: float) -> None:
        """Draw one more or less strongly, 0 to 1."""
        style.opacity = opacity
        self.changed.emit()

    def recolor(self, style: Style, color: tuple[int, int, int]) -> None:
        """Draw one in another colour."""
        style.color = color
        self.changed.emit()

    def _marks_for(
        self, study: Study, series: Series, studies: Sequence[Study]
    ) -> list[list[Shown]]:
        """What networks marked on a series' patient, in its coordinates."""
        found: list[list[Shown]] = []
        for of, read, shown in self._marks.values():
            is_looked_at = any(of is one for one in studies)
            is_same_frame = series is read or bool(
                read.frame_of_reference and read.frame_of_reference == series.frame_of_reference
            )
            whose = of.patients[read.patient], study.patients[series.patient]
            is_same = of is study and read.patient == series.patient
            if is_looked_at and is_same_frame and (is_same or is_same_person(*whose)):
                found.append(shown)
        return found

    def _read(self, drawn: Series, series: Series, laid: Laid) -> None:
        laid.asked.add(id(drawn))
        laid.waiting += 1

        def take(found: tuple[Overlay, ...]) -> None:
            for place, overlay in enumerate(found):
                laid.shown.append(Shown(self._style_of(drawn, place, overlay), overlay))
            laid.shown.sort(key=_height)
            laid.waiting -= 1
            self.changed.emit()

        def refuse(error: BedsideDxError) -> None:
            laid.refusals[id(drawn)] = error
            laid.waiting -= 1
            self.changed.emit()

        self._desk.read_drawn(drawn, series, take, refuse)

    def _style_of(self, drawn: Series, place: int, overlay: Overlay) -> Style:
        key = (drawn.frames[0].source, place)
        if key not in self._styles:
            color = overlay.color or COLORS[len(self._styles) % len(COLORS)]
            opacity = CLEAR if overlay.kind is Kind.CONTOURS else OPACITY
            self._styles[key] = Style(overlay.name, color, opacity)
        return self._styles[key]


def _drawn_for(study: Study, series: Series, studies: Sequence[Study]) -> list[Series]:
    """What was drawn on a series' patient: in its own study, and elsewhere in its coordinates."""
    found = [one for one in drawn_in(study) if one.patient == series.patient]
    frame, whose = series.frame_of_reference, study.patients[series.patient]
    for other in studies:
        if other is study or not frame:
            continue
        found += [
            one
            for one in drawn_in(other)
            if one.frame_of_reference == frame
            and is_same_person(whose, other.patients[one.patient])
        ]
    return list({id(one): one for one in found}.values())


def _height(shown: Shown) -> int:
    """Whichever was read first: maps below, segments over them, thin lines on top."""
    return len(ORDER) if shown.overlay is None else ORDER.index(shown.overlay.kind)
