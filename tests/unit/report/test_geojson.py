"""findings.geojson as QuPath takes it."""

from __future__ import annotations

import json
import tracemalloc
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bedside_dx.core.geometry import PatchGrid, SizePx
from bedside_dx.core.heatmap import is_unfamiliar
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.verdict import Status
from bedside_dx.report.areas import calls
from bedside_dx.report.geojson import write_geojson
from bedside_dx.text import texts
from tests.unit.report.reports import made_report, whole_image_report


@pytest.fixture
def written(tmp_path: Path):
    def write(report, language="en") -> dict:
        path = tmp_path / "findings.geojson"
        write_geojson(report, path, texts(language))
        return json.loads(path.read_text(encoding="utf-8"))

    return write


def objects(collection: dict, kind: str) -> list[dict]:
    return [f for f in collection["features"] if f["properties"]["objectType"] == kind]


def polygon_area(coordinates: list) -> float:
    total = 0.0
    for ring in coordinates:
        x, y = np.array(ring[:-1]).T
        total += float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)
    return total


def test_every_feature_has_what_qupath_reads(written) -> None:
    collection = written(made_report())
    assert collection["type"] == "FeatureCollection"
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert uuid.UUID(feature["id"]).version == 5
        assert feature["geometry"]["type"] == "Polygon"
        for ring in feature["geometry"]["coordinates"]:
            assert ring[0] == ring[-1]
            assert len(ring) >= 5
        properties = feature["properties"]
        assert set(properties) == {
            "objectType", "name", "color", "classification", "isLocked", "measurements", "metadata",
        }  # fmt: skip
        assert set(properties["classification"]) == {"name", "color"}
        assert all(isinstance(v, int | float) for v in properties["measurements"].values())
    ids = [feature["id"] for feature in collection["features"]]
    assert len(set(ids)) == len(ids)


def test_one_tile_a_patch_named_by_its_class_or_by_what_kept_it_from_being_read(written) -> None:
    report = made_report()
    tiles = objects(written(report), "tile")
    names = Counter(tile["properties"]["classification"]["name"] for tile in tiles)
    called = calls(report.findings)
    assert names == {
        "Normal mucosa": (called == 0).sum(),
        "Adenoma": (called == 1).sum(),
        "Adenocarcinoma": (called == 2).sum(),
        "Unlike the training data": is_unfamiliar(report.findings).sum(),
        "Out of focus": (report.findings.state == PatchState.BLURRED).sum(),
        "Unreadable": (report.findings.state == PatchState.UNREADABLE).sum(),
        "Ink": (report.findings.state == PatchState.INK).sum(),
        "Fold": (report.findings.state == PatchState.FOLD).sum(),
    }
    assert min(names.values()) > 0


def test_a_tile_lies_on_its_cell_and_carries_its_numbers(written) -> None:
    report = made_report()
    findings = report.findings
    for i, tile in enumerate(objects(written(report), "tile")):
        ring = np.array(tile["geometry"]["coordinates"][0])
        corner = findings.grid.corners(findings.cells[i : i + 1])[0]
        end = (report.slide.size.width, report.slide.size.height)
        assert np.allclose(ring.min(0), corner, atol=0.01)
        assert np.allclose(ring.max(0), np.minimum(corner + findings.grid.step, end), atol=0.01)
        measured = tile["properties"]["measurements"]
        if findings.analysed[i]:
            assert measured["prob_adenocarcinoma"] == pytest.approx(
                findings.probabilities[i, 2], abs=1e-4
            )
            assert measured["unfamiliarity"] == pytest.approx(findings.unfamiliarity[i], abs=1e-3)
        else:
            assert measured == {}


def test_annotations_cover_the_called_cells_exactly(written) -> None:
    report = made_report()
    found = objects(written(report), "annotation")
    step = report.findings.grid.step
    area = sum(polygon_area(a["geometry"]["coordinates"]) for a in found)
    assert area == pytest.approx((calls(report.findings) == 2).sum() * step**2, rel=1e-6)
    assert {a["properties"]["classification"]["name"] for a in found} == {"Adenocarcinoma"}
    mm2 = sum(a["properties"]["measurements"]["area mm2"] for a in found)
    assert mm2 == pytest.approx((calls(report.findings) == 2).sum() * 0.0505, rel=1e-3)


def test_no_outline_leaves_the_image(written) -> None:
    report = made_report()
    first, last = (at(report.findings.cells, 0) for at in (np.min, np.max))
    x0, y0 = (-170.5, -90.25) - first * report.findings.grid.step
    grid = replace(report.findings.grid, x0=x0, y0=y0)
    width, height = grid.corners(last[None])[0].astype(int) + 50
    size = SizePx(int(width), int(height))
    moved = replace(
        report,
        findings=replace(report.findings, grid=grid),
        slide=replace(report.slide, size=size),
    )
    rings = [
        np.array(ring)
        for feature in written(moved)["features"]
        for ring in feature["geometry"]["coordinates"]
    ]
    corners = np.concatenate(rings)
    assert corners.min() == 0
    assert (corners.max(0) == (size.width, size.height)).all()


def test_classes_are_the_same_in_every_language(written) -> None:
    told = [
        [f["properties"][key] for f in written(made_report(), language)["features"]]
        for key in ("classification", "metadata")
        for language in ("en", "fr")
    ]
    assert told[0] == told[1]
    assert told[2] == told[3]
    ids = {c.id for c in made_report().model.classes}
    assert {m["class_id"] for m in told[2] if "class_id" in m} == ids
    states = {"blurred", "unreadable", "ink", "fold", "unfamiliar"}
    assert {m["state"] for m in told[2] if "state" in m} == states


def test_no_annotation_where_nothing_can_be_said(written) -> None:
    assert objects(written(made_report(Status.CANNOT_SAY)), "annotation") == []


def test_the_same_report_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_geojson(made_report(), tmp_path / name, texts("en"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_whole_image_is_one_tile_as_large_as_itself(written) -> None:
    (tile,) = written(whole_image_report())["features"]
    assert polygon_area(tile["geometry"]["coordinates"]) == 256 * 256
    assert tile["properties"]["measurements"]["prob_glioma"] == 0.93


def test_many_patches_are_streamed(tmp_path: Path) -> None:
    report = made_report()
    side = 60
    rng = np.random.default_rng(3)
    cells = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)
    n = len(cells)
    findings = replace(
        report.findings,
        grid=PatchGrid(0.0, 0.0, 268.8, 268.8, side, side),
        cells=cells.astype(np.int32),
        state=np.full(n, PatchState.ANALYSED, np.uint8),
        probabilities=rng.dirichlet([3, 1, 1], n).astype(np.float32),
        unfamiliarity=rng.uniform(0, 1.1, n).astype(np.float32),
        tissue=np.ones(n, np.float32),
    )
    path = tmp_path / "findings.geojson"
    many = replace(report, findings=findings)
    tracemalloc.start()
    write_geojson(many, path, texts("en"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = path.stat().st_size
    with path.open(encoding="utf-8") as file:
        assert sum('"objectType":"tile"' in line for line in file) == n
    assert peak < size / 2
    assert path.read_text(encoding="utf-8").endswith("\n]}\n")
