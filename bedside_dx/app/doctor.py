"""Self-check: whether this machine can be trusted with a slide today."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tifffile
from PIL import Image, features

import bedside_dx
from bedside_dx.analysis.drift import drift
from bedside_dx.app import known_slide, pacing
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.checks import Check, CheckRun, CheckStatus, ModelRun, SelfCheck, worst
from bedside_dx.core.errors import BedsideDxError, SlideError, StoreError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.origin import OriginKind
from bedside_dx.imaging.openslide_slide import VERSION as OPENSLIDE_VERSION
from bedside_dx.imaging.probe import probe
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import golden, registry, session
from bedside_dx.report.fonts import DISPLAY, MEDIUM, REGULAR, SEMIBOLD, font_file
from bedside_dx.store.check_history import History, append_run, read_history, run_document
from bedside_dx.text import LANGUAGES, texts

if TYPE_CHECKING:
    from bedside_dx.core.errors import Value
    from bedside_dx.core.results import Image as Pixels
    from bedside_dx.core.settings import Settings
    from bedside_dx.models.package import ModelPackage
    from bedside_dx.models.session import LoadedModel

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
    instead
        Packages that bring the same library and may be installed in its place.
    """

    name: str
    lowest: str
    below: str = ""
    instead: tuple[str, ...] = ()


