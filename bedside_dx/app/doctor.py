"""Self-check: whether this machine can be trusted with a slide today."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tifffile
from PIL import Image, features

from bedside_dx.core.checks import Check, CheckStatus
from bedside_dx.core.errors import BedsideDxError, SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.origin import OriginKind
from bedside_dx.imaging.openslide_slide import VERSION as OPENSLIDE_VERSION
from bedside_dx.imaging.probe import probe
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import golden, registry, session
from bedside_dx.report.fonts import DISPLAY, MEDIUM, REGULAR, SEMIBOLD, font_file
from bedside_dx.text import LANGUAGES, texts

if TYPE_CHECKING:
    from bedside_dx.core.errors import Value
    from bedside_dx.core.results import Image as Pixels
    from bedside_dx.core.settings import Settings
    from bedside_dx.models.package import ModelPackage

OPENSLIDE_FLOOR = "4.0.1"
"""Older builds carry image libraries with known holes."""

CODECS = {"jpg": "JPEG", "jpg_2000": "JPEG 2000", "zlib": "PNG", "libtiff": "TIFF"}
"""Decoders of Pillow without which common files can't be read."""

LOW_GB, LEAST_GB = 5.0, 0.5
"""Free disk space below which it is said, and below which nothing should be started."""


@dataclass(frozen=True)
class Floor:
    """Versions of a library that may be used.

    Attributes
    ----------
    lowest, below
        From this one on, and before that one; empty for no such bound.
    """

    name: str
    lowest: str
    below: str = ""


FLOORS = (
    Floor("cryptography", "48"),
    Floor("numpy", "2"),
    Floor("onnxruntime", "1.20"),
    Floor("openslide-bin", "4.0.1"),
    Floor("openslide-python", "1.4"),
    Floor("pillow", "11"),
    Floor("pydicom", "3.0.2"),
    Floor("pylibjpeg-openjpeg", "2"),
    Floor("tuf", "7.0.1", "8"),
    # PySide6 6.12.0 on Python 3.11 loses a reference to True at every signal and aborts.
    Floor("PySide6-Essentials", "6.11", "6.12" if sys.version_info < (3, 12) else "7"),
)


def self_check(settings: Settings) -> tuple[Check, ...]:
    """Check codecs, libraries, models, providers, disk, fonts and languages.

    Every installed model runs its reference images on the provider of `settings`.
    It takes a few seconds, and nothing of it raises: what is wrong is among the checks.
    """
    return (
        _openslide(),
        _codecs(),
        _decoding(),
        _worker(),
        *(_library(floor) for floor in FLOORS),
        _providers(settings),
        *_models(settings),
        *_disk(),
        _fonts(),
        *(_language(language) for language in LANGUAGES if language != "en"),
    )


def _check(code: str, ok: bool, **values: Value) -> Check:
    return Check(f"check.{code}", CheckStatus.OK if ok else CheckStatus.FAIL, values)


# ---------------------------------------------------------------- reading


def _openslide() -> Check:
    ok = parse_version(OPENSLIDE_VERSION) >= parse_version(OPENSLIDE_FLOOR)
    return _check("openslide", ok, version=OPENSLIDE_VERSION, floor=OPENSLIDE_FLOOR)


def _codecs() -> Check:
    present = {key: features.version(key) for key in CODECS if features.check(key)}
    missing = [name for key, name in CODECS.items() if key not in present]
    if missing:
        return _check("codecs-missing", ok=False, missing=", ".join(missing))
    versions = ", ".join(f"{CODECS[key]} {version}" for key, version in present.items())
    return _check("codecs", ok=True, versions=versions)


