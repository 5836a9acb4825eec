"""findings.geojson: what was seen, as objects that QuPath opens.

Coordinates are px of level 0. One annotation per connected region of the verdict's class,
one tile per planned patch: its class or what kept it from being read, and its numbers.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, TextIO

import numpy as np

from bedside_dx.core.heatmap import is_unfamiliar, shown_class
from bedside_dx.core.model_card import ModelInput
from bedside_dx.core.results import PatchState
from bedside_dx.report.areas import calls, corner_px, verdict_areas
from bedside_dx.text.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bedside_dx.core.results import Report
    from bedside_dx.report.areas import Corner, Ring
    from bedside_dx.text import Texts

NAMESPACE = uuid.UUID("b6f5a9d2-6a7f-5f0e-9a53-3f1a3a0c7d11")
"""Root of the objects' ids: the same slide and cell give the same id."""

GREY = (140, 146, 153)
STATES = {
    PatchState.PENDING: (mark("Not read yet"), (190, 196, 202)),
    PatchState.UNREADABLE: (mark("Unreadable"), (70, 76, 84)),
    PatchState.BLURRED: (mark("Out of focus"), (108, 116, 126)),
    PatchState.ARTEFACT: (mark("Artefact"), (88, 80, 70)),
}
UNFAMILIAR = mark("Unlike the training data")

Json = dict[str, object]

Classification = tuple[str, tuple[int, int, int]]
"""Name and colour."""


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
    for features in (area_features(report, t), tile_features(report, t)):
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
        measurements: Json = {
            f"mean prob_{model_class.id}": round(area.probability, 4),
            "patches": area.cells,
        }
        if findings.cell_mm2 is not None:
            measurements["area mm2"] = round(area.cells * findings.cell_mm2, 4)
        yield _feature(
            _identity(report, f"annotation/{model_class.id}", area.first_cell),
            [_ring_px(report, ring) for ring in (area.outline, *area.holes)],
            object_type="annotation",
            name=t("{label} {number}", label=t.of(model_class.label), number=number),
            classification=(t.of(model_class.label), model_class.color),
            measurements=measurements,
        )


def tile_features(report: Report, t: Texts) -> Iterator[Json]:
    """Every planned patch with its class, or with what kept it from being read."""
    findings = report.findings
    called, unfamiliar = calls(findings), is_unfamiliar(findings)
    classes: list[Classification] = [(t.of(c.label), c.color) for c in findings.model.classes]
    states = {int(state): (t(words), color) for state, (words, color) in STATES.items()}
    strange: Classification = (t(UNFAMILIAR), GREY)
    for i in range(len(findings.state)):
        cell = (int(findings.cells[i, 0]), int(findings.cells[i, 1]))
        if unfamiliar[i]:
            classification = strange
        elif called[i] >= 0:
            classification = classes[int(called[i])]
        else:
            classification = states[int(findings.state[i])]
        yield _feature(
            _identity(report, "tile", cell),
            [_cell_px(report, cell)],
            object_type="tile",
            name=classification[0],
            classification=classification,
            measurements=_scores(report, i),
        )


def _feature(
    identity: str,
    coordinates: list[list[list[float]]],
    *,
    object_type: str,
    name: str,
    classification: Classification,
    measurements: Json,
) -> Json:
    class_name, color = classification
    return {
        "type": "Feature",
        "id": identity,
        "geometry": {"type": "Polygon", "coordinates": coordinates},
        "properties": {
            "objectType": object_type,
            "name": name,
            "color": list(color),
            "classification": {"name": class_name, "color": list(color)},
            "isLocked": False,
            "measurements": measurements,
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
    return values


def _identity(report: Report, kind: str, cell: Corner) -> str:
    """Id that is the same whenever the same slide, model and cell are written."""
    key = f"{report.slide.fingerprint}/{report.model.sha256}/{kind}/{cell[0]},{cell[1]}"
    return str(uuid.uuid5(NAMESPACE, key))


def _cell_px(report: Report, cell: Corner) -> list[list[float]]:
    if report.model.input is ModelInput.WHOLE_IMAGE:
        size = report.slide.size
        w, h = float(size.width), float(size.height)
        return [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h], [0.0, 0.0]]
    column, row = cell
    return _ring_px(
        report,
        [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)],
    )


def _ring_px(report: Report, ring: Ring) -> list[list[float]]:
    corners = [corner_px(report.findings.grid, corner) for corner in [*ring, ring[0]]]
    return [[round(x, 2), round(y, 2)] for x, y in corners]
