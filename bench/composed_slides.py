"""200 slides composed of `test` patches: is the verdict right, and each class's share?

``SLIDES=40`` in the environment composes fewer.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.slide_level import read_as_a_whole
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.events import Event
from bedside_dx.core.ports import Classifier
from bedside_dx.core.results import Diagnosis
from bedside_dx.core.verdict import Status
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bench._compose import CLASSES, ComposedSlide, Library, compose, load_library

SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED") or Path(__file__).resolve().parents[2] / "shared")
OUT = Path(__file__).parent / "out"
CARCINOMA = (0.0, 0.01, 0.02, 0.05, 0.10, 0.25, 0.50)
WITHIN = 0.10
"""How far an area fraction may be off."""


@dataclass(frozen=True)
class Outcome:
    """One composed slide and what was said of it."""

    truth: dict[str, float]
    diagnosis: Diagnosis

    @property
    def expected(self) -> Status:
        """What should be said."""
        if self.truth["adenocarcinoma"] > 0:
            return Status.PRESENT
        return Status.SUSPICIOUS if self.truth["adenoma"] > 0 else Status.NOT_SEEN

    @property
    def is_right(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.diagnosis.status is self.expected

    @property
    def errors(self) -> NDArray[np.float64]:
        """Estimated minus true share, by class."""
        return np.array([self.diagnosis.fractions[name] - self.truth[name] for name in CLASSES])


def drawn(
    seed: int, library: Library, *, smallest: int = 300, largest: int = 1200
) -> ComposedSlide:
    """Slide number `seed`: its size, its shares and its places are drawn from that number."""
    rng = np.random.default_rng(900_000 + seed)
    tissue = int(np.exp(rng.uniform(np.log(smallest), np.log(largest))))
    adenoma = 0.0 if rng.random() < 0.4 else float(rng.uniform(0.05, 0.40))
    carcinoma = CARCINOMA[seed % len(CARCINOMA)]
    return compose(library, rng, tissue=tissue, carcinoma=carcinoma, adenoma=adenoma)


def judge(slide: ComposedSlide, classifier: Classifier, threads: int = 0) -> Outcome:
    """Run the main job's analysis on a composed slide."""

    def unheard(event: Event) -> None:
        del event

    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), classifier.card, slide)
    findings = stream_findings(
        slide, plan, classifier, threads=threads, emit=unheard, cancel=Cancel()
    )
    findings = read_as_a_whole(findings, classifier, Cancel())
    return Outcome(dict(slide.fractions), conclude(findings))


def main() -> dict[str, float | None]:
    """Compose, judge, count."""
    data = SHARED / "data" / "colon-he"
    if not data.is_dir():
        return {"verdict_right": None}
    library = load_library(data, "test")
    classifier = load(find("colon-he"))
    start, outcomes = time.perf_counter(), list[Outcome]()
    for seed in range(int(os.environ.get("SLIDES") or 200)):
        is_large = seed % 50 == 7
        smallest, largest = (2500, 4000) if is_large else (300, 450)
        slide = drawn(seed, library, smallest=smallest, largest=largest)
        outcomes.append(judge(slide, classifier))
        if not outcomes[-1].is_right:
            _tell(seed, outcomes[-1])
    _plot(outcomes)
    patches = sum(o.diagnosis.coverage.patches for o in outcomes)
    print(f"{len(outcomes)} slides, {patches} patches, {time.perf_counter() - start:.0f} s")
    return figures(outcomes)


def figures(outcomes: list[Outcome]) -> dict[str, float | None]:
    """The numbers of a set of outcomes."""
    errors = np.array([o.errors for o in outcomes])
    by_share = {
        f"verdict_right_at_{share:.0%}".replace("%", "_percent"): float(
            np.mean([o.is_right for o in outcomes[at :: len(CARCINOMA)]])
        )
        for at, share in enumerate(CARCINOMA)
    }
    return {
        "slides": len(outcomes),
        "verdict_right": float(np.mean([o.is_right for o in outcomes])),
        "fractions_within_10_points": float((np.abs(errors).max(1) <= WITHIN).mean()),
        "largest_fraction_error": float(np.abs(errors).max()),
        "mean_fraction_error": float(np.abs(errors).mean()),
        "carcinoma_missed": float(
            sum(o.expected is Status.PRESENT and not o.is_right for o in outcomes)
        ),
        "carcinoma_invented": float(
            sum(
                o.expected is not Status.PRESENT and o.diagnosis.status is Status.PRESENT
                for o in outcomes
            )
        ),
        "cannot_say": float(sum(o.diagnosis.status is Status.CANNOT_SAY for o in outcomes)),
        "unfamiliar_mean": float(np.mean([o.diagnosis.unfamiliar for o in outcomes])),
        **by_share,
    }


def _tell(seed: int, outcome: Outcome) -> None:
    truth = ", ".join(f"{name} {share:.1%}" for name, share in outcome.truth.items())
    said = outcome.diagnosis
    shares = ", ".join(f"{share:.1%}" for share in said.fractions.values())
    print(f"    slide {seed}: {truth} -> {said.status} ({shares}), {said.coverage.patches} patches")


def _plot(outcomes: list[Outcome]) -> None:
    figure = Figure(figsize=(12, 4), layout="constrained")
    axes = figure.subplots(1, len(CLASSES))
    for axis, name in zip(axes, CLASSES, strict=True):
        truth = np.array([o.truth[name] for o in outcomes])
        seen = np.array([o.diagnosis.fractions[name] for o in outcomes])
        right = np.array([o.is_right for o in outcomes])
        axis.fill_between([0, 1], [-WITHIN, 1 - WITHIN], [WITHIN, 1 + WITHIN], color="0.93")
        axis.plot(truth[right], seen[right], "o", ms=4, color="teal", label="verdict right")
        axis.plot(truth[~right], seen[~right], "x", ms=6, color="k", label="verdict wrong")
        axis.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), title=name, xlabel="true share of tissue")
    axes[0].set_ylabel("estimated share")
    axes[0].legend(frameon=False)
    OUT.mkdir(exist_ok=True)
    figure.savefig(OUT / "composed_slides.png", dpi=120)
