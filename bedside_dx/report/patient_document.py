"""Whom a document is about, as values that JSON can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside_dx.core.case import Patient


def patient_document(patient: Patient) -> dict[str, str | None]:
    """What is stated of a patient; None for what is not."""
    return {
        "name": patient.name or None,
        "identifier": patient.identifier or None,
        "born": patient.born.isoformat() if patient.born else None,
    }
