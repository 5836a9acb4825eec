"""Figures of a slide-level network beside simpler readings of the same composed slides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.weighing import Weighing
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.results import Findings
from bedside_dx.core.rules import DEFAULT_RULES
from bedside_dx.core.verdict import Status
from bedside_dx.models.package import read_package
from training.measure import auc
from training.mil import AttentionMil
from training.slide_bags import Bag

SMALL = 0.025
"""Share up to which carcinoma is small: 2 % and what rounding to whole squares adds."""
TOP = 5
ROUNDS = 1000
CARCINOMA = 2


def logits(network: AttentionMil, bags: Sequence[Bag]) -> NDArray[np.float64]:
    """(slides, K), not calibrated."""
    network.eval()
    with torch.no_grad():
        return np.stack([network(torch.from_numpy(_shown(bag)))[0].numpy()
                         for bag in bags]).astype(np.float64)  # fmt: skip


def probabilities(network: AttentionMil, bags: Sequence[Bag]) -> NDArray[np.float64]:
    """(slides, K), calibrated."""
    return np.stack([network.read(_shown(bag))[0] for bag in bags]).astype(np.float64)


def _shown(bag: Bag) -> NDArray[np.float32]:
    return bag.embedding[bag.judged].astype(np.float32)


def log_loss(network: AttentionMil, bags: Sequence[Bag]) -> float:
    """Of the first class, slides with it and without weighing the same."""
    p = probabilities(network, bags)[:, 0].clip(1e-6, 1 - 1e-6)
    present = np.array([bag.share > 0 for bag in bags])
    return float(-(np.log(p[present]).mean() + np.log(1 - p[~present]).mean()) / 2)


def sure_from(network: AttentionMil, bags: Sequence[Bag]) -> float:
    """Least probability that no held-out slide without carcinoma reaches, with some room."""
    p = probabilities(network, bags)[:, 0]
    highest = max(p[i] for i, bag in enumerate(bags) if bag.share == 0)
    return round(float(np.clip((highest + 1) / 2, 0.5, 0.99)), 3)


def judge(network: AttentionMil, bags: Sequence[Bag], place: Path) -> dict[str, object]:
    """Areas under curves with 95 % intervals, carcinoma up to 2 % against none.

    The intervals draw whole slides before carcinoma was let grow in them: the slides of one are
    alike.
    """
    card = read_package(place).card
    few = [bag for bag in bags if bag.share <= SMALL]
    present = np.array([bag.share > 0 for bag in few])
    base = np.array([bag.base for bag in few])
    scores = readings(network, few, card)
    mine = scores["this network"]
    table = {name: _with_interval(value, present, base) for name, value in scores.items()}
    gains = {name: _gain(mine, value, present, base) for name, value in scores.items()
             if value is not mine}  # fmt: skip
    adenoma = np.array([bag.present[1] for bag in few])
    told = probabilities(network, few)[:, 1]
    return {
        "slides": len(few), "with_carcinoma": int(present.sum()),
        "patches": int(sum(len(bag.cells) for bag in few)),
        "judged_share": float(np.mean([bag.judged.mean() for bag in few])),
        "auc": table, "gain": gains,
        "by_share": _by_share(scores, few, present),
        "auc_adenoma": _with_interval(told, adenoma, base),
        "log_loss": log_loss(network, few),
    }  # fmt: skip


def readings(
    network: AttentionMil, bags: Sequence[Bag], card: ModelCard
) -> dict[str, NDArray[np.float64]]:
    """Score of each slide by each way of reading it."""
    patches = [np.sort(bag.probabilities[bag.judged, CARCINOMA])[::-1] for bag in bags]
    # Probabilities saturate; the logit keeps their order.
    return {
        "this network": logits(network, bags)[:, 0],
        "mean of the patches": np.array([p.mean() for p in patches], np.float64),
        "maximum of the patches": np.array([p.max() for p in patches], np.float64),
        f"mean of the {TOP} highest": np.array([p[:TOP].mean() for p in patches], np.float64),
        "area rules (score)": np.array([
            Weighing(findings_of(bag, card), DEFAULT_RULES).tumour_score
            for bag in bags
        ]),
    }  # fmt: skip


def findings_of(bag: Bag, card: ModelCard) -> Findings:
    """The slide as the program sees it before the slide-level network reads it."""
    x0, y0, step, side, columns, rows = bag.grid.tolist()
    return Findings(
        card, PatchGrid(x0, y0, step, side, int(columns), int(rows)), bag.cells, bag.state,
        bag.probabilities, bag.unfamiliarity, bag.tissue, (step * 1.2 / 1000) ** 2,
    )  # fmt: skip


def second_reader(
    network: AttentionMil, bags: Sequence[Bag], place: Path, limit: float
) -> dict[str, object]:
    """Where the network and the area rules disagree about carcinoma, and who is right."""
    card = read_package(place).card
    p = probabilities(network, bags)[:, 0]
    said = [conclude(findings_of(bag, card)).status for bag in bags]
    there = np.array([bag.share > 0 for bag in bags])
    seen = np.array([status is Status.PRESENT for status in said])
    counts: dict[str, object] = {"slides": len(bags), "with_carcinoma": int(there.sum())}
    for status in (Status.NOT_SEEN, Status.SUSPICIOUS, Status.CANNOT_SAY, Status.PRESENT):
        these = np.array([s is status for s in said])
        sure = these & (p >= limit)
        counts[f"rules {status.value}"] = {
            "slides": int(these.sum()), "with_carcinoma": int((these & there).sum()),
            "network_sure": int(sure.sum()), "network_sure_and_right": int((sure & there).sum()),
        }  # fmt: skip
    counts["rules_present_network_below_half"] = int((seen & (p < 0.5)).sum())
    counts["of_these_with_carcinoma"] = int((seen & (p < 0.5) & there).sum())
    return counts


def _with_interval(
    scores: NDArray[np.float64], present: NDArray[np.bool_], base: NDArray[np.int64]
) -> list[float]:
    values = [auc(scores[rows], present[rows]) for rows in _drawn(base)]
    return [auc(scores, present), *(float(v) for v in np.nanquantile(values, [0.025, 0.975]))]


def _gain(
    mine: NDArray[np.float64], other: NDArray[np.float64],
    present: NDArray[np.bool_], base: NDArray[np.int64],
) -> list[float]:  # fmt: skip
    values = [auc(mine[r], present[r]) - auc(other[r], present[r]) for r in _drawn(base)]
    return [auc(mine, present) - auc(other, present),
            *(float(v) for v in np.nanquantile(values, [0.025, 0.975]))]  # fmt: skip


def _drawn(base: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    rng = np.random.default_rng(0)
    rows = [np.flatnonzero(base == b) for b in np.unique(base)]
    return [np.concatenate([rows[i] for i in rng.integers(len(rows), size=len(rows))])
            for _ in range(ROUNDS)]  # fmt: skip


def _by_share(
    scores: dict[str, NDArray[np.float64]], bags: Sequence[Bag], present: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    share = np.array([bag.share for bag in bags])
    table: dict[str, dict[str, float]] = {}
    for low, high in ((0.0, 0.0075), (0.0075, 0.0125), (0.0125, SMALL)):
        rows = ~present | ((share > low) & (share <= high))
        name = f"{100 * low:g}–{100 * high:g} %"
        table[name] = {"n": int((rows & present).sum())} | {
            k: round(auc(v[rows], present[rows]), 4) for k, v in scores.items()
        }
    return table


def card_section(heading: str, figures: dict[str, object]) -> str:
    """Markdown for the card: what it is, how it compares, and who wins."""
    name = "test" if "test" in figures else "validation"
    judged = figures[name]
    auc_of, gains = judged["auc"], judged["gain"]
    rows = [[reading, _range(values), _range(gains[reading]) if reading in gains else "–",
             *(f"{judged['by_share'][s][reading]:.3f}" for s in judged["by_share"])]
            for reading, values in auc_of.items()]  # fmt: skip
    shares = [f"{s} (n = {v['n']})" for s, v in judged["by_share"].items()]
    head = ["reading of the slide", "AUC", "this network minus it", *shares]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    scored = (
        f" `test` was scored {figures['test_scored']} time(s) for this." if name == "test" else ""
    )
    fit = figures["fit"]
    return (
        f"{heading}\n\n"
        "`aggregator.onnx` (gated attention over the embeddings of the judged patches, column 0 left "
        f"out) tells whether there is carcinoma, and adenoma, on the slide. Fitted on {fit['slides']} "
        "slides composed of fitting patches (300–450 squares, carcinoma from one square to half of "
        "the tissue), chosen and calibrated on slides of patches kept out of fitting as if half of all slides "
        f"held carcinoma.{scored} Composed slides are not patients' slides: tissue borders, "
        "architecture and mixed stains are not a section's.\n\n"
        f"Carcinoma of at most 2 % of the tissue against none, {judged['slides']} slides composed of "
        f"{name} patches ({judged['with_carcinoma']} with carcinoma); in brackets 95 % bootstrap "
        "intervals over the slides before carcinoma was added:\n\n"
        f"{table}\n\n{_who_wins(auc_of, gains)} "
        f"Adenoma present: AUC {_range(judged['auc_adenoma'])}.\n\n{_reader(figures, name)}"
    )


def _range(values: list[float]) -> str:
    return f"{values[0]:.3f} ({values[1]:.3f}–{values[2]:.3f})"


def _who_wins(auc_of: dict[str, list[float]], gains: dict[str, list[float]]) -> str:
    better = [name for name, (_, low, _) in gains.items() if low > 0]
    worse = [name for name, (_, _, high) in gains.items() if high < 0]
    even = [name for name in auc_of if name in gains and name not in better + worse]
    parts = [
        (better, "It does better than"), (even, "It can't be told apart from"),
        (worse, "It does **worse** than"),
    ]  # fmt: skip
    return " ".join(f"{words}: {', '.join(names)}." for names, words in parts if names)


def _reader(figures: dict[str, object], name: str) -> str:
    counts = figures[f"second_reader_{name}"]
    missed = counts["rules not_seen"]
    chosen = " (the limit was chosen so that it is never wrong on these)" if name != "test" else ""
    return (
        f"As a second reader (sure from {figures['sure_from']}{chosen}): of {missed['slides']} slides where the "
        f"area rules saw nothing, {missed['with_carcinoma']} held carcinoma; the network was sure of it "
        f"on {missed['network_sure']}, rightly on {missed['network_sure_and_right']}. Where the rules "
        f"said present it stayed below one half on {counts['rules_present_network_below_half']} slides, "
        f"{counts['of_these_with_carcinoma']} of them with carcinoma. It never takes back a carcinoma "
        "that the rules see."
    )
