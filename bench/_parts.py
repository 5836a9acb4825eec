"""Benches of several parts: one that fails must not cost the others."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping

PARTS_FAILED = "parts_failed"
"""Figure that says how many failed."""

Part = Callable[[], Mapping[str, float | None]]


def measured(parts: Mapping[str, Part]) -> dict[str, float | None]:
    """Figures of all parts, one after the other; those of one that fails are missing."""
    found: dict[str, float | None] = {}
    failed = 0
    for part, measure in parts.items():
        started = time.perf_counter()
        try:
            found |= measure()
        except Exception:  # noqa: BLE001  (see above)
            traceback.print_exc()
            failed += 1
            print(f"    {part}: failed", flush=True)
        print(f"    {part}: {time.perf_counter() - started:.0f} s", flush=True)
    return found | {PARTS_FAILED: float(failed)}
