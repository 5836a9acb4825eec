"""How a command ended, as a number other programs can act on."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from bedside_dx.core.errors import (
    BedsideDxError,
    CourseError,
    DiseaseFileError,
    DoseError,
    ImagingError,
    KnowledgeError,
    ModelNotFound,
    PlanError,
    PrognosisError,
    SettingsError,
    SlideError,
    StagingError,
    StoreError,
    TableError,
    TherapyError,
    TherapyFileError,
    TrialError,
)
from bedside_dx.core.verdict import Status

if TYPE_CHECKING:
    from bedside_dx.core.results import Diagnosis


class Exit(IntEnum):
    """Exit codes, as the README lists them."""

    DONE = 0
    USAGE = 2
    REFUSED = 3
    CANNOT_SAY = 4
    INTERNAL = 5
    CANCELLED = 130


USAGE_CODES = (
    "model.choose",
    "model.provider-unavailable",
    "model.provider-failed",
    "model.engine-missing",
    "model.engine-unfit",
    "model.precision-not-stated",
    "model.precision-unavailable",
    "report.no-folder",
    "publish.no-name",
    "keys.no-passphrase",
    "trust.not-confirmed",
    "remove.bundled",
    "remove.elsewhere",
    "exchange.not-found",
    "exchange.extra-missing",
    "exchange.incomplete",
    "exchange.bad-answer",
    "exchange.contradicts",
    "exchange.which-output",
    "exchange.name-taken",
    "marks.no-verdict",
    "prognosis.unknown-model",
    "prognosis.unknown-version",
    "prognosis.unknown-input",
    "prognosis.regimen",
    "prognosis.nothing-stated",
    "staging.edition",
    "course.bad-ahead",
    "knowledge.unknown-pack",
    "dose.unknown-drug",
    "dose.unknown-row",
    "dose.earlier",
    "plan.not-found",
    "plan.exists",
    "plan.same",
    "plan.no-field",
    "plan.no-name",
    "plan.too-long",
    "plan.pair",
    "plan.nothing",
    "trial.not-found",
)
REFUSED_ERRORS = (
    SlideError,
    ImagingError,
    TableError,
    DiseaseFileError,
    StagingError,
    PrognosisError,
    CourseError,
    KnowledgeError,
    TherapyError,
    TherapyFileError,
    DoseError,
    PlanError,
    TrialError,
)
REFUSED_CODES = ("model.wrong-input",)
REFUSED_KINDS = (
    "calibrate.",
    "exchange.",
    "install.",
    "remove.",
    "update.",
    "trust.",
    "publish.",
    "keys.",
)


def exit_for(error: BedsideDxError) -> Exit:
    """Tell whose turn it is: the command's (2), the input's (3) or the program's (5)."""
    if isinstance(error, SettingsError | ModelNotFound | StoreError) or error.code in USAGE_CODES:
        return Exit.USAGE
    if isinstance(error, REFUSED_ERRORS) or error.code in REFUSED_CODES:
        return Exit.REFUSED
    if error.code.startswith(REFUSED_KINDS):
        return Exit.REFUSED
    return Exit.INTERNAL


def exit_for_verdict(diagnosis: Diagnosis) -> Exit:
    """A verdict is 0; "cannot say" is 4, so that a script never takes it for a result."""
    return Exit.CANNOT_SAY if diagnosis.status is Status.CANNOT_SAY else Exit.DONE
