"""Figures of a finished package: held-out clusters, test, gate, slides. Feeds the card."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bedside_dx.core.calibration import tempered
from training.augment import joined
from training.calibrate import by_source
from training.choose import headline
from training.data import Partition, Samples, appearance
from training.export import run, session
from training.gate import gate_distance
from training.measure import auc, balanced_accuracy, bootstrap, calibration_error
from training.recipes import Recipe
from training.slides import tissue_patches
from training.unfamiliar import kinds

Floats = NDArray[np.floating]
MOST = 300
"""Patches looked at of one whole picture, at most."""


def open_package(
    folder: Path,
) -> tuple[onnxruntime.InferenceSession, dict[str, Any], dict[str, Floats]]:
    """Engine, manifest and gate statistics of a package."""
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    with np.load(folder / "reference.npz") as stored:
        reference = {name: stored[name] for name in stored.files}
    return session(str(folder / "model.onnx")), manifest, reference


def score(
    folder: Path, recipe: Recipe, samples: Samples, cluster: NDArray[np.int64] | None = None
) -> dict[str, object]:
    """All figures of one labelled set, with intervals over its source pictures."""
    engine, manifest, reference = open_package(folder)
    raw, embedding = run(engine, samples.images)
    p = tempered(raw, manifest["calibration"]["temperature"])
    labels, units = samples.labels, samples.groups
    distance = gate_distance(embedding, reference)

    def some(figure: Callable[[NDArray[np.int64]], float]) -> list[float]:
        return [figure(np.arange(len(labels))), *bootstrap(figure, units, labels)]

    figures: dict[str, object] = {
        "n": len(labels),
        "units": len(np.unique(units)),
        "headline_auc": some(lambda r: headline(recipe, p[r], labels[r])),
        "balanced_accuracy": some(lambda r: balanced_accuracy(p[r].argmax(1), labels[r])),
        "accuracy": some(lambda r: float((p[r].argmax(1) == labels[r]).mean())),
        "calibration_error": calibration_error(p, labels),
        "unfamiliar_share": float((distance > 1).mean()),
        "abstained_share": float((p.max(1) < manifest["verdict"]["abstain_below"]).mean()),
    }
    for c, name in enumerate(recipe.classes):
        figures[f"auc {name}"] = some(lambda r, c=c: auc(p[r, c], labels[r] == c))
        figures[f"recall {name}"] = float((p[labels == c].argmax(1) == c).mean())
    confusion = np.zeros((len(recipe.classes),) * 2, int)
    np.add.at(confusion, (labels, p.argmax(1)), 1)
    figures["confusion"] = confusion.tolist()
    figures["subtypes"] = {
        str(s): [int((samples.subtypes == s).sum()),
                 *np.bincount(p[samples.subtypes == s].argmax(1),
                              minlength=len(recipe.classes)).tolist()]
        for s in np.unique(samples.subtypes)
    }  # fmt: skip
    figures["sets"] = sets_held(manifest["class_sets"], recipe, p, labels, units)
    if recipe.unit == "group":
        names, at = np.unique(units, return_inverse=True)
        mean = np.stack([p[at == g].mean(0) for g in range(len(names))])
        of = np.array([labels[at == g][0] for g in range(len(names))])

        def by_group(r: NDArray[np.int64]) -> float:
            return headline(recipe, mean[r], of[r])

        figures["headline_auc_by_source"] = [
            by_group(np.arange(len(of))),
            *bootstrap(by_group, names, of),
        ]
    right = p.argmax(1) == labels
    if cluster is not None:
        figures["clusters"] = {
            str(c): [int((cluster == c).sum()), round(float(right[cluster == c].mean()), 3)]
            for c in np.unique(cluster)
            if (cluster == c).sum() >= 20
        }
    figures["reliability"] = _reliability(p, labels)
    return figures


def sets_held(
    limits: dict[str, Any], recipe: Recipe, p: Floats, labels: NDArray[np.integer],
    units: NDArray[np.str_], level: float = 0.9,
) -> dict[str, Any]:  # fmt: skip
    """How often the class set holds the right class; by source picture where there are such."""
    cases = by_source(p, labels, units)
    p, labels = cases.probabilities, cases.labels
    column = limits["levels"].index(level)
    sets = p >= np.array([limits["least"][name][column] for name in recipe.classes])
    held = sets[np.arange(len(labels)), labels]
    return {
        "all": float(held.mean()), "n": len(labels), "size": float(sets.sum(1).mean()),
        "empty": float((~sets.any(1)).mean()),
        "by_class": {name: [float(held[labels == c].mean()), int((labels == c).sum())]
                     for c, name in enumerate(recipe.classes)},
    }  # fmt: skip


def _reliability(p: Floats, labels: NDArray[np.integer]) -> list[list[float]]:
    top, right = p.max(1), p.argmax(1) == labels
    return [[float(top[r].mean()), float(right[r].mean()), len(r)]
            for r in np.array_split(np.argsort(top), 10)]  # fmt: skip


def straddling(
    folder: Path, recipe: Recipe, samples: Samples, count: int = 400
) -> dict[str, float]:
    """Patches joined of four neighbours about a random cross: are area fractions kept?"""
    engine, manifest, reference = open_package(folder)
    rng = np.random.default_rng(3)
    at = rng.integers(len(samples), size=(count, 4))
    drawn = [joined(list(samples.images[row]), rng) for row in at]
    share = np.zeros((count, len(recipe.classes)))
    for i, (row, (_, area)) in enumerate(zip(at, drawn, strict=True)):
        np.add.at(share[i], samples.labels[row], area)
    raw, embedding = run(engine, np.stack([i for i, _ in drawn]))
    p = tempered(raw, manifest["calibration"]["temperature"])
    called = np.bincount(p.argmax(1), minlength=share.shape[1]) / count
    return {
        "largest_area_error_by_argmax": float(np.abs(called - share.mean(0)).max()),
        "largest_area_error_by_probability": float(np.abs(p.mean(0) - share.mean(0)).max()),
        "unfamiliar_share": float((gate_distance(embedding, reference) > 1).mean()),
        "majority_right": float((p.argmax(1) == share.argmax(1)).mean()),
    }


def gate_table(
    folder: Path, recipe: Recipe, data: Path, train: Samples, part: Partition
) -> dict[str, object]:
    """Area under the curve against each unfamiliar kind; false alarms on unseen clusters."""
    engine, _, reference = open_package(folder)
    own = train.take(part.gate_check)
    familiar = gate_distance(run(engine, own.images)[1], reference)
    table: dict[str, object] = {"false_alarms_unseen_clusters": float((familiar > 1).mean()),
                                "n_unseen": len(own)}  # fmt: skip
    for name, images in kinds(data, recipe, own).items():
        distance = gate_distance(run(engine, images)[1], reference)
        scores = np.concatenate([familiar, distance])
        table[name] = {
            "auroc": auc(scores, np.arange(len(scores)) >= len(familiar)),
            "unfamiliar": float((distance > 1).mean()),
            "n": len(images),
        }
    return table


def slide_checks(folder: Path, recipe: Recipe, data: Path) -> dict[str, object]:
    """Patches of whole pictures that took no part in anything: shares of classes and unfamiliar."""
    if recipe.spacing_um is None:
        return {}
    engine, manifest, reference = open_package(folder)
    table: dict[str, object] = {}
    for name, spacing in (("colon-polyp-section.tif", 0.5), ("CMU-1-Small-Region.svs", 0.499)):
        path = data / "slides" / name
        if not path.exists():
            continue
        patches = tissue_patches(path, spacing, recipe.spacing_um, recipe.size)
        few = np.random.default_rng(0).permutation(len(patches))[:MOST]
        patches = patches[np.sort(few)]
        raw, embedding = run(engine, patches)
        p = tempered(raw, manifest["calibration"]["temperature"])
        share = np.bincount(p.argmax(1), minlength=p.shape[1]) / len(p)
        distance = gate_distance(embedding, reference)
        table[name] = {
            "patches": len(p),
            "area": dict(zip(recipe.classes, share.round(4).tolist(), strict=True)),
            "unfamiliar": float((distance > 1).mean()),
            "distance_quartiles": np.quantile(distance, [0.1, 0.25, 0.5, 0.75, 0.9]).tolist(),
        }
    return table


def colour_probe(recipe: Recipe, fit: Samples, held: Samples) -> dict[str, float]:
    """How far colour statistics alone go: logistic regression on stain features."""
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    probe.fit(appearance(fit.images, recipe.kind), fit.labels)
    p = probe.predict_proba(appearance(held.images, recipe.kind))
    return {"headline_auc": headline(recipe, p, held.labels),
            "balanced_accuracy": balanced_accuracy(p.argmax(1), held.labels)}  # fmt: skip


def keep(path: Path, name: str, figures: object) -> None:
    """Add figures to the file the card is written from."""
    stored = json.loads(path.read_text()) if path.exists() else {}
    stored[name] = figures
    path.write_text(json.dumps(stored, indent=1))
