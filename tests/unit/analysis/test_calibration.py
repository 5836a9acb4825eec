"""Calibrating on labelled images: the temperature is found, and sets keep their promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.analysis.calibration import (
    LEVELS,
    abstention,
    calibrate,
    fit_temperature,
    of_images,
    set_limits,
    units_by_class,
)
from bedside_dx.core.calibration import tempered
from bedside_dx.core.evaluation import IndexFacts

CLASSES = ("a", "b", "c")
INDEX = IndexFacts("index.csv", "0" * 64, 1)


def drawn(count: int, temperature: float, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Outputs of one patch an image, and labels as a perfect temperature would have them."""
    rng = np.random.default_rng(seed)
    outputs = tempered(rng.dirichlet((0.8, 0.8, 0.8), count), 0.7)
    chances = tempered(outputs, temperature).astype(float)
    labels = np.array([rng.choice(3, p=p / p.sum()) for p in chances])
    return list(outputs[:, None]), labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_found(temperature: float) -> None:
    outputs, labels = drawn(3000, temperature, 1)
    assert fit_temperature(outputs, labels) == pytest.approx(temperature, rel=0.15)


def test_an_image_is_the_mean_of_its_patches() -> None:
    outputs = [np.array([[0.8, 0.2], [0.4, 0.6]], np.float32), np.array([[0.5, 0.5]], np.float32)]
    np.testing.assert_allclose(of_images(outputs, 1.0), [[0.6, 0.4], [0.5, 0.5]], atol=1e-6)


@settings(max_examples=8)
@given(seed=st.integers(0, 1000), temperature=st.floats(0.4, 4))
def test_limits_fall_and_held_out_images_are_covered(seed: int, temperature: float) -> None:
    found = calibrate(*drawn(1200, temperature, seed), [""] * 1200, CLASSES, INDEX)
    for values in found.sets.least.values():
        assert list(values) == sorted(values, reverse=True)
    outputs, labels = drawn(1500, temperature, seed + 5000)
    probabilities = of_images(outputs, found.temperature)
    least = np.array([found.sets.least[c][LEVELS.index(0.9)] for c in CLASSES])
    covered = (probabilities >= least)[np.arange(1500), labels].mean()
    assert 0.84 <= covered <= 0.96
    assert 0.5 <= found.abstain_below <= 0.9


def test_a_coverage_that_so_few_can_not_show_rules_nothing_out() -> None:
    probabilities = np.full((20, 2), 0.5)
    limits = set_limits(probabilities, np.zeros(20, int), ("a", "b"))
    at = {level: limits.least["a"][i] for i, level in enumerate(LEVELS)}
    assert at[0.95] == 0.5
    assert at[0.99] == 0.0
    assert limits.n == {"a": 20, "b": 0}


def test_a_group_counts_once_and_is_never_torn_apart() -> None:
    labels = np.repeat([0, 1], 6)
    groups = ["p", "p", "p", "q", "", "", "r", "r", "r", "r", "r", "r"]
    assert units_by_class(labels, groups, 3) == [4, 1, 0]
    # Groups of two alike images: torn apart, a half would hold 50 of one class and not 25.
    outputs, labels = drawn(50, 1.0, 3)
    twice = [o for o in outputs for _ in range(2)]
    names = [f"patient {at // 2}" for at in range(100)]
    found = calibrate(twice, np.repeat(labels, 2), names, CLASSES, INDEX)
    assert sum(found.sets.n.values()) in range(24, 27)


def test_it_abstains_where_it_is_not_right_often_enough() -> None:
    top = np.linspace(0.5, 1, 1000)
    assert abstention(top, np.ones(1000, bool)) == 0.5
    assert abstention(top, top > 0.8) == pytest.approx(0.79, abs=0.02)
    assert abstention(top, np.zeros(1000, bool)) == 0.9
