"""Run a function in a process of its own and learn how it ended, whatever it did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside_dx.core.cancel import Cancel

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use.

    Attributes
    ----------
    memory_bytes
        Address space. Not enforced on Windows.
    seconds
        Wall time from its start to its result.
    """

    memory_bytes: int = 4 * 2**30
    seconds: int = 20


@dataclass(frozen=True, slots=True)
class Returned:
    """It came to an end and gave this."""

    value: Json


@dataclass(frozen=True, slots=True)
class Refused:
    """It raised an error of `core.errors`: the code and the values of it."""

    code: str
    values: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Crashed:
    """The process died.

    Attributes
    ----------
    signal
        Name of the signal, for example ``"SIGSEGV"``; ``"exit 1"`` where it was none.
    """

    signal: str


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """It asked for more memory than it may have."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """It was killed for taking too long."""

    seconds: int


Outcome = Returned | Refused | Crashed | OutOfMemory | TimedOut


def run(
    target: str,
    arguments: Mapping[str, Json],
    limits: Limits = Limits(),
    cancel: Cancel | None = None,
) -> Outcome:
    """Call a function in a fresh process without network, and wait for it.

    A native library that runs out of memory may abort instead of saying so: that is
    `Crashed`.

    Parameters
    ----------
    target
        ``"package.module:function"``.
    arguments
        By name; what JSON can hold, as is the result.
    cancel
        Kills the process when it is raised.

    Raises
    ------
    CancelledByUser
    """
    request = {
        "target": target,
        "arguments": dict(arguments),
        "memory_bytes": limits.memory_bytes,
        "seconds": limits.seconds,
    }
    with _start() as worker:
        forget = cancel.on_cancel(worker.kill) if cancel else lambda: None
        try:
            answer, _ = worker.communicate(json.dumps(request) + "\n", timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            worker.kill()
            return TimedOut(limits.seconds)
        except BaseException:
            worker.kill()
            raise
        finally:
            forget()
    if cancel:
        cancel.raise_if_cancelled()
    return _outcome(worker.returncode, answer)


def _start() -> subprocess.Popen[str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "bedside_dx.isolation.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _outcome(code: int, answer: str) -> Outcome:
    try:
        said = cast("dict[str, Json]", json.loads(answer))
    except ValueError:
        return ending(code)
    if "memory" in said:
        return OutOfMemory()
    if "refused" in said:
        values = cast("dict[str, str | int | float]", said["values"])
        return Refused(cast("str", said["refused"]), values)
    return Returned(said["result"])


def ending(code: int) -> Crashed:
    """How a process ended that gave no answer, by its exit code."""
    return Crashed(signal.Signals(-code).name if code < 0 else f"exit {code}")
