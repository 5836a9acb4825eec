"""The package format: read, verify, describe.

A package is a folder or a zip of it: ``manifest.toml model.onnx golden.npz reference.npz
CARD.md LICENSE SHA256SUMS``, beside them ``aggregator.onnx`` and plots if any; ``reference.npz``
only where the model can tell unfamiliar tissue. It holds data only. Nothing of it is used before
every file's hash was found right.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bedside_dx.core.errors import ModelError, Phrase
from bedside_dx.core.model_card import ModelCard, SlideLevel
from bedside_dx.core.origin import UNSIGNED, Origin
from bedside_dx.models.arrays import Arrays, read_arrays
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.gate import NONE as NO_GATE
from bedside_dx.models.manifest import INT8, Manifest, parse_manifest
from bedside_dx.models.onnx_file import check_onnx

MANIFEST, GRAPH, GOLDEN, REFERENCE = "manifest.toml", "model.onnx", "golden.npz", "reference.npz"
CARD, LICENSE, SUMS = "CARD.md", "LICENSE", "SHA256SUMS"
AGGREGATOR = "aggregator.onnx"
"""The network that reads a slide as a whole; there if the manifest has its section."""
RANGES = "int8.npz"
"""What flows between convolutions, for eight bits; there if the manifest states that precision."""
REQUIRED = (MANIFEST, GRAPH, GOLDEN, CARD, LICENSE)
PLOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.png")
"""The only other files that may lie beside the required ones."""

LARGEST = {GRAPH: 2**30, AGGREGATOR: 2**26, GOLDEN: 2**27, REFERENCE: 2**27}
"""Bytes that a file may have; all others at most `LARGEST_OTHER`."""
LARGEST_OTHER = 2**23
MOST_FILES = 64

_SUM = re.compile(r"([0-9a-f]{64}) [ *](\S+)")


@dataclass(frozen=True)
class ModelPackage:
    """One verified package.

    Attributes
    ----------
    path
        The folder or zip.
    hashes
        sha256 by file name, as verified.
    """

    path: Path
    manifest: Manifest
    card: ModelCard
    hashes: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.card.name

    @property
    def sums_sha256(self) -> str:
        """Hash over the verified hashes of all files: it stands for the whole package."""
        lines = "".join(f"{self.hashes[name]}  {name}\n" for name in sorted(self.hashes))
        return hashlib.sha256(lines.encode()).hexdigest()

    def content(self, name: str) -> bytes:
        """Bytes of one file, verified again: what was checked is what is used.

        Raises
        ------
        ModelError
            The file changed since the package was read, or can't be read.
        """
        with faults_of(self.path, self.name):
            content = _read(self.path, name)
            _verify(name, content, self.hashes)
        return content

    def arrays(self, name: str) -> Arrays:
        """Arrays of ``golden.npz`` or ``reference.npz``.

        Raises
        ------
        ModelError
            As `content`, or the file holds something else than numbers.
        """
        content = self.content(name)
        with faults_of(self.path, self.name):
            return read_arrays(content, name)

    def about(self) -> str:
        """The model's card as its makers wrote it (Markdown, English)."""
        return self.content(CARD).decode("utf-8", "replace")


def read_package(path: Path, origin: Origin = UNSIGNED) -> ModelPackage:
    """Read a package and verify every file of it.

    Parameters
    ----------
    path
        Folder or zip.
    origin
        Where it came from, for its card.

    Raises
    ------
    ModelError
        ``model.damaged``, with what is wrong as ``detail``: a hash that differs, a file too
        few or too many, a manifest field missing or not allowed, a graph that reaches for
        other files, arrays that are no numbers.
    """
    with faults_of(path, path.stem):
        hashes, contents = verified(path)
        manifest = parse_manifest(contents[MANIFEST])
        check_onnx(contents[GRAPH], GRAPH)
        _check_aggregator(manifest, contents)
        _check_reference(manifest, hashes)
        _check_ranges(manifest, contents)
        for name in (GOLDEN, REFERENCE, RANGES):
            if name in contents:
                read_arrays(contents[name], name)
    return ModelPackage(path, manifest, _card(manifest, hashes, origin), hashes)


