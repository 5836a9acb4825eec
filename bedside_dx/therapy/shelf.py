"""How imported packs lie in this person's folder: ``knowledge/NAME/``.

A pack is written into a folder of its own; then one small file, `POINTER`, is replaced in one
step and says which folder counts. So at any moment there is the old pack or the new one, whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from pathlib import Path

import platformdirs

from bedside_dx.core.errors import KnowledgeError
from bedside_dx.models.durable import flush_tree, replace_file
from bedside_dx.therapy.pack import MANIFEST, Pack, read_pack

POINTER = "current"
FOLDER = "BEDSIDE_DX_KNOWLEDGE"
"""Environment variable that names another folder than the user's own."""

_PLACE = re.compile(r"[0-9a-f]{12}(-[0-9a-f]{8})?")


def knowledge_folder() -> Path:
    """Where imported packs lie; it need not exist."""
    named = os.environ.get(FOLDER, "")
    if named:
        return Path(named)
    return platformdirs.user_data_path("bedside-dx", appauthor=False) / "knowledge"


def read_installed(folder: Path) -> tuple[list[Pack], list[KnowledgeError]]:
    """Packs that were imported, and what is wrong with the others."""
    packs: list[Pack] = []
    problems: list[KnowledgeError] = []
    for pointer in sorted(folder.glob(f"*/{POINTER}")):
        try:
            packs.append(read_pack(_current(pointer)))
        except KnowledgeError as error:
            problems.append(error)
    return packs, problems


def _current(pointer: Path) -> Path:
    try:
        place = pointer.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise KnowledgeError("knowledge.unreadable", path=pointer.parent) from exc
    if not _PLACE.fullmatch(place):
        raise KnowledgeError("knowledge.unreadable", path=pointer.parent)
    return pointer.parent / place


def put(folder: Path, name: str, files: dict[str, bytes]) -> Pack:
    """Write a pack, read it back whole, and only then let it count.

    Raises
    ------
    KnowledgeError
        It does not hold; the old one stays.
    OSError
    """
    slot = folder / name
    mark = hashlib.sha256(files[MANIFEST]).hexdigest()[:12]
    place = slot / f"{mark}-{uuid.uuid4().hex[:8]}"
    place.mkdir(parents=True)
    try:
        for file, content in files.items():
            (place / file).write_bytes(content)
        flush_tree(place)
        pack = read_pack(place)
        replace_file(slot / POINTER, f"{place.name}\n".encode())
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    for other in slot.iterdir():
        if other.is_dir() and other != place:
            shutil.rmtree(other, ignore_errors=True)
    return pack
