"""What can stand beside the scan in front: other series and slides of the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.ui.dates import written_date
from bedside_dx.ui.scans.series_list import series_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.case import Patient
    from bedside_dx.core.scan import Series
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look


@dataclass(frozen=True)
class Beside:
    """One candidate.

    Attributes
    ----------
    series
        Which series of a study; None for a slide.
    """

    examination: Examination
    series: Series | None = None

    @property
    def day(self) -> str:
        """Day of the examination, YYYYMMDD; empty for slides."""
        study = self.examination.study
        return study.day if study else ""

    def words(self, look: Look) -> str:
        """What it is called in the list."""
        if self.series is None:
            return look.t("Slide: {file}", file=self.examination.name)
        name, _ = series_words(self.series, look.t)
        when = day_words(self.day, look.language) or self.examination.name
        return f"{when} · {name} · {self.series.modality} {len(self.series.frames)}"


def candidates(front: Examination, all_of_them: Sequence[Examination]) -> list[Beside]:
    """Series of the same person, the most alike first, then slides.

    A study of another person is never among them; a slide whose patient nobody has entered is.
    """
    whose = _patient(front, front.series)
    found: list[Beside] = []
    slides: list[Beside] = []
    for examination in all_of_them:
        if examination.study is not None:
            found += [
                Beside(examination, series)
                for series in examination.study.images
                if not (examination is front and series is front.series)
                and is_same_person(whose, _patient(examination, series))
            ]
        elif examination.slide is not None:
            patient = examination.case.patient
            if not patient.is_identified or is_same_person(whose, patient):
                slides.append(Beside(examination))
    found.sort(key=lambda one: _unlike(front, one))
    return [*found, *slides]


def day_words(stated: str, language: str) -> str:
    """Day of an examination as the reader writes it; as the file has it where it is no day."""
    try:
        return written_date(date.fromisoformat(stated), language)
    except ValueError:
        return stated


def is_same_person(one: Patient | None, other: Patient | None) -> bool:
    """Whether two patients are one: by their number, else by name and day of birth."""
    if one is None or other is None:
        return False
    if one.identifier or other.identifier:
        return one.identifier == other.identifier
    same_name = bool(one.name) and one.name.casefold() == other.name.casefold()
    return same_name and one.born is not None and one.born == other.born


def _patient(examination: Examination, series: Series | None) -> Patient | None:
    study = examination.study
    if study is None or series is None or series.patient >= len(study.patients):
        return None
    return study.patients[series.patient]


def _unlike(front: Examination, other: Beside) -> tuple[bool, bool, int]:
    """Another day first, the same kind of images, then the larger ones."""
    own, series = front.series, other.series
    assert series is not None
    is_own_study = other.examination is front
    is_other_kind = own is None or series.modality != own.modality
    return is_own_study, is_other_kind, -len(series.frames)
