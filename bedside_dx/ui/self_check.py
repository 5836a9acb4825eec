"""The self-check behind the window: by itself once a day, or when a person asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.events import StageProgress
from bedside_dx.ui.background import Background
from bedside_dx.ui.bridge import EventBridge

if TYPE_CHECKING:
    from bedside_dx.core.checks import CheckRun, SelfCheck
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.events import Event
    from bedside_dx.core.settings import Settings

AFTER_START_MS = 3000
"""Time after which the day's self-check begins: the first slide is open by then."""


class SelfCheckDesk(QObject):
    """Runs the self-check away from the window and keeps what came out.

    Signals
    -------
    changed
        It began, ended, or the earlier ones are known; so with a measurement of the models.

    Attributes
    ----------
    measured
        Model that is being measured and how far that is, 0 to 1; no name while none is.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self.result: SelfCheck | None = None
        self.history: tuple[CheckRun, ...] = ()
        self.error: BedsideDxError | None = None
        self.is_running = False
        self.measured = ("", 0.0)
        self._measuring = EventBridge(self._take_measured, self)
        self._cancel = Cancel()
        self._background = Background(self)
        self._delay = QTimer(self, interval=AFTER_START_MS, singleShot=True)
        self._delay.timeout.connect(self.start_if_due)

    @property
    def runs(self) -> tuple[CheckRun, ...]:
        """All self-checks that are known, oldest first."""
        return self.history if self.result is None else (*self.result.history, self.result.run)

    @property
    def failed_models(self) -> tuple[str, ...]:
        """Names of the models that the last self-check here warns of."""
        return self.result.failed_models if self.result else ()

    def begin_the_day(self) -> None:
        """Run the day's self-check a little later, if there was none yet."""
        self._delay.start()

    def start_if_due(self) -> None:
        """Run it if there was none today."""
        settings = self._settings

        def due() -> bool:
            from bedside_dx.app.doctor import is_due  # noqa: PLC0415 - it brings heavy rooms along

            return is_due(datetime.now(UTC), settings)

        self._background.run(due, self._start_when, self._fail)

    def start(self) -> None:
        """Run it now; while one runs nothing happens."""
        if self.is_running:
            return
        self.is_running, self.error = True, None
        settings, cancel = self._settings, self._cancel

        def check() -> SelfCheck:
            from bedside_dx.app.doctor import run_self_check  # noqa: PLC0415 - see above

            return run_self_check(settings, cancel)

        self._background.run(check, self._take, self._fail)
        self.changed.emit()

    def measure(self) -> None:
        """Measure how each model runs best here, then check; while something runs nothing."""
        if self.is_running:
            return
        self.is_running, self.error = True, None
        settings, cancel, bridge = self._settings, self._cancel, self._measuring

        def tune_all() -> None:
            from bedside_dx.app.choosing import candidates  # noqa: PLC0415 - see above
            from bedside_dx.app.tuning import tune  # noqa: PLC0415

            for card in candidates():
                tune(card.name, settings, partial(_pass_on, bridge, card.name), cancel)

        self._background.run(tune_all, self._check_what_was_measured, self._fail)
        self.changed.emit()

    def look_back(self) -> None:
        """Read the earlier self-checks."""

        def read() -> tuple[CheckRun, ...]:
            from bedside_dx.app.doctor import earlier_checks  # noqa: PLC0415 - see above

            return earlier_checks()[0].runs

        self._background.run(read, self._take_history, self._fail)

    def close(self) -> None:
        """Stop what runs; nothing of it is kept."""
        self._delay.stop()
        self._cancel.cancel()
        self._background.close()

    def _start_when(self, due: bool) -> None:
        if due:
            self.start()

    def _take(self, result: SelfCheck) -> None:
        self.result, self.is_running = result, False
        self.changed.emit()

    def _take_measured(self, progress: tuple[str, float]) -> None:
        self.measured = progress
        self.changed.emit()

    def _check_what_was_measured(self, _: None) -> None:
        self.is_running, self.measured = False, ("", 0.0)
        self.start()

    def _take_history(self, runs: tuple[CheckRun, ...]) -> None:
        self.history = runs
        self.changed.emit()

    def _fail(self, error: BedsideDxError) -> None:
        self.error, self.is_running, self.measured = error, False, ("", 0.0)
        self.changed.emit()


def _pass_on(bridge: EventBridge, name: str, event: Event) -> None:
    """Hand a measurement's progress to the window's thread."""
    if isinstance(event, StageProgress):
        bridge.emit((name, event.done / event.total))
