"""Which weights to ship: epoch and blend with the frozen features, picked on validation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.data import Samples
from training.fit import predict
from training.measure import auc, balanced_accuracy
from training.network import Network
from training.recipes import Recipe
from training.shifts import shifted

TIE = 0.002
"""Scores closer than this differ by chance: 200 pictures, a standard error of about 0.005."""


def blend(work: Path, epoch: int, share: float) -> dict[str, Tensor]:
    """Weights between the frozen features with fitted heads (0) and the fine-tuned ones (1)."""
    frozen = torch.load(work / "heads.pt", weights_only=True)
    if share == 0:
        return frozen
    tuned = torch.load(work / f"average-{epoch}.pt", weights_only=True)
    return {name: torch.lerp(frozen[name], tuned[name], share) for name in tuned}


def headline(
    recipe: Recipe, probabilities: NDArray[np.floating], labels: NDArray[np.integer]
) -> float:
    """Area under the curve of the task that matters: see the recipe's card."""
    if recipe.name == "colon-he":
        return auc(probabilities[:, 2], labels == 2)
    if recipe.name == "lung-he":
        tumour = labels > 0
        ratio = probabilities[:, 1] / probabilities[:, 1:].sum(1)
        return auc(ratio[tumour], labels[tumour] == 1)
    classes = range(probabilities.shape[1])
    return float(np.mean([auc(probabilities[:, c], labels == c) for c in classes]))


def shift_table(
    recipe: Recipe, network: Network, samples: Samples, sets: dict[str, NDArray[np.uint8]]
) -> dict[str, tuple[float, float]]:
    """Headline area and balanced accuracy under each shift."""
    table = {}
    for name, images in sets.items():
        probabilities = predict(network, images)["probabilities"]
        table[name] = (headline(recipe, probabilities, samples.labels),
                       balanced_accuracy(probabilities.argmax(1), samples.labels))  # fmt: skip
    return table


def choose(
    recipe: Recipe,
    validation: Samples,
    work: Path,
    candidates: list[tuple[int, float]],
    most: int = 200,
) -> tuple[int, float]:
    """Epoch and blend with the best mean of area and balanced accuracy, clean and shifted.

    Clean validation counts a third, the shifts two thirds. All figures go to `choice.json`. Scores
    within `TIE` of the best are equal: then what was fitted most is taken, so that a second run
    of a recipe does not choose otherwise by chance.
    """
    rng = np.random.default_rng(0)
    few = validation.take(np.sort(rng.permutation(len(validation))[:most]))
    sets = shifted(few.images, recipe.kind)
    path = work / "choice.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    network = Network(len(recipe.classes)).to(memory_format=torch.channels_last)
    for epoch, share in candidates:
        key = f"epoch {epoch}, share {share:g}"
        if key not in kept:
            network.load_state_dict(blend(work, epoch, share))
            clean = shift_table(recipe, network, validation, {"clean": validation.images})
            table = {**clean, **shift_table(recipe, network, few, sets)}
            moved = np.array([table[name] for name in sets]).mean(0)
            score = (np.mean(table["clean"]) + 2 * moved.mean()) / 3
            kept[key] = {"score": float(score), "epoch": epoch, "share": share, "table": table}
            path.write_text(json.dumps(kept, indent=1))
        row = kept[key]
        moved = np.array([row["table"][name] for name in sets]).mean(0)
        print(key, f"score {row['score']:.4f} clean", np.round(row["table"]["clean"], 4),
              "shifted", moved.round(4), flush=True)  # fmt: skip
    rows = [kept[f"epoch {e}, share {s:g}"] for e, s in candidates]
    top = max(row["score"] for row in rows)
    best = [row for row in rows if row["score"] >= top - TIE][-1]
    return best["epoch"], best["share"]
