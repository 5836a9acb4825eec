"""How soon something is seen, and how soon a verdict is settled, on slides with tumour.

Slides are composed of labelled patches, so that there is a tumour to find; shares are of the time
from the beginning of the examination to its end.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import median

import numpy as np

from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.first_look import MOST
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.app.preparing import prepare
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.events import Event, FindingsGrew
from bedside_dx.core.ports import Classifier, PixelSource
from bedside_dx.core.settings import Settings
from bench._compose import compose, load_library

PATCHES = 3000
CARCINOMA = (0.05, 0.10, 0.25)


def measure(data: Path, classifier: Classifier) -> dict[str, float | None]:
    """Medians over the slides; None where there is no data to compose them of."""
    names = ("first_result_share", "first_result_s", "stable_verdict_share")
    if not data.is_dir():
        return dict.fromkeys(names)
    library = load_library(data, "test")
    patches = int(os.environ.get("PATCHES") or PATCHES)
    examined = [
        _examined(
            compose(
                library, np.random.default_rng(seed), tissue=patches, carcinoma=share, adenoma=0.1
            ),
            classifier,
        )
        for seed, share in enumerate(CARCINOMA)
    ]
    first, settled, whole = zip(*examined, strict=True)
    return {
        "first_result_share": median(f / w for f, w in zip(first, whole, strict=True)),
        "first_result_s": median(first),
        "stable_verdict_share": median(s / w for s, w in zip(settled, whole, strict=True)),
    }


def _examined(slide: PixelSource, classifier: Classifier) -> tuple[float, float, float]:
    """Seconds to the first findings, to a settled verdict, and to the end."""
    start, seen = time.perf_counter(), list[float]()
    settled: list[float] = []

    def emit(event: Event) -> None:
        if isinstance(event, FindingsGrew):
            seen.append(time.perf_counter() - start)
            if event.so_far.is_stable:
                settled.append(seen[-1])

    settings, cancel = Settings(), Cancel()
    _, plan, known = prepare(
        slide, classifier, most=MOST, settings=settings, emit=emit, cancel=cancel
    )
    conclude(
        stream_findings(slide, plan, classifier, threads=0, emit=emit, cancel=cancel, known=known)
    )
    whole = time.perf_counter() - start
    return seen[0], settled[0] if settled else whole, whole
