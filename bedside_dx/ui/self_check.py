"""The self-check behind the window: by itself once a day, or when a person asks for it.

How models run best is measured before it: what is checked is how slides are then read.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.core.cancel import Cancel
from bedside_dx.ui.background import Background

if TYPE_CHECKING:
    from bedside_dx.core.checks import CheckRun, SelfCheck
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.ui.measuring import Measuring
    from bedside_dx.ui.workplace import Workplace

AFTER_START_MS = 3000
"""Time after which the day's self-check begins: the first slide is open by then."""


class SelfCheckDesk(QObject):
    """Runs the self-check away from the window and keeps what came out.

    Signals
    -------
    changed
        It began, ended, or the earlier ones are known; so with a measurement of the models.
    """

    changed = Signal()

    def __init__(self, workplace: Workplace, measuring: Measuring, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace, self.measuring = workplace, measuring
        self.result: SelfCheck | None = None
        self.history: tuple[CheckRun, ...] = ()
        self.error: BedsideDxError | None = None
        self.is_checking = False
        self._is_wanted = self._has_begun = False
        self._was_empty = True
        measuring.changed.connect(self._start_what_waits)
        measuring.changed.connect(self.changed)
        workplace.changed.connect(self._look_for_calm)
        self._cancel = Cancel()
        self._background = Background(self)
        self._delay = QTimer(self, interval=AFTER_START_MS, singleShot=True)
        self._delay.timeout.connect(self._measure_and_check)

    @property
    def is_running(self) -> bool:
        """Whether it runs, or what comes before it."""
        return self.is_checking or self.measuring.is_running

    @property
    def runs(self) -> tuple[CheckRun, ...]:
        """All self-checks that are known, oldest first."""
        return self.history if self.result is None else (*self.result.history, self.result.run)

    @property
    def failed_models(self) -> tuple[str, ...]:
        """Names of the models that the last self-check here warns of."""
        return self.result.failed_models if self.result else ()

    def begin_the_day(self) -> None:
        """A little later measure what was not, if nothing is open, and run the day's self-check.

        Again whenever all that was open is closed.
        """
        self._has_begun = True
        self._delay.start()

    def start_if_due(self) -> None:
        """Run it if there was none today."""
        settings = self._workplace.settings

        def due() -> bool:
            from bedside_dx.app.doctor import is_due  # noqa: PLC0415 - it brings heavy rooms along

            return is_due(datetime.now(UTC), settings)

        self._background.run(due, self._start_when, self._say)

    def start(self) -> None:
        """Run it now, or once the model that is being measured is; what waits comes after it."""
        if self.is_checking:
            return
        self.measuring.hold(held=True)
        if self.measuring.name:
            self._is_wanted = True
            return
        self.is_checking, self.error = True, None
        settings, cancel = self._workplace.settings, self._cancel

        def check() -> SelfCheck:
            from bedside_dx.app.doctor import run_self_check  # noqa: PLC0415 - see above

            return run_self_check(settings, cancel)

        self._background.run(check, self._take, self._fail)
        self.changed.emit()

    def measure(self) -> None:
        """Measure how each model runs best here, then check; while something runs nothing."""
        if self.is_running:
            return
        self.error = None
        names = [card.name for card in self._workplace.models]
        self.measuring.measure(names, self._check_what_was_measured)

    def look_back(self) -> None:
        """Read the earlier self-checks."""

        def read() -> tuple[CheckRun, ...]:
            from bedside_dx.app.doctor import earlier_checks  # noqa: PLC0415 - see above

            return earlier_checks()[0].runs

        self._background.run(read, self._take_history, self._say)

    def close(self) -> None:
        """Stop what runs; nothing of it is kept."""
        self._delay.stop()
        self._cancel.cancel()
        self._background.close()

    def _start_when(self, due: bool) -> None:
        if due:
            self.start()

    def _start_what_waits(self) -> None:
        if self._is_wanted and not self.measuring.name:
            self._is_wanted = False
            self.start()

    def _look_for_calm(self) -> None:
        is_empty = not self._workplace.examinations
        if is_empty and not self._was_empty and self._has_begun:
            self._delay.start()
        self._was_empty = is_empty

    def _take(self, result: SelfCheck) -> None:
        self.result = result
        self._end()

    def _measure_and_check(self) -> None:
        self.measuring.measure_missing(self._check_the_day)

    def _check_the_day(self, has_measured: bool) -> None:
        """Check if there was no self-check today, or models run in another way since."""
        if has_measured:
            self.start()
        else:
            self.start_if_due()

    def _check_what_was_measured(self, has_measured: bool) -> None:
        if has_measured:
            self.start()
        else:
            self.error = next(iter(self.measuring.errors.values()), None)
            self.changed.emit()

    def _take_history(self, runs: tuple[CheckRun, ...]) -> None:
        self.history = runs
        self.changed.emit()

    def _say(self, error: BedsideDxError) -> None:
        self.error = error
        self.changed.emit()

    def _fail(self, error: BedsideDxError) -> None:
        self.error = error
        self._end()

    def _end(self) -> None:
        self.is_checking = False
        self.measuring.hold(held=False)
        self.changed.emit()
