"""Speed never at the price of a result: goldens at every precision, scores by both ways to read.

A figure below 1 is a wrong result and no slow one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.pace import USUAL, Pace
from bedside_dx.core.ports import Classifier
from bedside_dx.core.results import Findings
from bedside_dx.imaging.coarse import WithCoarseLevels
from bedside_dx.imaging.files import Files
from bedside_dx.imaging.openslide_slide import OpenSlideLevels
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.models import golden, session
from bedside_dx.models.engines import choice
from bedside_dx.models.registry import BUNDLED, find

BATCH = 4


def measure(path: Path, model: str) -> dict[str, float | None]:
    """Shares of reference results that come out right, and of patches scored alike to the bit."""
    return {
        "goldens_passed_share": goldens_passed(),
        "identical_scores_share": identical_scores(path, session.load(find(model))),
    }


def goldens_passed() -> float:
    """Of all bundled models, engines and precisions that this machine has, those that are right."""
    passed: list[bool] = []
    for folder in sorted(path for path in BUNDLED.iterdir() if path.is_dir()):
        package = find(folder.name)
        paces = [USUAL]
        if choice.has_openvino():
            paces += [Pace("openvino", name, BATCH) for name in choice.precisions(package)]
        passed += [golden.check(package, session.load(package, pace=p)).passed for p in paces]
    return float(np.mean(passed))


def identical_scores(path: Path, classifier: Classifier) -> float:
    """Share of patches with the same numbers by the direct way, in two threads, and by OpenSlide.

    Read at full scale, where both ways are exact.
    """
    with open_slide(path, probe=False) as slide, through_openslide(path) as through:
        direct, stock = _scored(slide, classifier, 2), _scored(through, classifier, 1)
    same = direct.state == stock.state
    for ours, theirs in (
        (direct.probabilities, stock.probabilities),
        (direct.unfamiliarity[:, None], stock.unfamiliarity[:, None]),
    ):
        same &= (ours.view(np.uint32) == theirs.view(np.uint32)).all(1)
    return float(same.mean())


def through_openslide(path: Path) -> Slide:
    """The slide as it is read where the direct way is not open."""
    return Slide(Files.of(path), WithCoarseLevels(OpenSlideLevels(path)))


def _scored(slide: Slide, classifier: Classifier, threads: int) -> Findings:
    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), classifier.card, slide)
    return stream_findings(
        slide, plan, classifier, threads=threads, emit=lambda _: None, cancel=Cancel()
    )
