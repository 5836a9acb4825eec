"""How much memory an examination takes at its peak, and how fast it is, by a slide's size.

Each examination has a process of its own, ``python -m bench._speed_memory SLIDE MODEL``, because
a process's peak never falls again. The peak is that of its own memory (``VmHWM``): what
``getrusage`` calls a peak counts what the process held as a copy of its parent, before it was ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bedside_dx.core.settings import FP32

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """An examination with all cores: its patches, seconds, and peak of memory in MB."""

    patches: int
    cpu_s: float
    wall_s: float
    rss_mb: float


def run(path: Path, model: str, engine: str = "onnxruntime", precision: str = FP32) -> Run:
    """Examine a slide in a process of its own."""
    command = [sys.executable, "-m", "bench._speed_memory", str(path), model, engine, precision]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Run(**json.loads(said.stdout))


def main(path: str, model: str, engine: str, precision: str) -> None:
    from bedside_dx.app.choosing import load_model
    from bedside_dx.app.pipeline import diagnose
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.case import Case
    from bedside_dx.core.settings import Settings
    from bedside_dx.imaging.slide import open_slide

    threads = len(os.sched_getaffinity(0))
    settings = Settings(engine=engine, precision=precision, threads=threads)
    classifier = load_model(model, settings)
    with open_slide(Path(path), probe=False) as slide:
        cpu, wall = time.process_time(), time.perf_counter()
        report = diagnose(
            Case(), slide, classifier, settings=settings, emit=lambda _: None, cancel=Cancel()
        )
        measured = Run(
            int(report.findings.analysed.sum()),
            time.process_time() - cpu,
            time.perf_counter() - wall,
            peak_mb(),
        )
    print(json.dumps(vars(measured)))


def peak_mb() -> float:
    """Most memory that this program has held at a time."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
