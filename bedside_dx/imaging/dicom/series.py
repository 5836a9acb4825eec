"""Which DICOM files make up one slide, and whether a folder holds one patient only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom import dcmread  # pyright: ignore[reportUnknownVariableType]
from pydicom.filereader import (
    read_file_meta_info,  # pyright: ignore[reportUnknownVariableType]
)
from pydicom.uid import DeflatedExplicitVRLittleEndian, VLWholeSlideMicroscopyImageStorage

from bedside_dx.core.errors import SlideError
from bedside_dx.imaging.dicom.frames import frames_are_in_order

if TYPE_CHECKING:
    from pathlib import Path

TAGS = (0x00080016, 0x00100010, 0x00100020, 0x0020000E, 0x7FE00001)
"""SOP class, patient's name and number, series, and the extended offset table."""

EXTENDED_OFFSETS = TAGS[4]


@dataclass(frozen=True, slots=True)
class _Header:
    """The few raw values that tell whose file it is and which slide's."""

    file: Path
    sop_class: str
    patient_id: bytes
    patient_name: bytes
    series: bytes
    has_order: bool

    @property
    def is_slide(self) -> bool:
        return self.sop_class == VLWholeSlideMicroscopyImageStorage

    @property
    def is_something_else(self) -> bool:
        return self.sop_class != "" and not self.is_slide


def files_of_slide(path: Path) -> tuple[Path, ...]:
    """Find the files of one slide: the one to open, then its siblings of the same series.

    Parameters
    ----------
    path
        One DICOM file, or a folder that holds one slide.

    Raises
    ------
    SlideError
        ``slide.two-patients``: files of several patients lie side by side, so that it is
        not certain whose slide it is. ``slide.several-slides``: the folder holds more than
        one. ``slide.not-a-slide``: the file is another kind of image.
        ``slide.no-slide-in-folder``: so are all files of the folder. ``slide.unsupported``:
        it holds none. ``slide.damaged``: where its frames lie can't be true.
    """
    folder = path if path.is_dir() else path.parent
    if not path.is_dir() and (own := _header(path)) and own.is_something_else:
        raise SlideError("slide.not-a-slide", path=path)
    headers = [header for file in sorted(folder.iterdir()) if (header := _header(file))]
    if path.is_dir() and headers and all(header.is_something_else for header in headers):
        raise SlideError("slide.no-slide-in-folder", path=path)
    if _is_more_than_one([h.patient_id for h in headers]) or _is_more_than_one(
        [h.patient_name for h in headers if not h.patient_id]
    ):
        raise SlideError("slide.two-patients", path=path)
    slides = [header for header in headers if header.is_slide]
    if not path.is_dir():
        series_of_it = next((header.series for header in slides if header.file == path), None)
        same = [header for header in slides if header.series == series_of_it]
        _check_order(same, path)
        return (path, *(header.file for header in same if header.file != path))
    series = {header.series for header in slides}
    if not series:
        raise SlideError("slide.unsupported", path=path)
    if len(series) > 1:
        raise SlideError("slide.several-slides", path=path, slides=len(series))
    _check_order(slides, path)
    return tuple(header.file for header in slides)


def _check_order(headers: list[_Header], path: Path) -> None:
    if not all(header.has_order for header in headers):
        raise SlideError("slide.damaged", path=path, detail="frame table")


def _is_more_than_one(values: list[bytes]) -> bool:
    """Whether the values that are given at all differ."""
    return len({value for value in values if value}) > 1


def _header(file: Path) -> _Header | None:
    """Read whose file it is; None when it is no DICOM file or too damaged to say."""
    try:
        if not file.is_file():
            return None
        # Inflating the whole of it, and who knows how much that is, would be the price.
        if read_file_meta_info(file).get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
            return None
        with file.open("rb") as stream:
            data = dcmread(stream, stop_before_pixels=True, specific_tags=list(TAGS))
            has_order = frames_are_in_order(stream, _raw(data.get_item(EXTENDED_OFFSETS)))
        sop_class, name, patient, series = (_raw(data.get_item(tag)) for tag in TAGS[:4])
    # pydicom answers damage with 13 kinds of exception. OpenSlide judges the file itself.
    except Exception:  # noqa: BLE001
        return None
    return _Header(file, sop_class.decode("ascii", "replace"), patient, name, series, has_order)


def _raw(element: object) -> bytes:
    """Value as stored, without its padding: decoding it may fail, comparing it may not."""
    value = getattr(element, "value", None)
    return value.strip(b" \0") if isinstance(value, bytes) else b""
