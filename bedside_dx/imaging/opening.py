"""From a path to stored pixels: what is it, may it be opened, does it hold together."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.core.errors import SlideError
from bedside_dx.imaging import openslide_slide, plain
from bedside_dx.imaging.direct import directly
from bedside_dx.imaging.stored import Box
from bedside_dx.imaging.tiff_directory import find_lie, holds_no_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.imaging.stored import StoredLevels

LOOK_PX = 512
"""Side of what `look` reads of a level at each place."""

LOOK_S = 0.1
"""How long it goes on reading where a decoder is known to die now and then."""


def open_stored(path: Path) -> StoredLevels:
    """Open a file by its content, whatever its name ends with.

    Raises
    ------
    SlideError
        ``slide.unsupported``, ``slide.damaged`` or ``slide.too-large``.
    """
    if lie := find_lie(path):
        raise SlideError("slide.damaged", path=path, detail=lie)
    if holds_no_colours(path):
        raise SlideError("slide.unsupported", path=path)
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


def with_direct_way(stored: StoredLevels, paths: Sequence[Path]) -> StoredLevels:
    """Decode tiles without OpenSlide where that comes to the same; see `imaging.direct`.

    Parameters
    ----------
    paths
        All files of the slide, the one that was opened first.
    """
    return (
        directly(stored, paths) if isinstance(stored, openslide_slide.OpenSlideLevels) else stored
    )


def needs_probe(path: Path) -> bool:
    """Whether a file's decoder has been seen to crash: TIFF and slides, not PNG and JPEG."""
    return plain.detect_format(path) not in {"png", "jpeg"}


def look(path: str) -> None:
    """Open a file and read here and there of its finest and coarsest level.

    Damage that is found and said is no matter here: it is said again, with its place, when
    the region is read in earnest. What this is for is dying of it.
    """
    stored = with_direct_way(open_stored(Path(path)), [Path(path)])
    for level in {0, len(stored.sizes) - 1}:
        for box in _corners_and_middle(*stored.sizes[level]):
            _try(stored, level, box)
    if stored.format == "dicom":
        _look_around(stored)


def _corners_and_middle(width: int, height: int) -> list[Box]:
    right, bottom = max(width - LOOK_PX, 0), max(height - LOOK_PX, 0)
    places = [(0, 0), (right // 2, bottom // 2), (right, bottom)]
    return [Box(x, y, x + LOOK_PX, y + LOOK_PX).within(width, height) for x, y in places]


def _look_around(stored: StoredLevels) -> None:
    """Read tiles all over level 0 for a moment: libdicom has died of frames it misjudged."""
    width, height = stored.sizes[0]
    places = [(x, y) for y in range(0, height, LOOK_PX) for x in range(0, width, LOOK_PX)]
    random.Random(0).shuffle(places)  # noqa: S311  (which tiles is no secret)
    end = time.monotonic() + LOOK_S
    for x, y in places:
        if time.monotonic() > end:
            return
        _try(stored, 0, Box(x, y, x + LOOK_PX, y + LOOK_PX).within(width, height))


def _try(stored: StoredLevels, level: int, box: Box) -> None:
    try:
        stored.read_level(level, box)
    except SlideError:
        return
