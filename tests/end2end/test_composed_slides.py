"""Slides whose truth is known, square by square: the smaller sister of `bench composed_slides`."""

from pathlib import Path

import numpy as np
import pytest

from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.verdict import Status
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bench._compose import BLANK, CLASSES, Library, compose, load_library
from bench.composed_slides import CARCINOMA, drawn, figures, judge


@pytest.fixture(scope="module")
def library(shared_folder: Path) -> Library:
    data = shared_folder / "data" / "colon-he"
    if not data.is_dir():
        pytest.skip("shared data absent")
    return load_library(data, "test")


def test_the_composer_tells_the_truth(library: Library) -> None:
    """What is read back at a square is the source patch its label belongs to."""
    rng = np.random.default_rng(0)
    slide = compose(library, rng, tissue=60, carcinoma=0.1, adenoma=0.2)
    for row, column in np.argwhere(slide.source != BLANK)[::7]:
        x, y = slide.offset[0] + int(column) * 224, slide.offset[1] + int(row) * 224
        seen = slide.read(RegionPx(x, y, 224, 224), SizePx(224, 224))
        source = library.images[slide.source[row, column]]
        assert sorted(seen.reshape(-1, 3).sum(1)) == sorted(source.reshape(-1, 3).sum(1))
    assert abs(slide.fractions["adenocarcinoma"] - 0.1) < 0.02
    assert abs(sum(slide.fractions.values()) - 1) < 1e-9
    whole = slide.read(RegionPx(0, 0, slide.size.width, slide.size.height), SizePx(50, 50))
    assert whole.shape == (50, 50, 3)


@pytest.mark.slow
def test_verdicts_and_shares_on_composed_slides(library: Library) -> None:
    classifier = load(find("colon-he"))
    outcomes = [
        judge(drawn(seed, library, smallest=300, largest=450), classifier)
        for seed in range(2 * len(CARCINOMA))
    ]
    numbers = figures(outcomes)
    assert numbers["verdict_right"] is not None
    assert numbers["fractions_within_10_points"] is not None
    assert numbers["verdict_right"] >= 0.92
    assert numbers["fractions_within_10_points"] == 1.0
    for outcome in outcomes:
        assert outcome.diagnosis.coverage.analysed > 0.95
        assert set(outcome.diagnosis.fractions) == set(CLASSES)
        if outcome.truth["adenocarcinoma"] >= 0.05:
            assert outcome.diagnosis.status is Status.PRESENT
