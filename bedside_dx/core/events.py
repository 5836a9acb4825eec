"""What a running job tells the outside: typed events, and the cancel that goes the other way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.core.results import Diagnosis, Findings, Report


class Stage(StrEnum):
    """The parts of the main job, in their order."""

    OPENING = "opening"
    TISSUE = "tissue"
    PATCHES = "patches"
    CONCLUDING = "concluding"
    REPORTING = "reporting"
    MEASURING = "measuring"
    """Not of the main job: how fast a model runs here."""


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How far a stage is. `done` never goes back within a stage."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FindingsGrew:
    """New patches were read: a snapshot of all findings so far, and the verdict so far.

    The arrays of `findings` are copies: the receiver may keep them.
    """

    findings: Findings
    so_far: Diagnosis


@dataclass(frozen=True, slots=True)
class Resumed:
    """An earlier, interrupted reading of the same slide is gone on with.

    Attributes
    ----------
    share
        Share of the patches that had been read then, 0 to 1.
    on
        Day on which the last of it was read.
    """

    share: float
    on: date


@dataclass(frozen=True, slots=True)
class NotResumable:
    """What is read can't be kept for a later start: an interruption would lose it.

    Attributes
    ----------
    cause
        ``"full"`` (the disk), ``"locked"`` (another run keeps the same slide) or ``"refused"``.
    """

    cause: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Terminal: the job is done.

    Attributes
    ----------
    report
        Of a network for volumes, which gives no verdict, what it marked.
    """

    report: Report | MarkedScan


@dataclass(frozen=True, slots=True)
class Failed:
    """Terminal: the job ended with an error a person can read."""

    error: BedsideDxError


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Terminal: a person stopped the job. Cancelled is not an error."""


LONGEST_NAP_S = 0.05
"""Time after which a resting job looks again whether it is to end."""

Event = StageProgress | FindingsGrew | Resumed | NotResumable | Finished | Failed | Cancelled
Emit = Callable[[Event], None]


class CancelledByUser(Exception):
    """Unwinds a job after `Cancel.cancel`."""


class Cancel:
    """What one thread asks and the working threads look at: give up, stop here, or rest a moment.

    `on_cancel` callbacks run in the thread that cancels, so that a native call in
    flight can be terminated at once.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self._enough = threading.Event()
        self._rest_until = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether someone cancelled."""
        return self._event.is_set()

    @property
    def is_enough(self) -> bool:
        """Whether reading shall end here, and be concluded from what was read."""
        return self._enough.is_set()

    def stop_here(self) -> None:
        """Ask for a verdict on what was read until now, instead of nothing."""
        self._enough.set()

    def rest(self, seconds: float) -> None:
        """Ask the job to rest so long from now: someone else needs the processor."""
        self._rest_until = time.monotonic() + seconds

    def take_rest(self) -> None:
        """Rest as long as was asked, or until the job is to end."""
        while not self.is_enough and (left := self._rest_until - time.monotonic()) > 0:
            if self._event.wait(min(left, LONGEST_NAP_S)):
                return

    def cancel(self) -> None:
        """Ask the job to stop. Calling it twice does no harm."""
        with self._lock:
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` once when cancelled; at once if that has happened already.

        Returns
        -------
        A function that forgets the callback: call it when the native call is over.
        """
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def raise_if_cancelled(self) -> None:
        """Raise `CancelledByUser` if someone cancelled."""
        if self._event.is_set():
            raise CancelledByUser
