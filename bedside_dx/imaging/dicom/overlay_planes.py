"""Drawings that an image brings along (overlay planes, DICOM PS3.3 C.9.2): runs in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from pydicom.overlays.numpy_handler import get_overlay_array

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom import stored_file
from bedside_dx.imaging.dicom.header import overlay_groups
from bedside_dx.imaging.dicom.pixels import packed
from bedside_dx.isolation.packet import Packet

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json

LABEL, DESCRIPTION, ORIGIN, FIRST_FRAME = 0x1500, 0x0022, 0x0050, 0x0051
LONGEST_LABEL = 64


def read_planes(path: str, member: str, number: int, image: str = "") -> Packet:
    """All overlay planes of one image, laid over the whole of it.

    Returns
    -------
    (planes, rows, columns) uint8 of 0 and 1; the value names group and label of each.

    Raises
    ------
    ImagingError
        ``scan.damaged``; or as `stored_file.whole`.
    """
    data = stored_file.whole(path, member, image)
    try:
        size = int(data.Rows), int(data.Columns)
        groups = overlay_groups(data)
        planes = [_laid(data, group, size, number) for group in groups]
        heads: list[Json] = [[group, _label(data, group)] for group in groups]
    except Exception as exc:
        raise ImagingError("scan.damaged") from exc
    packet = packed(np.stack(planes) if planes else np.zeros((0, *size), np.uint8))
    return Packet({**cast("dict[str, Json]", packet.value), "heads": heads}, packet.payload)


def _laid(data: Any, group: int, size: tuple[int, int], number: int) -> NDArray[np.uint8]:
    """One plane on the image's own pixels; what of it lies outside them is not seen."""
    drawn = np.asarray(get_overlay_array(data, group), np.uint8)
    sheet = np.zeros(size, np.uint8)
    if drawn.ndim == 3:
        first = int(_value(data, group, FIRST_FRAME) or 1) - 1
        if not 0 <= number - first < len(drawn):
            return sheet
        drawn = drawn[number - first]
    top, left = (int(value) - 1 for value in _value(data, group, ORIGIN) or (1, 1))
    rows, columns = sheet.shape
    part = drawn[max(-top, 0) : max(rows - top, 0), max(-left, 0) : max(columns - left, 0)]
    y, x = max(top, 0), max(left, 0)
    sheet[y : y + part.shape[0], x : x + part.shape[1]] = part
    return sheet


def _label(data: Any, group: int) -> str:
    said = _value(data, group, LABEL) or _value(data, group, DESCRIPTION) or ""
    return str(said).strip()[:LONGEST_LABEL]


def _value(data: Any, group: int, element: int) -> Any:
    return data[group, element].value if (group, element) in data else None
