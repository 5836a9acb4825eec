"""The patient and the examination that a slide belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the slide is from. Empty text means: not given, and is shown so."""

    identifier: str = ""
    name: str = ""
    born: date | None = None

    @property
    def is_identified(self) -> bool:
        """Whether two identifiers are known, as every result screen asks for."""
        return sum((bool(self.identifier), bool(self.name), self.born is not None)) >= 2


@dataclass(frozen=True, slots=True)
class Case:
    """One examination of one patient.

    Attributes
    ----------
    accession
        The laboratory's number of the examination.
    specimen
        What was taken and where from, in the laboratory's words.
    """

    patient: Patient = field(default_factory=Patient)
    accession: str = ""
    specimen: str = ""
