"""The self-checks of this machine: one JSON line each, only ever appended.

A line that can't be read (a power cut in the middle of it, a program of tomorrow) is left where
it is and counted; it never hides the others.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

from bedside_dx.core.checks import CheckRun, CheckStatus, KnownAnswer, ModelRun
from bedside_dx.core.errors import StoreError
from bedside_dx.store.file_lock import locked
from bedside_dx.store.state_folder import state_folder

SCHEMA = 1
MOST_RUNS = 1000
"""Lines that are kept: years of daily checks."""
SPARE_RUNS = 100
"""Lines more than that before the oldest are let go: rewriting is rare."""
LARGEST = 32 * 2**20
"""Bytes that are read, from the end: a file that something else filled takes no memory."""

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class History:
    """What the file holds.

    Attributes
    ----------
    runs
        In the order in which they were written: a clock may be set back.
    unreadable
        Lines that say nothing to this version of the program.
    """

    runs: tuple[CheckRun, ...]
    unreadable: int = 0


def history_file() -> Path:
    """Where the history of this person on this machine lies; it need not exist."""
    return state_folder() / "self-checks.jsonl"


def read_history(path: Path | None = None) -> History:
    """Read all self-checks that were kept.

    Raises
    ------
    StoreError
        ``history.not-read``: the file is there and may not be read.
    """
    place = path or history_file()
    try:
        lines = _lines(place)
    except FileNotFoundError:
        return History(())
    except OSError as exc:
        raise StoreError("history.not-read", path=place) from exc
    runs = [_run_of(line) for line in lines]
    known = [run for run in runs if run is not None]
    return History(tuple(known), len(runs) - len(known))


def append_run(run: CheckRun, path: Path | None = None) -> None:
    """Add a self-check to the history; several programs may do so at once.

    Raises
    ------
    StoreError
        ``history.not-written``: the earlier ones are as they were.
    """
    place = path or history_file()
    try:
        with locked(place):
            _append(place, _line_of(run))
            _let_go_of_the_oldest(place)
    except OSError as exc:
        raise StoreError("history.not-written", path=place) from exc


def _append(place: Path, line: bytes) -> None:
    """Write a line and wait until it is on the disk; a line that was cut short is closed first."""
    with place.open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _let_go_of_the_oldest(place: Path) -> None:
    lines = _lines(place)
    if len(lines) <= MOST_RUNS + SPARE_RUNS:
        return
    shorter = place.with_suffix(".new")
    with shorter.open("wb") as file:
        file.writelines(line + b"\n" for line in lines[-MOST_RUNS:])
        file.flush()
        os.fsync(file.fileno())
    shorter.replace(place)


def _lines(place: Path) -> list[bytes]:
    with place.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LARGEST))
        lines = file.read(LARGEST).split(b"\n")
    return [line for line in (lines if size <= LARGEST else lines[1:]) if line.strip()]


# ---------------------------------------------------------------- a line and back


def run_document(run: CheckRun) -> dict[str, object]:
    """A self-check as plain values."""
    return {
        "schema": SCHEMA,
        "when": run.when.isoformat(timespec="seconds"),
        "program": run.program,
        "engine": run.engine,
        "asked": run.asked,
        "status": run.status.value,
        "failed": list(run.failed),
        "models": [_model_document(model) for model in run.models],
    }


def _model_document(run: ModelRun) -> dict[str, object]:
    known = run.known
    return {
        "name": run.name,
        "version": run.version,
        "sha256": run.sha256,
        "provider": run.provider,
        "status": run.status.value,
        "golden_difference": run.golden_difference,
        "embedding_difference": run.embedding_difference,
        "known_slide": None
        if known is None
        else {
            "recipe": known.recipe,
            "status": known.status,
            "patches": known.patches,
            "probabilities": list(known.probabilities),
            "unfamiliarity": known.unfamiliarity,
        },
        "known_difference": run.known_difference,
        "seconds": run.seconds,
        "patches_per_s": run.patches_per_s,
    }


def _line_of(run: CheckRun) -> bytes:
    text = json.dumps(run_document(run), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def _run_of(line: bytes) -> CheckRun | None:
    """Read one line; None where it is not what this program writes."""
    try:
        values = _Fields(cast("dict[str, object]", _a(json.loads(line), dict)))
        if values.take("schema", int) != SCHEMA:
            return None
        return _run(values)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _a(value: object, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise TypeError
    return value


class _Fields:
    """Values of one JSON object, each asked for by kind."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def take(self, key: str, kind: type[Kind]) -> Kind:
        return _a(self._values[key], kind)

    def number(self, key: str) -> float:
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError
        if not math.isfinite(value):
            raise ValueError
        return float(value)

    def number_or_none(self, key: str) -> float | None:
        return None if self._values[key] is None else self.number(key)

    def list_of(self, key: str, kind: type[Kind]) -> list[Kind]:
        return [_a(entry, kind) for entry in cast("list[object]", self.take(key, list))]

    def numbers(self, key: str) -> tuple[float, ...]:
        entries = cast("list[object]", self.take(key, list))
        return tuple(_Fields({key: entry}).number(key) for entry in entries)

    def objects(self, key: str) -> list[_Fields]:
        entries = cast("list[object]", self.take(key, list))
        return [_Fields(cast("dict[str, object]", _a(entry, dict))) for entry in entries]

    def object_or_none(self, key: str) -> _Fields | None:
        value = self._values[key]
        return None if value is None else _Fields(cast("dict[str, object]", _a(value, dict)))


def _run(values: _Fields) -> CheckRun:
    when = datetime.fromisoformat(values.take("when", str))
    if when.tzinfo is None:
        raise ValueError
    return CheckRun(
        when=when,
        program=values.take("program", str),
        engine=values.take("engine", str),
        asked=values.take("asked", str),
        status=CheckStatus(values.take("status", str)),
        failed=tuple(values.list_of("failed", str)),
        models=tuple(_model(model) for model in values.objects("models")),
    )


def _model(values: _Fields) -> ModelRun:
    known = values.object_or_none("known_slide")
    return ModelRun(
        name=values.take("name", str),
        version=values.take("version", str),
        sha256=values.take("sha256", str),
        provider=values.take("provider", str),
        status=CheckStatus(values.take("status", str)),
        golden_difference=values.number_or_none("golden_difference"),
        embedding_difference=values.number_or_none("embedding_difference"),
        known=None if known is None else _known(known),
        known_difference=values.number_or_none("known_difference"),
        seconds=values.number("seconds"),
        patches_per_s=values.number_or_none("patches_per_s"),
    )


def _known(values: _Fields) -> KnownAnswer:
    return KnownAnswer(
        recipe=values.take("recipe", int),
        status=values.take("status", str),
        patches=values.take("patches", int),
        probabilities=values.numbers("probabilities"),
        unfamiliarity=values.number("unfamiliarity"),
    )
