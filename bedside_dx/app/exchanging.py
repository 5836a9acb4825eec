"""Models in: what other makers made becomes a package, is tried, and is installed."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from bedside_dx.analysis.images import cut_image
from bedside_dx.core.errors import ModelError, SlideError
from bedside_dx.core.model_draft import (
    Activation,
    ModelDraft,
    PixelScale,
    SourceFormat,
    option_of,
)
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import installing, registry, session
from bedside_dx.models.importers.bare_onnx import is_bare_onnx, read_bare_onnx
from bedside_dx.models.importers.extras import check_extra
from bedside_dx.models.importers.familiarity import LEAST, fit_familiarity
from bedside_dx.models.importers.isolated import about, isolated
from bedside_dx.models.importers.monai import GRAPH as MONAI_GRAPH
from bedside_dx.models.importers.monai import is_monai, read_monai
from bedside_dx.models.importers.monai_volume import is_volume_bundle, read_volume_bundle
from bedside_dx.models.importers.packing import write_package
from bedside_dx.models.importers.source import open_source
from bedside_dx.models.importers.volume_packing import write_volume_package
from bedside_dx.models.importers.wsinfer import WEIGHTS, is_wsinfer, read_wsinfer
from bedside_dx.models.package import MANIFEST, read_package
from bedside_dx.models.volumes.package import is_volume_manifest
from bedside_dx.models.volumes.shelf import install_volume_package

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.marks import VolumeCard
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.isolation.sandbox import Json
    from bedside_dx.models.importers.monai_volume import VolumeDraft
    from bedside_dx.models.importers.source import Source
    from bedside_dx.models.package import ModelPackage

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
MOST_FAMILIAR = 2000
"""Images of a folder that are used: more change nothing."""
BUILDING = ".importing-"
"""Beginning of the folders in which packages are made; what a crash leaves has no manifest."""


@dataclass(frozen=True)
class Imported:
    """A model that was imported and is installed now.

    Attributes
    ----------
    folder
        Where its package lies.
    difference
        Largest difference of a probability before and after the conversion; None where nothing
        was converted.
    familiar
        Images that its gate was fitted on; 0 for a model that can't tell unfamiliar tissue.
    """

    card: ModelCard
    folder: Path
    difference: float | None = None
    familiar: int = 0


def look_at(path: Path, output: str = "") -> ModelDraft:
    """Say what a file or folder tells of the model in it; the rest is to be asked.

    Parameters
    ----------
    output
        Name of the graph's output to use, where it has several.

    Raises
    ------
    ModelError
        ``exchange.unknown-format``, or what is wrong with it.
    """
    with _about(path):
        source = open_source(path)
        if MANIFEST in source.names:
            card = read_package(path).card
            return ModelDraft(SourceFormat.PACKAGE, name=card.name, version=card.version)
        check_extra("wsinfer" if is_wsinfer(source) else "exchange")
        draft = replace(_read(source), output=output)
        if draft.source is SourceFormat.WSINFER:
            return _named(draft, path)
        return _named(_surveyed(draft, source), path)


def import_model(
    path: Path,
    draft: ModelDraft,
    *,
    cancel: Cancel,
    familiar: Path | None = None,
) -> Imported:
    """Turn a model into a package, see that it gives the same results, and install it.

    Parameters
    ----------
    draft
        What `look_at` gave, with nothing missing any more.
    familiar
        Folder of the site's own familiar images, `LEAST` of them or more: then the model is
        taught what is unfamiliar.

    Raises
    ------
    ModelError
        Codes ``exchange.…``: each refusal has its own. Nothing is installed then.
    CancelledByUser
    """
    with _about(path):
        if draft.source is SourceFormat.PACKAGE:
            package = _installed(path)
            return Imported(package.card, package.path)
        if missing := draft.missing():
            raise ModelError("exchange.incomplete", missing=", ".join(map(option_of, missing)))
        _check_name(draft.name)
        source = open_source(path)
        with _workshop() as work:
            return _build(source, draft, work, familiar, cancel)


def is_volume_model(path: Path) -> bool:
    """Whether a path holds a network for volumes: a package of ours, or a MONAI bundle.

    Raises
    ------
    ModelError
        As `models.importers.source.open_source`.
    """
    with _about(path):
        source = open_source(path)
        if MANIFEST in source.names:
            return is_volume_manifest(source.read(MANIFEST))
        return is_volume_bundle(source)


def import_volume_model(path: Path, name: str, *, cancel: Cancel) -> VolumeCard:
    """Install a package for volumes, or turn a MONAI bundle into one and install it.

    Parameters
    ----------
    name
        That a bundle gets here; empty takes that of the file.

    Raises
    ------
    ModelError
        Codes ``exchange.…`` and ``model.damaged``. Nothing is installed then.
    InferenceError
    CancelledByUser
    """
    with _about(path):
        source = open_source(path)
        if MANIFEST in source.names:
            return install_volume_package(path, cancel).card
        check_extra("exchange")
        named = _named(ModelDraft(SourceFormat.MONAI), path).name
        draft = read_volume_bundle(source, name or named)
        with _workshop() as work:
            graph, folder = work / "network.onnx", work / draft.name
            graph.write_bytes(source.read(MONAI_GRAPH))
            folder.mkdir()
            isolated(
                "importers.volume_worker:wrap",
                cancel,
                path=str(graph),
                folder=str(folder),
                settings=_volume_settings(draft),
            )
            write_volume_package(folder, draft)
            return install_volume_package(folder, cancel).card


def _volume_settings(draft: VolumeDraft) -> dict[str, Json]:
    return {
        "window": list(draft.window),
        "channels": draft.channels,
        "low": draft.low,
        "high": draft.high,
        "low_to": draft.low_to,
        "high_to": draft.high_to,
        "is_cut": draft.is_cut,
        "activation": draft.activation,
    }


def _build(
    source: Source, draft: ModelDraft, work: Path, familiar: Path | None, cancel: Cancel
) -> Imported:
    folder = work / draft.name
    folder.mkdir()
    graph, reference = _graph(source, draft, work, cancel)
    said = isolated(
        "importers.worker:wrap",
        cancel,
        path=str(graph),
        folder=str(folder),
        settings=_wrap_settings(draft),
        reference=reference,
    )
    width = cast("int", said["width"])
    write_package(folder, draft, width)
    count = 0
    if familiar is not None:
        embedding = _familiar_embedding(familiar, read_package(folder), cancel)
        count = len(embedding)
        write_package(folder, draft, width, fit_familiarity(embedding), count)
    package = _installed(folder)
    return Imported(package.card, package.path, cast("float | None", said["difference"]), count)


def _read(source: Source) -> ModelDraft:
    if is_wsinfer(source):
        return read_wsinfer(source)
    if is_monai(source):
        return read_monai(source)
    if is_bare_onnx(source):
        return read_bare_onnx(source)
    raise ModelError("exchange.unknown-format")


def _named(draft: ModelDraft, path: Path) -> ModelDraft:
    """Propose the file's own name; it is shown, and a person may state another."""
    kept = [c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in path.stem.lower()]
    return replace(draft, name="".join(kept).strip("._-")[:64])


