"""From a path to stored pixels: what is it, may it be opened, does it hold together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.core.errors import SlideError
from bedside_dx.imaging import openslide_slide, plain
from bedside_dx.imaging.stored import Box
from bedside_dx.imaging.tiff_directory import find_lie

if TYPE_CHECKING:
    from bedside_dx.imaging.stored import StoredLevels

LOOK_PX = 512
"""Side of what `look` reads of a level."""


def open_stored(path: Path) -> StoredLevels:
    """Open a file by its content, whatever its name ends with.

    Raises
    ------
    SlideError
        ``slide.unsupported``, ``slide.damaged`` or ``slide.too-large``.
    """
    if lie := find_lie(path):
        raise SlideError("slide.damaged", path=path, detail=lie)
    if openslide_slide.detect_format(path):
        try:
            return openslide_slide.OpenSlideLevels(path)
        except SlideError as exc:
            if exc.code != "slide.unsupported" or plain.detect_format(path) is None:
                raise
    kind = plain.detect_format(path)
    if kind is None:
        raise SlideError("slide.unsupported", path=path)
    return plain.PlainImage(path, kind)


def needs_probe(path: Path) -> bool:
    """Whether a file's decoder has been seen to crash: TIFF and slides, not PNG and JPEG."""
    return plain.detect_format(path) not in {"png", "jpeg"}


def look(path: str) -> None:
    """Open a file and read from the middle and the far corner of its levels.

    Damage that is found and said is no matter here: it is said again, with its place, when
    the region is read in earnest. What this is for is dying of it.
    """
    stored = open_stored(Path(path))
    for level in {0, len(stored.sizes) - 1}:
        width, height = stored.sizes[level]
        for left, top in (
            (max(width - LOOK_PX, 0) // 2, max(height - LOOK_PX, 0) // 2),
            (max(width - LOOK_PX, 0), max(height - LOOK_PX, 0)),
        ):
            box = Box(left, top, left + LOOK_PX, top + LOOK_PX).within(width, height)
            _try(stored, level, box)


def _try(stored: StoredLevels, level: int, box: Box) -> None:
    try:
        stored.read_level(level, box)
    except SlideError:
        return
