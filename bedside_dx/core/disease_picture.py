"""What was worked out of one patient's disease, and what a model's findings offer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside_dx.core.course import Outlook
    from bedside_dx.core.disease import Stage
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.prognosis import Prognosis, WhatIf
    from bedside_dx.core.remark import Remark
    from bedside_dx.core.response import ResponseCourse


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a table that could not be read, and so says nothing.

    Attributes
    ----------
    line
        In the file, the heading being line 1.
    """

    file: str
    line: int
    error: BedsideDxError


@dataclass(frozen=True, eq=False)
class DiseasePicture:
    """A patient's disease as it stood on the screen when the report was saved.

    What nobody asked for is None or empty, and has no place in a report.

    Attributes
    ----------
    stage
        Stage group and its categories.
    what_ifs
        Of models with curves, each with its inputs, benefits and limits.
    scores
        Of models that give a number.
    responses, outlooks
        Of lesions and sizes over time.
    left_out
        Rows of their tables.
    """

    stage: Stage | None = None
    what_ifs: tuple[WhatIf, ...] = ()
    scores: tuple[Prognosis, ...] = ()
    responses: tuple[ResponseCourse, ...] = ()
    outlooks: tuple[Outlook, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was worked out."""
        return self.stage is None and not (
            self.what_ifs or self.scores or self.responses or self.outlooks
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What a model of this program saw, offered as an input; it counts once a person confirms it.

    Attributes
    ----------
    key
        Name of the input: of a prognosis model, ``"t"`` of a stage, ``"lesion-mm"`` of a course.
    value, low, high
        In `unit`; the range that measuring it this way leaves. `high` is infinite where the value
        is a lower bound.
    says
        What was seen and how, for the person who confirms.
    choice
        Category that `value` makes, such as ``"1b"`` of ``"t"``; empty for a number.
    """

    key: str
    value: float
    low: float
    high: float
    unit: str
    says: Remark
    choice: str = ""
