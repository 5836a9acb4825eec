"""How long it takes from the start of the process until the window is painted."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11


def measure() -> dict[str, float | None]:
    """Our window over a bare one of the same library, in turn, by the clock and by processor.

    First its first frame, which has no words yet; then the first with all that is in it.
    """
    kinds = ("ours", "complete", "bare")
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            first_paint(kind, folder)  # leaves compiled modules behind, as an installation does
        rounds = [[first_paint(kind, folder) for kind in kinds] for _ in range(ROUNDS)]
    (ours, ours_cpu), (complete, complete_cpu), (bare, bare_cpu) = (
        (median(side[0] for side in sides), median(side[1] for side in sides))
        for sides in zip(*rounds, strict=True)
    )
    return {
        "start_vs_bare_window": ours / bare,
        "start_cpu_vs_bare_window": ours_cpu / bare_cpu,
        "start_complete_vs_bare_window": complete / bare,
        "start_complete_cpu_vs_bare_window": complete_cpu / bare_cpu,
        "start_s": ours,
        "start_complete_s": complete,
        "bare_start_s": bare,
    }


def first_paint(kind: str, folder: str) -> tuple[float, float]:
    """Seconds from the start of a process to the first paint of its window; the same of CPU."""
    kept = {**os.environ, "XDG_CONFIG_HOME": folder, "BEDSIDE_DX_STATE": folder}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept |= {"PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
    kept.setdefault("QT_QPA_PLATFORM", "offscreen")
    start = time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-m", "bench._first_paint", kind],
        cwd=ROOT, env=kept, check=True, capture_output=True, text=True,
    )  # fmt: skip
    painted, cpu = map(float, said.stdout.split())
    return painted - start, cpu
