"""Try a package that nobody has vouched for in a process that may die of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bedside_dx.core.errors import ModelError
from bedside_dx.isolation import sandbox

LIMITS = sandbox.Limits(memory_bytes=4 * 2**30, seconds=60)
"""Opening a bundled model and running its reference images takes 2 s and less than 2 GiB."""

TARGET = "bedside_dx.models.probe:look"

_NO_MEMORY = ("AllocateRaw", "allocate memory", "bad_alloc", "bad allocation")

REFUSALS = {
    "model.damaged": "install.damaged",
    "inference.failed": "install.failed",
    "inference.not-finite": "install.not-finite",
}


@dataclass(frozen=True)
class Probed:
    """What a package turned out to be.

    Attributes
    ----------
    sha256
        Of its list of hashes: it stands for the whole package.
    """

    name: str
    version: str
    sha256: str


def probe(path: Path, shown: Path, limits: sandbox.Limits = LIMITS) -> Probed:
    """Read, load and run a package in a worker, and compare its reference results.

    Parameters
    ----------
    path
        Folder or zip.
    shown
        The path that a person knows it by.

    Raises
    ------
    ModelError
        ``install.damaged``, ``.failed``, ``.not-finite``, ``.golden-mismatch``,
        ``.out-of-memory``, ``.too-slow``, ``.crashed``.
    """
    outcome = sandbox.run(TARGET, {"path": str(path)}, limits)
    match outcome:
        case sandbox.Returned(value):
            return _accept(cast("dict[str, str | bool]", value), shown)
        case sandbox.Refused("inference.failed", values) if _ran_out(values["detail"]):
            raise _out_of_memory(shown, limits)
        case sandbox.Refused(code, values):
            raise ModelError(REFUSALS.get(code, code), path=shown, **values)
        case sandbox.OutOfMemory():
            raise _out_of_memory(shown, limits)
        case sandbox.TimedOut(seconds):
            raise ModelError("install.too-slow", path=shown, seconds=seconds)
        case sandbox.Crashed(how):
            raise ModelError("install.crashed", path=shown, detail=how)


def look(path: str) -> dict[str, str | bool]:
    """Work of the worker: verify every hash, load the graph, run the reference images."""
    # Only the worker pays for the engine.
    from bedside_dx.models import golden, session  # noqa: PLC0415
    from bedside_dx.models.package import read_package  # noqa: PLC0415

    package = read_package(Path(path))
    result = golden.check(package, session.load(package))
    return {
        "name": package.name,
        "version": package.card.version,
        "sha256": package.sums_sha256,
        "passed": result.passed,
    }


def _accept(said: dict[str, str | bool], shown: Path) -> Probed:
    name = str(said["name"])
    if not said["passed"]:
        raise ModelError("install.golden-mismatch", path=shown, name=name)
    return Probed(name, str(said["version"]), str(said["sha256"]))


def _ran_out(detail: str | float) -> bool:
    """Whether the engine's own words are about memory that it did not get."""
    return any(word in str(detail) for word in _NO_MEMORY)


def _out_of_memory(shown: Path, limits: sandbox.Limits) -> ModelError:
    return ModelError("install.out-of-memory", path=shown, gb=limits.memory_bytes / 2**30)
