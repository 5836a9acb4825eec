"""report.pdf: what a clinician reads, prints and keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, PageBreak

from bedside_dx.report.disease_page import disease
from bedside_dx.report.evidence import evidence
from bedside_dx.report.front import front
from bedside_dx.report.measures_page import measures
from bedside_dx.report.method import method
from bedside_dx.report.page import bound
from bedside_dx.report.pictures import engrave
from bedside_dx.report.slide_level import attention_plate, slide_level
from bedside_dx.report.therapy_page import therapy

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts


def write_pdf(report: Report, path: Path, t: Texts) -> None:
    """Write report.pdf; the same report gives the same bytes.

    Raises
    ------
    OSError
        The file could not be written.
    """
    path.write_bytes(pdf(report, t))


def pdf(report: Report, t: Texts) -> bytes:
    """The whole document."""
    plates, attention = engrave(report), attention_plate(report)

    def story() -> list[Flowable]:
        return [
            *front(report, t, plates),
            PageBreak(),
            *measures(report, t),
            *disease(report, t),
            *therapy(report, t),
            *evidence(report, t, plates),
            *slide_level(report, t, attention),
            *method(report, t),
        ]

    return bound(report, t, story)
