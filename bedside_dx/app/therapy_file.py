"""What is proposed for a patient, as a person writes it down (docs/therapy.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.app.dosing import dose as work_out
from bedside_dx.app.planning import open_plan
from bedside_dx.app.proposing import propose
from bedside_dx.core.errors import BedsideDxError, TherapyFileError
from bedside_dx.core.strict import Misfit, build

if TYPE_CHECKING:
    from bedside_dx.core.case import Patient
    from bedside_dx.core.dosing import Dose
    from bedside_dx.core.plan import KeptPlan
    from bedside_dx.core.therapy_picture import TherapyPicture
    from bedside_dx.text import Texts

VERSION = 1
LARGEST = 2**20
LINES = range(10)
"""Of therapy; 0: not stated."""
MOST = 50
"""Findings, and doses, that one file may name."""


@dataclass(frozen=True)
class Stated:
    """What doses are worked out for, by the names of `app.dosing.dose`."""

    age: float | None = None
    sex: str | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    creatinine_umol_l: float | None = None
    gfr_ml_min: float | None = None
    bilirubin_umol_l: float | None = None
    dpd: str | None = None
    uracil_ng_ml: float | None = None
    lvef_percent: float | None = None
    hbv: str | None = None
    is_pregnant: bool | None = None
    had_heart_radiation: bool = False
    earlier: Mapping[str, float] | None = None
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskedDose:
    """One dose to work out, likewise."""

    drug: str
    row: str = ""
    auc: float | None = None
    is_first: bool = False
    percent: float | None = None
    surface: str | None = None
    gfr: str | None = None
    creatinine_floor_umol_l: float | None = None
    round_within: float = 0.05


@dataclass(frozen=True)
class TherapyFile:
    """The whole file."""

    tumour: str = ""
    line: int = 0
    alterations: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    plan: str = ""
    person: Stated = field(default_factory=Stated)
    dose: tuple[AskedDose, ...] = ()


def read_therapy(path: Path, t: Texts, patient: Patient | None = None) -> TherapyPicture:
    """Look for options, work out doses and open the plan that a file names.

    Parameters
    ----------
    patient
        Of the report: a plan that names another person is refused.

    Raises
    ------
    TherapyFileError
        Its words name the key.
    """
    asked = _checked(_built(_document(path), path), path)
    reading = _Reading(path, t)
    plan = reading.plan(asked.plan) if asked.plan else None
    doses = [
        reading.dose(f"dose {at}", one, asked.person) for at, one in enumerate(asked.dose, start=1)
    ]
    try:
        return propose(
            asked.tumour, asked.alterations, asked.negatives, plan, line=asked.line, doses=doses,
            patient=patient,
        )  # fmt: skip
    except BedsideDxError as error:
        at = "plan" if error.code.startswith("plan.") else "alterations, negatives"
        raise reading.refused(at, error) from error


class _Reading:
    """Parts of the file on their way into the picture; errors name the key."""

    def __init__(self, path: Path, t: Texts) -> None:
        self._path, self._t = path, t

    def plan(self, name: str) -> KeptPlan:
        try:
            return open_plan(self._path.parent / name)
        except BedsideDxError as error:
            raise self.refused("plan", error) from error

    def dose(self, at: str, asked: AskedDose, person: Stated) -> Dose:
        try:
            return work_out(**asdict(asked), **asdict(person))
        except BedsideDxError as error:
            raise self.refused(at, error) from error

    def refused(self, at: str, error: BedsideDxError) -> TherapyFileError:
        what, advice = self._t.error(error)
        return TherapyFileError(
            "therapy-file.refused", path=self._path, at=at, what=what, advice=advice
        )


def _document(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TherapyFileError("therapy-file.unreadable", path=path, detail="> 1 MiB")
        document = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError as exc:
        raise TherapyFileError("therapy-file.not-found", path=path) from exc
    except (OSError, ValueError, RecursionError) as exc:
        if isinstance(exc, TherapyFileError):
            raise
        detail = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise TherapyFileError("therapy-file.unreadable", path=path, detail=detail or "–") from exc
    version = document.pop("schema_version", None)
    if isinstance(version, bool) or version != VERSION:
        raise TherapyFileError("therapy-file.version", path=path)
    return document


def _built(document: dict[str, object], path: Path) -> TherapyFile:
    try:
        return build(TherapyFile, document)
    except Misfit as exc:
        if exc.expected == "…":
            raise TherapyFileError("therapy-file.missing", path=path, at=exc.path) from exc
        if exc.expected == "?":
            known = ", ".join(_known(exc.path))
            raise TherapyFileError(
                "therapy-file.unknown-key", path=path, at=exc.path, known=known
            ) from exc
        raise TherapyFileError(
            "therapy-file.bad-value", path=path, at=exc.path, expected=_like(exc.expected)
        ) from exc


def _known(at: str) -> list[str]:
    """Keys of the table that an unknown one stands in."""
    kind = {"person": Stated, "dose": AskedDose}.get(at.split("/", maxsplit=1)[0], TherapyFile)
    return [one.name for one in fields(kind if "/" in at else TherapyFile)]


def _like(expected: str) -> str:
    """What a value of a kind looks like in TOML."""
    return {"str": '"…"', "int": "1", "float": "1.5", "bool": "true, false"}.get(expected, expected)


def _checked(asked: TherapyFile, path: Path) -> TherapyFile:
    """What no kind of value can say."""
    if asked.line not in LINES:
        raise TherapyFileError("therapy-file.bad-value", path=path, at="line", expected="0–9")
    for name in ("alterations", "negatives", "dose"):
        if len(getattr(asked, name)) > MOST:
            raise TherapyFileError("therapy-file.bad-value", path=path, at=name, expected="≤ 50")
    if any(not one.strip() for one in (*asked.alterations, *asked.negatives)):
        at = "alterations, negatives"
        raise TherapyFileError("therapy-file.bad-value", path=path, at=at, expected='"EGFR T790M"')
    if not asked.tumour.strip() and (asked.alterations or asked.negatives or asked.line):
        raise TherapyFileError("therapy-file.missing", path=path, at="tumour")
    if not (asked.tumour.strip() or asked.plan or asked.dose):
        raise TherapyFileError("therapy-file.empty", path=path, known="tumour, plan, [[dose]]")
    return asked
