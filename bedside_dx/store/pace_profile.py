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
from bedside_dx.store.file_lock import locked
from bedside_dx.store.state_folder import state_folder
from bedside_dx.store.text_file import read_text, write_text

SCHEMA_VERSION = 2
"""Of other versions nothing is taken over, all is measured anew: a person wrote none of it."""

Profile = Mapping[tuple[str, str], Tuned]
"""What was measured, by the model's name and the provider that was asked for."""


def profile_path() -> Path:
    """Where the profile lies; there need be no file."""
    return state_folder() / "pace.toml"


def read_profile(path: Path) -> dict[tuple[str, str], Tuned]:
    """Read what was measured, by name and provider; empty where there is no file.

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
        return {
            (name, provider): _tuned(provider, values)
            for name, by_provider in document.get("models", {}).items()
            for provider, values in by_provider.items()
        }
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as exc:
        raise StoreError("store.unreadable", path=path, detail="TOML") from exc


def keep_measured(path: Path, name: str, tuned: Tuned) -> None:
    """Put what was measured of one model into the profile; what is there of others stays.

    A profile that is damaged holds nothing that can't be measured again: it is replaced.

    Raises
    ------
    StoreError
        ``store.not-written``, ``store.busy``.
    """
    try:
        with locked(path):
            try:
                profile = read_profile(path)
            except StoreError:
                profile = {}
            profile[name, tuned.conditions.provider] = tuned
            write_text(path, _text(profile))
    except OSError as exc:
        if isinstance(exc, StoreError):
            raise
        detail = exc.strerror or type(exc).__name__
        raise StoreError("store.not-written", path=path, detail=detail) from exc


def _text(profile: Profile) -> str:
    lines = [
        "# Measured by `bedside-dx models tune`; delete it to have it measured again.",
        f"schema_version = {SCHEMA_VERSION}",
    ]
    for (name, provider), tuned in sorted(profile.items()):
        held = tuned.conditions
        conditions = {
            "processor": held.processor,
            "cores": held.cores,
            "engines": held.engines,
            "package": held.package,
        }
        lines += ["", f"[models.{json.dumps(name)}.{json.dumps(provider)}]", *_pairs(conditions)]
        lines += ["measured = ["]
        lines += [
            f"  {_inline({**asdict(one.pace), 'patches_per_s': one.patches_per_s})},"
            for one in tuned.measured
        ]
        lines += ["]"]
    return "\n".join(lines) + "\n"


def _pairs(values: Mapping[str, object]) -> list[str]:
    # JSON's texts, numbers and lists of texts are written like TOML's.
    return [f"{key} = {json.dumps(value)}" for key, value in values.items()]


def _inline(values: Mapping[str, object]) -> str:
    return "{ " + ", ".join(_pairs(values)) + " }"


def _tuned(provider: str, values: Mapping[str, Any]) -> Tuned:
    conditions = Conditions(
        processor=str(values["processor"]),
        cores=int(values["cores"]),
        engines=tuple(str(name) for name in cast("list[object]", values["engines"])),
        provider=provider,
        package=str(values["package"]),
    )
    rows = cast("list[Mapping[str, Any]]", values["measured"])
    measured = tuple(Measured(_pace(row), float(row["patches_per_s"])) for row in rows)
    if not measured:
        raise ValueError(provider)
    return Tuned(conditions, measured)


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
