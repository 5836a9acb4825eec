"""What a report.json must look like: one table of keys and kinds, and a walk along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from bedside_dx.core.model_card import Role
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.origin import OriginKind
from bedside_dx.core.rules import LIMITS, Kind
from bedside_dx.core.verdict import Status


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: frozenset[str]


@dataclass(frozen=True)
class ListOf:
    """A list whose entries all look alike."""

    entry: Shape
    length: int | None = None


@dataclass(frozen=True)
class MapOf:
    """Free keys, values that all look alike."""

    value: Shape


@dataclass(frozen=True)
class Maybe:
    """The shape, or null: not known."""

    shape: Shape


Shape = type | OneOf | ListOf | MapOf | Maybe | dict[str, "Shape"]


class Share:
    """A number of 0 to 1."""


class Amount:
    """A number that is not negative."""


TEXT_OR_NONE = Maybe(str)
REGION: dict[str, Shape] = {"x": int, "y": int, "width": int, "height": int}
REASON: dict[str, Shape] = {
    "code": str, "text": str, "values": MapOf(object), "region": Maybe(REGION),
}  # fmt: skip

LIMIT_KINDS: dict[Kind, Shape] = {
    Kind.SHARE: Share, Kind.PATCHES: Amount, Kind.SCORE: Amount, Kind.SWITCH: bool,
}  # fmt: skip

REPORT: dict[str, Shape] = {
    "schema": str,
    "schema_version": str,
    "language": str,
    "notice": str,
    "patient": {"name": TEXT_OR_NONE, "identifier": TEXT_OR_NONE, "born": TEXT_OR_NONE},
    "case": {"accession": TEXT_OR_NONE, "specimen": TEXT_OR_NONE},
    "verdict": {
        "status": OneOf(frozenset(Status)),
        "is_final": bool,
        "early": Maybe({"class": str, "share_read": Share}),
        "headline": str,
        "class": TEXT_OR_NONE,
        "class_label": TEXT_OR_NONE,
        "probability": Maybe(Share),
        "interval": Maybe(ListOf(Share, length=2)),
        "interval_level": Share,
        "confidence": TEXT_OR_NONE,
        "class_set": Maybe(ListOf(str)),
        "set_level": Maybe(Share),
        "set_words": TEXT_OR_NONE,
        "rule": TEXT_OR_NONE,
        "unfamiliar_share": Maybe(Share),
        "reasons": ListOf(REASON),
        "next_step": REASON,
    },
    "fractions": ListOf(
        {
            "class": str,
            "label": str,
            "role": OneOf(frozenset(Role)),
            "codes": MapOf(str),
            "share": Maybe(Share),
            "area_mm2": Maybe(Amount),
        }
    ),
    "slide_level": Maybe(
        {
            "classes": ListOf({"class": str, "class_label": str, "probability": Maybe(Share)}),
            "sure_from": Share,
            "patches": int,
            "sha256": str,
        }
    ),
    "coverage": {
        "tissue_mm2": Maybe(Amount),
        "patches": int,
        "analysed": Share,
        "blurred": Share,
        "artefact": Share,
        "unreadable": Share,
        "pending": Share,
        "ink": Share,
        "fold": Share,
        "bubble": Share,
        "exposure": Share,
        "debris": Share,
    },
    "key_regions": ListOf(
        {"region": REGION, "class": str, "class_label": str, "probability": Maybe(Share)}
    ),
    "patches": {
        "planned": int,
        "pending": int,
        "analysed": int,
        "unreadable": int,
        "blurred": int,
        "artefact": int,
        "ink": int,
        "fold": int,
        "bubble": int,
        "exposure": int,
        "debris": int,
        "unfamiliar": int,
        "called": MapOf(int),
        "cell_mm2": Maybe(Amount),
        "grid": {
            "x0": float, "y0": float, "step": float, "side": float, "columns": int, "rows": int,
        },
    },
    "site_rules": {
        "limits": {key: LIMIT_KINDS[limit.kind] for key, limit in LIMITS.items()},
        "changed": ListOf(
            {
                "key": str,
                "value": object,
                "usual": object,
                "who": TEXT_OR_NONE,
                "when": TEXT_OR_NONE,
                "why": TEXT_OR_NONE,
            }
        ),
    },
    "model": {
        "name": str,
        "version": str,
        "sha256": str,
        "origin": {
            "kind": OneOf(frozenset(OriginKind)),
            "source": str,
            "installed": str,
            "publisher": str,
            "fingerprint": str,
            "keys": ListOf(str),
            "replaces": str,
        },
        "title": str,
        "organ": str,
        "modality": str,
        "input": OneOf(frozenset(ModelInput)),
        "patch_px": int,
        "spacing_um_px": Maybe(Amount),
        "rules": MapOf(Share),
        "intended_use": str,
        "limits": ListOf(str),
        "data_terms": str,
    },
    "slide": {
        "file": str,
        "format": str,
        "size_px": {"width": int, "height": int},
        "spacing": Maybe({"um_per_px": Amount, "source": str, "detail": str}),
        "sha256": str,
    },
    "provenance": {
        "program": str,
        "program_version": str,
        "engine": str,
        "provider": str,
        "reading": str,
        "started": str,
        "finished": str,
        "duration_s": Amount,
        "patches_per_s": Amount,
    },
}  # fmt: skip


def first_flaw(value: object, shape: Shape, at: str = "$") -> str | None:
    """Place and kind of the first thing that does not fit, or None.

    Keys that the table does not name are flaws too: a reader would not know them.
    """
    match shape:
        case Maybe(inner):
            return None if value is None else first_flaw(value, inner, at)
        case OneOf(words):
            return None if value in words else f"{at}: {value!r}"
        case ListOf(entry, length):
            return _flaw_in_list(value, entry, length, at)
        case MapOf(inner):
            return _flaw_in_map(value, inner, at)
        case dict():
            return _flaw_in_keys(value, shape, at)
        case _:
            return None if _is_a(value, shape) else f"{at}: {value!r}"


def _flaw_in_list(value: object, entry: Shape, length: int | None, at: str) -> str | None:
    if not isinstance(value, list):
        return f"{at}: {value!r}"
    entries = cast("list[object]", value)
    if length is not None and len(entries) != length:
        return f"{at}: {len(entries)}"
    flaws = (first_flaw(one, entry, f"{at}[{i}]") for i, one in enumerate(entries))
    return next((flaw for flaw in flaws if flaw), None)


def _flaw_in_map(value: object, inner: Shape, at: str) -> str | None:
    if not isinstance(value, dict):
        return f"{at}: {value!r}"
    entries = cast("dict[str, object]", value)
    flaws = (first_flaw(one, inner, f"{at}.{key}") for key, one in entries.items())
    return next((flaw for flaw in flaws if flaw), None)


def _flaw_in_keys(value: object, shape: dict[str, Shape], at: str) -> str | None:
    if not isinstance(value, dict):
        return f"{at}: {value!r}"
    entries = cast("dict[str, object]", value)
    differing = sorted(entries.keys() ^ shape.keys())
    if differing:
        return f"{at}.{differing[0]}"
    flaws = (first_flaw(entries[key], inner, f"{at}.{key}") for key, inner in shape.items())
    return next((flaw for flaw in flaws if flaw), None)


def _is_a(value: object, kind: type) -> bool:
    if kind is object:
        return True
    if isinstance(value, bool):
        return kind is bool
    if kind is Share:
        return isinstance(value, int | float) and 0 <= value <= 1
    if kind is Amount:
        return isinstance(value, int | float) and value >= 0
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)
