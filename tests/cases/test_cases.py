"""Every damaged file that was ever met, as a change to a good one, and what must come of it.

A case is a folder with a ``case.toml``:

``base``    the good file, made here: svs, tiff, png, jpeg, dicom or text
``keep``    how much of it is left: a number of bytes, or a share of them
``change``  bytes to overwrite, at one of: ``tile`` (its n-th tile's pixels), ``table`` (values of a
            TIFF tag that are stored apart), ``value`` or ``count`` (of a tag's entry), ``after``
            (the first place of these bytes, ``skip`` bytes on), or ``link`` (the last page leads
            to the first)
``expect``  ``open``: the error's code; or ``unreadable``: least and most share of the tiles
            that can't be read while all others can
"""

import struct
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image
from pydicom.uid import generate_uid

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.imaging.slide import Slide, open_slide
from tests.dicom_slides import write_instance
from tests.slides import he_like, write_slide, write_svs

CASES = sorted(Path(__file__).parent.glob("*/case.toml"))

IMAGE = he_like(1000, 900, seed=8)

TILE = 256

ENDINGS = {"svs": "svs", "tiff": "tif", "png": "png", "jpeg": "jpg", "dicom": "dcm", "text": "svs"}


def write_text(path: Path) -> None:
    path.write_text("Aperio Image Library, or so this text says.\n" * 40, encoding="utf-8")


BASES: dict[str, Callable[[Path], object]] = {
    "svs": lambda path: write_svs(path, IMAGE, tile=TILE),
    "tiff": lambda path: write_slide(path, IMAGE, downsamples=(1,), um_per_px=0.5),
    "png": lambda path: Image.fromarray(IMAGE).save(path),
    "jpeg": lambda path: Image.fromarray(IMAGE).save(path, quality=90),
    "dicom": lambda path: write_instance(path, IMAGE, series=generate_uid()),
    "text": write_text,
}


@pytest.mark.parametrize("case_file", CASES, ids=lambda path: path.parent.name)
def test_case(case_file: Path, tmp_path: Path) -> None:
    case = tomllib.loads(case_file.read_text(encoding="utf-8"))
    path = tmp_path / case.get("name", f"slide.{ENDINGS[case['base']]}")
    BASES[case["base"]](path)
    damage(path, case)
    expect = case["expect"]
    if "open" in expect:
        with pytest.raises(SlideError) as caught:
            open_slide(path)
        assert caught.value.code == expect["open"]
        return
    with open_slide(path) as slide:
        share = unreadable_share(slide)
    least, most = expect["unreadable"]
    assert least <= share <= most


@pytest.mark.parametrize("base", BASES)
def test_without_the_damage_all_is_well(base: str, tmp_path: Path) -> None:
    """Else a case could pass because its base is no good."""
    path = tmp_path / f"slide.{ENDINGS[base]}"
    BASES[base](path)
    if base != "text":
        with open_slide(path) as slide:
            assert unreadable_share(slide) == 0


def unreadable_share(slide: Slide) -> float:
    """Share of tiles that can't be read; every other one must show what was put in."""
    failed = []
    for y in range(0, slide.size.height, TILE):
        for x in range(0, slide.size.width, TILE):
            width, height = min(TILE, slide.size.width - x), min(TILE, slide.size.height - y)
            try:
                pixels = slide.read(RegionPx(x, y, width, height), SizePx(width, height))
            except SlideError as error:
                failed.append(error.code)
            else:
                truth = IMAGE[y : y + height, x : x + width].astype(int)
                assert np.abs(pixels - truth).mean() < 6
    assert set(failed) <= {"slide.unreadable-region"}
    count = -(-slide.size.width // TILE) * -(-slide.size.height // TILE)
    return len(failed) / count


def damage(path: Path, case: dict[str, Any]) -> None:
    data = bytearray(path.read_bytes())
    for change in case.get("change", ()):
        at, new = place(path, bytes(data), change)
        data[at : at + len(new)] = new
    keep = case.get("keep", len(data))
    path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])


def place(path: Path, data: bytes, change: dict[str, Any]) -> tuple[int, bytes]:
    """Where a change goes, and what."""
    if "after" in change:
        mark = bytes.fromhex(change["after"])
        at = data.index(mark) + len(mark) + change.get("skip", 0)
        return at, bytes.fromhex(change["bytes"])
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages[0]
        if "link" in change:
            (entries,) = struct.unpack_from("<Q", data, page.offset)
            return page.offset + 8 + 20 * entries, struct.pack("<Q", page.offset)
        new = bytes.fromhex(change["bytes"])
        if "tile" in change:
            return page.dataoffsets[change["tile"]], new
        if "table" in change:
            return page.tags[change["table"]].valueoffset, new
        field, shift = ("value", 12) if "value" in change else ("count", 4)
        return page.tags[change[field]].offset + shift, new
