"""Work on a foreign network, done where it can hurt no one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bedside_dx.core.errors import ModelError
from bedside_dx.isolation import sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.isolation.sandbox import Json

LIMITS = sandbox.Limits(memory_bytes=12 * 2**30, seconds=600)
"""PyTorch alone takes 0.7 GiB of addresses, and a network of 1 GiB is held several times while it
is converted."""


def isolated(work: str, cancel: Cancel | None, **arguments: Json) -> Mapping[str, Json]:
    """Call a function of this room in a process of its own.

    Parameters
    ----------
    work
        ``"module:function"`` below `bedside_dx.models`.

    Raises
    ------
    ModelError
        What the function raised; ``exchange.too-large``, ``exchange.too-slow`` or
        ``exchange.crashed``.
    CancelledByUser
    """
    match sandbox.run(f"bedside_dx.models.{work}", arguments, LIMITS, cancel):
        case sandbox.Returned(value):
            return cast("Mapping[str, Json]", value)
        case sandbox.Refused(code, values):
            raise ModelError(code, path=None, **values)
        case sandbox.OutOfMemory():
            raise ModelError("exchange.too-large")
        case sandbox.TimedOut(seconds):
            raise ModelError("exchange.too-slow", seconds=seconds)
        case sandbox.Crashed(signal):
            raise ModelError("exchange.crashed", detail=signal)


def about(error: ModelError, path: Path) -> ModelError:
    """Make the same error, with the file that it is about."""
    return ModelError(error.code, path=path, **error.values)
