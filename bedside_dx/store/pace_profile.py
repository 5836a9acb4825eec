"""`pace.toml`: how fast each model runs on this machine, and which way to run it was chosen."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from bedside_dx.core.errors import StoreError
from bedside_dx.core.pace import Conditions, Measured, Pace, Tuned
from bedside_dx.store.state_folder import state_folder
from bedside_dx.store.text_file import read_text, write_text

SCHEMA_VERSION = 1
"""Files of another version are measured anew: there is nothing in them that a person wrote."""


def profile_path() -> Path:
    """Where the profile lies; there need be no file."""
    return state_folder() / "pace.toml"


def read_profile(path: Path) -> dict[str, Tuned]:
    """Read what was measured, by the model's name; empty where there is no file.

    Raises
    ------
    StoreError
        ``store.unreadable``: it can't be read, or is not what this program writes.
    """
    text = read_text(path)
    if text is None:
        return {}
    try:
        document = tomllib.loads(text)
        if document["schema_version"] != SCHEMA_VERSION:
            return {}
        return {name: _tuned(values) for name, values in document.get("models", {}).items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as exc:
        raise StoreError("store.unreadable", path=path, detail="TOML") from exc


def write_profile(path: Path, profile: Mapping[str, Tuned]) -> None:
    """Write the profile, all of it or nothing.

    Raises
    ------
    StoreError
        ``store.not-written``.
    """
    lines = [
        "# Measured by `bedside-dx models tune`; delete it to have it measured again.",
        f"schema_version = {SCHEMA_VERSION}",
    ]
    for name, tuned in sorted(profile.items()):
        lines += ["", f"[models.{json.dumps(name)}]", *_pairs(asdict(tuned.conditions))]
        lines += [f"best = {_inline(asdict(tuned.best))}", "measured = ["]
        lines += [
            f"  {_inline({**asdict(one.pace), 'patches_per_s': one.patches_per_s})},"
            for one in tuned.measured
        ]
        lines += ["]"]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, "\n".join(lines) + "\n")
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise StoreError("store.not-written", path=path, detail=detail) from exc


def _pairs(values: Mapping[str, object]) -> list[str]:
    # JSON's texts, numbers and lists of texts are written like TOML's.
    return [f"{key} = {json.dumps(value)}" for key, value in values.items()]


def _inline(values: Mapping[str, object]) -> str:
    return "{ " + ", ".join(_pairs(values)) + " }"


def _tuned(values: Mapping[str, Any]) -> Tuned:
    conditions = Conditions(
        processor=str(values["processor"]),
        cores=int(values["cores"]),
        engines=tuple(str(name) for name in cast("list[object]", values["engines"])),
        provider=str(values["provider"]),
        package=str(values["package"]),
    )
    measured = cast("list[Mapping[str, Any]]", values["measured"])
    return Tuned(
        conditions,
        _pace(values["best"]),
        tuple(Measured(_pace(one), float(one["patches_per_s"])) for one in measured),
    )


def _pace(values: Mapping[str, Any]) -> Pace:
    pace = Pace(
        engine=str(values["engine"]),
        precision=str(values["precision"]),
        batch=int(values["batch"]),
        workers=int(values["workers"]),
    )
    if pace.batch < 1 or pace.workers < 0:
        raise ValueError(pace)
    return pace
