"""A pack of trials as one JSON document: read strictly, with its checksum, or refused whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import cast

from bedside_dx.core.errors import TrialError
from bedside_dx.core.strict import Misfit, build, plain
from bedside_dx.core.trials import Criterion, Kind, TrialPack

SCHEMA = "bedside_dx/trials"
SCHEMA_VERSION = 1
LICENCES = ("CC0-1.0", "CC-BY-4.0", "ClinicalTrials.gov terms", "synthetic")
"""Licences that a pack may have."""
NUMBERS = frozenset({Kind.AGE, Kind.ECOG, Kind.PRIOR_LINES})
LISTS = frozenset({Kind.SEX, Kind.TUMOUR, Kind.STAGE, Kind.BIOMARKER})


def read_pack(text: str) -> TrialPack:
    """A pack from its text.

    Raises
    ------
    TrialError
        ``trial.unreadable``, ``trial.checksum`` or ``trial.licence``: none of it is used.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise TrialError("trial.unreadable", detail="JSON") from exc
    match document:
        case {"schema": "bedside_dx/trials", "schema_version": 1, "sha256": str(), "pack": dict()}:
            found = cast("Mapping[str, object]", document)
        case _:
            raise TrialError("trial.unreadable", detail=SCHEMA)
    if checksum(found["pack"]) != found["sha256"]:
        raise TrialError("trial.checksum")
    try:
        pack = build(TrialPack, found["pack"])
    except Misfit as exc:
        raise TrialError("trial.unreadable", detail=str(exc)) from exc
    _check(pack)
    return pack


def write_pack(pack: TrialPack) -> str:
    """The text of a pack, its checksum included."""
    content = plain(pack)
    document = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "sha256": checksum(content),
        "pack": content,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def checksum(pack: object) -> str:
    """SHA-256 of a pack's content, whatever its layout."""
    text = json.dumps(pack, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _check(pack: TrialPack) -> None:
    if pack.licence not in LICENCES:
        raise TrialError("trial.licence", licence=pack.licence, known=", ".join(LICENCES))
    ids = [trial.id for trial in pack.trials]
    twice = next((one for one in ids if not one.strip() or ids.count(one) > 1), None)
    if twice is not None:
        raise TrialError("trial.unreadable", detail=f"id {twice}")
    for trial in pack.trials:
        for one in trial.criteria:
            if not _is_whole(one):
                raise TrialError("trial.unreadable", detail=f"{trial.id}: {one.kind}")


def _is_whole(one: Criterion) -> bool:
    """Whether a criterion says what it needs to say."""
    if one.kind in NUMBERS:
        low, high = one.low, one.high
        return (low is not None or high is not None) and (
            low is None or high is None or low <= high
        )
    return bool(one.any_of) if one.kind in LISTS else True
