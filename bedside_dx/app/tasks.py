"""Jobs in threads, without a window: progress comes out, a cancel goes in."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import BedsideDxError, trace_of
from bedside_dx.core.events import Cancelled, Failed, Finished

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from bedside_dx.core.events import Emit, Event
    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.core.results import Report

    Job = Callable[[Emit, Cancel], Report | MarkedScan]

log = logging.getLogger(__name__)


class Task:
    """One job that was started."""

    def __init__(self, cancel: Cancel, future: Future[None]) -> None:
        self._cancel = cancel
        self._future = future

    def cancel(self) -> None:
        """Ask the job to stop; its last event tells when it has."""
        self._cancel.cancel()

    def stop_here(self) -> None:
        """Ask the job to end with what it has."""
        self._cancel.stop_here()

    def rest(self, seconds: float) -> None:
        """Ask the job to leave the processor to others so long."""
        self._cancel.rest(seconds)

    @property
    def done(self) -> bool:
        """Whether the last event was sent."""
        return self._future.done()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the last event was sent.

        Raises
        ------
        TimeoutError
        """
        self._future.result(timeout_s)


class TaskRunner:
    """Runs jobs one after the other, in a thread of its own.

    Each job ends with exactly one of `Finished`, `Failed` and `Cancelled`, and emits nothing
    after it. Use it as a context manager, or call `close`.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="task")
        self._running: set[Cancel] = set()

    def start(self, job: Job, emit: Emit) -> Task:
        """Run a job.

        Parameters
        ----------
        job
            Called in the runner's thread with `emit` and the `Cancel` of the task.
        emit
            Called with each event, from the runner's thread.
        """
        cancel = Cancel()
        self._running.add(cancel)
        future = self._pool.submit(self._run, job, emit, cancel)
        return Task(cancel, future)

    def close(self) -> None:
        """Cancel what runs or waits, and wait for its end."""
        for cancel in tuple(self._running):
            cancel.cancel()
        self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, job: Job, emit: Emit, cancel: Cancel) -> None:
        last = _outcome(job, emit, cancel)
        self._running.discard(cancel)
        emit(last)


def _outcome(job: Job, emit: Emit, cancel: Cancel) -> Event:
    """Run a job to its end, whatever that is."""
    try:
        cancel.raise_if_cancelled()
        return Finished(job(emit, cancel))
    except CancelledByUser:
        return Cancelled()
    except BedsideDxError as error:
        log.warning("the task ended with %s", error.code)
        return Failed(error)
    except Exception as error:  # noqa: BLE001 - the last door: what comes here is a bug, shown as such
        log.error("the task ended with a bug: %s", trace_of(error))  # noqa: TRY400
        return Failed(BedsideDxError("internal", detail=type(error).__name__))
