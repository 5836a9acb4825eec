"""How far the verdict's own doubts can be trusted, on data that no fit ever saw.

Calibration and class sets on `test`; the gate against strange pictures and on a stain kept out;
the early verdict and the journal on composed slides. Goals stand beside the figures in the plots.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bedside_dx.analysis.class_sets import class_sets
from bedside_dx.analysis.metrics import corrected_figure
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.model_card import ModelCard
from bench._anytime import anytime
from bench._held_out import MODELS, SHARED, Scores, data, model, other_stain_rows, score, test_rows
from bench._strangers import PICTURES, Kind, strangers

OUT = Path(__file__).parent / "out"
COVERAGE, BINS = 0.90, 15
OTHERS = {
    "colon-he": ("lung-he", "brain-mri"),
    "lung-he": ("colon-he", "brain-mri"),
    "brain-mri": ("colon-he", "lung-he"),
}
GATED = ("colon-he", "lung-he")
"""Models whose figure the gate's is; the third is reported beside it."""


def main() -> dict[str, float | None]:
    """Every figure; None where its data is not here."""
    if not all(data(name).is_dir() for name in MODELS):
        return {"ece": None, "coverage_worst_class_gap": None, "gate_auroc": None}
    OUT.mkdir(exist_ok=True)
    figures: dict[str, float | None] = {}
    scored = {name: score(model(name), test_rows(name)) for name in MODELS}
    cards = {name: model(name).card for name in MODELS}
    figures |= _calibration(scored)
    figures |= _coverage(scored, cards)
    figures |= _gate(scored)
    return figures | anytime("test")


# ---------------------------------------------------------------- calibration


def _calibration(scored: dict[str, Scores]) -> dict[str, float | None]:
    errors = {name: _error(s) for name, s in scored.items()}
    figure = Figure(figsize=(4.2 * len(scored), 4), layout="constrained")
    for axis, (name, s) in zip(figure.subplots(1, len(scored)), scored.items(), strict=True):
        sure, right = _reliability(s)
        axis.plot([0, 1], [0, 1], color="0.7", lw=1)
        axis.plot(sure, right, "o-", color="teal", ms=4)
        axis.set(xlim=(0.4, 1.01), ylim=(0.4, 1.01), xlabel="said", ylabel="right")
        axis.set_title(f"{name}: error {errors[name]:.3f} (goal ≤ 0.03)")
    figure.savefig(OUT / "confidence_calibration.png", dpi=110)
    return {"ece": max(errors.values()), **{f"ece_{name}": e for name, e in errors.items()}}


def _error(scores: Scores) -> float:
    """Calibration error of the top class over 15 bins of equal mass, its chance part taken off."""
    top = scores.probabilities.max(1).astype(np.float64)
    right = scores.probabilities.argmax(1) == scores.labels
    return corrected_figure(top, right)(np.ones(len(top)))


def _reliability(scores: Scores) -> tuple[list[float], list[float]]:
    top = scores.probabilities.max(1)
    right = scores.probabilities.argmax(1) == scores.labels
    parts = np.array_split(np.argsort(top, kind="stable"), BINS)
    return [float(top[p].mean()) for p in parts], [float(right[p].mean()) for p in parts]


# ---------------------------------------------------------------- class sets


