"""The slide's overview with the heatmap on it: one picture for paper and for the screen.

Colour means probability and nothing else. What the model does not know or could not read
is drawn over with a pattern for each cause, over a light veil.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from PIL import ImageDraw

from bedside_dx.core.heatmap import (
    heatmap_rgba,
    probability_raster,
    shown_class,
    shown_threshold,
    strangeness,
)
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.pattern_drawing import drawn, lines_at, patterned
from bedside_dx.core.patterns import Pattern
from bedside_dx.report.areas import corner_px, verdict_areas

if TYPE_CHECKING:
    from bedside_dx.core.geometry import PatchGrid
    from bedside_dx.core.results import Image, Report

LONG_SIDE = 1800
"""Longer side of the picture, px: about 300 dpi on half a page."""

MOST_ENLARGED = 4.0
"""Limit of enlarging a small overview."""

UNFAMILIAR_INK = (58, 64, 74)
FAILED_INK = (20, 24, 30)
INK_OPACITY = 0.65
"""Of patterns: quieter than the colours beside them."""

PERIOD = LONG_SIDE / 85
"""Distance at which patterns repeat, px."""

VEIL = 0.35
"""Share of white under a pattern: it shows on dark tissue, and the tissue through it."""


def enlargement(report: Report) -> float:
    """px of the picture per px of the overview."""
    height, width = report.pictures.overview.shape[:2]
    return min(LONG_SIDE / max(height, width), MOST_ENLARGED)


def heatmap_picture(report: Report) -> Image:
    """Overview, heatmap, patterns and the outline of the verdict's area.

    Returns
    -------
    (height, width, 3) uint8, sRGB, `enlargement` times the overview.
    """
    scale = enlargement(report)
    height, width = report.pictures.overview.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    tissue = Pictures.fromarray(report.pictures.overview).resize(size, Pictures.Resampling.LANCZOS)
    pixels = np.array(tissue, dtype=np.float32)
    if report.model.input is ModelInput.PATCHES:
        _draw_findings(report, pixels)
    picture = Pictures.fromarray(np.rint(pixels).astype(np.uint8))
    _draw_outlines(report, picture)
    return np.asarray(picture)


def ink_of(pattern: Pattern) -> tuple[int, int, int]:
    """Colour of a pattern's lines: what is only unfamiliar is quieter."""
    return UNFAMILIAR_INK if pattern is Pattern.UNFAMILIAR else FAILED_INK


def sample(pattern: Pattern, height: int, width: int, period: float) -> Image:
    """A pattern on white, for legends, (height, width, 3) uint8."""
    lines = drawn(pattern, height, width, period)[..., None]
    pixels = 255 + (np.array(ink_of(pattern)) - 255) * lines * INK_OPACITY
    return np.rint(pixels).astype(np.uint8)


def _draw_findings(report: Report, pixels: NDArray[np.float32]) -> None:
    """Draw colours and patterns over a picture, and touch only the pixels that they lie on."""
    findings = report.findings
    if strangeness(report.diagnosis) is None:
        _draw_heat(report, pixels)
    for pattern, chosen in patterned(findings).items():
        raster = np.nan_to_num(findings.raster(chosen.astype(np.float32)))
        where = laid_out(findings.grid, raster[..., None], pixels.shape, _px(report))[..., 0]
        rows, columns = np.nonzero(where)
        veiled = _blend(pixels[rows, columns], np.full(3, 255.0, np.float32), np.float32(VEIL))
        lines = lines_at(pattern, rows, columns, PERIOD)[:, None]
        ink = np.array(ink_of(pattern), np.float32)
        pixels[rows, columns] = _blend(veiled, ink, lines * np.float32(INK_OPACITY))


def _draw_heat(report: Report, pixels: NDArray[np.float32]) -> None:
    findings = report.findings
    column = shown_class(findings, report.diagnosis)
    threshold = shown_threshold(findings.model, column)
    colors = heatmap_rgba(probability_raster(findings, column), threshold)
    heat = laid_out(findings.grid, colors.astype(np.float32), pixels.shape, _px(report))
    rows, columns = np.nonzero(heat[..., 3])
    colored = heat[rows, columns]
    opacity = colored[:, 3:] / np.float32(255)
    pixels[rows, columns] = _blend(pixels[rows, columns], colored[:, :3], opacity)


def _blend(
    below: NDArray[np.float32],
    color: NDArray[np.float32],
    opacity: NDArray[np.float32] | np.float32,
) -> NDArray[np.float32]:
    return (below + (color - below) * opacity).astype(np.float32, copy=False)


def _px(report: Report) -> float:
    """px of level 0 per px of the picture."""
    return report.pictures.overview_downsample / enlargement(report)


def laid_out(
    grid: PatchGrid, raster: NDArray[np.float32], shape: tuple[int, ...], px: float
) -> NDArray[np.float32]:
    """Spread a value per cell over a picture; zero outside the grid.

    Parameters
    ----------
    raster
        (rows, columns, k).
    shape
        Of the picture; its height and width come first.
    px
        px of level 0 per px of the picture.

    Returns
    -------
    (height, width, k) float32.
    """
    x0, y0 = corner_px(grid, (0, 0))
    columns = np.floor(((np.arange(shape[1]) + 0.5) * px - x0) / grid.step).astype(np.int64)
    rows = np.floor(((np.arange(shape[0]) + 0.5) * px - y0) / grid.step).astype(np.int64)
    across = raster[:, columns.clip(0, grid.columns - 1)].astype(np.float32, copy=False)
    across[:, (columns < 0) | (columns >= grid.columns)] = 0
    spread = across[rows.clip(0, grid.rows - 1)]
    spread[(rows < 0) | (rows >= grid.rows)] = 0
    return spread


def _draw_outlines(report: Report, picture: Pictures.Image) -> None:
    """Outline the verdict's area: a dark line in a light one shows on any tissue."""
    draw = ImageDraw.Draw(picture)
    px = enlargement(report) / report.pictures.overview_downsample
    grid = report.findings.grid
    rings = [r for area in verdict_areas(report) for r in (area.outline, *area.holes)]
    paths = [
        [(x * px, y * px) for x, y in (corner_px(grid, c) for c in [*ring, *ring[:2]])]
        for ring in rings
    ]
    thin = round(LONG_SIDE / 450)
    for path in paths:
        draw.line(path, fill=(255, 255, 255), width=thin + 4, joint="curve")
    for path in paths:
        draw.line(path, fill=(20, 28, 36), width=thin, joint="curve")
