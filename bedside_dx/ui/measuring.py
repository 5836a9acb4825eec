"""How models run best here is measured behind the window: quietly, after an install, or when asked.

A slide that is analysed comes first: a measurement stops at once and begins again after it. One
that nobody asked for only runs while nothing is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.events import StageProgress
from bedside_dx.ui.background import Background
from bedside_dx.ui.bridge import EventBridge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.events import Event
    from bedside_dx.text import Texts
    from bedside_dx.ui.workplace import Workplace

    Then = Callable[[bool], None]


@dataclass
class _Round:
    """Models that are to be measured one after the other, and who wants to know when that is over.

    Attributes
    ----------
    has_measured
        Whether one of them was.
    """

    names: list[str]
    then: Then
    is_quiet: bool
    has_measured: bool = False


class Measuring(QObject):
    """Measures models in a thread, one at a time.

    Signals
    -------
    changed
        It began, went on or ended.
    measured
        A model was measured: it may run in another way now.

    Attributes
    ----------
    name, share
        Model that is being measured and how far that is, 0 to 1; no name while none is.
    errors
        By model, why it could not be measured in this session.
    """

    changed = Signal()
    measured = Signal()

    def __init__(self, workplace: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.name, self.share = "", 0.0
        self.errors: dict[str, BedsideDxError] = {}
        self._rounds: list[_Round] = []
        self._cancel: Cancel | None = None
        self._is_held = False
        self._bridge = EventBridge(self._take_share, self)
        self._background = Background(self)
        workplace.changed.connect(self._make_way)

    @property
    def is_running(self) -> bool:
        """Whether something is measured, or waits to be."""
        return bool(self._rounds)

    def measure(self, names: Sequence[str], then: Then = lambda _measured: None) -> None:
        """Measure models; `then` is told whether one of them was, once it is over."""
        for name in names:
            self.errors.pop(name, None)
        self._add(_Round(list(names), then, is_quiet=False))

    def measure_missing(self, then: Then) -> None:
        """Measure the models of which no measurement holds, as long as nothing is open.

        Never on TensorRT, which compiles for minutes and can't be stopped meanwhile.
        """
        if self._workplace.examinations or self._workplace.settings.provider == "tensorrt":
            then(False)
            return
        settings = self._workplace.settings

        def missing() -> tuple[str, ...]:
            from bedside_dx.app.pacing import unmeasured  # noqa: PLC0415 - it brings heavy rooms along

            return unmeasured(settings)

        def begin(names: tuple[str, ...]) -> None:
            self._add(_Round(list(names), then, is_quiet=True))

        self._background.run(missing, begin, lambda _error: then(False))

    def stop(self) -> None:
        """Stop what is measured, and forget what waits."""
        for waiting in self._rounds:
            waiting.names.clear()
        self._interrupt()
        self._go_on()

    def hold(self, *, held: bool) -> None:
        """Let nothing be begun while something else takes the processor; or go on."""
        self._is_held = held
        self._go_on()

    def close(self) -> None:
        """Stop all work; nothing of it is kept."""
        self._rounds.clear()
        self._interrupt()
        self._background.close()

    def _add(self, one: _Round) -> None:
        self._rounds.append(one)
        self._make_way()
        self.changed.emit()

    def _make_way(self) -> None:
        """Stop for what a person does at the window; go on where nothing is done."""
        if self._rounds and self._workplace.examinations:
            for waiting in self._rounds:
                if waiting.is_quiet:
                    waiting.names.clear()
            if self._workplace.is_running or self._rounds[0].is_quiet:
                self._interrupt()
        self._go_on()

    def _interrupt(self) -> None:
        if self._cancel is not None:
            self._cancel.cancel()

    def _go_on(self) -> None:
        """Begin what is next, or say that it is over."""
        while self._cancel is None and self._rounds and not self._rounds[0].names:
            over = self._rounds.pop(0)
            over.then(over.has_measured)
            self.changed.emit()
        is_free = self._cancel is None and not self._is_held and not self._workplace.is_running
        if self._rounds and is_free:
            self._begin(self._rounds[0].names[0])

    def _begin(self, name: str) -> None:
        self._cancel = cancel = Cancel()
        self.name, self.share = name, 0.0
        self.errors.pop(name, None)
        settings, tell = self._workplace.settings, partial(_pass_on, self._bridge)

        def work() -> bool:
            from bedside_dx.app.tuning import tune  # noqa: PLC0415 - it brings heavy rooms along

            try:
                tune(name, settings, tell, cancel)
            except CancelledByUser:
                return False
            return True

        self._background.run(work, self._take, self._take_error)
        self.changed.emit()

    def _take(self, is_done: bool) -> None:
        if is_done:
            self._end_one(has_measured=True)
            self.measured.emit()
        self._rest()

    def _take_error(self, error: BedsideDxError) -> None:
        self.errors[self.name] = error
        self._end_one(has_measured=False)
        self._rest()

    def _end_one(self, *, has_measured: bool) -> None:
        first = self._rounds[0]
        first.has_measured |= has_measured
        if first.names:
            first.names.pop(0)

    def _rest(self) -> None:
        self._cancel, self.name, self.share = None, "", 0.0
        self._go_on()
        self.changed.emit()

    def _take_share(self, share: float) -> None:
        if self._cancel is not None:
            self.share = share
            self.changed.emit()


def _pass_on(bridge: EventBridge, event: Event) -> None:
    """Hand a measurement's progress to the window's thread."""
    if isinstance(event, StageProgress):
        bridge.emit(event.done / event.total)


def measuring_words(measuring: Measuring, t: Texts) -> str:
    """Which model is measured, and how far that is."""
    return t(
        "Measuring how {model} runs best: {share:percent}.",
        model=measuring.name,
        share=measuring.share,
    )
