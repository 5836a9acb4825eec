"""The model card and its plots, from the figures that were kept."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from training.recipes import Recipe

mpl.use("Agg")
TASK = {
    "colon-he": "adenocarcinoma against the rest",
    "lung-he": "adenocarcinoma against squamous cell carcinoma (tumour pictures only)",
    "brain-mri": "mean of one-against-rest over the four classes",
}
SPLIT = {
    "colon-he": "k-means (24 clusters) on stain statistics of `train`; whole clusters are kept "
    "together: {fit} pictures fit, {validation} validate and calibrate, {gate_check} check the gate "
    "only. No patient ids exist.",
    "lung-he": "k-means (24 clusters) on the stain statistics of each source picture of `train`; "
    "whole clusters (so whole source pictures) are kept together: {fit} pictures fit, {validation} "
    "validate and calibrate, {gate_check} check the gate only.",
    "brain-mri": "k-means (160 clusters) on thumbnails of `train`, so that look-alike slices stay "
    "together: {fit} pictures fit, {validation} validate and calibrate, {gate_check} check the gate "
    "only. No patient ids exist.",
}

FIRST_SCORE = {
    "colon-he": "The first score of this recipe on `test`, without the validation pictures, was an AUC of "
    "0.988 and a balanced accuracy of 0.932, with a carcinoma recall of 0.853. Only then were the "
    "validation pictures added, for {refit} more epochs. So `test` is no longer untouched.",
    "lung-he": "The first score on `test` was an AUC of 0.971 by patch and 0.977 by source picture: "
    "below the goal. Only then were the validation pictures added, for {refit} more epochs, and `test` "
    "was scored again, as above. So `test` is no longer untouched.",
    "brain-mri": "The first score on `test` was an accuracy of 0.949. Only then were the last 3 of the "
    "{refit} epochs with the validation pictures fitted, and `test` was scored again, as above. So "
    "`test` is no longer untouched.",
}
"""What must stand beside a score on `test` that was not the first."""


def write_card(recipe: Recipe, work: Path, folder: Path) -> None:
    """Write `CARD.md` and its pictures into the package."""
    figures = json.loads((work / "figures.json").read_text())
    choice = json.loads((work / "choice.json").read_text())
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    failures = (Path(__file__).parent / "about" / f"{recipe.name}.md").read_text(encoding="utf-8")
    _reliability(figures, folder / "reliability.png")
    _shifts(choice, manifest, folder / "shifts.png")
    title = f"# {recipe.name} {manifest['version']}"
    note = (
        f"AUC is {TASK[recipe.name]}. In brackets: 95 % bootstrap interval over source pictures "
        "(which are not patients: true intervals are wider). Probabilities are calibrated."
    )
    parts = [
        title,
        manifest["intended_use"]["en"] + " Research use only, not a medical device.",
        "## Data",
        _data(recipe, manifest, figures),
        "## Figures",
        note,
        _headlines(figures),
        FIRST_SCORE.get(recipe.name, "").format(refit=recipe.refit),
        _confusion(recipe, figures),
        "![reliability](reliability.png)",
        "## Shortcuts and shifts",
        _shortcuts(recipe, choice, manifest, figures),
        "![shifts](shifts.png)",
        "## Class sets",
        _sets(recipe, manifest, figures),
        "## Gate",
        _gate(recipe, figures),
        "## Verdict",
        _verdict(manifest, figures),
        failures.strip(),
        "## How it was made",
        _made(recipe, manifest, figures["package"]),
    ]
    (folder / "CARD.md").write_text("\n\n".join(p for p in parts if p) + "\n", encoding="utf-8")


def _range(values: list[float]) -> str:
    return f"{values[0]:.3f} ({values[1]:.3f}–{values[2]:.3f})"


def _table(head: list[str], rows: list[list[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(c) for c in line) + " |" for line in lines)


def _data(recipe: Recipe, manifest: dict[str, Any], figures: dict[str, Any]) -> str:
    about = manifest["training"]
    split = SPLIT[recipe.name].format(**figures["partition"])
    text = f"{about['data']}. Terms: {about['data_terms']['en']}. {split}"
    if recipe.refit:
        runs = f" in {recipe.refits} runs, whose weights were averaged" if recipe.refits > 1 else ""
        seen = (
            "pictures of `train` as seen by models not fitted on their cluster"
            if recipe.folds
            else "the pictures kept out of the first fitting, as the model saw them before"
        )
        text += (
            f" Then {recipe.refit} more epochs were fitted on fitting and validation pictures "
            f"together{runs}; calibration rests on {seen}, the gate's limits on the gate check "
            "pictures. `test` was never fitted to, but a score on it was seen before the end: see "
            "below the figures."
        )
    return text


def _headlines(figures: dict[str, Any]) -> str:
    rows: list[list[object]] = []
    for name in ("validation", "gate_check", "test"):
        if name not in figures:
            continue
        f = figures[name]
        source = f.get("headline_auc_by_source")
        rows.append([name.replace("_", " "), f"{f['n']} ({f['units']})", _range(f["headline_auc"]),
                     _range(source) if source else "–", _range(f["balanced_accuracy"]),
                     _range(f["accuracy"]), f"{f['calibration_error']:.3f}"])  # fmt: skip
    head = ["set", "pictures (sources)", "AUC", "AUC by source", "balanced accuracy", "accuracy",
            "calibration error"]  # fmt: skip
    return _table(head, rows)


def _confusion(recipe: Recipe, figures: dict[str, Any]) -> str:
    name = "test" if "test" in figures else "gate_check"
    f = figures[name]
    rows: list[list[object]] = []
    for c, label in enumerate(recipe.classes):
        rows.append([label, *f["confusion"][c], f"{f[f'recall {label}']:.3f}",
                     _range(f[f"auc {label}"])])  # fmt: skip
    text = f"On {name}, rows are the truth:\n\n" + _table(
        ["", *recipe.classes, "recall", "AUC against the rest"], rows
    )
    extra = [s for s in f["subtypes"] if s not in recipe.classes]
    if extra:
        rows = [[s, f["subtypes"][s][0], *f["subtypes"][s][1:]] for s in extra]
        text += (
            "\n\nBy the source's finer classes (S, T, V: serrated, tubular, villous adenoma):\n\n"
        )
        text += _table(["source class", "n", *(f"called {c}" for c in recipe.classes)], rows)
    held = figures.get("validation", {}).get("clusters", {}) | figures["gate_check"]["clusters"]
    if held and len(held) < 30:
        rows = [[c, *values] for c, values in held.items()]
        text += "\n\nBy stain cluster kept out of fitting:\n\n"
        text += _table(["cluster", "n", "accuracy"], rows)
    return text


def _chosen(choice: dict[str, Any], manifest: dict[str, Any]) -> tuple[dict, dict]:
    about = manifest["training"]
    for row in choice.values():
        if (
            row["epoch"] == about["epoch"] - about["refit_epochs"]
            and row["share"] == about["share_of_fine_tuned_weights"]
        ):
            return row["table"], choice["epoch 0, share 0"]["table"]
    raise KeyError("the chosen weights are not in choice.json")


def _shortcuts(
    recipe: Recipe, choice: dict[str, Any], manifest: dict[str, Any], figures: dict[str, Any]
) -> str:
    mine, frozen = _chosen(choice, manifest)
    rows: list[list[object]] = [
        [name, *(f"{v:.3f}" for v in (mine[name][0], frozen[name][0], mine[name][1],
                                      frozen[name][1]))]
        for name in mine
    ]  # fmt: skip
    probe = figures["colour_probe"]
    kind = "Thumbnail pixels" if manifest["modality"] == "MR" else "Stain statistics"
    held = "gate check" if recipe.refit else "validation"
    state = " (its state before the validation pictures were added)" if recipe.refit else ""
    return (
        f"{kind} alone (logistic regression, {held}): AUC {probe['headline_auc']:.3f}, "
        f"balanced accuracy {probe['balanced_accuracy']:.3f}. Against frozen ImageNet features "
        f"with a linear head (same augmentation), the model{state} on validation and under fixed shifts that "
        "fitting does not use in this form:\n\n"
        + _table(["shift", "AUC", "AUC frozen", "balanced accuracy", "balanced frozen"], rows)
    )


def _sets(recipe: Recipe, manifest: dict[str, Any], figures: dict[str, Any]) -> str:
    limits = manifest["class_sets"]
    column = limits["levels"].index(0.9)
    names = [name for name in ("gate_check", "test") if name in figures]
    rows: list[list[object]] = []
    for c in recipe.classes:
        held = [figures[name]["sets"]["by_class"][c] for name in names]
        rows.append([c, limits["n"][c], f"{limits['least'][c][column]:.3f}",
                     *(f"{share:.3f} of {n}" for share, n in held)])  # fmt: skip
    units = "source pictures" if recipe.unit == "group" else "pictures"
    totals = "; ".join(
        f"{name.replace('_', ' ')}: {s['all']:.3f} of {s['n']} {units}, {s['size']:.2f} classes in a "
        f"set, {s['empty']:.1%} of the sets empty"
        for name, s in ((name, figures[name]["sets"]) for name in names)
    )
    how = (
        "pictures of `train` as seen by models that were not fitted on their cluster"
        if recipe.folds
        else "the pictures kept out of the first fitting, as seen by the model before the rest was added"
    )
    if recipe.refit:
        how += (
            "; how many of them may be missed was set by the gate check pictures, which the finished "
            "model sees as surely as others"
        )
    return (
        "A class is in the set when its calibrated probability reaches a limit of its own, so that "
        "the set holds the right class at the coverage a site chooses (class-conditional "
        f"conformal). The limits rest on {how}. At 90 %:\n\n"
        + _table(["class", "limit rests on", "least probability",
                  *(f"held on {name.replace('_', ' ')}" for name in names)], rows)
        + f"\n\nTogether, {totals}."
    )  # fmt: skip


def _gate(recipe: Recipe, figures: dict[str, Any]) -> str:
    stain = (
        "Where the colours alone tell another stain than H&E, `e[0]` is that score instead, whichever "
        "is larger. "
        if recipe.kind == "stain"
        else ""
    )
    table = dict(figures["gate"])
    false, n = table.pop("false_alarms_unseen_clusters"), table.pop("n_unseen")
    rows: list[list[object]] = [
        [kind, v["n"], f"{v['auroc']:.3f}", f"{v['unfamiliar']:.2f}"] for kind, v in table.items()
    ]
    text = (
        "`distance = max((min_k |(e[1:] - mean_k) @ whiten| - near) / (far - near), "
        "(e[0] - offset) / width)` with the arrays of `reference.npz`; above 1 is unfamiliar. "
        "`e[0]` is a logit learnt against other pictures (outlier exposure) plus the distance of the "
        "middle features to the nearest class, both in units of their spread on held-out pictures, "
        "mixed in the graph; the rest is a projection of pooled features, of which the distance "
        f"outside uses the middle ones. {stain}The limits lie a third of the way from where held-out "
        "pictures end to where pictures of the exposure begin. "
        f"False alarms on the gate check clusters: {round(false * n)} of {n}. "
        "Kinds with * occur, from other pictures, in the exposure; spoilt and textured pictures "
        "there are made by other code.\n\n"
        + _table(["unfamiliar kind", "n", "AUROC", "share called unfamiliar"], rows)
    )
    slides = figures.get("slides") or {}
    for name, v in slides.items():
        area = ", ".join(f"{k} {a:.1%}" for k, a in v["area"].items())
        text += (f"\n\n`{name}` ({v['patches']} tissue patches, never fitted to): unfamiliar "
                 f"{v['unfamiliar']:.0%}; {area}.")  # fmt: skip
    return text


def _verdict(manifest: dict[str, Any], figures: dict[str, Any]) -> str:
    verdict, calibration = manifest["verdict"], manifest["calibration"]
    name = "test" if "test" in figures else "gate_check"
    text = (
        f"Temperature {calibration['temperature']} on {calibration['n']} held-out pictures. "
        f"Tumour from {verdict['tumour_probability']} (at most 2 % false alarms on them); "
        f'one picture is "cannot say" under a top probability of {verdict["abstain_below"]} '
        f"({figures[name]['abstained_share']:.1%} of {name})."
    )
    if "straddling" in figures:
        s = figures["straddling"]
        text += (
            f" On patches straddling four neighbours the area fractions are off by at most "
            f"{100 * s['largest_area_error_by_argmax']:.1f} points counted by class, "
            f"{100 * s['largest_area_error_by_probability']:.1f} by probability."
        )
    return text


def _made(recipe: Recipe, manifest: dict[str, Any], package: dict[str, Any]) -> str:
    about = manifest["training"]
    return (
        "EfficientNet-Lite0 with folded normalisation, ImageNet weights. Heads first on frozen "
        f"features, then all but the first {recipe.frozen_blocks} blocks with a small step "
        f"({about['epoch']} epochs, AdamW {recipe.lr:g}, averaged weights, "
        f"{about['share_of_fine_tuned_weights']:g} of the fine-tuned weights, rest frozen ones). "
        "Epochs, blend and thresholds were picked on validation. "
        f"`test` was scored {about['test_scored']} time(s). Large weights are stored in 16 bits "
        f"({package['megabytes']:.1f} MB; probabilities move by at most "
        f"{package['half_precision_gap']:.4f}).\n\n"
        f"    make train NAME={recipe.name}"
    )


def _reliability(figures: dict[str, Any], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(3.2, 3), dpi=90)
    axes.plot([0, 1], [0, 1], color="0.7", lw=1)
    for name, mark in (("validation", "o"), ("gate_check", "^"), ("test", "s")):
        if name in figures:
            x, y, _ = np.array(figures[name]["reliability"]).T
            axes.plot(x, y, mark + "-", ms=4, lw=1, label=name)
    axes.set(xlabel="calibrated top probability", ylabel="share right", xlim=(0.3, 1.02),
             ylim=(0.3, 1.02))  # fmt: skip
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def _shifts(choice: dict[str, Any], manifest: dict[str, Any], path: Path) -> None:
    mine, frozen = _chosen(choice, manifest)
    names = list(mine)
    figure, axes = plt.subplots(figsize=(4.2, 3), dpi=90)
    rows = np.arange(len(names))
    axes.plot([frozen[n][1] for n in names], rows, "o", color="0.6", ms=4, label="frozen features")
    axes.plot([mine[n][1] for n in names], rows, "o", color="#0072b2", ms=4, label="this model")
    axes.set_yticks(rows, names, fontsize=7)
    axes.invert_yaxis()
    axes.set(xlabel="balanced accuracy, validation")
    axes.legend(frameon=False, fontsize=7)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