def _surveyed(draft: ModelDraft, source: Source) -> ModelDraft:
    """Add what the graph itself declares: its side, and whether it ends in probabilities."""
    with _workshop() as work:
        graph, _ = _graph(source, draft, work, None)
        said = isolated("importers.worker:look", None, path=str(graph), output=draft.output)
    side = cast("int | None", said["side"])
    if draft.patch_px is None and side is not None:
        draft = replace(draft, patch_px=side)
    if said["ends_in"]:
        draft = replace(draft, activation=Activation.NONE)
    return draft


def _graph(
    source: Source, draft: ModelDraft, work: Path, cancel: Cancel | None
) -> tuple[Path, str]:
    """Put the graph into the workshop; TorchScript is converted, and its outputs kept."""
    graph, before = work / "network.onnx", work / "before.npz"
    if draft.source is not SourceFormat.WSINFER:
        name = MONAI_GRAPH if draft.source is SourceFormat.MONAI else ""
        graph.write_bytes(source.read(name))
        return graph, ""
    weights = work / "network.pt"
    weights.write_bytes(source.read(WEIGHTS))
    side, network = draft.patch_px or 0, draft.network_px or 0
    isolated(
        "importers.torchscript:convert",
        cancel,
        path=str(weights),
        folder=str(work),
        patch_px=side,
        network_px=network,
        mean=list(draft.mean),
        std=list(draft.std),
        activation=str(draft.activation),
    )
    return graph, str(before)


def _wrap_settings(draft: ModelDraft) -> dict[str, Json]:
    return {
        "patch_px": draft.patch_px,
        "network_px": draft.network_px,
        "mean": list(draft.mean),
        "std": list(draft.std),
        "full": 1.0 if draft.scale is PixelScale.UNIT else 255.0,
        "activation": str(draft.activation),
        "single": draft.rest is not None,
        "output": draft.output,
        "classes": len(draft.all_classes),
    }


def _familiar_embedding(folder: Path, package: ModelPackage, cancel: Cancel) -> NDArray[np.float32]:
    """What the network makes of familiar images, (n, D): one patch of each image."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURES)
    if len(files) < LEAST:
        raise ModelError("exchange.too-few-familiar", count=len(files), least=LEAST)
    model = session.load(package)
    rows: list[NDArray[np.float32]] = []
    for path in files[:MOST_FAMILIAR]:
        cancel.raise_if_cancelled()
        try:
            with open_slide(path, probe=True) as slide:
                spacing = slide.spacing.um_per_px if slide.spacing else None
                patches = cut_image(slide, package.card, spacing).patches
        except SlideError:
            continue
        middle = len(patches) // 2
        rows.append(model.outputs(patches[middle : middle + 1], cancel)[1])
    if len(rows) < LEAST:
        raise ModelError("exchange.too-few-familiar", count=len(rows), least=LEAST)
    return np.concatenate(rows)


def _check_name(name: str) -> None:
    if any(package.name == name for package in registry.installed()):
        raise ModelError("exchange.name-taken", name=name)


def _installed(package: Path) -> ModelPackage:
    """Install a finished package as any other: tried by a worker, then put in place at once."""
    _check_name(read_package(package).name)
    return installing.install(package)


@contextmanager
def _workshop() -> Generator[Path]:
    """A folder beside the models, so that what is finished there can be moved at once."""
    place = registry.user_folder()
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=BUILDING, dir=place) as work:
        yield Path(work)


@contextmanager
def _about(path: Path) -> Generator[None]:
    """Say in each error which file or folder it is about."""
    try:
        yield
    except ModelError as exc:
        if exc.path is not None:
            raise
        raise about(exc, path) from exc
