"""Pictures of the printed page: the overview with its heatmap, and the key regions."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pictures
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from bedside_dx.core.heatmap import OPACITY, color_scale
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.verdict import Status
from bedside_dx.report.figures import draw_badge, draw_dot
from bedside_dx.report.fonts import MEDIUM, REGULAR, runs, width_of
from bedside_dx.report.legend import Sign, legend
from bedside_dx.report.overlay import heatmap_picture, sample
from bedside_dx.report.scale_bar import scale_bar_um
from bedside_dx.report.typography import FAINT, HAIRLINE, INK, SOFT, WHITE, lines_of
from bedside_dx.text.numbers import length, percent
from bedside_dx.text.words import class_label

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from reportlab.pdfgen.canvas import Canvas

    from bedside_dx.core.patterns import Pattern
    from bedside_dx.core.results import Image, KeyPicture, Report
    from bedside_dx.text import Texts

TEXT = 7.5
LINE = 12.0


@dataclass(frozen=True)
class Plates:
    """The pictures of one report, coded once for as often as the pages are set."""

    heatmap: ImageReader
    key_regions: tuple[ImageReader, ...]


def engrave(report: Report) -> Plates:
    """Code the pictures of a report."""
    keys = tuple(jpeg(picture.image) for picture in report.pictures.key_regions)
    return Plates(jpeg(heatmap_picture(report)), keys)


class Heatmap(Flowable):
    """Overview with heatmap, numbered key regions, legend and scale bar.

    Parameters
    ----------
    width, tallest
        Points; the picture keeps its proportions inside them.
    """

    canv: Canvas

    def __init__(
        self, report: Report, t: Texts, plate: ImageReader, width: float, tallest: float
    ) -> None:
        super().__init__()
        self._report, self._t, self._plate = report, t, plate
        self._words = legend(report, t)
        rows, columns = report.pictures.overview.shape[:2]
        self._scale = min(width / columns, tallest / rows)
        self._picture_width = columns * self._scale
        self._picture_height = rows * self._scale
        self._is_wide = width > 400
        self._title = lines_of(self._words.title, MEDIUM, 9, width)
        self._signs = [
            (sign, lines_of(words, REGULAR, TEXT, self._sign_width(width)))
            for sign, words in (*self._key_sign(), *self._words.signs)
        ]
        self.width = width
        self.height = self._title_height + self._picture_height + 12 + self._legend_height

    @property
    def _title_height(self) -> float:
        return len(self._title) * LINE + (10 if self._words.below else 0) + 6

    @property
    def _legend_height(self) -> float:
        signs = sum(len(lines) * 10 + 5 for _, lines in self._signs)
        above = self._above_signs if self._is_map else 0
        return max(above, signs) if self._is_wide else above + signs

    @property
    def _above_signs(self) -> int:
        """Room of the scale bar, and of the colours where there are any."""
        return 20 if self._words.threshold is None else 52

    @property
    def _is_map(self) -> bool:
        return self._report.model.input is ModelInput.PATCHES

    def _key_sign(self) -> list[tuple[Sign | Pattern, str]]:
        there = self._shown_key_regions
        return [(Sign.KEY, self._t("key regions, shown on page 2"))] if there else []

    @property
    def _shown_key_regions(self) -> tuple[KeyPicture, ...]:
        """None for a whole image: it is its own key region."""
        return self._report.pictures.key_regions if self._is_map else ()

    def _sign_width(self, width: float) -> float:
        return (width - 260 if width > 400 else width) - 22

    def draw(self) -> None:
        """Draw everything, from the title down."""
        y = self.height
        for line in self._title:
            y -= LINE
            draw_line(self.canv, line, 0, y + 3, MEDIUM, 9)
        if self._words.below:
            y -= 10
            draw_line(self.canv, self._words.below, 0, y + 2.5, REGULAR, TEXT, soft=True)
        y -= 6 + self._picture_height
        self._draw_picture(y)
        self._draw_key_regions(y)
        self._draw_legend(y - 12)

    def _draw_picture(self, y: float) -> None:
        size = (self._picture_width, self._picture_height)
        draw_plate(self.canv, self._plate, (0, y, *size))
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setLineWidth(0.6)
        self.canv.rect(0, y, *size)

    def _draw_key_regions(self, bottom: float) -> None:
        scale = self._scale / self._report.pictures.overview_downsample
        top = bottom + self._picture_height
        spots = [
            ((r.x + r.width / 2) * scale, top - (r.y + r.height / 2) * scale)
            for r in (picture.key.region for picture in self._shown_key_regions)
        ]
        taken = list(spots)
        for number, spot in enumerate(spots, start=1):
            place = self._badge_place(spot, bottom, taken)
            for color, thick in ((WHITE, 2.4), (INK, 0.9)):
                self.canv.setStrokeColor(color)
                self.canv.setLineWidth(thick)
                self.canv.line(*spot, *place)
            draw_dot(self.canv, *spot)
            draw_badge(self.canv, number, *place)
            taken.append(place)

    def _badge_place(
        self, spot: tuple[float, float], bottom: float, taken: list[tuple[float, float]]
    ) -> tuple[float, float]:
        """Near its spot, inside the picture, as far from the other marks as may be."""
        right, top = self._picture_width - 7, bottom + self._picture_height - 7
        around = [
            (
                spot[0] + reach * math.cos(turn * math.pi / 8),
                spot[1] + reach * math.sin(turn * math.pi / 8),
            )
            for reach in (15.0, 24.0, 34.0)
            for turn in range(16)
        ]
        inside = [(x, y) for x, y in around if 7 <= x <= right and bottom + 7 <= y <= top]
        free = [p for p in inside if all(math.dist(p, other) > 13.5 for other in taken)]
        return (free or inside or [spot])[0]

    def _draw_legend(self, top: float) -> None:
        y = top - 6
        self._draw_scale_bar(y)
        if self._words.threshold is not None:
            at = (0, y - 24)
            draw_colors(self.canv, self._words.threshold, self._t, at, min(self.width, 230.0))
        x = 260.0 if self._is_wide else 0.0
        y = top - 8 if self._is_wide else y - self._above_signs
        for sign, lines in self._signs:
            draw_sign(self.canv, sign, x, y - 1)
            for line in lines:
                draw_line(self.canv, line, x + 22, y, REGULAR, TEXT)
                y -= 10
            y -= 5

    def _draw_scale_bar(self, y: float) -> None:
        spacing = self._report.slide.spacing
        if not self._is_map:
            return
        if spacing is None:
            draw_line(self.canv, self._t("no scale"), 0, y - 2, REGULAR, TEXT, soft=True)
            return
        per_point = spacing.um_per_px * self._report.pictures.overview_downsample / self._scale
        draw_scale_bar(self.canv, self._t, per_point, 0, y, longest=80.0)


class KeyRegionPicture(Flowable):
    """One key region: its pixels, number, class and scale.

    Parameters
    ----------
    side
        Points; the longer side of the picture.
    """

    canv: Canvas

    def __init__(
        self,
        picture: KeyPicture,
        plate: ImageReader,
        number: int,
        report: Report,
        t: Texts,
        side: float,
    ) -> None:
        super().__init__()
        self._picture, self._plate, self._number, self._t = picture, plate, number, t
        rows, columns = picture.image.shape[:2]
        self._scale = side / max(rows, columns)
        self._size = (columns * self._scale, rows * self._scale)
        words = _caption(picture, report, t)
        self._words = lines_of(words, MEDIUM, 8.5, side - 18)
        self.width = side
        self.height = self._size[1] + 6 + len(self._words) * 11 + 16

    def draw(self) -> None:
        """Draw the picture and the lines under it."""
        canvas = self.canv
        y = self.height - self._size[1]
        draw_plate(canvas, self._plate, (0, y, *self._size))
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.6)
        canvas.rect(0, y, *self._size)
        y -= 6
        draw_badge(canvas, self._number, 6, y - 6)
        for line in self._words:
            y -= 11
            draw_line(canvas, line, 17, y + 2, MEDIUM, 8.5)
        y -= 9
        if self._picture.um_per_px is None:
            draw_line(canvas, self._t("no scale"), 17, y - 2, REGULAR, TEXT, soft=True)
        else:
            per_point = self._picture.um_per_px / self._scale
            draw_scale_bar(canvas, self._t, per_point, 17, y, longest=60.0)


def _caption(picture: KeyPicture, report: Report, t: Texts) -> str:
    """Class and probability; no class where the verdict is that nothing can be said."""
    if report.diagnosis.status is Status.CANNOT_SAY:
        return t("no class")
    label = class_label(picture.key.class_id, report.model, t)
    return t("{label}, {share:percent}", label=label, share=picture.key.probability)


def jpeg(image: Image) -> ImageReader:
    """Pixels as the PDF keeps them: JPEG with full colour resolution."""
    file = io.BytesIO()
    Pictures.fromarray(image).save(file, format="JPEG", quality=90, subsampling=0)
    file.seek(0)
    return ImageReader(file)


def draw_scale_bar(
    canvas: Canvas, t: Texts, um_per_point: float, x: float, y: float, *, longest: float
) -> None:
    """Draw a bar of a round length with its number; (x, y) is its left end."""
    um = scale_bar_um(longest * um_per_point)
    end = x + um / um_per_point
    canvas.setFillColor(INK)
    canvas.rect(x, y - 0.9, end - x, 1.8, stroke=0, fill=1)
    draw_line(canvas, length(um, t.language), end + 6, y - 2.6, REGULAR, TEXT)


def draw_colors(
    canvas: Canvas, threshold: float, t: Texts, at: tuple[float, float], wide: float
) -> None:
    """Draw the colour scale as it looks on white, with the threshold marked."""
    x, y = at
    values = np.linspace(0.0, 1.0, 256)
    colors = color_scale(values) * OPACITY + 255 * (1 - OPACITY)
    colors[values < threshold] = 255
    strip = np.rint(colors).astype(np.uint8)[None]
    draw_plate(canvas, png(strip), (x, y, wide, 7))
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.4)
    canvas.rect(x, y, wide, 7)
    mark = x + threshold * wide
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.2)
    canvas.line(mark, y - 2, mark, y + 9)
    draw_line(canvas, percent(threshold, t.language), 0, y - 10, REGULAR, TEXT, centre=mark)
    for share, end in ((0.0, x + 6), (1.0, x + wide - 9)):
        if abs(end - mark) > 26:
            words = percent(share, t.language)
            draw_line(canvas, words, 0, y - 10, REGULAR, TEXT, soft=True, centre=end)


def draw_sign(canvas: Canvas, sign: Sign | Pattern, x: float, y: float) -> None:
    """Draw what a sign looks like, 15 by 8 points."""
    if sign is Sign.KEY:
        draw_badge(canvas, 1, x + 7.5, y + 3.5)
        return
    if isinstance(sign, Sign):
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(1.2)
        canvas.rect(x, y, 15, 8)
        return
    draw_plate(canvas, png(sample(sign, 64, 120, 31)), (x, y, 15, 8))
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.4)
    canvas.rect(x, y, 15, 8)


def png(image: NDArray[np.uint8]) -> ImageReader:
    """Pixels kept without loss: for small drawings."""
    return ImageReader(Pictures.fromarray(image))


def draw_plate(canvas: Canvas, plate: ImageReader, box: tuple[float, float, float, float]) -> None:
    """Draw a picture into a box: left, bottom, width and height in points."""
    canvas.drawImage(plate, *box)  # pyright: ignore[reportUnknownMemberType] - untyped stub


def draw_line(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    font: str,
    size: float,
    *,
    soft: bool = False,
    centre: float | None = None,
) -> None:
    """Draw one line of text in any script; around `centre` where one is given."""
    if centre is not None:
        x = centre - width_of(text, font, size) / 2
    line = canvas.beginText(x, y)
    line.setFillColor(SOFT if soft else INK)
    for name, letters in runs(text, font):
        line.setFont(name, size)
        line.textOut(letters)
    canvas.drawText(line)
