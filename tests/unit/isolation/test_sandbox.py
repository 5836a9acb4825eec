"""Whatever the work does to its process, the program learns how it ended and goes on."""

import sys
import time
from collections.abc import Callable

import pytest

from bedside_dx.isolation.sandbox import (
    Crashed,
    Limits,
    OutOfMemory,
    Refused,
    Returned,
    TimedOut,
    run,
)
from tests.unit.isolation import harm


def name_of(work: Callable[..., object]) -> str:
    return f"{work.__module__}:{work.__name__}"


posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are POSIX")


def test_a_result_comes_back_whatever_was_printed() -> None:
    assert run(name_of(harm.double), {"value": 21}) == Returned(42)


def test_an_error_of_ours_keeps_its_code_and_values() -> None:
    outcome = run(name_of(harm.refuse), {"path": "/somewhere/a.svs"})
    assert outcome == Refused("slide.damaged", {"detail": "its own words"})


@posix_only
@pytest.mark.parametrize(
    ("function", "signal"),
    [(harm.segfault, "SIGSEGV"), (harm.abort, "SIGABRT"), (harm.be_killed, "SIGKILL")],
)
def test_a_crash_is_named(function: Callable[[], None], signal: str) -> None:
    assert run(name_of(function), {}) == Crashed(signal)


def test_an_error_that_is_not_ours_is_a_crash() -> None:
    assert run(name_of(harm.fail_oddly), {}) == Crashed("exit 1")
    assert run("tests.unit.isolation.harm:no_such_function", {}) == Crashed("exit 1")


@pytest.mark.parametrize("function", [harm.hang, pytest.param(harm.hang_deaf, marks=posix_only)])
def test_a_hang_is_ended(function: Callable[[], None]) -> None:
    begun = time.monotonic()
    assert run(name_of(function), {}, Limits(seconds=1)) == TimedOut(1)
    assert time.monotonic() - begun < 5


@posix_only
def test_memory_has_a_limit() -> None:
    assert run(name_of(harm.eat_memory), {}) == OutOfMemory()
    assert run(name_of(harm.eat_memory_natively), {}) == Returned(value=True)


def test_there_is_no_network() -> None:
    outcome = run(name_of(harm.reach_out), {})
    assert isinstance(outcome, Returned)
    assert str(outcome.value).startswith("refused")


def test_it_starts_with_little() -> None:
    """The worker's start is paid at every opening: no array, window or model library in it."""
    outcome = run(name_of(harm.imported), {})
    assert isinstance(outcome, Returned)
    assert isinstance(outcome.value, list)
    assert not {"numpy", "PySide6", "onnxruntime", "pydicom", "PIL"} & set(map(str, outcome.value))
