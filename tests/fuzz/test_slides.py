"""Whatever the bytes are, only errors a person can read come out, in bounded time and memory.

A mutant may still kill a native decoder. That is what the probe is for: it costs a worker,
here as in the program, and it must stay rare.
"""

import contextlib
import json
import time
from pathlib import Path

import pytest

from bedside_dx.core.errors import SlideError
from bedside_dx.imaging.probe import probe
from bedside_dx.isolation.sandbox import Crashed, Limits, OutOfMemory, Returned, run
from tests.fuzz import mutation

READ_MUTANTS = f"{mutation.__name__}:{mutation.read_mutants.__name__}"

SIGNALS = {"SIGABRT", "SIGSEGV", "SIGBUS", "SIGFPE"}


def hunt(folder: Path, seconds: float, first: int) -> tuple[int, int]:
    """Read mutants for some seconds from a seed on; how many were read, and how many killed."""
    bases = mutation.make_bases(str(folder))
    log = folder / "log.json"
    seed, killed, end = first, 0, time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        asked = {"bases": bases, "log": str(log), "first": seed, "seconds": left}
        limits = Limits(memory_bytes=4 * 2**30, seconds=int(left) + 30)
        outcome = run(READ_MUTANTS, asked, limits)
        if isinstance(outcome, Returned):
            assert isinstance(outcome.value, int)
            return outcome.value - first, killed
        seed, mutant = json.loads(log.read_text(encoding="utf-8"))
        # A Python exception that is not ours ends a worker with "exit 1": a leak in our door.
        is_native = isinstance(outcome, Crashed) and outcome.signal in SIGNALS
        assert is_native or isinstance(outcome, OutOfMemory), f"seed {seed}: {outcome}"
        with contextlib.suppress(SlideError):
            probe(Path(mutant))  # the program looks first, and lives
        seed, killed = seed + 1, killed + 1
    return seed - first, killed


def test_mutants_for_two_seconds(tmp_path: Path) -> None:
    read, killed = hunt(tmp_path, seconds=2, first=0)
    assert read > 20
    assert killed <= 1


@pytest.mark.fuzz
def test_mutants_for_minutes(tmp_path: Path) -> None:
    read, killed = hunt(tmp_path, seconds=240, first=10_000)
    assert read > 2_000
    assert killed < read / 500
