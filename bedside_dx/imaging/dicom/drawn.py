"""What was drawn on a series: segmentations, contours, maps. Parsed in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom import stored_file
from bedside_dx.imaging.dicom.header import frames_of
from bedside_dx.imaging.dicom.pixels import decoded, packed
from bedside_dx.isolation.packet import Packet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.isolation.sandbox import Json


def read_stack(path: str, member: str) -> Packet:
    """All frames of a segmentation or a map, each with its place and its segment.

    Raises
    ------
    ImagingError
        As `stored_file.dataset` and `pixels.decoded`.
    """
    data = stored_file.whole(path, member)
    count = int(data.get("NumberOfFrames") or 1)
    try:
        frames = np.stack([decoded(data, at) for at in range(count)])
        is_segmentation = "SegmentSequence" in data
        head: dict[str, Json] = {"frame": str(data.get("FrameOfReferenceUID", ""))}
        head["places"] = _places(data, count)
        if is_segmentation:
            head["segments"] = [
                [int(s.SegmentNumber), str(s.get("SegmentLabel", "")), _color(s)]
                for s in data.SegmentSequence
            ]
            head["of"] = [_segment_of(data, at) for at in range(count)]
            head["full"] = float(data.get("MaximumFractionalValue", 1))
        else:
            head["map"] = _mapping(data)
    except ImagingError:
        raise
    except Exception as exc:
        raise ImagingError("scan.damaged") from exc
    packet = packed(frames)
    return Packet({**head, **cast("dict[str, Json]", packet.value)}, packet.payload)


def read_contours(path: str, member: str) -> Json:
    """Structures of an RTSTRUCT: frame of reference, name, colour, and lines in mm.

    Raises
    ------
    ImagingError
        As `stored_file.dataset`.
    """
    data = stored_file.whole(path, member)
    try:
        rois = {int(r.ROINumber): r for r in data.get("StructureSetROISequence", ()) or ()}
        found: list[Json] = []
        for drawn in data.get("ROIContourSequence", ()) or ():
            roi = rois.get(int(drawn.ReferencedROINumber))
            contours = drawn.get("ContourSequence", ()) or ()
            lines: list[Json] = [[float(v) for v in c.ContourData] for c in contours]
            is_open: list[Json] = [
                not str(c.ContourGeometricType).startswith("CLOSED") for c in contours
            ]
            frame = str(roi.get("ReferencedFrameOfReferenceUID", "")) if roi is not None else ""
            name = str(roi.get("ROIName", "")) if roi is not None else ""
            color = [int(v) for v in drawn.get("ROIDisplayColor", ()) or ()]
            found.append([frame, name, cast("Json", color), lines, is_open])
    except Exception as exc:
        raise ImagingError("scan.damaged") from exc
    return found


def _places(data: Any, count: int) -> Json:
    """Place of each frame as twelve numbers; the file is read as an image's header is."""
    return [frame[1] for frame in cast("list[list[Json]]", frames_of(data, count))]


def _segment_of(data: Any, at: int) -> int:
    groups = data.get("PerFrameFunctionalGroupsSequence")
    holder = groups[at] if groups else data.SharedFunctionalGroupsSequence[0]
    if "SegmentIdentificationSequence" not in holder:
        holder = data.SharedFunctionalGroupsSequence[0]
    return int(holder.SegmentIdentificationSequence[0].ReferencedSegmentNumber)


def _color(segment: Any) -> Json:
    """Recommended colour as sRGB bytes (DICOM PS3.3 C.10.7.1.1: CIELab, 16 bits)."""
    stated = segment.get("RecommendedDisplayCIELabValue")
    if not stated:
        return None
    light = float(stated[0]) / 65535 * 100
    a, b = (float(value) / 65535 * 255 - 128 for value in stated[1:3])
    y = (light + 16) / 116
    xyz = np.array([_from_lab(y + a / 500) * 0.9505, _from_lab(y), _from_lab(y - b / 200) * 1.089])
    matrix = np.array(
        [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    )
    linear = (matrix @ xyz).clip(0, 1)
    srgb: NDArray[Any] = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return [int(value) for value in (srgb * 255).round()]


def _from_lab(value: float) -> float:
    return value**3 if value > 6 / 29 else 3 * (6 / 29) ** 2 * (value - 4 / 29)


def _mapping(data: Any) -> Json:
    """Slope, intercept and unit of a map's values (real-world value mapping)."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in data.get(groups, ()) or ():
            if mapped := group.get("RealWorldValueMappingSequence"):
                unit = mapped[0].get("MeasurementUnitsCodeSequence")
                return [
                    float(mapped[0].get("RealWorldValueSlope", 1)),
                    float(mapped[0].get("RealWorldValueIntercept", 0)),
                    str(unit[0].CodeValue) if unit else "",
                ]
    return [1.0, 0.0, ""]
