"""What a broken file can do to the process that reads it."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from bedside_dx.core.errors import SlideError


def double(value: int) -> int:
    print("a library that talks on stdout")
    os.write(1, b"and one that does so without asking Python\n")
    return value * 2


def refuse(path: str) -> None:
    raise SlideError("slide.damaged", path=Path(path), detail="its own words")


def segfault() -> None:
    ctypes.string_at(0)


def abort() -> None:
    os.abort()


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    while True:
        time.sleep(1)


def hang_deaf() -> None:
    """Hang in native code with every signal that can be ignored ignored."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).pause()


def eat_memory() -> int:
    return len(bytearray(2**40))


def eat_memory_natively() -> bool:
    return ctypes.CDLL(None).malloc(ctypes.c_size_t(8 * 2**30)) == 0


def reach_out() -> str:
    import socket

    try:
        socket.socket()
    except PermissionError as exc:
        return f"refused: {exc}"
    return "there is a socket"


def fail_oddly() -> None:
    raise ZeroDivisionError


def imported() -> list[str]:
    return sorted({name.partition(".")[0] for name in sys.modules})