def _decoding() -> Check:
    """Write a known picture in each kind of file and read it back through the program."""
    y, x = np.mgrid[0:512, 0:512]
    picture = np.stack([x // 2, y // 2, (x + y) // 4], -1).astype(np.uint8)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bedside-dx-") as folder:
        for name, path in _pictures(picture, Path(folder)):
            if not _reads_back(path, picture):
                wrong.append(name)
    if wrong:
        return _check("decoding-wrong", ok=False, kinds=", ".join(wrong))
    return _check("decoding", ok=True)


def _pictures(picture: Pixels, folder: Path) -> Iterator[tuple[str, Path]]:
    image = Image.fromarray(picture)
    image.save(folder / "plain.png")
    yield "PNG", folder / "plain.png"
    image.save(folder / "plain.jpg", quality=98, subsampling=0)
    yield "JPEG", folder / "plain.jpg"
    image.save(folder / "plain.tif", compression="jpeg", quality=98)
    yield "TIFF", folder / "plain.tif"
    path = folder / "tiled.tif"
    tifffile.imwrite(path, picture, tile=(256, 256), photometric="rgb", compression="zlib")
    yield "OpenSlide", path


def _reads_back(path: Path, picture: Pixels) -> bool:
    """Tell whether a file shows the picture, to within what JPEG loses."""
    height, width = picture.shape[:2]
    try:
        with open_slide(path, probe=False) as slide:
            found = slide.read(RegionPx(0, 0, width, height), SizePx(width, height))
    except BedsideDxError:
        return False
    return bool(np.abs(found.astype(int) - picture).mean() < 2.0)


def _worker() -> Check:
    """See that the process starts that opens files which may be broken."""
    with tempfile.TemporaryDirectory(prefix="bedside-dx-") as folder:
        path = Path(folder) / "small.png"
        Image.new("RGB", (64, 64), "white").save(path)
        try:
            probe(path)
        except SlideError:
            return _check("worker-missing", ok=False)
    return _check("worker", ok=True)


# ---------------------------------------------------------------- libraries


def _library(floor: Floor) -> Check:
    allowed = f"{floor.lowest} ≤ … < {floor.below}" if floor.below else f"≥ {floor.lowest}"
    try:
        version = importlib.metadata.version(floor.name)
    except importlib.metadata.PackageNotFoundError:
        return _check("library-missing", ok=False, name=floor.name, allowed=allowed)
    number = parse_version(version)
    ok = number >= parse_version(floor.lowest) and (
        not floor.below or number < parse_version(floor.below)
    )
    code = "library" if ok else "library-wrong"
    return _check(code, ok, name=floor.name, version=version, allowed=allowed)


def parse_version(version: str) -> tuple[int, ...]:
    """Numbers of a version; what follows them (``rc1``, ``+cpu``) does not count."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    found = [int(part) for part in numbers[0].split(".")] if numbers else []
    while found and not found[-1]:
        found.pop()
    return tuple(found)


# ---------------------------------------------------------------- models


def _providers(settings: Settings) -> Check:
    from bedside_dx.models.engines import onnxruntime_engine  # noqa: PLC0415

    there = onnxruntime_engine.available()
    names = ", ".join(onnxruntime_engine.LABELS[name] for name in there)
    ok = settings.provider in {*there, "auto"}
    code = "providers" if ok else "provider-missing"
    return _check(
        code,
        ok,
        engine=onnxruntime_engine.version(),
        available=names,
        provider=onnxruntime_engine.LABELS.get(settings.provider, settings.provider),
    )


def _models(settings: Settings) -> Iterator[Check]:
    stock = registry.take_stock()
    if not stock.packages:
        yield _check("no-models", ok=False)
    for package in stock.packages:
        yield _model(package, settings)
        yield from _origin(package)
    for problem in stock.problems:
        yield _model_problem(problem)


def _model(package: ModelPackage, settings: Settings) -> Check:
    try:
        model = session.load(package, provider=settings.provider)
        result = golden.check(package, model)
    except BedsideDxError as error:
        return _model_problem(error, package.name)
    return _check(
        "model" if result.passed else "model-wrong",
        result.passed,
        name=package.name,
        version=package.card.version,
        provider=model.provider,
        difference=f"{result.max_difference:.1e}",
    )


def _origin(package: ModelPackage) -> Iterator[Check]:
    """Who answers for a model that did not come with the program."""
    origin = package.card.origin
    values = {"name": package.name, "version": package.card.version}
    match origin.kind:
        case OriginKind.SIGNED:
            publisher = origin.publisher or origin.fingerprint
            yield _check("model-signed", ok=True, publisher=publisher, **values)
        case OriginKind.UNSIGNED:
            yield Check("check.model-unsigned", CheckStatus.WARN, values)
        case OriginKind.BUNDLED:
            return


def _model_problem(error: BedsideDxError, name: str = "") -> Check:
    named = name or str(error.values.get("name", ""))
    detail = str(error.values.get("detail", "")) or error.code
    code = "model-damaged" if error.code == "model.damaged" else "model-failed"
    return _check(code, ok=False, name=named, detail=detail)


# ---------------------------------------------------------------- the machine


def _disk() -> Iterator[Check]:
    """Free space where files are written: the temporary folder and the current one."""
    seen: set[int] = set()
    for folder in (Path(tempfile.gettempdir()), Path.cwd()):
        device = folder.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(folder).free / 1e9
        status = CheckStatus.OK
        if free < LOW_GB:
            status = CheckStatus.WARN if free >= LEAST_GB else CheckStatus.FAIL
        yield Check("check.disk", status, {"free_gb": round(free, 1), "folder": folder.name or "/"})


def _fonts() -> Check:
    missing = [n for n in (REGULAR, MEDIUM, SEMIBOLD, DISPLAY) if not font_file(n).is_file()]
    if missing:
        return _check("fonts-missing", ok=False, missing=", ".join(missing))
    return _check("fonts", ok=True)


def _language(language: str) -> Check:
    """See that a catalogue is there and holds the sentence every result carries."""
    sentence = "AI-generated, not verified. Research use only."
    try:
        ok = texts(language)(sentence) != sentence
    except OSError:
        ok = False
    return _check("language" if ok else "language-missing", ok, language=language)
