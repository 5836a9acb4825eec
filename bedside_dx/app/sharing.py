"""Save a report: all its files or none, and an earlier report stays until then."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bedside_dx.app.saving import save_together
from bedside_dx.report.document import document, write_document
from bedside_dx.report.geojson import write_geojson
from bedside_dx.report.heatmap import write_heatmap
from bedside_dx.report.occlusion import write_occlusion
from bedside_dx.report.patient_page import write_patient_pdf
from bedside_dx.report.pdf import write_pdf
from bedside_dx.text import Texts, texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bedside_dx.core.results import Report

FOR_PATIENT = "patient.pdf"
WRITERS: dict[str, Callable[[Report, Path, Texts], None]] = {
    "report.pdf": write_pdf,
    FOR_PATIENT: write_patient_pdf,
    "report.json": write_document,
    "heatmap.png": write_heatmap,
    "findings.geojson": write_geojson,
}


def report_document(report: Report, language: str) -> dict[str, object]:
    """What report.json holds, as plain values."""
    return document(report, texts(language))


def save_report(
    report: Report, folder: Path, language: str, patient_language: str | None = None
) -> tuple[Path, ...]:
    """Write report.pdf, patient.pdf, report.json, heatmap.png, findings.geojson.

    The page for the patient is a file of its own: it is handed over, and the rest is not.
    Of a scan occlusion.png is written as well.

    Everything is written beside its place first and moved there when all of it is
    complete: a full disk or a crash leaves an earlier report as it was.

    Parameters
    ----------
    folder
        Made if there is none.
    language
        ``"en"`` or ``"fr"``.
    patient_language
        Of patient.pdf; that of the report without.

    Returns
    -------
    The files, in the order above.

    Raises
    ------
    ReportError
        They could not be written.
    """
    t = texts(language)

    spoken = texts(patient_language or language)

    def writer(write: Callable[[Report, Path, Texts], None], words: Texts, path: Path) -> None:
        write(report, path, words)

    wanted = WRITERS if report.occlusion is None else {**WRITERS, "occlusion.png": write_occlusion}
    writers = {
        name: partial(writer, write, spoken if name == FOR_PATIENT else t)
        for name, write in wanted.items()
    }
    return save_together(folder, writers, t)
