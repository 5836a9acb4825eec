"""The figures of an evaluation, against their definitions written out plainly."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bedside_dx.analysis.metrics import auc, calibration_error, measure, roc_curve
from bedside_dx.core.evaluation import Answer, Fit, Metrics
from bedside_dx.core.verdict import Status

CLASSES = ("a", "b", "c")


def answer(probabilities: np.ndarray, status: Status = Status.PRESENT) -> Answer:
    return Answer(tuple(map(float, probabilities)), status, None, 0.0, (), Fit.AS_IS, 1, False)


def measured(
    probabilities: np.ndarray, truth: np.ndarray, groups: list[str] | None = None
) -> Metrics:
    labels = [CLASSES[i] for i in truth]
    return measure(
        [answer(p) for p in probabilities], labels, groups or [""] * len(truth), CLASSES, rounds=300
    )


def simulated(n: int, strength: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    logits = rng.normal(size=(n, 3)) + strength * np.eye(3)[truth]
    power = np.exp(logits)
    return power / power.sum(1, keepdims=True), truth


@settings(max_examples=60)
@given(
    scores=arrays.arrays(np.float64, 30, elements=st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0])),
    positive=arrays.arrays(np.bool_, 30),
)
def test_the_area_is_the_share_of_pairs_in_order(scores: np.ndarray, positive: np.ndarray) -> None:
    if positive.all() or not positive.any():
        assert math.isnan(auc(scores, positive))
        return
    high, low = scores[positive][:, None], scores[~positive][None, :]
    expected = ((high > low) + 0.5 * (high == low)).mean()
    assert auc(scores, positive) == pytest.approx(expected)
    curve = roc_curve(scores, positive)
    assert np.trapezoid(curve.found, curve.false_alarms) == pytest.approx(expected)
    assert (curve.false_alarms[0], curve.found[0]) == (0, 0)
    assert (curve.false_alarms[-1], curve.found[-1]) == (1, 1)


def test_the_calibration_error_is_the_mean_gap_of_equal_bins() -> None:
    rng = np.random.default_rng(5)
    top = rng.uniform(0.4, 1, 450)
    right = rng.random(450) < top - 0.1
    order = np.argsort(top)
    gaps = [
        30 * abs(top[rows].mean() - right[rows].mean()) for rows in np.array_split(order, 15)
    ]  # fmt: skip
    assert calibration_error(top, right) == pytest.approx(sum(gaps) / 450)
    assert 0.05 < calibration_error(top, right) < 0.2


def test_figures_of_a_perfect_and_of_a_blind_model() -> None:
    truth = np.arange(90) % 3
    perfect = measured(np.eye(3)[truth] * 0.97 + 0.01, truth)
    assert {e.value for e in perfect.auc.values()} == {1.0}
    assert perfect.balanced_accuracy.value == perfect.balanced_accuracy.low == 1.0
    assert perfect.confusion.tolist() == [[30, 0, 0], [0, 30, 0], [0, 0, 30]]
    assert perfect.calibration_error.value == pytest.approx(0.02)
    blind = measured(np.tile([0.5, 0.3, 0.2], (90, 1)), truth)
    assert {e.value for e in blind.auc.values()} == {0.5}
    assert blind.balanced_accuracy.value == pytest.approx(1 / 3)
    assert blind.confusion[:, 0].tolist() == [30, 30, 30]


def test_accuracy_where_it_answered_leaves_abstentions_out() -> None:
    probabilities = np.array([[0.9, 0.1, 0], [0.4, 0.3, 0.3], [0.1, 0.9, 0], [0.9, 0.1, 0]])
    status = [Status.PRESENT, Status.CANNOT_SAY, Status.PRESENT, Status.PRESENT]
    answers = [answer(p, s) for p, s in zip(probabilities, status, strict=True)]
    metrics = measure(answers, ["a", "b", "b", "a"], [""] * 4, CLASSES, rounds=20)
    assert metrics.abstained.value == 0.25
    assert metrics.accuracy.value == 0.75
    assert metrics.answered_accuracy.value == 1.0


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    probabilities, truth = simulated(200_000, 1.5, seed=99)
    truth_of_all = (probabilities.argmax(1) == truth).mean()
    held = 0
    for seed in range(40):
        found = measured(*simulated(150, 1.5, seed)).accuracy
        assert found.low <= found.value <= found.high
        held += found.low <= truth_of_all <= found.high
    assert 33 <= held <= 40


def test_images_of_one_group_are_drawn_together() -> None:
    """Ten copies of each image say no more than one of each: the interval must not shrink."""
    probabilities, truth = simulated(60, 1.0, seed=1)
    copies = np.repeat(probabilities, 10, 0), np.repeat(truth, 10)
    names = [f"patient {i // 10}" for i in range(600)]
    alone = measured(probabilities, truth).accuracy
    grouped = measured(*copies, names)
    ungrouped = measured(*copies).accuracy
    width = alone.high - alone.low
    assert grouped.unit == "group"
    assert grouped.units == 60
    assert grouped.accuracy.high - grouped.accuracy.low == pytest.approx(width, rel=0.25)
    assert ungrouped.high - ungrouped.low < width / 2


def test_two_classes_are_compared_among_their_own_images() -> None:
    """A model that knows c, and guesses between a and b."""
    truth = np.repeat([0, 1, 2], 40)
    rng = np.random.default_rng(8)
    probabilities = np.where(truth[:, None] == 2, [0.01, 0.01, 0.98], [0.48, 0.48, 0.04])
    probabilities[:, 0] += rng.uniform(0, 0.01, 120)
    labels = [CLASSES[i] for i in truth]
    answers = [answer(p) for p in probabilities]
    pairs = [("a", "b"), ("a", "c")]
    metrics = measure(answers, labels, [""] * 120, CLASSES, pairs=pairs, rounds=100)
    assert metrics.auc["a"].value > 0.7
    expected = auc(probabilities[:80, 0] / probabilities[:80, :2].sum(1), truth[:80] == 0)
    assert metrics.pairs["a", "b"].value == pytest.approx(expected)
    assert 0.3 < expected < 0.7
    assert metrics.pairs["a", "c"].value == 1.0


def test_a_class_nobody_has_is_not_defined() -> None:
    metrics = measured(np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]),
                       np.array([0, 0, 1]))  # fmt: skip
    assert math.isnan(metrics.auc["c"].value)
    assert math.isnan(metrics.auc["c"].low)
    assert metrics.auc["a"].value == 1.0
    assert metrics.balanced_accuracy.value == 1.0


def test_one_image_alone_can_be_measured() -> None:
    metrics = measured(np.array([[0.8, 0.1, 0.1]]), np.array([0]))
    assert metrics.n == metrics.units == 1
    assert metrics.accuracy.value == 1.0
