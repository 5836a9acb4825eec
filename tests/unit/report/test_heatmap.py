"""Colour means probability and nothing else, and the tissue stays readable through it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bedside_dx.core.heatmap import (
    color_scale,
    is_failed,
    is_unfamiliar,
    probability_raster,
    shown_class,
    shown_threshold,
)
from bedside_dx.core.pattern_drawing import drawn
from bedside_dx.core.patterns import Pattern
from bedside_dx.core.verdict import Status
from bedside_dx.report.heatmap import heatmap_sheet, write_heatmap
from bedside_dx.report.overlay import enlargement, heatmap_picture
from bedside_dx.text import texts
from tests.unit.report.reports import made_report, whole_image_report


def grey_report(status: Status = Status.PRESENT):
    """Findings over an even grey: whatever is coloured there, the overlay has coloured."""
    report = made_report(status)
    even = np.full_like(report.pictures.overview, 180)
    return replace(report, pictures=replace(report.pictures, overview=even))


def centre_of(report, patch: int) -> tuple[slice, slice]:
    """Pixels of the picture around the middle of one cell."""
    grid = report.findings.grid
    corner = grid.corners(report.findings.cells[patch : patch + 1])[0]
    px = enlargement(report) / report.pictures.overview_downsample
    x, y = (corner + grid.side / 2) * px
    reach = grid.step * px * 0.3
    return slice(round(y - reach), round(y + reach)), slice(round(x - reach), round(x + reach))


@pytest.mark.parametrize("status", list(Status))
def test_only_sure_and_familiar_patches_are_coloured(status: Status) -> None:
    report = grey_report(status)
    findings = report.findings
    picture = heatmap_picture(report).astype(int)
    column = shown_class(findings, report.diagnosis)
    threshold = shown_threshold(findings.model, column)
    if status is Status.CANNOT_SAY:  # of unfamiliar tissue: hatched, and never coloured
        threshold = 2.0
    hatched = is_unfamiliar(findings) | is_failed(findings)
    assert hatched.any()
    colored = 0
    for patch in range(len(findings.state)):
        pixels = picture[centre_of(report, patch)]
        spread = (pixels.max(axis=2) - pixels.min(axis=2)).max()
        p = findings.probabilities[patch, column]
        if not hatched[patch] and p >= threshold:
            colored += 1
            assert spread > 20
            mixed = 180 + (color_scale(np.array([p]))[0] - 180.0) * 0.55
            assert np.abs(np.median(pixels, axis=(0, 1)) - mixed).max() < 3
        elif hatched[patch]:
            assert spread <= 16  # ink and veil are greys
            assert pixels.std() > 10  # and they are lines
        else:
            assert np.abs(pixels - 180).max() == 0
    if status is not Status.CANNOT_SAY:
        assert colored > 0


def test_no_two_patterns_look_alike() -> None:
    """Whichever way one is shifted over another, they differ: no legend is needed to see that."""
    drawings = {p: drawn(p, 48, 48, 24.0) for p in Pattern}
    for first, second in itertools.combinations(Pattern, 2):
        shifts = itertools.product(range(0, 24, 3), repeat=2)
        apart = min(
            np.abs(np.roll(drawings[first], shift, (0, 1)) - drawings[second]).mean()
            for shift in shifts
        )
        assert apart > 0.08, (first, second)


@pytest.mark.parametrize("pattern", list(Pattern))
def test_patterns_tile_and_let_the_tissue_through(pattern: Pattern) -> None:
    lines = drawn(pattern, 36, 54, 18.0)
    assert np.allclose(lines[:18, :18], lines[18:, 36:], atol=1e-4)
    assert 0.05 < lines.mean() < 0.5


def test_tissue_is_readable_through_the_colour() -> None:
    report = made_report()
    bare = replace(report, findings=replace(report.findings, probabilities=np.full_like(
        report.findings.probabilities, 0.0)))  # fmt: skip
    with_heat, without = heatmap_picture(report).astype(float), heatmap_picture(bare).astype(float)
    findings = report.findings
    column = shown_class(findings, report.diagnosis)
    shown = probability_raster(findings, column)[findings.cells[:, 1], findings.cells[:, 0]]
    for patch in np.flatnonzero(np.nan_to_num(shown) >= shown_threshold(findings.model, column)):
        cell = centre_of(report, int(patch))
        contrast = with_heat[cell].std(axis=(0, 1)).mean() / without[cell].std(axis=(0, 1)).mean()
        assert contrast > 0.4


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "size", [(760, 560), (200, 1800), (1800, 150), (40, 40)], ids=["tall", "strip", "pole", "tiny"]
)
def test_a_sheet_of_any_proportion_is_written(
    size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    path = tmp_path / "heatmap.png"
    report = made_report(size=size, keys=0)
    write_heatmap(report, path, texts(language))
    with Image.open(path) as sheet:
        assert sheet.mode == "RGB"
        assert max(sheet.size) <= 2300
        edge = np.asarray(sheet)[:, [0, -1]]
    assert (edge == 255).all()


def test_a_sheet_without_a_scale_and_of_a_whole_image() -> None:
    heatmap_sheet(made_report(spacing=None), texts("fr"))
    report = whole_image_report()
    picture = heatmap_picture(report)
    assert np.abs(picture.astype(int).mean() - report.pictures.overview.mean()) < 1
    heatmap_sheet(report, texts("en"))
