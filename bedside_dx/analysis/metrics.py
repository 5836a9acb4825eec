"""How good a classifier is on labelled images: areas, accuracies, calibration, intervals.

All figures are functions of a weight per image, so that a bootstrap round costs no sorting:
drawing an image twice is giving it the weight 2.

The calibration error is Σ n_b/n · |gap_b| over bins of equal mass, gap_b being the mean top
probability of bin b less its share of right answers p_b. Chance alone makes gaps: a share p_b of
n_b answers varies by p_b (1 − p_b) / (n_b − 1). The corrected error takes that off each squared gap
(the debiased estimator of Bröcker 2012 and Kumar 2019), not below 0, and is
Σ n_b/n · √max(0, gap_b² − p_b (1 − p_b) / (n_b − 1)). Images are taken as independent there: with
groups it corrects too little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.evaluation import Answer, Estimate, Metrics, ReliabilityBin, RocCurve
from bedside_dx.core.verdict import Status

BINS = 15
ROUNDS = 1000
INTERVAL = (0.025, 0.975)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Figure = Callable[[Floats], float]


def measure(
    answers: Sequence[Answer],
    labels: Sequence[str],
    groups: Sequence[str],
    classes: Sequence[str],
    *,
    pairs: Sequence[tuple[str, str]] = (),
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Metrics:
    """Figures of answers to labelled images, with 95 % bootstrap intervals.

    Parameters
    ----------
    groups
        What belongs together: whole groups are drawn. Empty texts stand alone.
    classes
        Class ids in the order of the probabilities; `labels` are among them.
    pairs
        Class ids to be told from each other, for the figures of `Metrics.pairs`.
    rounds, seed
        Of the bootstrap, which draws inside each label.
    """
    probabilities = np.array([a.probabilities for a in answers], np.float64)
    truth = np.array([classes.index(label) for label in labels], np.int64)
    abstained = np.array([a.status is Status.CANNOT_SAY for a in answers])
    right = probabilities.argmax(1) == truth
    top = probabilities.max(1)
    bins = _equal_mass_bins(top)
    figures: dict[str, Figure] = {
        **{f"auc {c}": area_figure(probabilities[:, i], truth == i) for i, c in enumerate(classes)},
        **{f"pair {a} {b}": _pair(probabilities, truth, classes, a, b) for a, b in pairs},
        "balanced": lambda w: _balanced(right, truth, w),
        "accuracy": lambda w: _mean(right, w),
        "answered": lambda w: _mean(right, w * ~abstained),
        "calibration": lambda w: _calibration_error(top, right, bins, w),
        "corrected": corrected_figure(top, right),
        "abstained": lambda w: _mean(abstained, w),
    }
    unit = units_of(groups)
    found = estimates(figures, unit, truth, rounds, seed)
    return Metrics(
        n=len(truth),
        unit="group" if any(groups) else "image",
        units=int(unit.max()) + 1,
        counts={c: int((truth == i).sum()) for i, c in enumerate(classes)},
        auc={c: found[f"auc {c}"] for c in classes},
        pairs={(a, b): found[f"pair {a} {b}"] for a, b in pairs},
        balanced_accuracy=found["balanced"],
        accuracy=found["accuracy"],
        answered_accuracy=found["answered"],
        calibration_error=found["calibration"],
        calibration_error_corrected=found["corrected"],
        abstained=found["abstained"],
        confusion=_confusion(truth, probabilities.argmax(1), len(classes)),
        roc={c: roc_curve(probabilities[:, i], truth == i) for i, c in enumerate(classes)},
        reliability=_reliability(top, right, bins),
    )


# ---------------------------------------------------------------- areas


def auc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve; ties count half; NaN where a side is empty."""
    return area_figure(scores, positive)(np.ones(len(scores)))


def area_figure(scores: Floats, positive: NDArray[np.bool_]) -> Figure:
    """Area as a function of weights: the share of pairs in the right order."""
    level = np.unique(scores, return_inverse=True)[1].ravel()
    levels = int(level.max()) + 1

    def area(weights: Floats) -> float:
        of = np.bincount(level, weights * positive, levels)
        others = np.bincount(level, weights * ~positive, levels)
        pairs = of.sum() * others.sum()
        return float(of @ (others.cumsum() - others / 2) / pairs) if pairs else float("nan")

    return area


def _pair(
    probabilities: Floats, truth: Integers, classes: Sequence[str], first: str, second: str
) -> Figure:
    """Area of one class against another: what the images of other classes say is left out."""
    a, b = classes.index(first), classes.index(second)
    together = np.maximum(probabilities[:, a] + probabilities[:, b], 1e-12)
    area = area_figure(probabilities[:, a] / together, truth == a)
    concerned = (truth == a) | (truth == b)
    return lambda weights: area(weights * concerned)


