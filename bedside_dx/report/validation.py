"""An evaluation as tables: scores.csv, a row for each image, and metrics.json."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING

from bedside_dx import __version__
from bedside_dx.core.evaluation import Fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bedside_dx.core.evaluation import (
        Answer,
        ClassCoverage,
        Distances,
        Estimate,
        Evaluation,
        GateFindings,
        Metrics,
        SetCoverage,
        Subgroup,
    )
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text import Texts

DETAILS = (
    "class",
    "set",
    "unfamiliarity",
    "reasons",
    "preparation",
    "patches",
    "mirrored",
    "error",
)
"""Columns after the verdict."""
EMPTY_SET = "-"
"""Set of an image that no class fits; a model without limits leaves the column empty."""


def write_scores(evaluation: Evaluation, card: ModelCard, path: Path) -> None:
    """Write a row for each image, in the order of the table that was read.

    The probabilities are there also where the verdict is ``cannot_say``; they are empty
    where the image could not be read, and ``error`` says why. Columns of the table that
    split the images, and ``familiar`` where some are not, come last.
    """
    columns = [f"prob_{c.id}" for c in card.classes]
    kinds = not all(image.familiar for image in evaluation.images)
    more = [*(["familiar"] if kinds else []), *evaluation.columns]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", *columns, "verdict", *DETAILS, *more])
        for image in evaluation.images:
            values = (
                [*[""] * len(columns), "", *[""] * (len(DETAILS) - 1)]
                if image.answer is None
                else _values(image.answer)
            )
            kind = [("yes" if image.familiar else "no")] if kinds else []
            split = [image.subgroups.get(column, "") for column in evaluation.columns]
            writer.writerow([image.path, image.label, *values, image.error, *kind, *split])


def _values(answer: Answer) -> list[str | int]:
    return [
        *(f"{p:.6f}" for p in answer.probabilities),
        answer.status.value,
        answer.class_id or "",
        _set(answer),
        f"{answer.unfamiliarity:.4f}",
        " ".join(code.removeprefix("reason.") for code in answer.reasons),
        answer.fit.value,
        answer.patches,
        int(answer.mirrored),
    ]


def _set(answer: Answer) -> str:
    if answer.class_set is None:
        return ""
    return "|".join(answer.class_set) or EMPTY_SET


def write_metrics(
    evaluation: Evaluation, card: ModelCard, engine: Mapping[str, str], path: Path, t: Texts
) -> None:
    """Write the figures; one that is not defined is null."""
    document = metrics_document(evaluation, card) | {
        "program": f"bedside-dx {__version__}",
        **engine,
        "notice": t("AI-generated, not verified. Research use only."),
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def metrics_document(evaluation: Evaluation, card: ModelCard) -> dict[str, object]:
    """The figures as plain values: each one, and its interval under ``intervals``."""
    metrics = evaluation.metrics
    single = _single(metrics)
    areas = metrics.auc
    return {
        "model": {"name": card.name, "version": card.version, "sha256": card.sha256},
        "index": {
            "file": evaluation.index.file,
            "sha256": evaluation.index.sha256,
            "rows": evaluation.index.rows,
        },
        "n": metrics.n,
        "unreadable": sum(image.answer is None for image in evaluation.images),
        "classes": [c.id for c in card.classes],
        "counts": dict(metrics.counts),
        "auc": {c: _number(e.value) for c, e in areas.items()},
        "auc_between": {_between(p): _number(e.value) for p, e in metrics.pairs.items()},
        **{name: _number(e.value) for name, e in single.items()},
        "intervals": {
            "auc": {c: _interval(e) for c, e in areas.items()},
            "auc_between": {_between(p): _interval(e) for p, e in metrics.pairs.items()},
            **{name: _interval(e) for name, e in single.items()},
        },
        "interval": {
            "level": 0.95,
            "method": "percentile bootstrap inside each label",
            "unit": metrics.unit,
            "units": metrics.units,
        },
        "confusion": metrics.confusion.tolist(),
        "reliability": [
            {"images": b.images, "confidence": b.confidence, "right": b.right}
            for b in metrics.reliability
        ],
        "calibration": {
            "bins": len(metrics.reliability),
            "formula": "sum n_b/n * |mean top probability - share right|",
            "corrected_formula": (
                "sum n_b/n * sqrt(max(0, gap_b^2 - p_b (1 - p_b) / (n_b - 1))), p_b the share right"
            ),
        },
        "class_sets": None if evaluation.sets is None else _sets(evaluation.sets),
        "gate": _gate(evaluation.gate),
        "subgroups": [_subgroup(group) for group in evaluation.subgroups],
        "preparation": _preparation(image.answer for image in evaluation.images),
    }


def _sets(sets: SetCoverage) -> dict[str, object]:
    return {
        "asked": sets.asked,
        "level": sets.level,
        **_covered(sets.overall),
        "classes": {name: _covered(found) for name, found in sets.classes.items()},
        "mean_size": sets.mean_size,
        "empty": sets.empty,
        "images_by_size": list(sets.sizes),
    }


def _covered(found: ClassCoverage) -> dict[str, object]:
    return {
        "images": found.images,
        "units": found.units,
        "coverage": _number(found.coverage.value),
        "interval": _interval(found.coverage),
    }


def _gate(gate: GateFindings) -> dict[str, object]:
    strangers = gate.strangers
    return {
        "familiar": _distances(gate.familiar),
        "classes": {name: _distances(found) for name, found in gate.classes.items()},
        "unfamiliar": None if strangers is None else _distances(strangers),
        "auroc": _number(gate.auroc.value),
        "auroc_interval": _interval(gate.auroc),
        "false_alarms": _number(gate.familiar.unfamiliar.value),
        "misses": None if strangers is None else _number(1 - strangers.unfamiliar.value),
    }


def _distances(found: Distances) -> dict[str, object]:
    return {
        "images": found.images,
        "units": found.units,
        "called_unfamiliar": _number(found.unfamiliar.value),
        "interval": _interval(found.unfamiliar),
        "distance_quantiles": {f"{q:g}": _number(d) for q, d in found.quantiles.items()},
    }


def _subgroup(group: Subgroup) -> dict[str, object]:
    figures = {
        "accuracy": group.accuracy,
        "auc": group.auc,
        "calibration_error_corrected": group.calibration_error,
        "abstained": group.abstained,
    }
    return {
        "column": group.column,
        "value": group.value,
        "n": group.images,
        "units": group.units,
        "small": group.is_small,
        **{name: _number(e.value) for name, e in figures.items()},
        "intervals": {name: _interval(e) for name, e in figures.items()},
    }


def _single(metrics: Metrics) -> dict[str, Estimate]:
    return {
        "balanced_accuracy": metrics.balanced_accuracy,
        "accuracy": metrics.accuracy,
        "accuracy_where_answered": metrics.answered_accuracy,
        "calibration_error": metrics.calibration_error,
        "calibration_error_corrected": metrics.calibration_error_corrected,
        "abstained": metrics.abstained,
    }


def _preparation(answers: Iterable[Answer | None]) -> dict[str, int]:
    """How many images were brought to scale in which way."""
    read = [answer for answer in answers if answer is not None]
    return {
        **{fit.value: sum(a.fit is fit for a in read) for fit in Fit},
        "mirrored": sum(a.mirrored for a in read),
        "cut into several patches": sum(a.patches > 1 for a in read),
    }


def _between(pair: tuple[str, str]) -> str:
    return f"{pair[0]} / {pair[1]}"


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _interval(estimate: Estimate) -> list[float | None]:
    return [_number(estimate.low), _number(estimate.high)]
