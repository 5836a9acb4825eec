"""Damage good files at random and read them; runs inside a worker, which may die of it."""

import contextlib
import io
import json
import random
import struct
import time
from pathlib import Path

from PIL import Image
from pydicom.uid import generate_uid

from bedside_dx.core.errors import BedsideDxError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.imaging.slide import open_slide
from tests.dicom_slides import write_instance
from tests.slides import he_like, write_slide, write_svs

SIZE = 520


def make_bases(folder: str) -> list[str]:
    """Write one good file of each kind."""
    image = he_like(SIZE, SIZE, seed=6)
    paths = [Path(folder, name) for name in ("a.svs", "a.tif", "a.png", "a.jpg", "b.tif", "a.dcm")]
    write_svs(paths[0], image)
    write_slide(paths[1], image, um_per_px=0.5)
    for path in paths[2:5]:
        Image.fromarray(image).save(path)
    write_instance(paths[5], image, series=generate_uid())
    return [str(path) for path in paths]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Flip, overwrite, insert or cut; most often near either end, where the tables are."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        last, near = len(changed) - 1, min(len(changed), 2000)
        start, end = chance.randrange(near), last - chance.randrange(near)
        at = chance.choice([start, end, chance.randint(0, last)])
        match chance.randrange(5):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + 4] = struct.pack("<I", chance.choice([0, 1, 2**31, 2**32 - 1]))
            case 2:
                changed[at : at + 8] = chance.randbytes(8)
            case 3:
                changed[at:at] = chance.randbytes(chance.randint(1, 40))
            case _:
                del changed[at : at + chance.choice([1, 2, 30, len(changed)])]
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def read_mutants(bases: list[str], log: str, first: int, seconds: float) -> int:
    """Read one mutant after the other; what is being read is in `log` should this process die.

    Returns
    -------
    The first seed that was not tried.
    """
    good = {base: Path(base).read_bytes() for base in bases}
    seed, end = first, time.monotonic() + seconds
    while time.monotonic() < end:
        chance = random.Random(seed)
        base = chance.choice(bases)
        mutant = Path(log).parent / "mutant" / Path(base).name
        mutant.parent.mkdir(exist_ok=True)
        mutant.write_bytes(mutate(good[base], chance))
        Path(log).write_text(json.dumps([seed, str(mutant)]), encoding="utf-8")
        with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(BedsideDxError):
            read_all(mutant)
        mutant.unlink()
        seed += 1
    return seed


def read_all(path: Path) -> None:
    """Open a file as the program does, without the probe, and read it at two scales."""
    with open_slide(path, probe=False) as slide:
        for side, place in ((SIZE, 64), (100, 100)):
            with contextlib.suppress(BedsideDxError):
                slide.read(RegionPx(0, 0, side, side), SizePx(place, place))
        slide.facts()
        slide.check_unchanged()
