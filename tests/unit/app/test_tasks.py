"""Each job ends once, and says how."""

import logging
import threading
from pathlib import Path
from typing import cast

import pytest

from bedside_dx.app.tasks import TaskRunner
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import BedsideDxError, ModelError
from bedside_dx.core.events import Cancelled, Emit, Event, Failed, Finished, Stage, StageProgress
from bedside_dx.core.results import Report

REPORT = cast("Report", object())
"""A task hands its report on without looking at it."""


def outcome(job: object) -> tuple[list[Event], list[str]]:
    """Events of one job, and the names of the threads they came from."""
    events: list[Event] = []
    threads: list[str] = []

    def emit(event: Event) -> None:
        events.append(event)
        threads.append(threading.current_thread().name)

    with TaskRunner() as runner:
        runner.start(job, emit).wait(10)  # type: ignore[arg-type]
    return events, threads


def test_a_job_that_works_finishes_once() -> None:
    def job(emit: Emit, cancel: Cancel) -> Report:
        emit(StageProgress(Stage.TISSUE, 1, 1))
        return REPORT

    events, threads = outcome(job)
    assert events == [StageProgress(Stage.TISSUE, 1, 1), Finished(REPORT)]
    assert threading.current_thread().name not in threads


def test_an_error_a_person_can_read_is_handed_on_as_it_is() -> None:
    error = ModelError("model.choose", installed="a, b")

    def job(emit: Emit, cancel: Cancel) -> Report:
        raise error

    assert outcome(job)[0] == [Failed(error)]


def test_a_bug_becomes_an_internal_error_and_its_log_names_no_patient(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def deep() -> Report:
        raise KeyError("MARTIN^Jeanne /home/ward/slides/martin.svs")

    def job(emit: Emit, cancel: Cancel) -> Report:
        try:
            return deep()
        except KeyError as exc:
            raise RuntimeError("MARTIN^Jeanne") from exc

    with caplog.at_level(logging.DEBUG):
        (last,) = outcome(job)[0]
    assert isinstance(last, Failed)
    assert isinstance(last.error, BedsideDxError)
    assert (last.error.code, last.error.values) == ("internal", {"detail": "RuntimeError"})
    assert "KeyError" in caplog.text
    assert "deep" in caplog.text
    assert "artin" not in caplog.text.replace("MARTIN", "artin")
    assert str(Path(__file__).parent) not in caplog.text


def test_cancelled_is_not_an_error() -> None:
    started = threading.Event()
    events: list[Event] = []

    def job(emit: Emit, cancel: Cancel) -> Report:
        started.set()
        asked = threading.Event()
        cancel.on_cancel(asked.set)
        asked.wait(10)
        cancel.raise_if_cancelled()
        return REPORT

    with TaskRunner() as runner:
        task = runner.start(job, events.append)
        started.wait(10)
        task.cancel()
        task.cancel()
        task.wait(10)
        assert task.done
        assert events == [Cancelled()]
        runner.start(lambda emit, cancel: REPORT, events.append).wait(10)
    assert events == [Cancelled(), Finished(REPORT)]


def test_closing_cancels_what_runs_and_what_waits() -> None:
    events: list[Event] = []
    started = threading.Event()

    def job(emit: Emit, cancel: Cancel) -> Report:
        started.set()
        asked = threading.Event()
        cancel.on_cancel(asked.set)
        asked.wait(10)
        cancel.raise_if_cancelled()
        return REPORT

    runner = TaskRunner()
    runner.start(job, events.append)
    runner.start(job, events.append)
    started.wait(10)
    runner.close()
    assert events == [Cancelled(), Cancelled()]
