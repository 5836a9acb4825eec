"""The process that does one piece of isolated work: a request on stdin, JSON lines on stdout.

It imports no more than it must, so that starting it costs little.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import TYPE_CHECKING, cast

from bedside_dx.core.errors import BedsideDxError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from bedside_dx.isolation.sandbox import Json


def main() -> None:
    """Do what stdin asks for and write one line: ``result``, ``refused`` or ``memory``."""
    request = cast("dict[str, Json]", json.loads(sys.stdin.readline()))
    results = own_results()
    limit_memory(cast("int", request["memory_bytes"]))
    limit_time(cast("int", request["seconds"]) + 5)
    forbid_network()
    results.write(json.dumps(_answer(request)) + "\n")
    results.flush()
    # Native libraries may still crash while they are torn down; the work is done.
    os._exit(0)


def _answer(request: dict[str, Json]) -> dict[str, Json]:
    module, _, name = cast("str", request["target"]).partition(":")
    try:
        work = cast("Callable[..., Json]", getattr(importlib.import_module(module), name))
        return {"result": work(**cast("dict[str, Json]", request["arguments"]))}
    except BedsideDxError as exc:
        return {"refused": exc.code, "values": dict(exc.values)}
    except MemoryError:
        return {"memory": True}


def own_results() -> TextIO:
    """Take stdout for results alone: what a native library prints goes elsewhere."""
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return results


def limit_memory(memory_bytes: int) -> None:
    """Have the system refuse more address space than this. POSIX only."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (POSIX only)

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def limit_time(seconds: int) -> None:
    """Have the system stop this process should the watchdog be gone; 0 lifts it. POSIX only."""
    if sys.platform == "win32":
        return
    import signal  # noqa: PLC0415

    signal.alarm(seconds)


def forbid_network() -> None:
    """Refuse every socket from now on."""

    def refuse(event: str, _: tuple[object, ...]) -> None:
        if event.startswith("socket."):
            raise PermissionError(event)

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main()
