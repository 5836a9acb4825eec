"""findings.geojson: what was seen, as objects that QuPath opens.

Coordinates are px of level 0. One annotation per connected region of the verdict's class,
one tile per planned patch: its class or what kept it from being read, and its numbers.
Classes keep their English names in every language: QuPath tells them apart by the name.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, NamedTuple, TextIO

import numpy as np

from bedside_dx.core.heatmap import is_unfamiliar, shown_class
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import PatchState
from bedside_dx.report.areas import calls, corner_px, verdict_areas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bedside_dx.core.model_card import ModelClass
    from bedside_dx.core.results import Report
    from bedside_dx.report.areas import Corner, Ring
    from bedside_dx.text import Texts

NAMESPACE = uuid.UUID("b6f5a9d2-6a7f-5f0e-9a53-3f1a3a0c7d11")
"""Root of the objects' ids: the same slide and cell give the same id."""

GREY = (140, 146, 153)

Json = dict[str, object]

RingPx = list[list[float]]
"""Corners in px of level 0, the first repeated at the end."""


class Classification(NamedTuple):
    """What an object is called, in English, and what a program knows it by."""

    name: str
    color: tuple[int, int, int]
    metadata: Mapping[str, str]


def _state(name: str, state: str, color: tuple[int, int, int]) -> Classification:
    return Classification(name, color, {"state": state})


STATES = {
    PatchState.PENDING: _state("Not read yet", "pending", (190, 196, 202)),
    PatchState.UNREADABLE: _state("Unreadable", "unreadable", (70, 76, 84)),
    PatchState.BLURRED: _state("Out of focus", "blurred", (108, 116, 126)),
    PatchState.ARTEFACT: _state("Too thick or too dark", "artefact", (88, 80, 70)),
    PatchState.INK: _state("Ink", "ink", (52, 64, 84)),
    PatchState.FOLD: _state("Fold", "fold", (98, 86, 104)),
    PatchState.BUBBLE: _state("Air bubble", "bubble", (122, 138, 142)),
    PatchState.EXPOSURE: _state("Badly exposed", "exposure", (150, 146, 132)),
    PatchState.DEBRIS: _state("Dirt", "debris", (112, 104, 96)),
}
UNFAMILIAR = _state("Unlike the training data", "unfamiliar", GREY)


def write_geojson(report: Report, path: Path, t: Texts) -> None:
    """Write all objects, one line each; memory does not grow with the slide.

    Raises
    ------
    OSError
        The file could not be written.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type":"FeatureCollection","features":[')
        _write_features(file, report, t)
        file.write("\n]}\n")


def _write_features(file: TextIO, report: Report, t: Texts) -> None:
    separator = "\n"
    for features in (area_features(report, t), tile_features(report)):
        for feature in features:
            file.write(separator)
            file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
            separator = ",\n"


def area_features(report: Report, t: Texts) -> Iterator[Json]:
    """Regions of the verdict's class, largest first, merged from their cells."""
    findings = report.findings
    column = shown_class(findings, report.diagnosis)
    model_class = findings.model.classes[column]
    for number, area in enumerate(verdict_areas(report), start=1):
        rings = [_ring_px(report, ring) for ring in (area.outline, *area.holes)]
        measurements: Json = {
            f"mean prob_{model_class.id}": round(area.probability, 4),
            "patches": area.cells,
        }
        if findings.cell_mm2 is not None:
            mm2 = findings.cell_mm2 / findings.grid.step**2
            measurements["area mm2"] = round(sum(map(_signed_area, rings)) * mm2, 4)
        yield _feature(
            _identity(report, f"annotation/{model_class.id}", area.first_cell),
            rings,
            object_type="annotation",
            name=t("{label} {number}", label=t.of(model_class.label), number=number),
            classification=_class(model_class),
            measurements=measurements,
        )


def tile_features(report: Report) -> Iterator[Json]:
    """Every planned patch with its class, or with what kept it from being read."""
    findings = report.findings
    called, unfamiliar = calls(findings), is_unfamiliar(findings)
    classes = [_class(c) for c in findings.model.classes]
    for i in range(len(findings.state)):
        cell = (int(findings.cells[i, 0]), int(findings.cells[i, 1]))
        if unfamiliar[i]:
            classification = UNFAMILIAR
        elif called[i] >= 0:
            classification = classes[int(called[i])]
        else:
            classification = STATES[PatchState(int(findings.state[i]))]
        yield _feature(
            _identity(report, "tile", cell),
            [_cell_px(report, cell)],
            object_type="tile",
            name=classification.name,
            classification=classification,
            measurements=_scores(report, i),
        )


def _class(model_class: ModelClass) -> Classification:
    name = model_class.label.get("en", model_class.id)
    return Classification(name, model_class.color, {"class_id": model_class.id})


def _feature(
    identity: str,
    coordinates: list[RingPx],
    *,
    object_type: str,
    name: str,
    classification: Classification,
    measurements: Json,
) -> Json:
    color = list(classification.color)
    return {
        "type": "Feature",
        "id": identity,
        "geometry": {"type": "Polygon", "coordinates": coordinates},
        "properties": {
            "objectType": object_type,
            "name": name,
            "color": color,
            "classification": {"name": classification.name, "color": color},
            "isLocked": False,
            "measurements": measurements,
            "metadata": dict(classification.metadata),
        },
    }


def _scores(report: Report, patch: int) -> Json:
    findings = report.findings
    values: Json = {}
    for c, p in zip(findings.model.classes, findings.probabilities[patch].tolist(), strict=True):
        if np.isfinite(p):
            values[f"prob_{c.id}"] = round(p, 4)
    if np.isfinite(findings.unfamiliarity[patch]):
        values["unfamiliarity"] = round(float(findings.unfamiliarity[patch]), 3)
    if findings.attention is not None and findings.attention[patch] > 0:
        values["attention"] = round(float(findings.attention[patch]), 6)
    return values


def _identity(report: Report, kind: str, cell: Corner) -> str:
    """Id that is the same whenever the same slide, model and cell are written."""
    key = f"{report.slide.fingerprint}/{report.model.sha256}/{kind}/{cell[0]},{cell[1]}"
    return str(uuid.uuid5(NAMESPACE, key))


def _cell_px(report: Report, cell: Corner) -> RingPx:
    if report.model.input is ModelInput.WHOLE_IMAGE:
        size = report.slide.size
        w, h = float(size.width), float(size.height)
        return [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h], [0.0, 0.0]]
    column, row = cell
    return _ring_px(
        report,
        [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)],
    )


def _ring_px(report: Report, ring: Ring) -> RingPx:
    """Place a ring on the image; cells at the edge reach beyond it and are cut there."""
    size = report.slide.size
    corners = [corner_px(report.findings.grid, corner) for corner in [*ring, ring[0]]]
    return [[_within(x, size.width), _within(y, size.height)] for x, y in corners]


def _within(value: float, end: int) -> float:
    return round(min(max(value, 0.0), float(end)), 2)


def _signed_area(ring: RingPx) -> float:
    """Area in px²; negative for a hole, which runs the other way."""
    x, y = np.array(ring).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)
