"""heatmap.png: the overview under its heatmap, with a legend and a scale bar."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from bedside_dx.core.heatmap import OPACITY, color_scale
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patterns import Pattern
from bedside_dx.report.fonts import font_file
from bedside_dx.report.legend import Legend, Sign, legend
from bedside_dx.report.overlay import (
    enlargement,
    heatmap_picture,
    sample,
)
from bedside_dx.report.scale_bar import scale_bar_um
from bedside_dx.text.numbers import length, percent

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts

MARGIN = 48
LEAST_WIDTH = 1300
TEXT, TITLE, NOTICE = 26, 38, 22
LINE = 42
"""Sizes in px."""

INK, SOFT, HAIRLINE = (20, 28, 36), (68, 81, 96), (220, 225, 231)


def write_heatmap(report: Report, path: Path, t: Texts) -> None:
    """Write heatmap.png.

    Raises
    ------
    OSError
        The file could not be written.
    """
    heatmap_sheet(report, t).save(path, format="PNG", optimize=False, compress_level=6)


def heatmap_sheet(report: Report, t: Texts) -> Pictures.Image:
    """The whole sheet: title, picture, legend, scale bar and notice."""
    picture = Pictures.fromarray(heatmap_picture(report))
    words = legend(report, t)
    width = max(picture.width, LEAST_WIDTH) + 2 * MARGIN
    top = MARGIN + TITLE + 24
    rows = max(len(words.signs), 2)
    height = top + picture.height + 32 + rows * LINE + 28 + NOTICE + MARGIN
    sheet = Pictures.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN - 8), words.title, INK, _font("SemiBold", TITLE))
    draw.text((width - MARGIN, MARGIN + 4), words.below, SOFT, _font("Regular", TEXT), anchor="ra")
    left = (width - picture.width) // 2
    sheet.paste(picture, (left, top))
    frame = (left - 1, top - 1, left + picture.width, top + picture.height)
    draw.rectangle(frame, outline=HAIRLINE)
    y = top + picture.height + 32
    _draw_scale_bar(draw, report, t, y)
    _draw_colors(sheet, words, t, y)
    _draw_signs(sheet, words, y)
    _draw_notice(draw, report, t, sheet.size)
    return sheet


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(f"Inter-{weight}")), size)


def _draw_scale_bar(draw: ImageDraw.ImageDraw, report: Report, t: Texts, y: int) -> None:
    spacing = report.slide.spacing
    if report.model.input is ModelInput.WHOLE_IMAGE:
        return
    if spacing is None:
        draw.text((MARGIN, y), t("no scale"), SOFT, _font("Regular", TEXT))
        return
    um_per_px = spacing.um_per_px * report.pictures.overview_downsample / enlargement(report)
    bar_um = scale_bar_um(260 * um_per_px)
    end = MARGIN + bar_um / um_per_px
    draw.rectangle((MARGIN, y + 8, end, y + 13), fill=INK)
    draw.text((MARGIN, y + LINE - 8), length(bar_um, t.language), INK, _font("Regular", TEXT))


def _draw_colors(sheet: Pictures.Image, words: Legend, t: Texts, y: int) -> None:
    if words.threshold is None:
        return
    draw = ImageDraw.Draw(sheet)
    left, wide = MARGIN + 330, 330
    values = np.linspace(0, 1, wide)
    colors = color_scale(values) * OPACITY + 255 * (1 - OPACITY)
    colors[values < words.threshold] = 255
    strip = np.broadcast_to(np.rint(colors).astype(np.uint8), (22, wide, 3))
    sheet.paste(Pictures.fromarray(np.ascontiguousarray(strip)), (left, y))
    draw.rectangle((left - 1, y - 1, left + wide, y + 22), outline=SOFT)
    mark_at = left + round(words.threshold * wide)
    draw.line((mark_at, y - 8, mark_at, y + 29), fill=INK, width=3)
    small = _font("Regular", NOTICE)
    for share, at, anchor in ((0.0, left, "la"), (1.0, left + wide, "ra")):
        if abs(at - mark_at) > 80:
            draw.text((at, y + 32), percent(share, t.language), SOFT, small, anchor=anchor)
    draw.text((mark_at, y + 32), percent(words.threshold, t.language), INK, small, anchor="ma")


def _draw_signs(sheet: Pictures.Image, words: Legend, y: int) -> None:
    draw = ImageDraw.Draw(sheet)
    left = MARGIN + 740
    for row, (sign, text) in enumerate(words.signs):
        top = y + row * LINE - 4
        _draw_sign(sheet, sign, left, top)
        draw.text((left + 62, top), text, INK, _font("Regular", TEXT))


def _draw_sign(sheet: Pictures.Image, sign: Sign | Pattern, left: int, top: int) -> None:
    draw = ImageDraw.Draw(sheet)
    box = (left, top + 3, left + 44, top + 31)
    if isinstance(sign, Sign):
        draw.rectangle(box, outline=INK, width=4)
        return
    sheet.paste(Pictures.fromarray(sample(sign, 29, 45, 13)), box[:2])
    draw.rectangle(box, outline=SOFT)


def _draw_notice(
    draw: ImageDraw.ImageDraw, report: Report, t: Texts, size: tuple[int, int]
) -> None:
    font = _font("Regular", NOTICE)
    at = size[1] - MARGIN - NOTICE + 10
    notice = t("AI-generated, not verified. Research use only.")
    draw.text((MARGIN, at), notice, SOFT, font)
    source = f"{report.slide.path.name} · {report.model.name} {report.model.version}"
    room = size[0] - 2 * MARGIN - draw.textlength(notice, font) - 40
    draw.text((size[0] - MARGIN, at), _fitted(draw, source, font, room), SOFT, font, anchor="ra")


def _fitted(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """Shorten a line from its front: the end of a file's name tells more."""
    while len(text) > 1 and draw.textlength(text, font) > room:
        text = "…" + text.lstrip("…")[1:]
    return text