def verified(path: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """Hash and content of every file of a package, each found to be what its list says.

    Raises
    ------
    Flaw
        Or what reading raises: call it within `faults_of`.
    """
    hashes = _sums(path)
    contents = {name: _read(path, name) for name in hashes}
    for name, content in contents.items():
        _verify(name, content, hashes)
    return hashes, contents


def _check_aggregator(manifest: Manifest, contents: Mapping[str, bytes]) -> None:
    """Its file and its section of the manifest are both there, or neither."""
    if (manifest.aggregator is not None) != (AGGREGATOR in contents):
        raise Flaw("{file} and the manifest's aggregator must be there together", file=AGGREGATOR)
    if AGGREGATOR in contents:
        check_onnx(contents[AGGREGATOR], AGGREGATOR)


def _check_ranges(manifest: Manifest, contents: Mapping[str, bytes]) -> None:
    """Their file and the precision that needs them are both stated, or neither."""
    if (INT8 in manifest.precisions) != (RANGES in contents):
        raise Flaw("{file} and the manifest's precision must be there together", file=RANGES)


@contextmanager
def faults_of(path: Path, name: str) -> Generator[None]:
    """Turn whatever is wrong with a package into the one error that leaves this room."""
    try:
        yield
    except Flaw as exc:
        raise ModelError("model.damaged", path=path, name=name, detail=exc.phrase) from exc
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
        detail = Phrase("the zip file is damaged")
        raise ModelError("model.damaged", path=path, name=name, detail=detail) from exc
    except OSError as exc:
        detail = Phrase("it can't be read")
        raise ModelError("model.damaged", path=path, name=name, detail=detail) from exc


def _sums(path: Path) -> dict[str, str]:
    """Hash by file name; exactly the files that are there, and all that must be."""
    present = _names(path)
    if SUMS not in present:
        raise Flaw("SHA256SUMS is missing")
    hashes: dict[str, str] = {}
    for line in _read(path, SUMS).decode("ascii", "replace").splitlines():
        entry = _SUM.fullmatch(line)
        if entry is None or entry[2] in hashes:
            raise Flaw("SHA256SUMS is not a list of hashes")
        hashes[entry[2]] = entry[1]
    for name in (*REQUIRED, *hashes):
        if name not in present:
            raise Flaw("{file} is missing", file=name)
    for name in sorted(present - {SUMS}):
        if name not in hashes:
            raise Flaw("{file} is not listed in SHA256SUMS", file=name)
    return hashes


def _check_reference(manifest: Manifest, hashes: Mapping[str, str]) -> None:
    """See that there are statistics for the gate, where there is a gate."""
    wanted = manifest.gate.method != NO_GATE
    if wanted and REFERENCE not in hashes:
        raise Flaw("{file} is missing", file=REFERENCE)
    if not wanted and REFERENCE in hashes:
        raise Flaw("{file} has no place in a package without a gate", file=REFERENCE)


def _verify(name: str, content: bytes, hashes: Mapping[str, str]) -> None:
    if hashlib.sha256(content).hexdigest() != hashes[name]:
        raise Flaw("{file} is not the file that SHA256SUMS lists", file=name)


def _names(path: Path) -> set[str]:
    names = _zip_names(path) if path.is_file() else _folder_names(path)
    for name in names:
        if name not in {*REQUIRED, REFERENCE, AGGREGATOR, RANGES, SUMS} and not PLOT.fullmatch(
            name
        ):
            raise Flaw("{file} has no place in a package", file=repr(name[:80]))
    if len(names) > MOST_FILES:
        raise Flaw("more than {most} files", most=MOST_FILES)
    return names


def _folder_names(path: Path) -> set[str]:
    names: set[str] = set()
    for entry in path.iterdir():
        if not stat.S_ISREG(entry.lstat().st_mode):
            raise Flaw("{file} is not a plain file", file=repr(entry.name[:80]))
        names.add(entry.name)
    return names


def _zip_names(path: Path) -> set[str]:
    names: set[str] = set()
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.orig_filename in names:
                raise Flaw("{file} is in it twice", file=repr(entry.orig_filename[:80]))
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise Flaw("{file} is not a plain file", file=repr(entry.orig_filename[:80]))
            names.add(entry.orig_filename)
    return names


def _read(path: Path, name: str) -> bytes:
    """Bytes of one file of a package, at most as many as such a file may have."""
    limit = LARGEST.get(name, LARGEST_OTHER)
    if path.is_file():
        with zipfile.ZipFile(path) as archive, archive.open(name) as file:
            content = file.read(limit + 1)
    else:
        with (path / name).open("rb") as file:
            content = file.read(limit + 1)
    if len(content) > limit:
        raise Flaw("{file} is larger than {limit} bytes", file=name, limit=limit)
    return content


def _card(manifest: Manifest, hashes: Mapping[str, str], origin: Origin) -> ModelCard:
    return ModelCard(
        name=manifest.name,
        version=manifest.version,
        sha256=hashes[GRAPH],
        input=manifest.input,
        modality=manifest.modality,
        organ=manifest.organ,
        patch_px=manifest.patch_px,
        spacing_um_px=manifest.spacing_um_px,
        classes=manifest.classes,
        title=manifest.title,
        intended_use=manifest.intended_use,
        limits=manifest.limits,
        data_terms=manifest.data_terms,
        rules=manifest.rules,
        sets=manifest.sets,
        trust=manifest.trust,
        origin=origin,
        slide_level=_slide_level(manifest, hashes),
        has_gate=manifest.gate.method != NO_GATE,
    )


def _slide_level(manifest: Manifest, hashes: Mapping[str, str]) -> SlideLevel | None:
    spec = manifest.aggregator
    if spec is None:
        return None
    return SlideLevel(
        classes=spec.classes,
        sure_from=spec.sure_from,
        least_patches=spec.least_patches,
        width=spec.width,
        sha256=hashes[AGGREGATOR],
    )
