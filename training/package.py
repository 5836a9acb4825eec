"""A model package from chosen weights: graph, calibration, gate, golden outputs, manifest."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tomli_w
import torch
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from sklearn.decomposition import PCA

from bedside_dx.analysis.calibration import abstention
from bedside_dx.core.calibration import tempered
from training import golden
from training.augment import joined, mirrored
from training.calibrate import by_source, class_sets, fit_temperature, tumour_threshold
from training.choose import blend
from training.crossfit import HeldOut
from training.data import Partition, Samples, second_moments
from training.export import build, run, session
from training.fit import predict
from training.gate import Mixing, fit_reference
from training.measure import calibration_error, reliability
from training.network import MEAN, STD, Network
from training.outliers import Outliers
from training.recipes import Recipe
from training.stain import StainScore, fit_stain, restained, stain_limits

WIDTHS = {"middle": 64, "head": 127}
FOREIGN_SHARE = 0.03
"""Share of held-out pictures, widely restained, whose stain is called foreign."""
STRANGE = 600
"""Pictures of the wrong kind that say where strange begins."""
MOST = 1500
"""Fitting pictures that the gate's statistics are taken from, at most."""


def write(
    recipe: Recipe, train: Samples, part: Partition, other: NDArray[np.uint8],
    work: Path, folder: Path, chosen: tuple[int, float], held: HeldOut, test_scored: int,
) -> dict[str, float]:  # fmt: skip
    """Write every file of the package but its card.

    Parameters
    ----------
    held : HeldOut
        What calibration and class sets rest on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = Network(len(recipe.classes))
    network.load_state_dict(blend(work, *chosen))
    fit, validation = train.take(part.fit), train.take(part.validation)
    projections = project(network, fit.images, other)
    engine = session(build(network, recipe, projections).SerializeToString())
    seen = run(engine, validation.images)
    temperature = fit_temperature(held.probabilities, held.labels)
    calibrated = tempered(held.probabilities, temperature)
    shipped = None
    if recipe.refit:
        raw = tempered(seen[0], temperature)
        shipped = by_source(raw, validation.labels, validation.groups)
    mixing, reference = fit_gate(engine, recipe, fit, validation, other, seen[1])
    np.savez(folder / "reference.npz", **reference)
    stain = None
    if recipe.kind == "stain":
        stain = stain_column(recipe, fit, validation, other, reference)
    onnx.save(build(network, recipe, projections, mixing, stain), folder / "model.onnx")
    engine = session(str(folder / "model.onnx"))
    about = tomllib.loads((Path(__file__).parent / "about" / f"{recipe.name}.toml").read_text())
    tumour = np.array([c["role"] == "tumour" for c in about["classes"]])
    chance = calibrated[:, tumour].sum(1)
    save_golden(engine, recipe, folder)
    manifest = describe(recipe, about, int(seen[1].shape[1])) | {
        "calibration": {
            "method": "temperature", "temperature": round(temperature, 4),
            "fitted_on": "whole appearance clusters of train, unseen in fitting",
            "n": len(held.labels),
            "ece_validation": round(calibration_error(calibrated, held.labels), 4),
            "reliability": reliability(calibrated, held.labels),
        },
        "class_sets": class_sets(
            recipe.classes, by_source(calibrated, held.labels, held.groups), shipped),
        "gate": {
            "method": "mahalanobis-or-unfamiliar-logit", "patch_threshold": 1.0,
            "slide_threshold": 0.5,
            "formula": "max((min_k |(e[1:] - mean_k) @ whiten| - near) / (far - near), "
                       "(e[0] - offset) / width)",

        },
        "verdict": {
            "tumour_probability": round(
                tumour_threshold(chance, tumour[held.labels], 0.02), 3),
            "abstain_below": abstention(
                calibrated.max(1), calibrated.argmax(1) == held.labels),
        },
        "training": about["training"] | {
            "code": "training/", "seed": recipe.seed, "epoch": chosen[0], "refit_epochs": recipe.refit,
            "share_of_fine_tuned_weights": chosen[1], "test_scored": test_scored,
        },
    }  # fmt: skip
    head = "# Written by training/package.py. Probabilities: p^(1/temperature), normalised.\n"
    (folder / "manifest.toml").write_text(head + tomli_w.dumps(manifest), encoding="utf-8")
    (folder / "LICENSE").write_text(licence(recipe), encoding="utf-8")
    full = predict_fully(network, validation.images[:64])
    gap = float(np.abs(full - run(engine, validation.images[:64])[0]).max())
    size = (folder / "model.onnx").stat().st_size / 1e6
    print(recipe.name, manifest["calibration"], manifest["verdict"], gap, flush=True)
    return {"half_precision_gap": gap, "megabytes": size}


def project(
    network: Network, images: NDArray[np.uint8], other: NDArray[np.uint8]
) -> dict[str, tuple[NDArray[np.floating], NDArray[np.floating]]]:
    """Projections that keep what varies among the right organ and another together."""
    rng = np.random.default_rng(0)
    features = [predict(network, _fitting(i, images.shape[1])[rng.permutation(len(i))[:800]])
                for i in (images, other)]  # fmt: skip
    out = {}
    for name, width in WIDTHS.items():
        values = np.concatenate([f[name] for f in features])
        pca = PCA(width, random_state=0).fit(values)
        scale = 1 / np.sqrt(pca.explained_variance_[0])
        out[name] = (pca.mean_, pca.components_.T * scale)
    return out


def fit_gate(
    engine: InferenceSession,
    recipe: Recipe,
    fit: Samples,
    validation: Samples,
    other: NDArray[np.uint8],
    embedding: NDArray[np.floating],
) -> tuple[Mixing, dict[str, NDArray[np.float32]]]:
    """Gate statistics; limits also from straddling and mirrored patches (H&E), and strange ones."""
    rng = np.random.default_rng(1)
    fit = fit.take(np.sort(rng.permutation(len(fit))[:MOST]))
    held = [embedding]
    moments = second_moments(np.concatenate([fit.images, other[:MOST]]))
    if recipe.kind == "stain":
        if recipe.refit:
            # Few clusters were kept out: other stains stand for those that are missing.
            own = second_moments(validation.images)
            drawn = [restained(validation.images, own, moments, rng) for _ in validation.labels]
            held.append(run(engine, np.stack(drawn))[1])
        at = rng.integers(len(validation), size=(len(validation) // 5, 4))
        straddling = [joined(list(validation.images[row]), rng)[0] for row in at]
        mirror = [mirrored(validation.images[row[0]], int(rng.integers(90, 160)), rng)
                  for row in at[: len(at) // 3]]  # fmt: skip
        held.append(run(engine, np.stack(straddling + mirror))[1])
    outliers = Outliers(replace(recipe, fit_size=recipe.size), validation.images, other, moments)
    strange = run(engine, np.stack([outliers(rng) for _ in range(STRANGE)]))[1]
    return fit_reference(run(engine, fit.images)[1], fit.labels, np.concatenate(held), strange,
                         WIDTHS["middle"])  # fmt: skip


def stain_column(
    recipe: Recipe, fit: Samples, validation: Samples, other: NDArray[np.uint8],
    reference: dict[str, NDArray[np.float32]],
) -> StainScore:  # fmt: skip
    """Stain score in units of column 0: its usual value at `offset`, its limit a `width` on."""
    score = fit_stain(recipe, fit.images, other)
    styles = np.concatenate([second_moments(fit.images), second_moments(other)])
    usual, limit = stain_limits(score, validation, styles, FOREIGN_SHARE)
    gain = float(reference["width"]) / (limit - usual)
    bias = float(reference["offset"]) + gain * (score.bias - usual)
    return StainScore(score.points, gain * score.weights, bias)


def save_golden(engine: InferenceSession, recipe: Recipe, folder: Path) -> None:
    """Made-up pictures and what the graph says of them."""
    patches = golden.patches(recipe)
    probabilities, embedding = run(engine, patches)
    np.savez_compressed(folder / "golden.npz", patches=patches, probabilities=probabilities,
                        embedding=embedding, tolerance=np.float32(5e-3))  # fmt: skip


def describe(recipe: Recipe, about: dict[str, object], width: int) -> dict[str, object]:
    """Everything of the manifest that is known before training."""
    size, count = recipe.size, len(recipe.classes)
    normalise = {"mean": list(MEAN), "std": list(STD)}
    manifest: dict[str, object] = {
        "format": "bedside-dx-model/1", "name": recipe.name, "version": "1.0.0",
        **{k: about[k] for k in ("input", "modality", "organ", "stain") if k in about},
        "spec_version": "1.0", "architecture": "efficientnet_lite0", "num_classes": count,
        "patch_size_pixels": size,
    }  # fmt: skip
    if recipe.spacing_um:
        manifest["spacing_um_px"] = recipe.spacing_um
    return manifest | {
        "class_names": list(recipe.classes),
        "transform": [{"name": "ToTensor"}, {"name": "Normalize", "arguments": normalise}],
        "transform_in_graph": True, "activation": "softmax", "activation_in_graph": True,
        **{k: about[k] for k in ("title", "intended_use", "limits")},
        "tensors": {
            "input": {"name": "patches", "dtype": "uint8", "layout": "NHWC",
                      "shape": ["N", size, size, 3]},
            "probabilities": {"name": "probabilities", "dtype": "float32", "shape": ["N", count]},
            "embedding": {"name": "embedding", "dtype": "float32", "shape": ["N", width]},
        },
        "classes": about["classes"],
    }  # fmt: skip


def licence(recipe: Recipe) -> str:
    """Terms of the weights."""
    data = {
        "colon-he": "The data the weights were fitted on has an unresolved licence: these weights "
        "are for research only, and are not to be redistributed as free of restrictions.",
        "lung-he": "Fitted on LC25000 (Borkowski et al., 2019), whose authors make it freely "
        "available for any use.",
        "brain-mri": "Fitted on a public collection under CC0.",
    }[recipe.name]
    return (
        f"Weights of {recipe.name}, by the bedside_dx project.\n\n"
        "Code that made them: Apache License 2.0, as the project.\n"
        "Starting weights: EfficientNet-Lite0, ImageNet, Apache License 2.0.\n"
        f"{data}\n\nResearch use only. Not a medical device. No warranty of any kind.\n"
    )


def state_gate(folder: Path, table: dict[str, Any]) -> None:
    """Add to the manifest how well the gate does: its worst kind, and its false alarms."""
    path = folder / "manifest.toml"
    head, _ = path.read_text(encoding="utf-8").split("\n", 1)
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = [kind["auroc"] for kind in table.values() if isinstance(kind, dict)]
    manifest["gate"] |= {
        "auroc_worst": round(min(kinds), 4),
        "false_alarm_other_stain": round(table["false_alarms_unseen_clusters"], 4),
    }
    path.write_text(f"{head}\n{tomli_w.dumps(manifest)}", encoding="utf-8")


def predict_fully(network: Network, images: NDArray[np.uint8]) -> NDArray[np.floating]:
    """Probabilities in 32-bit floats, before the weights were shortened."""
    network.eval()
    with torch.no_grad():
        pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float()
        return network(pixels).logits.softmax(1).numpy()


def _fitting(images: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    if images.shape[1] == size:
        return images
    low = max(images.shape[1] - size, 0) // 2
    return images[:, low : low + size, low : low + size]
