"""A new version of a package: the same network, with what a site measured of it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np

import bedside_dx
from bedside_dx.models.gate import METHOD, PLAIN
from bedside_dx.models.importers.packing import (
    NO_GATE,
    NOT_CALIBRATED,
    OWN_GATE,
    seal,
)
from bedside_dx.models.package import CARD, MANIFEST, RANGES, REFERENCE
from bedside_dx.text import LANGUAGES, texts
from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from bedside_dx.core.calibration import Calibration
    from bedside_dx.models.package import ModelPackage

CALIBRATED = mark(
    "Its probabilities were calibrated on {count:count} images of this site, on {on:day}."
)


def has_own_gate(package: ModelPackage) -> bool:
    """Whether its makers taught it what is unfamiliar: a site's statistics do not replace that."""
    return package.manifest.gate.method == METHOD


def write_recalibrated(
    package: ModelPackage,
    found: Calibration,
    reference: Mapping[str, NDArray[np.float32]] | None,
    on: date,
    folder: Path,
) -> None:
    """Write a package's next version into an empty folder.

    Parameters
    ----------
    reference
        Arrays of a gate fitted on the same images; None keeps the package's own.
    on
        Day that the new version carries.
    """
    import tomli_w  # noqa: PLC0415  (an extra)

    for name in package.hashes:
        if name != RANGES:
            (folder / name).write_bytes(package.content(name))
    document = tomllib.loads(package.content(MANIFEST).decode("utf-8"))
    _recalibrate(document, package, found, on)
    if reference is not None:
        np.savez(folder / REFERENCE, allow_pickle=False, **reference)
        document["gate"] |= {"method": PLAIN, "patch_threshold": 1.0}
    document["limits"] = {
        language: _limits(document["limits"][language], language, found, on, reference is not None)
        for language in LANGUAGES
    }
    (folder / MANIFEST).write_text(tomli_w.dumps(document), encoding="utf-8")
    with (folder / CARD).open("a", encoding="utf-8") as card:
        card.write(_chapter(package, found, on))
    seal(folder)


def _recalibrate(
    document: dict[str, Any], package: ModelPackage, found: Calibration, on: date
) -> None:
    document["version"] = next_version(package.card.version)
    # Agreement and margins were measured under the limits that are replaced here.
    document.pop("precision", None)
    document["calibration"] = {
        "method": "temperature",
        "temperature": found.temperature,
        "ece_validation": round(found.error, 4),
        "n": sum(bin_.images for bin_ in found.reliability),
        "reliability": {
            "confidence": [round(b.confidence, 4) for b in found.reliability],
            "right": [round(b.right, 4) for b in found.reliability],
            "n": [b.images for b in found.reliability],
        },
    }
    document["class_sets"] = {
        "levels": list(found.sets.levels),
        "least": {name: list(values) for name, values in found.sets.least.items()},
        "n": dict(found.sets.n),
    }
    document["verdict"]["abstain_below"] = found.abstain_below
    document["calibrated"] = {
        "on": on.isoformat(),
        "from_version": package.card.version,
        "from_sha256": package.sums_sha256,
        "index": found.index.file,
        "index_sha256": found.index.sha256,
        "images": found.images,
        "program": bedside_dx.__version__,
    }


def next_version(version: str) -> str:
    """The version after one: its third number is one higher."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    parts = [int(n) for n in numbers[0].split(".")] if numbers else [0]
    parts += [0] * (3 - len(parts))
    parts[2] += 1
    return ".".join(map(str, parts[:3]))


def _limits(
    before: list[str], language: str, found: Calibration, on: date, has_new_gate: bool
) -> list[str]:
    """The limits that still hold, with what was measured in the place of what was not."""
    t = texts(language)
    gone = [t(NOT_CALIBRATED), *([t(NO_GATE)] if has_new_gate else [])]
    fresh = [t(OWN_GATE, count=found.images)] if has_new_gate else []
    return [*fresh, t(CALIBRATED, count=found.images, on=on), *(b for b in before if b not in gone)]


def _chapter(package: ModelPackage, found: Calibration, on: date) -> str:
    """Facts for people, in English as every card."""
    least = "\n".join(
        f"- `{name}`: {found.sets.n[name]} pictures or groups" for name in found.sets.least
    )
    return (
        f"\n## Calibrated at this site\n\n"
        f"On {on.isoformat()}, from version {package.card.version}, on {found.images} images of"
        f" `{found.index.file}` (sha256 {found.index.sha256}). One half gave the temperature"
        f" ({found.temperature:g}), the other the limits of class sets and of abstention"
        f" ({found.abstain_below:g}); on it the calibration error is {found.error:.3f}.\n\n"
        f"{least}\n"
    )
