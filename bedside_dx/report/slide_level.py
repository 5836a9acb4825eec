"""What the slide-level model said, and a small picture of where it looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from bedside_dx.core.attention import attention_raster, veil_rgba
from bedside_dx.report.overlay import laid_out
from bedside_dx.report.pictures import draw_plate, jpeg
from bedside_dx.report.typography import (
    BODY,
    FLUSH,
    GAP,
    HAIRLINE,
    LEAD,
    SECTION,
    SMALL,
    WIDTH,
    Command,
    paragraph,
)
from bedside_dx.text.words import class_label, slide_level_words

if TYPE_CHECKING:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    from bedside_dx.core.results import Image, Report
    from bedside_dx.text import Texts

PICTURE = (190.0, 150.0)
"""Largest width and height of the picture, points."""
VEILED = 0.8
"""Opacity of the veil over what was passed over."""


def attention_picture(report: Report) -> Image:
    """The overview, veiled where the slide-level model did not look, (height, width, 3) uint8."""
    overview = report.pictures.overview.astype(np.float32)
    veil = veil_rgba(attention_raster(report.findings), VEILED).astype(np.float32)
    px = report.pictures.overview_downsample
    over = laid_out(report.findings.grid, veil, overview.shape, px)
    opacity = over[..., 3:] / np.float32(255)
    return np.rint(overview + (over[..., :3] - overview) * opacity).astype(np.uint8)


def slide_level(report: Report, t: Texts, plate: ImageReader | None) -> list[Flowable]:
    """Title, words and picture; nothing where there was no slide-level reading."""
    network = report.model.slide_level
    if network is None or plate is None:
        return []
    text = [
        paragraph(_word(report, t), LEAD),
        Spacer(0, 4),
        paragraph(
            t(
                "A second network read the patches of the slide together; a probability is that"
                " the class is on the slide at all. It can add doubt to a verdict, never take a"
                " tumour back."
            ),
            BODY,
        ),
        Spacer(0, 6),
        paragraph(
            t(
                "Picture: where the slide-level model looked (for: {label}). Clear tissue was"
                " looked at closely, faded tissue was passed over; it is no probability.",
                label=class_label(network.classes[0], report.model, t),
            ),
            SMALL,
        ),
    ]
    picture = AttentionPicture(report, plate)
    style: list[Command] = [*FLUSH, ("RIGHTPADDING", (0, 0), (0, 0), GAP)]
    widths = [picture.width + GAP, WIDTH - picture.width - GAP]
    table = Table([[picture, text]], colWidths=widths, style=style)
    return [KeepTogether([paragraph(t("Slide-level reading"), SECTION), table, Spacer(0, 8)])]


def _word(report: Report, t: Texts) -> str:
    return slide_level_words(report.diagnosis, report.model, t) or t(
        "No probability: {left:percent} of the tissue was not read.",
        left=report.diagnosis.coverage.pending,
    )


def attention_plate(report: Report) -> ImageReader | None:
    """Code the picture once; None where there is no attention."""
    return None if report.findings.attention is None else jpeg(attention_picture(report))


class AttentionPicture(Flowable):
    """The small picture in its frame."""

    canv: Canvas

    def __init__(self, report: Report, plate: ImageReader) -> None:
        super().__init__()
        self._plate = plate
        rows, columns = report.pictures.overview.shape[:2]
        scale = min(PICTURE[0] / columns, PICTURE[1] / rows)
        self.width, self.height = columns * scale, rows * scale

    def draw(self) -> None:
        """Draw it."""
        draw_plate(self.canv, self._plate, (0, 0, self.width, self.height))
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setLineWidth(0.6)
        self.canv.rect(0, 0, self.width, self.height)
