"""Plain values of what was worked out: the same for report.json and for ``--json``."""

from bedside_dx.report.disease_document import (
    benefit_document,
    curve_document,
    outlook_document,
    prognosis_document,
    response_document,
    what_if_document,
)
from bedside_dx.report.dose_document import dose_document, table_document
from bedside_dx.report.options_document import options_document, pack_document

__all__ = [
    "benefit_document",
    "curve_document",
    "dose_document",
    "options_document",
    "outlook_document",
    "pack_document",
    "prognosis_document",
    "response_document",
    "table_document",
    "what_if_document",
]
