"""Many small files that may be broken, looked at by few workers: a start of one costs 0.3 s."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from bedside_dx.core.errors import SlideError
from bedside_dx.imaging.opening import look, needs_probe
from bedside_dx.isolation import sandbox

TOGETHER = 64
"""Files that one worker looks at."""

LIMITS = sandbox.Limits(seconds=60)


class Probes:
    """Which of many files open without harm. Safe to ask from several threads.

    Files are looked at together when the first of them is asked about. Where a worker comes
    to harm none of its files is called harmless: `imaging.slide.open_slide` then probes each
    on its own.
    """

    def __init__(self, paths: Sequence[Path], limits: sandbox.Limits = LIMITS) -> None:
        self._limits = limits
        parts = [paths[at : at + TOGETHER] for at in range(0, len(paths), TOGETHER)]
        self._parts = [_Part(part) for part in parts]
        self._part_of = {path: part for part in self._parts for path in part.paths}

    def is_harmless(self, path: Path) -> bool:
        """Tell whether a file was looked at in a worker that came to no harm."""
        part = self._part_of[path]
        with part.lock:
            if part.harmless is None:
                part.harmless = _all_open(part.paths, self._limits)
            return part.harmless


class _Part:
    """Files that share a worker."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = paths
        self.lock = threading.Lock()
        self.harmless: bool | None = None


def _all_open(paths: Sequence[Path], limits: sandbox.Limits) -> bool:
    suspects = [str(path) for path in paths if path.is_file() and needs_probe(path)]
    if not suspects:
        return True
    target = f"{look_at_each.__module__}:{look_at_each.__name__}"
    outcome = sandbox.run(target, {"paths": [*suspects]}, limits)
    return isinstance(outcome, sandbox.Returned)


def look_at_each(paths: list[str]) -> None:
    """Open files and read of each. Damage that is said is no harm: it is said again later."""
    for path in paths:
        try:
            look(path)
        except SlideError:
            continue