def _coverage(scored: dict[str, Scores], cards: dict[str, ModelCard]) -> dict[str, float | None]:
    gaps: list[float] = []
    sizes: list[float] = []
    figures: dict[str, float | None] = {}
    plot = Figure(figsize=(9, 4), layout="constrained")
    axis, ticks = plot.subplots(), list[str]()
    for name, card in cards.items():
        probabilities, labels = _units(scored[name], by_source=name == "lung-he")
        sets = class_sets(probabilities, card, COVERAGE)
        if sets is None:
            return {"coverage_worst_class_gap": None, "mean_set_size": None}
        held = sets[np.arange(len(labels)), labels]
        for column, c in enumerate(card.classes):
            of = labels == column
            share, n = float(held[of].mean()), int(of.sum())
            noise = 1.96 * np.sqrt(COVERAGE * (1 - COVERAGE) / n)
            gaps.append(max(0.0, abs(share - COVERAGE) - noise))
            figures[f"coverage_{name}_{c.id}"] = share
            axis.errorbar(len(ticks), share, noise, fmt="o", color="teal", capsize=3)
            ticks.append(f"{name}\n{c.id.replace('_', ' ')}\nn = {n}")
        figures[f"coverage_{name}"] = float(held.mean())
        figures[f"set_size_{name}"] = float(sets.sum(1).mean())
        figures[f"empty_sets_{name}"] = float((~sets.any(1)).mean())
        sizes.append(float(sets.sum(1).mean()))
    axis.axhspan(COVERAGE - 0.03, COVERAGE + 0.03, color="0.92")
    axis.axhline(COVERAGE, color="0.5", lw=1)
    axis.set_xticks(range(len(ticks)), ticks, fontsize=7)
    axis.set(ylim=(0.7, 1.02), ylabel="share of sets that hold the right class")
    plot.savefig(OUT / "confidence_coverage.png", dpi=110)
    return {
        "coverage_worst_class_gap": max(gaps), "mean_set_size": float(np.mean(sizes)), **figures
    }  # fmt: skip


def _units(scores: Scores, *, by_source: bool) -> tuple[NDArray[np.floating], NDArray[np.int64]]:
    """Probabilities and labels by picture, or their means by source picture."""
    if not by_source:
        return scores.probabilities, scores.labels
    names, first, of = np.unique(scores.groups, return_index=True, return_inverse=True)
    sums = np.zeros((len(names), scores.probabilities.shape[1]))
    np.add.at(sums, of, scores.probabilities)
    return sums / np.bincount(of)[:, None], scores.labels[first]


# ---------------------------------------------------------------- gate


def _gate(scored: dict[str, Scores]) -> dict[str, float | None]:
    if not PICTURES.is_dir():
        return {"gate_auroc": None, "gate_false_alarm_other_stain": None}
    figures: dict[str, float | None] = {}
    plot = Figure(figsize=(13, 9), layout="constrained")
    for axis, name in zip(plot.subplots(len(MODELS), 1), MODELS, strict=True):
        classifier, own = model(name), scored[name]
        familiar = own.unfamiliarity
        boxes = [("test", familiar)]
        kinds = strangers(own.images, SHARED / "data", OTHERS[name], stained=name in GATED)
        for kind, pictures in kinds.items():
            seen = classifier.classify(pictures.images, Cancel()).unfamiliarity
            figures[f"gate_{name}_{kind}"] = _area(familiar, seen, pictures)
            boxes.append((kind, seen))
        alarms = _alarms(name)
        figures[f"gate_false_alarm_{name}"] = float((alarms > 1).mean())
        boxes.insert(1, ("other stain", alarms))
        names = [kind.replace(", ", ",\n") for kind, _ in boxes]
        axis.boxplot([values for _, values in boxes], tick_labels=names, whis=(2, 98))
        axis.axhline(1, color="crimson", lw=1)
        axis.set(title=name, ylabel="unfamiliarity", ylim=(-0.2, 8))
    plot.savefig(OUT / "confidence_gate.png", dpi=100)
    areas = {k: v for k, v in figures.items() if "false_alarm" not in k and v is not None}
    alarms_of = [figures[f"gate_false_alarm_{name}"] for name in GATED]
    return {
        "gate_auroc": min(v for k, v in areas.items() if k.split("_")[1] in GATED),
        "gate_auroc_brain_mri": min(v for k, v in areas.items() if k.split("_")[1] == "brain-mri"),
        "gate_false_alarm_other_stain": max(v for v in alarms_of if v is not None),
        **figures,
    }


def _alarms(name: str) -> NDArray[np.float32]:
    return score(model(name), other_stain_rows(name)).unfamiliarity


def _area(familiar: NDArray[np.floating], strange: NDArray[np.floating], kind: Kind) -> float:
    """Area under the curve; slices of one series count as one, ties half."""
    below = (strange[:, None] > familiar).mean(1) + (strange[:, None] == familiar).mean(1) / 2
    return float(np.average(below, weights=kind.weights))
