"""Whatever the work does to its process, the program learns how it ended and goes on."""

import sys
import time
from pathlib import Path

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

HARM = "tests.unit.isolation.harm"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are POSIX")


def test_a_result_comes_back_whatever_was_printed() -> None:
    assert run(f"{HARM}:double", {"value": 21}) == Returned(42)


def test_an_error_of_ours_keeps_its_code_and_values() -> None:
    outcome = run(f"{HARM}:refuse", {"path": "/somewhere/a.svs"})
    assert outcome == Refused("slide.damaged", {"detail": "its own words"})


@posix_only
@pytest.mark.parametrize(
    ("function", "signal"),
    [("segfault", "SIGSEGV"), ("abort", "SIGABRT"), ("be_killed", "SIGKILL")],
)
def test_a_crash_is_named(function: str, signal: str) -> None:
    assert run(f"{HARM}:{function}", {}) == Crashed(signal)


def test_an_error_that_is_not_ours_is_a_crash() -> None:
    assert run(f"{HARM}:fail_oddly", {}) == Crashed("exit 1")
    assert run(f"{HARM}:no_such_function", {}) == Crashed("exit 1")


@pytest.mark.parametrize("function", ["hang", pytest.param("hang_deaf", marks=posix_only)])
def test_a_hang_is_ended(function: str) -> None:
    begun = time.monotonic()
    assert run(f"{HARM}:{function}", {}, Limits(seconds=1)) == TimedOut(1)
    assert time.monotonic() - begun < 5


@posix_only
def test_memory_has_a_limit() -> None:
    assert run(f"{HARM}:eat_memory", {}) == OutOfMemory()
    assert run(f"{HARM}:eat_memory_natively", {}) == Returned(value=True)


def test_there_is_no_network() -> None:
    outcome = run(f"{HARM}:reach_out", {})
    assert isinstance(outcome, Returned)
    assert str(outcome.value).startswith("refused")


def test_it_starts_with_little(tmp_path: Path) -> None:
    """The worker's start is paid at every opening: no array, window or model library in it."""
    outcome = run(f"{HARM}:imported", {})
    assert isinstance(outcome, Returned)
    assert isinstance(outcome.value, list)
    assert not {"numpy", "PySide6", "onnxruntime", "pydicom", "PIL"} & set(map(str, outcome.value))
