"""What the self-check found out about this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bedside_dx.core.errors import Value
from bedside_dx.core.settings import FP32, PRECISIONS


class CheckStatus(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARN = "warn"
    """Usable, with something to see to."""
    FAIL = "fail"
    """Not to be trusted until it is mended."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked; its words are in `bedside_dx.text` by code.

    Attributes
    ----------
    code
        Key of the sentence, for example ``"check.library"``.
    values
        What the sentence's placeholders stand for.
    """

    code: str
    status: CheckStatus
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])

    @property
    def is_ok(self) -> bool:
        """Whether it is in order."""
        return self.status is CheckStatus.OK

    def document(self) -> dict[str, Value]:
        """The check as plain values."""
        name = self.code.removeprefix("check.")
        return {"check": name, "status": self.status.value, **self.values}


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What a model said of the known slide, from opening the file to the verdict.

    Attributes
    ----------
    recipe
        Which known slide it was: answers to different ones are not compared.
    status
        The verdict's word.
    patches
        Patches that were analysed.
    probabilities
        By column, calibrated; mean over the patches.
    unfamiliarity
        Mean over the patches; above 1 means unlike the training data.
    """

    recipe: int
    status: str
    patches: int
    probabilities: tuple[float, ...]
    unfamiliarity: float

    def difference(self, other: KnownAnswer) -> float:
        """Distance of two answers, 0 to 1.

        The largest difference of a mean probability, or the relative one of the
        unfamiliarity where that is larger; 1 where they differ in more than numbers.
        """
        if (self.recipe, self.status, self.patches, len(self.probabilities)) != (
            other.recipe,
            other.status,
            other.patches,
            len(other.probabilities),
        ):
            return 1.0
        pairs = zip(self.probabilities, other.probabilities, strict=True)
        apart = abs(self.unfamiliarity - other.unfamiliarity)
        relative = apart / max(abs(self.unfamiliarity), abs(other.unfamiliarity), 1.0)
        return min(max(relative, *(abs(a - b) for a, b in pairs)), 1.0)


@dataclass(frozen=True, slots=True)
class ModelRun:
    """How one model did in one self-check; None where it did not come that far.

    Attributes
    ----------
    sha256
        Hash of the model file.
    provider
        Provider that really ran, and a reduced precision: ``"CPU"``, ``"CPU BF16"``.
    golden_difference
        Largest difference of a probability from the package's reference results, 0 to 1.
    embedding_difference
        Largest difference of an embedding, as a share of the largest reference value.
    known
        Answer to the known slide.
    known_difference
        Distance of that answer from the reference, see `KnownAnswer.difference`; None where
        there was no reference yet.
    seconds
        Time for everything of this model.
    patches_per_s
        Speed of the network alone, in one thread.
    """

    name: str
    version: str
    sha256: str
    provider: str
    status: CheckStatus
    golden_difference: float | None = None
    embedding_difference: float | None = None
    known: KnownAnswer | None = None
    known_difference: float | None = None
    seconds: float = 0.0
    patches_per_s: float | None = None

    @property
    def precision(self) -> str:
        """One of `core.settings.PRECISIONS`, never ``"auto"``."""
        last = self.provider.rpartition(" ")[2].lower()
        return last if last in PRECISIONS else FP32

    @property
    def place(self) -> str:
        """The provider alone."""
        return self.provider if self.precision == FP32 else self.provider.rpartition(" ")[0]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One self-check, as the history keeps it.

    Attributes
    ----------
    when
        With a time zone.
    program, engine
        Versions, for example ``"0.1.0"`` and ``"onnxruntime 1.31.1"``.
    asked
        Provider that was asked for, see `core.settings.PROVIDERS`.
    status
        Worst of all checks.
    failed
        Codes of the checks that failed.
    """

    when: datetime
    program: str
    engine: str
    asked: str
    status: CheckStatus
    failed: tuple[str, ...]
    models: tuple[ModelRun, ...]

    def of_model(self, name: str) -> ModelRun | None:
        """How one model did, if it was tried."""
        return next((run for run in self.models if run.name == name), None)


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """One self-check with what it found, and the earlier ones.

    Attributes
    ----------
    history
        Earlier runs, oldest first.
    """

    checks: tuple[Check, ...]
    run: CheckRun
    history: tuple[CheckRun, ...]

    @property
    def failed_models(self) -> tuple[str, ...]:
        """Names of the models that must not be used on this machine today."""
        return tuple(run.name for run in self.run.models if run.status is CheckStatus.FAIL)


def worst(checks: tuple[Check, ...]) -> CheckStatus:
    """The worst status among checks."""
    order = (CheckStatus.FAIL, CheckStatus.WARN)
    return next((s for s in order if any(c.status is s for c in checks)), CheckStatus.OK)
