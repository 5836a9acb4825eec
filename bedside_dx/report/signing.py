"""Boxes to tick and lines to sign: nothing that this program proposes is decided by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from bedside_dx.report.typography import (
    BODY,
    FLUSH,
    HAIRLINE,
    LABEL,
    SECTION,
    SMALL,
    WIDTH,
    Command,
    paragraph,
)

if TYPE_CHECKING:
    from bedside_dx.text import Texts


def decision(t: Texts) -> Flowable:
    """What a person decided on a proposal, by hand."""
    boxes = [paragraph(f"□  {w}", BODY) for w in (t("as proposed"), t("changed"), t("not now"))]
    lines = [paragraph(word, LABEL) for word in (t("Name"), t("Date"), t("Signature"))]
    style: list[Command] = [
        *FLUSH,
        ("BOTTOMPADDING", (0, 0), (-1, 0), 24),
        ("LINEABOVE", (0, 1), (-1, 1), 0.6, HAIRLINE),
        ("TOPPADDING", (0, 1), (-1, 1), 3),
    ]
    table = Table([boxes, lines], colWidths=[WIDTH / 3] * 3, style=style)
    note = t("Nothing here is an order: a person decides, prescribes and signs.")
    heading = paragraph(t("Decision"), SECTION)
    return KeepTogether([heading, paragraph(note, SMALL), Spacer(0, 8), table, Spacer(0, 10)])
