"""Train one model and write its package.

`python -m training colon-he --data ../shared/data --work training/work` reproduces the bundled
package. It resumes after the last finished epoch when started again. `--score-test` scores the
test split, and counts that it did.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import torch

from training import choose, judge, package
from training.card import write_card
from training.crossfit import held_out
from training.data import Partition, load, name_kept_out, other_organ, partition
from training.fit import fine_tune, prepare, refit
from training.recipes import RECIPES, Recipe
from training.sealing import put, seal

ABOUT = Path(__file__).parent / "about"
BUNDLED = Path(__file__).parent.parent / "bedside_dx" / "models" / "bundled"


def main() -> None:
    """Read the command line, then fit, choose, package and judge."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("name", choices=sorted(RECIPES))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=BUNDLED)
    parser.add_argument("--epochs", type=int, help="other than the recipe's")
    parser.add_argument("--fit-only", action="store_true")
    parser.add_argument("--score-test", action="store_true")
    parser.add_argument("--card-only", action="store_true", help="write the card again")
    options = parser.parse_args()
    cv2.setNumThreads(0)
    torch.set_num_threads(2)
    recipe = RECIPES[options.name]
    work = options.work / recipe.name
    folder = work / "package"  # finished there, then put in place
    if options.card_only:
        finish(recipe, work, folder, options.out)
        return
    epochs = options.epochs or recipe.epochs
    train = load(options.data, recipe, "train")
    part = partition(train, recipe)
    sizes = {name: int(rows.sum()) for name, rows in vars(part).items() if name != "cluster"}
    other = other_organ(options.data, recipe)
    draws = prepare(recipe, train.take(part.fit), other)
    fine_tune(recipe, draws, train.take(part.validation), work, epochs)
    if options.fit_only:
        return
    validation = train.take(part.validation)
    candidates = [(0, 0.0)] + [(epochs, share) for share in (0.6, 0.8, 1.0)]
    chosen = choose.choose(recipe, validation, work, candidates)
    weights, judged = work, ("validation", "gate_check")
    first, final = part, chosen
    if recipe.refit:
        part = Partition(part.fit | part.validation, part.gate_check, part.gate_check, part.cluster)
        validation = train.take(part.validation)
        final = (epochs + recipe.refit, chosen[1])
        weights, judged = work / "refit", ("gate_check",)
        refit(recipe, train.take(part.fit), other, validation, work, final[0])
    held = held_out(recipe, train, first, other, work, chosen)
    counter = work / "test-scored.txt"
    scored = int(counter.read_text()) if counter.exists() else 0
    if options.score_test:
        scored += 1
        counter.write_text(str(scored))
    name_kept_out(train, part, ABOUT / f"{recipe.name}.gate-check.txt")
    figures = work / "figures.json"
    note = package.write(recipe, train, part, other, weights, folder, final, held, scored)
    judge.keep(figures, "package", note)
    judge.keep(figures, "partition", sizes)
    for name in judged:
        rows = {"validation": part.validation, "gate_check": part.gate_check}[name]
        judge.keep(figures, name,
                   judge.score(folder, recipe, train.take(rows), part.cluster[rows]))  # fmt: skip
    if recipe.kind == "stain":
        judge.keep(figures, "straddling", judge.straddling(folder, recipe, validation))
    judge.keep(figures, "gate", judge.gate_table(folder, recipe, options.data, train, part))
    fit = train.take(part.fit)
    judge.keep(figures, "colour_probe", judge.colour_probe(recipe, fit, validation))
    judge.keep(figures, "slides", judge.slide_checks(folder, recipe, options.data))
    if options.score_test:
        test = load(options.data, recipe, "test")
        judge.keep(figures, "test", judge.score(folder, recipe, test))
    finish(recipe, work, folder, options.out)


def finish(recipe: Recipe, work: Path, folder: Path, out: Path) -> None:
    """Write the card, seal the package and put it in place."""
    package.state_gate(folder, json.loads((work / "figures.json").read_text())["gate"])
    write_card(recipe, work, folder)
    seal(folder)
    put(folder, out / recipe.name)


if __name__ == "__main__":
    main()
