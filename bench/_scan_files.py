"""Every DICOM file of the samples and of pydicom: opened like pydicom does, or refused by name."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pydicom.data
from pydicom.pixels import pixel_array

from bedside_dx.core.errors import ImagingError
from bedside_dx.core.scan import Kind
from bedside_dx.imaging.dicom.reading import as_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bedside_dx.core.scan import Series
    from bedside_dx.imaging.dicom.reading import ScanReader

PYDICOM = Path(pydicom.data.__file__).parent / "test_files"
HEAD = "| file | modality | transfer syntax | result |"
FRAMES = 3
"""Frames of one file that are compared, at most."""

OPENED, NO_PIXELS, DIRECTORY, WRONG = "equal", "no pixels", "DICOMDIR", "wrong"
COMPARED = (Kind.IMAGES, Kind.SEGMENTATION, Kind.VALUES)
"""Kinds of series that have pixels."""


@dataclass(frozen=True)
class Row:
    """What became of one file.

    Attributes
    ----------
    said
        ``"equal"``: every frame looked at is pydicom's own; ``"no pixels"``: a report, a plan, a
        signal, opened as such; ``"DICOMDIR"``; ``"wrong"``; else the code it is refused with.
    """

    name: str
    modality: str
    syntax: str
    said: str

    @property
    def is_refused(self) -> bool:
        """Whether it was refused with a named reason."""
        return self.said.startswith("scan.") and not self.is_no_dicom

    @property
    def is_no_dicom(self) -> bool:
        """Whether it has no business in the table: a note, a colour profile, a dump."""
        return self.said == "scan.not-dicom"


def places(data: Path) -> dict[str, Path]:
    """Folders of files by how the table calls them."""
    return {"samples": data / "dicom", "pydicom": PYDICOM}


def rows_of(reader: ScanReader, folder: Path) -> Iterator[Row]:
    """Open every file under a folder."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield row_of(reader, path, path.relative_to(folder).as_posix())


def row_of(reader: ScanReader, path: Path, name: str) -> Row:
    """Open one file and compare its pixels."""
    try:
        study = reader.open(path)
        if path.name.startswith("DICOMDIR"):
            return Row(name, "", "", DIRECTORY)
        first = study.series[0]
        pixels = [series for series in study.series if series.kind in COMPARED]
        said = OPENED if pixels else NO_PIXELS
        if not all(_is_equal(reader, path, series) for series in pixels):
            said = WRONG
    except ImagingError as error:
        return Row(name, "", "", error.code)
    return Row(name, first.modality, first.syntax, said)


def _is_equal(reader: ScanReader, path: Path, series: Series) -> bool:
    if series.kind is not Kind.IMAGES:
        ours = as_array(reader.ask("drawn:read_stack", series.frames[0].source))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = pixel_array(pydicom.dcmread(path))
        return np.array_equal(ours, theirs.reshape(ours.shape))
    for frame in series.frames[:FRAMES]:
        ours = reader.stored(frame)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # samples bend the standard
            theirs = pixel_array(pydicom.dcmread(path), index=frame.number)
        if not np.array_equal(ours, theirs):
            return False
    return True


def table(found: dict[str, list[Row]]) -> str:
    """Lines for `docs/imaging.md`, a file each."""
    lines = [HEAD, "|---|---|---|---|"]
    for place, listed in found.items():
        lines += [
            f"| {place}: {row.name} | {row.modality or '–'} | {row.syntax or '–'} | {row.said} |"
            for row in listed
        ]
    return "\n".join(lines) + "\n"
