"""How installed models lie in this person's folder: ``installed/NAME/``.

One small file, `POINTER`, says which of the copies beside it is used and which was used
before. It is replaced in one step, so at any moment the old or the new model is there, whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from bedside_dx.core.origin import Origin, OriginKind
from bedside_dx.models.durable import replace_file
from bedside_dx.models.flaw import Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHELF, POINTER = "installed", "installed.json"
FORMAT = "bedside-dx-installed/1"

_PLACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}(\.zip)?")
_LARGEST_POINTER = 2**16


@dataclass(frozen=True)
class Copy:
    """One installed copy of a model.

    Attributes
    ----------
    place
        Name of its folder or zip beside the pointer.
    sha256
        Of its list of hashes: it stands for the whole package.
    """

    place: str
    version: str
    sha256: str
    origin: Origin


@dataclass(frozen=True)
class Slot:
    """What is installed under one name: the copy in use and the one before it, if any.

    Attributes
    ----------
    current
        None where a person went back to the model that came with the program.
    """

    current: Copy | None
    previous: Copy | None


def slots(models: Path) -> Iterator[Path]:
    """Folders of all names under which something was installed."""
    shelf = models / SHELF
    if shelf.is_dir():
        yield from sorted(path.parent for path in shelf.glob(f"*/{POINTER}"))


def read_slot(folder: Path) -> Slot | None:
    """What is installed in the folder of one name; None for nothing.

    Raises
    ------
    Flaw
        The pointer is damaged.
    OSError
    """
    pointer = folder / POINTER
    if not pointer.exists():
        return None
    try:
        with pointer.open("rb") as file:
            said = cast("Mapping[str, Any]", json.loads(file.read(_LARGEST_POINTER)))
        if said["format"] != FORMAT:
            raise Flaw("{file} is of another program version", file=POINTER)
        return Slot(_copy(said["current"]), _copy(said["previous"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        if isinstance(exc, Flaw):
            raise
        raise Flaw("{file} is damaged", file=POINTER) from exc


def write_slot(folder: Path, slot: Slot) -> None:
    """Say which copies are used from now on.

    Raises
    ------
    OSError
    """
    said = {"format": FORMAT, **asdict(slot)}
    replace_file(folder / POINTER, (json.dumps(said, indent=1) + "\n").encode())


def _copy(said: Mapping[str, Any] | None) -> Copy | None:
    if said is None:
        return None
    origin = cast("Mapping[str, Any]", said["origin"])
    words = {key: str(origin[key]) for key in ("source", "installed", "publisher", "fingerprint")}
    place = str(said["place"])
    if not _PLACE.fullmatch(place):
        raise Flaw("{file} names a place outside its folder", file=POINTER)
    return Copy(
        place=place,
        version=str(said["version"]),
        sha256=str(said["sha256"]),
        origin=Origin(
            OriginKind(origin["kind"]), keys=tuple(str(key) for key in origin["keys"]), **words
        ),
    )
