"""The process behind `isolation.lasting`: one call after the other, until its input ends.

A request is a JSON line; an answer is a JSON line and, where it says so, raw bytes behind it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import TYPE_CHECKING, cast

from bedside_dx.core.errors import BedsideDxError
from bedside_dx.isolation.packet import Packet
from bedside_dx.isolation.worker import forbid_network, limit_memory, limit_time, own_results

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.isolation.sandbox import Json


def main() -> None:
    """Serve until the other side is gone."""
    results = own_results()
    settings = cast("dict[str, Json]", json.loads(sys.stdin.readline()))
    limit_memory(cast("int", settings["memory_bytes"]))
    forbid_network()
    for module in cast("list[str]", settings["modules"]):
        importlib.import_module(module)
    for line in sys.stdin:
        request = cast("dict[str, Json]", json.loads(line))
        limit_time(cast("int", request["seconds"]) + 5)
        head, payload = _answer(request)
        limit_time(0)
        results.write(json.dumps({**head, "bytes": len(payload)}) + "\n")
        results.flush()
        results.buffer.write(payload)
        results.buffer.flush()
    os._exit(0)


def _answer(request: dict[str, Json]) -> tuple[dict[str, Json], bytes | memoryview]:
    module, _, name = cast("str", request["target"]).partition(":")
    try:
        work = cast("Callable[..., Json | Packet]", getattr(importlib.import_module(module), name))
        result = work(**cast("dict[str, Json]", request["arguments"]))
    except BedsideDxError as exc:
        return {"refused": exc.code, "values": dict(exc.values)}, b""
    except MemoryError:
        return {"memory": True}, b""
    if isinstance(result, Packet):
        return {"result": result.value}, memoryview(result.payload).cast("B")
    return {"result": result}, b""


if __name__ == "__main__":
    main()
