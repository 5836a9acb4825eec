"""A package whose network reads volumes: files as of any other, and a manifest of its own."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError
from bedside_dx.core.marks import MarkClass, VolumeCard
from bedside_dx.core.origin import UNSIGNED, Origin
from bedside_dx.models.arrays import read_arrays
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.onnx_file import check_onnx
from bedside_dx.models.package import CARD, GOLDEN, GRAPH, MANIFEST, faults_of, verified
from bedside_dx.models.toml_table import LANGUAGES, Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bedside_dx.models.arrays import Arrays

FORMAT = "bedside-dx-volume/1"
WAYS = ({"L", "R"}, {"P", "A"}, {"S", "I"})
MOST_CHANNELS, MOST_SIDE = 128, 512
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class VolumePackage:
    """One verified package, its files in memory.

    Attributes
    ----------
    tensors
        Names of the graph's input and output.
    """

    path: Path
    card: VolumeCard
    tensors: tuple[str, str]
    contents: Mapping[str, bytes]

    @property
    def graph(self) -> bytes:
        """The ONNX file."""
        return self.contents[GRAPH]

    @property
    def golden(self) -> Arrays:
        """A small volume and what the graph makes of it."""
        return read_arrays(self.contents[GOLDEN], GOLDEN)

    def about(self) -> str:
        """The card as its makers wrote it (Markdown, English)."""
        return self.contents[CARD].decode("utf-8", "replace")


def is_volume_manifest(content: bytes) -> bool:
    """Whether a manifest is of this format."""
    try:
        return tomllib.loads(content.decode("utf-8")).get("format") == FORMAT
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def read_volume_package(path: Path, origin: Origin = UNSIGNED) -> VolumePackage:
    """Read a package and verify every file of it.

    Raises
    ------
    ModelError
        ``model.damaged``, as `models.package.read_package`.
    """
    with faults_of(path, path.stem):
        hashes, contents = verified(path)
        check_onnx(contents[GRAPH], GRAPH)
        read_arrays(contents[GOLDEN], GOLDEN)
        try:
            top = Table(tomllib.loads(contents[MANIFEST].decode("utf-8")))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
            raise Flaw("manifest.toml is not TOML: {words}", words=str(exc)) from exc
        card = _card(top, hashes[GRAPH], origin)
        tensors = top.table("tensors")
        names = tensors.text("input"), tensors.text("probabilities")
    return VolumePackage(path, card, names, contents)


def _card(top: Table, sha256: str, origin: Origin) -> VolumeCard:
    top.text("format", FORMAT)
    name = top.text("name")
    if not _NAME.fullmatch(name):
        raise top.flaw("name", "may hold small letters, digits, dots, dashes and underscores only")
    limits, volume = top.table("limits"), top.table("volume")
    channels = volume.whole("channels", 1, MOST_CHANNELS)
    window, overlap = _sides(volume, "window", 8), _sides(volume, "overlap", 0)
    field = volume.whole("field", 1, MOST_SIDE) if volume.has("field") else None
    if any(shared >= side for shared, side in zip(overlap, window, strict=True)):
        raise volume.flaw("overlap", "must be smaller than the window")
    if field is not None and (field % 2 == 0 or field > min(overlap)):
        raise volume.flaw("field", "must be odd and no larger than the overlap")
    spacing = _three(volume, "spacing_mm", 0.1, 20.0)
    return VolumeCard(
        name=name,
        version=top.text("version"),
        sha256=sha256,
        modality=top.text("modality", "CT", "MR"),
        title=top.by_language("title"),
        intended_use=top.by_language("intended_use"),
        limits={language: limits.texts(language) for language in LANGUAGES},
        data_terms=top.table("training").by_language("data_terms"),
        classes=_classes(top, channels),
        channels=channels,
        has_background=volume.text("background", "channel", "none") == "channel",
        axes=_axes(volume),
        spacing_mm=spacing,
        window=window,
        overlap=overlap,
        field=field,
        fill=volume.number("fill", -1e6, 1e6),
        coarsest_mm=volume.number("coarsest_mm", 0.1, 50.0),
        origin=origin,
    )


def _three(table: Table, key: str, low: float, high: float) -> tuple[float, float, float]:
    values = table.numbers(key, low, high)
    if len(values) != 3:
        raise table.flaw(key, "must be three numbers")
    return values[0], values[1], values[2]


def _sides(table: Table, key: str, least: int) -> tuple[int, int, int]:
    a, b, c = _three(table, key, least, MOST_SIDE)
    return int(a), int(b), int(c)


def _axes(volume: Table) -> str:
    axes = volume.text("axes")
    if len(axes) != 3 or any(len(set(axes) & way) != 1 for way in WAYS):
        raise volume.flaw("axes", "must be three letters, one of L or R, of P or A, of S or I")
    return axes


def _classes(top: Table, channels: int) -> tuple[MarkClass, ...]:
    classes = tuple(
        MarkClass(
            one.text("id"),
            one.whole("channel", 0, channels - 1),
            one.by_language("label"),
            _color(one),
        )
        for one in top.tables("classes")
    )
    if not classes or len({c.id for c in classes}) != len(classes):
        raise top.flaw("classes", "names a class twice")
    if len({c.channel for c in classes}) != len(classes):
        raise top.flaw("classes", "names a channel twice")
    return classes


def _color(table: Table) -> tuple[int, int, int]:
    match table.shape("color"):
        case (int() as r, int() as g, int() as b) if all(0 <= v <= 255 for v in (r, g, b)):
            return r, g, b
        case _:
            raise table.flaw("color", "must be three whole numbers from 0 to 255")


def damaged(package: VolumePackage, detail: str) -> ModelError:
    """Make the error of a package whose graph is not what it says."""
    return ModelError("model.damaged", path=package.path, name=package.card.name, detail=detail)