def roc_curve(scores: Floats, positive: NDArray[np.bool_]) -> RocCurve:
    """Corners of the ROC curve, from (0, 0) to (1, 1); empty where a side is empty."""
    if positive.all() or not positive.any():
        return RocCurve(np.empty(0), np.empty(0))
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)  # of each run of equal scores
    found = np.cumsum(positive[order])[last] / positive.sum()
    alarms = np.cumsum(~positive[order])[last] / (~positive).sum()
    return RocCurve(np.append(0.0, alarms), np.append(0.0, found))


# ---------------------------------------------------------------- accuracy and calibration


def _mean(values: NDArray[np.bool_], weights: Floats) -> float:
    total = weights.sum()
    return float(values @ weights / total) if total else float("nan")


def _balanced(right: NDArray[np.bool_], truth: Integers, weights: Floats) -> float:
    """Mean over the classes present of the share that was recognised."""
    of = np.bincount(truth, weights)
    recognised = np.bincount(truth, weights * right)
    return float((recognised[of > 0] / of[of > 0]).mean())


def calibration_error(top: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error of the top class over 15 bins of equal mass."""
    return _calibration_error(top, right, _equal_mass_bins(top), np.ones(len(top)))


def _calibration_error(
    top: Floats, right: NDArray[np.bool_], bins: Integers, weights: Floats
) -> float:
    gaps = np.bincount(bins, weights * (top - right))
    return float(np.abs(gaps).sum() / weights.sum())


def reliability(top: Floats, right: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """How often the top class was right, over the same bins."""
    return _reliability(top, right, _equal_mass_bins(top))


def corrected_figure(top: Floats, right: NDArray[np.bool_]) -> Figure:
    """Calibration error less what chance alone would show, as a function of weights."""
    bins = _equal_mass_bins(top)
    return lambda weights: _corrected_error(top, right, bins, weights)


def _corrected_error(
    top: Floats, right: NDArray[np.bool_], bins: Integers, weights: Floats
) -> float:
    n = np.bincount(bins, weights)
    n, filled = n[n > 0], n > 0
    gap = np.bincount(bins, weights * (top - right))[filled] / n
    share = np.bincount(bins, weights * right)[filled] / n
    chance = share * (1 - share) / np.maximum(n - 1, 1)
    return float(n @ np.sqrt(np.maximum(gap**2 - chance, 0.0)) / n.sum())


def _equal_mass_bins(top: Floats) -> Integers:
    """Bin of each image: the images sorted by top probability, cut into equal parts."""
    bins = np.empty(len(top), np.int64)
    for number, part in enumerate(np.array_split(np.argsort(top, kind="stable"), BINS)):
        bins[part] = number
    return bins


def _reliability(
    top: Floats, right: NDArray[np.bool_], bins: Integers
) -> tuple[ReliabilityBin, ...]:
    return tuple(
        ReliabilityBin(int(which.sum()), float(top[which].mean()), float(right[which].mean()))
        for which in (bins == number for number in range(BINS))
        if which.any()
    )


def _confusion(truth: Integers, called: Integers, classes: int) -> Integers:
    return np.bincount(truth * classes + called, minlength=classes**2).reshape(classes, classes)


# ---------------------------------------------------------------- intervals


def units_of(groups: Sequence[str]) -> Integers:
    """(n,) number of the group of each image; an image without one is a group of its own."""
    names = [("group", g) if g else ("image", str(i)) for i, g in enumerate(groups)]
    number = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], np.int64)


def estimates(
    figures: Mapping[str, Figure], unit: Integers, truth: Integers, rounds: int, seed: int
) -> dict[str, Estimate]:
    """Values of figures, with intervals from drawing whole units again inside each label."""
    rng = np.random.default_rng(seed)
    strata = _strata(unit, truth)
    drawn = {name: np.empty(rounds) for name in figures}
    for at in range(rounds):
        weights = _draw(strata, rng)[unit]
        for name, figure in figures.items():
            drawn[name][at] = figure(weights)
    even = np.ones(len(unit))
    return {
        name: Estimate(figure(even), *_interval(drawn[name])) for name, figure in figures.items()
    }


def _interval(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, INTERVAL)
    return float(low), float(high)


def _strata(unit: Integers, truth: Integers) -> list[Integers]:
    """Units by the commonest label of their images, so that no class vanishes in a draw."""
    counts = np.zeros((int(unit.max()) + 1, int(truth.max()) + 1), np.int64)
    np.add.at(counts, (unit, truth), 1)
    label = counts.argmax(1)
    return [np.flatnonzero(label == value) for value in np.unique(label)]


def _draw(strata: Sequence[Integers], rng: np.random.Generator) -> Floats:
    """How often each unit is drawn, with replacement inside each stratum."""
    weights = np.zeros(sum(len(units) for units in strata))
    for units in strata:
        weights[units] = np.bincount(
            rng.integers(len(units), size=len(units)), minlength=len(units)
        )
    return weights
