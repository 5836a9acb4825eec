"""Fit a slide-level network for a finished package, judge it, and put it into the package.

`python -m training.slide_level colon-he --data ../shared/data --work training/work` comes after
`python -m training colon-he`, which writes the package without it: other weights give other
embeddings. Composed slides of fitting patches fit it, of patches that the shipped model was not
fitted on choose and calibrate it, of test patches are scored at the end (each time they are is
counted).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tomllib
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import tomli_w
import torch
from numpy.typing import NDArray

from bench._compose import library_of
from training import mil, slide_figures
from training.data import load, partition
from training.judge import keep
from training.mil import LEAST_PATCHES, AttentionMil, Fitting
from training.recipes import RECIPES, Recipe
from training.sealing import put, seal, with_section
from training.slide_bags import Bag, Series, read_series

BUNDLED = Path(__file__).parent.parent / "bedside_dx" / "models" / "bundled"
CLASSES = ("adenocarcinoma", "adenoma")
"""Whose presence it tells; the attention is for the first."""
FIT = Series(
    "fit", 710_000, 44,
    ((0.003, 0.02, 0.10), (0.005, 0.01, 0.05, 0.25), (0.003, 0.01, 0.02), (0.005, 0.02, 0.05, 0.5)),
)  # fmt: skip
CHOOSE = Series("choose", 720_000, 30, ((0.003, 0.01, 0.02), (0.005, 0.01, 0.02, 0.10)))
TEST = Series("test", 730_000, 50, ((0.003, 0.01, 0.02), (0.005, 0.01, 0.02)))
CANDIDATES = (
    Fitting(noise=0.5, shift=0.2),
    Fitting(noise=0.8, shift=0.3),
)
HEADING = "## Slide level"
GOLDEN_PATCHES = 48


def main() -> None:
    """Read the command line, then fit, choose, judge and put in place."""
    parser = argparse.ArgumentParser(prog="python -m training.slide_level", description=__doc__)
    parser.add_argument("name", choices=["colon-he"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=BUNDLED)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--score-test", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
    recipe = RECIPES[options.name]
    work, place = options.work / recipe.name, options.out / recipe.name
    train = load(options.data, recipe, "train")
    part = partition(train, recipe)
    unseen = part.gate_check if recipe.refit else part.validation
    parts = {FIT: train.take(part.fit), CHOOSE: train.take(unseen)}
    if options.score_test:
        parts[TEST] = load(options.data, recipe, "test")
    del train
    bags = {
        series: read_series(series, library_of(s.images, s.labels), place, work, options.threads)
        for series, s in parts.items()
    }
    network, chosen, losses = choose(bags[FIT], bags[CHOOSE])
    figures: dict[str, object] = {
        "chosen": asdict(chosen), "validation_log_loss": losses,
        "fit": counted(bags[FIT]), "validation": slide_figures.judge(network, bags[CHOOSE], place),
    }  # fmt: skip
    figures["sure_from"] = slide_figures.sure_from(network, bags[CHOOSE])
    if options.score_test:
        counter = work / "slide-level-test-scored.txt"
        scored = int(counter.read_text()) + 1 if counter.exists() else 1
        counter.write_text(str(scored))
        figures["test"] = slide_figures.judge(network, bags[TEST], place)
        figures["test_scored"] = scored
    for name, series in (("second_reader_validation", CHOOSE), ("second_reader_test", TEST)):
        if series in bags:
            limit = float(figures["sure_from"])
            figures[name] = slide_figures.second_reader(network, bags[series], place, limit)
    keep(work / "slide-level.json", "figures", figures)
    print(json.dumps(figures, indent=1))
    install(network, figures, recipe, place, work)


def choose(fitting: list[Bag], held: list[Bag]) -> tuple[AttentionMil, Fitting, dict[str, float]]:
    """Fit every candidate; the one with the smallest log loss on held-out slides is calibrated."""
    losses: dict[str, float] = {}
    fitted: list[tuple[float, AttentionMil, Fitting]] = []
    present = np.stack([bag.present[: len(CLASSES)] for bag in held])
    for candidate in CANDIDATES:
        network = mil.fit(fitting, candidate)
        mil.calibrate(network, slide_figures.logits(network, held), present)
        loss = slide_figures.log_loss(network, held)
        losses[f"noise {candidate.noise:g}"] = round(loss, 4)
        fitted.append((loss, network, candidate))
        print(candidate, loss, flush=True)
    _, network, chosen = min(fitted, key=lambda one: one[0])
    return network, chosen, losses


def counted(bags: list[Bag]) -> dict[str, int]:
    """How many slides and patches."""
    return {"slides": len(bags), "patches": sum(len(bag.cells) for bag in bags)}


def install(
    network: AttentionMil, figures: dict[str, object], recipe: Recipe, place: Path, work: Path
) -> None:
    """Write graph, reference results, manifest section and card section; seal; put in place."""
    folder = work / "slide-level" / "package"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(place, folder)
    graph = mil.export(network, len(CLASSES))
    onnx.save(graph, folder / "aggregator.onnx")
    save_golden(network, graph, folder)
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    manifest["aggregator"] = section(figures, len(network.mean) + 1)
    head = "# Written by training/package.py. Probabilities: p^(1/temperature), normalised.\n"
    (folder / "manifest.toml").write_text(head + tomli_w.dumps(manifest), encoding="utf-8")
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    text = slide_figures.card_section(HEADING, figures)
    (folder / "CARD.md").write_text(with_section(card, HEADING, text), encoding="utf-8")
    seal(folder)
    put(folder, place)
    size = (place / "aggregator.onnx").stat().st_size / 1000
    print(f"{recipe.name}: aggregator.onnx, {size:.0f} kB")


def section(figures: dict[str, object], width: int) -> dict[str, object]:
    """The manifest's section."""
    judged = figures.get("test") or figures["validation"]
    return {
        "classes": list(CLASSES),
        "sure_from": figures["sure_from"],
        "least_patches": LEAST_PATCHES,
        "tensors": {
            name: {"name": name, "dtype": "float32", "shape": shape}
            for name, shape in (("embedding", ["N", width]), ("probabilities", [1, len(CLASSES)]),
                                ("attention", ["N"]))
        },
        "metrics": {
            "set": "test" if "test" in figures else "validation",
            "slides": judged["slides"],
            "auc_carcinoma_up_to_2_percent": [round(v, 4) for v in judged["auc"]["this network"]],
        },
    }  # fmt: skip


def save_golden(network: AttentionMil, graph: onnx.ModelProto, folder: Path) -> None:
    """Made-up embeddings and what the graph says of them; held against the network itself."""
    rng = np.random.default_rng(5)
    mean, std = network.mean.numpy(), network.std.numpy()
    bag = np.zeros((GOLDEN_PATCHES, len(mean) + 1), np.float32)
    bag[:, 1:] = mean + std * rng.standard_normal((GOLDEN_PATCHES, len(mean)))
    bag = bag.astype(np.float16).astype(np.float32)
    engine = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    probabilities, attention = engine.run(["probabilities", "attention"], {"embedding": bag})
    wanted, looked = network.read(bag)
    gap = max(np.abs(probabilities[0] - wanted).max(), np.abs(attention - looked).max())
    if gap > 1e-5:
        raise ValueError(f"the graph differs from the network by {gap}")
    with np.load(folder / "golden.npz") as stored:
        arrays: dict[str, NDArray[np.generic]] = {name: stored[name] for name in stored.files}
    arrays |= {"bag": bag, "bag_probabilities": probabilities, "attention": attention}
    np.savez_compressed(folder / "golden.npz", **arrays)


if __name__ == "__main__":
    main()
