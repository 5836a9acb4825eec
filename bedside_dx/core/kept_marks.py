"""What was measured on a scan, as it is kept: told apart by study, patient, series and image."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bedside_dx.core.case import Patient
from bedside_dx.core.measuring import (
    Angle,
    Ellipse,
    Ground,
    Length,
    LesionAxes,
    Measure,
    Statistics,
)
from bedside_dx.core.scan import Vector


class MarkKind(StrEnum):
    """What was measured."""

    LENGTH = "length"
    ANGLE = "angle"
    ELLIPSE = "ellipse"
    LESION = "lesion"


KINDS: dict[MarkKind, type[Measure]] = {
    MarkKind.LENGTH: Length,
    MarkKind.ANGLE: Angle,
    MarkKind.ELLIPSE: Ellipse,
    MarkKind.LESION: LesionAxes,
}
POINTS = {
    MarkKind.LENGTH: {2},
    MarkKind.ANGLE: {2, 3},
    MarkKind.ELLIPSE: {2},
    MarkKind.LESION: {2, 4},
}
"""How many points a measure has, finished or not."""


@dataclass(frozen=True, slots=True)
class KeptMark:
    """One measure.

    Attributes
    ----------
    points
        Patient coordinates, mm.
    image
        The file's own identifier of the image; empty on a cut through several.
    name, organ, is_node, is_target
        Of a lesion, see `LesionAxes`.
    statistics
        Of an ellipse, as they were read when it was drawn.
    """

    kind: MarkKind
    ground: Ground
    points: tuple[Vector, ...]
    image: str = ""
    name: str = ""
    organ: str = ""
    is_node: bool = False
    is_target: bool = True
    statistics: Statistics | None = None

    @classmethod
    def of(cls, measure: Measure, image: str, found: Statistics | None) -> KeptMark:
        """Keep a measure."""
        kind = next(kind for kind, made in KINDS.items() if type(measure) is made)
        kept = cls(kind, measure.ground, measure.points, image, statistics=found)
        if not isinstance(measure, LesionAxes):
            return kept
        return cls(
            kind, measure.ground, measure.points, image,
            measure.name, measure.organ, measure.is_node, measure.is_target,
        )  # fmt: skip

    @property
    def measure(self) -> Measure:
        """The measure again."""
        if self.kind is MarkKind.LESION:
            return LesionAxes(
                self.ground, self.points, self.name, self.organ, self.is_node, self.is_target
            )
        return KINDS[self.kind](self.ground, self.points)

    @property
    def is_sound(self) -> bool:
        """Whether the points are as many as its kind has, each with three coordinates."""
        plane = self.ground.plane
        vectors = (*self.points, plane.origin, plane.along_row, plane.along_column)
        has_shape = all(len(one) == 3 for one in vectors) and len(plane.spacing) == 2
        return has_shape and len(self.points) in POINTS[self.kind] and min(plane.spacing) > 0


@dataclass(frozen=True, slots=True)
class KeptMarks:
    """All measures of one study.

    Attributes
    ----------
    study
        The file's own identifier of the study.
    patient
        Whose it is, as its files say.
    version
        Rises with each writing; 0: nothing is kept yet.
    """

    study: str
    patient: Patient
    version: int = 0
    marks: tuple[KeptMark, ...] = field(default=())

    def is_about(self, other: KeptMarks) -> bool:
        """Whether both are of one study of one person."""
        one, two = self.patient, other.patient
        return self.study == other.study and (
            (one.identifier, one.name.casefold(), one.born)
            == (two.identifier, two.name.casefold(), two.born)
        )
