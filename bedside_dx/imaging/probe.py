"""Look at a file that may be broken from a process that may die of it."""

from __future__ import annotations

from pathlib import Path

from bedside_dx.core.errors import SlideError
from bedside_dx.isolation import sandbox

LIMITS = sandbox.Limits()

TARGET = "bedside_dx.imaging.opening:look"


def probe(path: Path, limits: sandbox.Limits = LIMITS) -> None:
    """Open a file and read of it in a worker first.

    Raises
    ------
    SlideError
        What opening it here would raise; ``slide.opening-crashed`` or
        ``slide.opening-too-slow`` where the worker came to harm.
    """
    match sandbox.run(TARGET, {"path": str(path)}, limits):
        case sandbox.Returned():
            return
        case sandbox.Refused(code, values):
            raise SlideError(code, path=path, **values)
        case sandbox.TimedOut(seconds):
            raise SlideError("slide.opening-too-slow", path=path, seconds=seconds)
        case sandbox.Crashed() | sandbox.OutOfMemory():
            raise SlideError("slide.opening-crashed", path=path)
