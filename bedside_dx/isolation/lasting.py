"""A process that does many pieces of isolated work, and is replaced when one of them kills it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

from bedside_dx.isolation.sandbox import (
    ROOT,
    Crashed,
    Limits,
    OutOfMemory,
    Refused,
    TimedOut,
    ending,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.isolation.sandbox import Json


@dataclass(frozen=True, slots=True)
class Answered:
    """It came to an end and gave this; `payload` is raw bytes beside it."""

    value: Json
    payload: bytearray


Answer = Answered | Refused | Crashed | OutOfMemory | TimedOut


class LastingWorker:
    """Calls functions in a process without network, whose start is paid once.

    Safe to call from several threads: calls wait for each other. A call that crashes, hangs or
    eats all memory takes the process with it; the next call starts another one.

    Parameters
    ----------
    limits
        Memory of the process, and seconds for each call.
    modules
        Imported at the start, so that the first call need not wait for them.
    """

    def __init__(self, limits: Limits, modules: Sequence[str] = ()) -> None:
        self._limits = limits
        self._modules = list(modules)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def start(self) -> None:
        """Start the process before it is needed; returns at once."""
        with self._lock:
            self._running()

    def call(self, target: str, arguments: Mapping[str, Json], seconds: int = 0) -> Answer:
        """Call ``"package.module:function"`` and wait for what it returns.

        Parameters
        ----------
        seconds
            For this call; 0 takes the usual limit.
        """
        allowed = seconds or self._limits.seconds
        request = {"target": target, "arguments": dict(arguments), "seconds": allowed}
        with self._lock:
            process = self._running()
            late = threading.Event()
            watchdog = threading.Timer(allowed, _kill, (process, late))
            watchdog.daemon = True
            watchdog.start()
            try:
                answer = _exchange(process, request)
            finally:
                watchdog.cancel()
            if answer is not None and not isinstance(answer, OutOfMemory):
                return answer
            process.kill()
            code = process.wait()
            self._let_go()
            return answer or (TimedOut(allowed) if late.is_set() else ending(code))

    def close(self) -> None:
        """End the process, even in the middle of a call."""
        self._is_closed = True
        if process := self._process:
            process.kill()
        with self._lock:
            if self._process is not None:
                self._process.wait()
            self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._is_closed:
            raise RuntimeError("the worker is closed")
        if self._process is None:
            self._process = _start()
            settings = {"memory_bytes": self._limits.memory_bytes, "modules": self._modules}
            _send(self._process, settings)
        return self._process

    def _let_go(self) -> None:
        process, self._process = self._process, None
        for stream in (process and process.stdin, process and process.stdout):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue


def _start() -> subprocess.Popen[bytes]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "bedside_dx.isolation.serving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _kill(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _send(process: subprocess.Popen[bytes], message: Mapping[str, object]) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        return  # it is found dead when its answer is waited for


def _exchange(process: subprocess.Popen[bytes], request: Mapping[str, object]) -> Answer | None:
    """Ask and read the answer; None where the process died before it was complete."""
    _send(process, request)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        return None
    said = cast("dict[str, Json]", json.loads(line))
    payload = bytearray(cast("int", said["bytes"]))
    view, got = memoryview(payload), 0
    while got < len(payload):
        count = process.stdout.readinto(view[got:])  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
        if not count:
            return None
        got += cast("int", count)
    if "memory" in said:
        return OutOfMemory()
    if "refused" in said:
        values = cast("dict[str, str | int | float]", said["values"])
        return Refused(cast("str", said["refused"]), values)
    return Answered(said["result"], payload)
