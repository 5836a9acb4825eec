"""The key regions as pictures at readable size."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, Image, KeepTogether, Spacer, Table

from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.verdict import Status
from bedside_dx.report.occlusion import occlusion_picture
from bedside_dx.report.pictures import KeyRegionPicture
from bedside_dx.report.typography import FLUSH, SECTION, SMALL, WIDTH, Command, paragraph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bedside_dx.core.results import Image as Pixels
    from bedside_dx.core.results import Report
    from bedside_dx.report.pictures import Plates
    from bedside_dx.text import Texts

BETWEEN = 12.0
"""Points between two pictures."""
SLICE = 230.0
"""Points along a side of a scan's slice."""


def evidence(report: Report, t: Texts, plates: Plates) -> list[Flowable]:
    """Title and pictures, in order of importance; nothing where there are none."""
    pictures = report.pictures.key_regions
    if report.occlusion is not None:
        return _deciding_slice(report.occlusion, t)
    if not pictures or report.model.input is ModelInput.WHOLE_IMAGE:
        return []
    columns = 2 if len(pictures) in {1, 2, 4} else 3
    side = (WIDTH - BETWEEN * (columns - 1)) / columns
    cells: list[Flowable | str] = [
        KeyRegionPicture(picture, plates.key_regions[number - 1], number, report, t, side)
        for number, picture in enumerate(pictures, start=1)
    ]
    cells += [""] * (-len(cells) % columns)
    rows = [cells[i : i + columns] for i in range(0, len(cells), columns)]
    note = t("The places that decided the verdict, by importance; numbers as on page 1.")
    if report.diagnosis.status is Status.CANNOT_SAY:
        note = t("Places that show why nothing can be said; numbers as on page 1.")
    style: list[Command] = [
        *FLUSH,
        ("RIGHTPADDING", (0, 0), (-2, -1), BETWEEN),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 10),
    ]
    widths = [side + BETWEEN] * (columns - 1) + [side]
    return [
        paragraph(t("Key regions"), SECTION),
        paragraph(note, SMALL),
        Spacer(0, 8),
        Table(rows, colWidths=widths, style=style, splitByRow=1),
        Spacer(0, 6),
    ]


def _deciding_slice(occlusion: tuple[Pixels, NDArray[np.float32]], t: Texts) -> list[Flowable]:
    """The slice of a scan that shows the verdict best, with the places that speak for it."""
    content = io.BytesIO()
    occlusion_picture(*occlusion).save(content, format="png")
    content.seek(0)
    note = t(
        "The slice that shows it best. Orange: the probability falls when the place is covered."
        " It shows no border of a tumour."
    )
    picture = Image(content, width=SLICE, height=SLICE, hAlign="LEFT")
    title = paragraph(t("Deciding slice"), SECTION)
    return [KeepTogether([title, paragraph(note, SMALL), Spacer(0, 8), picture, Spacer(0, 6)])]
