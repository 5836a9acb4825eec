"""Which of the paths that a person opens may be files of scans, and which belong together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BARE_SUFFIXES = frozenset((".dcm", ".dic", ".ima", ""))
"""Of files that may be DICOM although they do not begin as such."""


def as_studies(paths: Sequence[Path]) -> list[Path]:
    """Several DICOM files of one folder are one study, not many: their folder is opened."""
    folders = Counter(p.parent for p in paths if may_be_bare(p) and p.is_file())
    found = [p.parent if folders[p.parent] > 1 and may_be_bare(p) else p for p in paths]
    return list(dict.fromkeys(found))


def may_be_bare(path: Path) -> bool:
    """Whether it may be DICOM without its first bytes, by its name."""
    return path.suffix.lower() in BARE_SUFFIXES