FLOORS = (
    Floor("cryptography", "48"),
    Floor("numpy", "2"),
    Floor("onnxruntime", "1.20", instead=("onnxruntime-gpu", "onnxruntime-directml")),
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
    """Check this machine and its models, and keep it; see `run_self_check`."""
    return run_self_check(settings).checks


def run_self_check(settings: Settings, cancel: Cancel | None = None) -> SelfCheck:
    """Check codecs, libraries, models, providers, disk, fonts and languages, and keep it.

    Every installed model runs its reference images and the known slide on the provider of
    `settings`. It takes a few seconds a model, and what is wrong is among the checks. What
    changed against earlier self-checks on this machine is said as well, and this one is added
    to them.

    Raises
    ------
    CancelledByUser
        Nothing was kept.
    """
    stop = cancel or Cancel()
    history, problems = earlier_checks()
    models = list(_models(settings, history.runs, stop))
    stop.raise_if_cancelled()
    checks = (
        _openslide(),
        _codecs(),
        _decoding(),
        _worker(),
        *(_library(floor) for floor in FLOORS),
        _providers(settings),
        *(check for found, _ in models for check in found),
        *_disk(),
        _fonts(),
        *(_language(language) for language in LANGUAGES if language != "en"),
    )
    run = CheckRun(
        when=datetime.now(UTC),
        program=bedside_dx.__version__,
        engine=_engine(),
        asked=settings.provider,
        status=worst(checks),
        failed=tuple(c.code for c in checks if c.status is CheckStatus.FAIL),
        models=tuple(model for _, model in models if model is not None),
    )
    changes = drift(history.runs, run)
    checks = (*checks, *changes, *problems)
    run = replace(run, status=worst(checks))
    return SelfCheck((*checks, *_keep(run, history)), run, history.runs)


def earlier_checks() -> tuple[History, tuple[Check, ...]]:
    """The history of self-checks, and what is wrong with it."""
    try:
        history = read_history()
    except StoreError:
        return History(()), (Check("check.history-damaged", CheckStatus.WARN),)
    lost = history.unreadable
    warning = Check("check.history-lines", CheckStatus.WARN, {"lines": lost})
    return history, (warning,) if lost else ()


def history_document(history: History) -> dict[str, object]:
    """The history as plain values, oldest first."""
    return {
        "runs": [run_document(run) for run in history.runs],
        "unreadable_lines": history.unreadable,
    }


def is_due(now: datetime, settings: Settings) -> bool:
    """Tell whether there was no self-check on this day, on the provider that is asked for."""
    history, _ = earlier_checks()
    today = now.astimezone().date()
    return not any(
        run.when.astimezone().date() == today and run.asked == settings.provider
        for run in history.runs
    )


def _keep(run: CheckRun, history: History) -> tuple[Check, ...]:
    try:
        append_run(run)
    except StoreError:
        return (Check("check.history-unwritable", CheckStatus.WARN),)
    return (Check("check.history", CheckStatus.OK, {"runs": len(history.runs) + 1}),)


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
    for name in (floor.name, *floor.instead):
        try:
            version = importlib.metadata.version(name)
            break
        except importlib.metadata.PackageNotFoundError:
            continue
    else:
        return _check("library-missing", ok=False, name=floor.name, allowed=allowed)
    number = parse_version(version)
    ok = number >= parse_version(floor.lowest) and (
        not floor.below or number < parse_version(floor.below)
    )
    code = "library" if ok else "library-wrong"
    return _check(code, ok, name=name, version=version, allowed=allowed)


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


Found = tuple[tuple[Check, ...], ModelRun | None]
"""What was found out about one model, and its entry in the history where it has one."""


def _engine() -> str:
    from bedside_dx.models.engines import onnxruntime_engine  # noqa: PLC0415

    return onnxruntime_engine.version()


def _models(settings: Settings, history: Sequence[CheckRun], cancel: Cancel) -> Iterator[Found]:
    stock = registry.take_stock()
    if not stock.packages:
        yield (_check("no-models", ok=False),), None
    for package in stock.packages:
        checks, run = _model(package, settings, history, cancel)
        said = (*_origin(package), *_precisions(package), _pace(package, settings))
        yield (*checks, *said), run
    for problem in stock.problems:
        yield (_model_problem(problem),), None


def _model(
    package: ModelPackage, settings: Settings, history: Sequence[CheckRun], cancel: Cancel
) -> Found:
    """Run the reference images, then the known slide, then the clock."""
    started = time.perf_counter()
    card = package.card
    run = ModelRun(
        card.name,
        card.version,
        card.sha256,
        "",
        CheckStatus.FAIL,
        None,
        None,
        None,
        None,
        0.0,
        None,
    )
    checks: list[Check] = []
    try:
        pace = pacing.pace_for(package, settings)
        model = session.load(package, provider=settings.provider, pace=pace)
        result = golden.check(package, model, cancel)
        run = replace(
            run,
            provider=model.provider,
            golden_difference=result.max_difference,
            embedding_difference=result.embedding_difference,
        )
        checks.append(
            _check(
                "model" if result.passed else "model-wrong",
                result.passed,
                name=package.name,
                version=card.version,
                engine=model.engine,
                provider=model.provider,
                difference=f"{result.max_difference:.1e}",
            )
        )
        if result.passed:
            found, run = _known_slide(model, run, settings, history, cancel)
            checks.append(found)
            run = replace(run, patches_per_s=_speed(model, cancel))
    except BedsideDxError as error:
        checks.append(_model_problem(error, package.name))
    status = worst(tuple(checks))
    return tuple(checks), replace(run, status=status, seconds=time.perf_counter() - started)


def _known_slide(
    model: LoadedModel,
    run: ModelRun,
    settings: Settings,
    history: Sequence[CheckRun],
    cancel: Cancel,
) -> tuple[Check, ModelRun]:
    try:
        answer = known_slide.ask(model, settings, cancel)
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        return _check("known-slide-failed", ok=False, name=run.name, detail=detail), run
    except BedsideDxError as error:
        detail = error.values.get("detail") or error.code
        return _check("known-slide-failed", ok=False, name=run.name, detail=detail), run
    precision = model.pace.precision
    wanted = known_slide.reference(model.card, bedside_dx.__version__, history, precision)
    run = replace(run, known=answer)
    if wanted is None:
        return _check("known-slide-first", ok=True, name=run.name, patches=answer.patches), run
    difference = answer.difference(wanted)
    ok = difference <= known_slide.tolerance(precision)
    found = _check(
        "known-slide" if ok else "known-slide-wrong",
        ok,
        name=run.name,
        patches=answer.patches,
        difference=f"{difference:.1e}",
    )
    return found, replace(run, known_difference=difference)


def _speed(model: LoadedModel, cancel: Cancel) -> float:
    """Patches a second of the network alone: the best of three, as a busy moment is no drift."""
    side, batch = model.card.patch_px, model.pace.batch
    noise = np.random.default_rng(0).integers(0, 256, (batch, side, side, 3), np.uint8)
    times: list[float] = []
    for _ in range(3):
        started = time.perf_counter()
        model.outputs(noise, cancel)
        times.append(time.perf_counter() - started)
    return round(batch / max(min(times), 1e-9), 1)


def _precisions(package: ModelPackage) -> Iterator[Check]:
    """How well a model agrees with itself where it may compute less precisely."""
    for name, stated in package.manifest.precisions.items():
        values: dict[str, Value] = {
            "name": package.name,
            "precision": name.upper(),
            "same": round(100 * stated.decisions_same, 2),
            "pictures": stated.n,
            "difference": stated.max_dp,
        }
        yield Check("check.precision", CheckStatus.OK, values)


def _pace(package: ModelPackage, settings: Settings) -> Check:
    """What was measured of how fast a model runs here, and whether it still holds."""
    known = pacing.kept(package, settings.provider)
    if known is None:
        return Check("check.pace-unmeasured", CheckStatus.OK, {"name": package.name})
    if known.conditions != pacing.conditions(package, settings.provider):
        return Check("check.pace-stale", CheckStatus.OK, {"name": package.name})
    best = known.best
    return Check(
        "check.pace",
        CheckStatus.OK,
        {
            "name": package.name,
            "engine": best.engine,
            "precision": best.precision.upper(),
            "batch": best.batch,
            "rate": known.rate(best),
        },
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
    detail = error.values.get("detail") or error.code
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
