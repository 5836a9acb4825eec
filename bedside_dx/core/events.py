"""What a running job tells the outside: typed events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.core.results import Diagnosis, Findings, Report


class Stage(StrEnum):
    """The parts of the main job, in their order."""

    OPENING = "opening"
    TISSUE = "tissue"
    PATCHES = "patches"
    CONCLUDING = "concluding"
    REPORTING = "reporting"
    MEASURING = "measuring"
    """Not of the main job: how fast a model runs here."""


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How far a stage is. `done` never goes back within a stage."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FindingsGrew:
    """New patches were read: a snapshot of all findings so far, and the verdict so far.

    The arrays of `findings` are copies: the receiver may keep them.
    """

    findings: Findings
    so_far: Diagnosis


@dataclass(frozen=True, slots=True)
class Resumed:
    """An earlier, interrupted reading of the same slide is gone on with.

    Attributes
    ----------
    share
        Share of the patches that had been read then, 0 to 1.
    on
        Day on which the last of it was read.
    """

    share: float
    on: date


@dataclass(frozen=True, slots=True)
class NotResumable:
    """What is read can't be kept for a later start: an interruption would lose it.

    Attributes
    ----------
    cause
        ``"full"`` (the disk), ``"locked"`` (another run keeps the same slide) or ``"refused"``.
    """

    cause: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Terminal: the job is done.

    Attributes
    ----------
    report
        Of a network for volumes, which gives no verdict, what it marked.
    """

    report: Report | MarkedScan


@dataclass(frozen=True, slots=True)
class Failed:
    """Terminal: the job ended with an error a person can read."""

    error: BedsideDxError


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Terminal: a person stopped the job. Cancelled is not an error."""


Event = StageProgress | FindingsGrew | Resumed | NotResumable | Finished | Failed | Cancelled
Emit = Callable[[Event], None]
