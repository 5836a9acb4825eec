"""Measures on disk: one JSON file a study in the folder of its case, written all or not at all.

What can't be used (damaged, changed by hand, of another patient or study, or newer than what
was read) is never written over: it is moved beside its place first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import cast

from bedside_dx.core.errors import StoreError
from bedside_dx.core.kept_marks import KeptMarks
from bedside_dx.core.strict import Misfit, build, plain
from bedside_dx.store.file_lock import locked
from bedside_dx.store.text_file import read_text, write_text

SCHEMA = "bedside_dx/scan-marks"
SCHEMA_VERSION = 1


def marks_path(folder: Path, study: str) -> Path:
    """File of a study: its name tells studies apart and does not say whose they are."""
    digest = hashlib.sha256(study.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / f"scan-marks-{digest[:12]}.json"


def read_marks(path: Path, wanted: KeptMarks) -> KeptMarks:
    """Read the measures of a study; `wanted` itself where none are kept.

    Parameters
    ----------
    wanted
        Study and patient that they must be of.

    Raises
    ------
    StoreError
        ``marks-file.unreadable``; ``marks-file.other``: of another patient or study;
        ``store.unreadable``.
    """
    text = read_text(path)
    if text is None:
        return wanted
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise StoreError("marks-file.unreadable", path=path, detail="JSON") from exc
    match document:
        case {"schema": "bedside_dx/scan-marks", "schema_version": 1, "kept": dict(), "sha256": _}:
            stated = cast("dict[str, object]", document["kept"])
        case _:
            raise StoreError("marks-file.unreadable", path=path, detail=SCHEMA)
    if _digest(stated) != document["sha256"]:
        raise StoreError("marks-file.unreadable", path=path, detail="sha256")
    try:
        kept = build(KeptMarks, stated)
    except Misfit as exc:
        raise StoreError("marks-file.unreadable", path=path, detail=str(exc)) from exc
    if not all(one.is_sound for one in kept.marks):
        raise StoreError("marks-file.unreadable", path=path, detail="points")
    if not kept.is_about(wanted):
        raise StoreError("marks-file.other", path=path)
    return kept


def write_marks(path: Path, kept: KeptMarks) -> KeptMarks:
    """Write the next version of a study's measures.

    Parameters
    ----------
    kept
        With the version that was read or written last: what lies there otherwise is moved aside.

    Raises
    ------
    StoreError
        ``store.not-written``, ``store.busy`` or ``store.unreadable``.
    """
    try:
        with locked(path):
            _move_strange_aside(path, kept)
            written = replace(kept, version=kept.version + 1)
            stated = cast("dict[str, object]", plain(written))
            document = {
                "schema": SCHEMA,
                "schema_version": SCHEMA_VERSION,
                "kept": stated,
                "sha256": _digest(stated),
            }
            write_text(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    except StoreError:
        raise
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise StoreError("store.not-written", path=path, detail=detail) from exc
    return written


def _move_strange_aside(path: Path, kept: KeptMarks) -> None:
    try:
        there = read_marks(path, replace(kept, marks=()))
        is_strange = there.version != kept.version
    except StoreError:
        is_strange = True
    if not is_strange or not path.exists():
        return
    number = 1
    while (aside := path.with_name(f"{path.stem}.aside-{number}.json")).exists():
        number += 1
    path.rename(aside)


def _digest(stated: dict[str, object]) -> str:
    text = json.dumps(stated, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
