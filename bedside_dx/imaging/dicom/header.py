"""What is read of one DICOM file before any of its pixels: runs in the worker, gives JSON.

Patients are given back as text for the screen; whoever logs must not.
"""

from __future__ import annotations

import hashlib
import math
import re
import warnings
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from pydicom import uid
from pydicom._uid_dict import UID_dictionary
from pydicom.charset import python_encoding

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom import stored_file

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json

SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
DIRECTORY = uid.MediaStorageDirectoryStorage

MOST_FRAME_BYTES = 512 * 2**20
"""Of one decoded image: 16,000 × 16,000 px with 16 bits."""

CURVES = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
"""VOI LUT Functions; a file that names none, or another one, means the first."""

OVERLAY_GROUPS, OVERLAY_DATA = range(0x6000, 0x6020, 2), 0x3000

PHASES = (
    "ImageType", "EchoNumbers", "TemporalPositionIdentifier", "DiffusionBValue", "TriggerTime",
    "AcquisitionNumber",
)  # fmt: skip
"""What tells images of one series apart that lie at the same place."""

DESCRIPTIONS = ("SeriesDescription", "ProtocolName", "StudyDescription")
PARTS = {
    "HEAD": (
        "head|brain|crane|crâne|cerveau|enceph|encéph|skull|pituitar|hypophys|sella|neuro|cerebr"
    ),
    "NECK": "neck|cou\\b|thyro|larynx|pharynx",
    "CHEST": "chest|thorax|lung|poumon",
    "HEART": "heart|cardia|coeur|cœur",
    "BREAST": "breast|sein|mamm",
    "ABDOMEN": "abdom|liver|foie|hepat|hépat|kidney|rein|renal|rénal|pancrea|pancré",
    "PELVIS": "pelvi|prostat|uter|utér|rectum|bassin",
    "SPINE": "spine|rachis|lumba|lomba|cervical",
    "EXTREMITY": (
        "knee|genou|shoulder|épaule|epaule|wrist|poignet|ankle|cheville|foot|pied|hand"
        "|hip\\b|hanche|elbow|coude"
    ),
}
"""Words of which free text may name a part of the body, English and French; nothing else of the
text is given on, as it may name the patient."""

USUALLY_BURNED_IN = frozenset(("US", "IVUS", "ES", "XC", "SC", "OT", "SM", "GM"))


def read_headers(files: list[list[str]]) -> Json:
    """Headers of some files, each a path and a member of a zip; of a bad one its error."""
    return [_header_or_error(path, member) for path, member in files]


def _header_or_error(path: str, member: str) -> Json:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what bends the standard is said by `_flaws`
            return read_header(path, member)
    except ImagingError as exc:
        return {"error": exc.code, "values": dict(exc.values)}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  (a value that pydicom can't turn into what it should be)
        return {"error": "scan.damaged", "values": {}}


def fingerprint(path: str, member: str) -> Json:
    """sha256 of a file."""
    return hashlib.sha256(stored_file.content(path, member)).hexdigest()


def read_header(path: str, member: str = "") -> dict[str, Json]:
    """Header of one file.

    Raises
    ------
    ImagingError
        As `stored_file.dataset`; ``scan.sizes-lie``: there are fewer pixels than it says;
        ``scan.too-large``: one image would fill the memory.
    """
    data, structure, _ = stored_file.dataset(path, member, pixels=False)
    sop_class = str(data.get("SOPClassUID", ""))
    if sop_class == DIRECTORY or "DirectoryRecordSequence" in data:
        return {"directory": True}
    kind = _kind(sop_class, structure.has_pixels)
    header: dict[str, Json] = {
        "patient": _patient(data),
        "study": _text(data, "StudyInstanceUID"),
        "series": _text(data, "SeriesInstanceUID"),
        "instance": _text(data, "SOPInstanceUID"),
        "kind": kind,
        "object": _class_name(sop_class),
        "modality": _text(data, "Modality"),
        "description": _text(data, "SeriesDescription"),
        "body_part": _body_part(data),
        "frame": _text(data, "FrameOfReferenceUID") or _referenced_frame(data),
        "syntax": _syntax_name(data),
        "flaws": _flaws(data),
        "day": _text(data, "StudyDate"),
        "refers_to": _refers_to(data),
    }
    if structure.has_pixels:
        header |= _pixels(data, kind)
    return header


def _kind(sop_class: str, has_pixels: bool) -> str:
    if sop_class in SEGMENTATIONS:
        return "segmentation"
    if sop_class == PARAMETRIC_MAP:
        return "values"
    if sop_class == STRUCTURES:
        return "contours"
    return "images" if has_pixels else "other"


def _pixels(data: Any, kind: str) -> dict[str, Json]:
    rows, columns = int(data.Rows), int(data.Columns)
    samples, allocated = int(data.get("SamplesPerPixel", 1)), int(data.BitsAllocated)
    frames = int(data.get("NumberOfFrames") or 1)
    weight = rows * columns * samples * max(allocated, 8) // 8
    if rows < 1 or columns < 1 or frames < 1 or samples not in (1, 3, 4):
        raise ImagingError("scan.sizes-lie")
    if weight > MOST_FRAME_BYTES:
        raise ImagingError("scan.too-large", width=columns, height=rows)
    photometric = _text(data, "PhotometricInterpretation")
    burned = _text(data, "BurnedInAnnotation").upper()
    image_type = [str(value) for value in _many(data, "ImageType")]
    is_capture = _text(data, "Modality") in USUALLY_BURNED_IN or "SECONDARY" in image_type
    return {
        "rows": rows,
        "columns": columns,
        "bits": int(data.get("BitsStored", allocated)),
        "colour": samples > 1 or photometric == "PALETTE COLOR",
        "inverted": photometric == "MONOCHROME1",
        "table": bool(data.get("VOILUTSequence")),
        "aspect": _aspect(data),
        "burned": "yes" if burned == "YES" else "maybe" if burned != "NO" and is_capture else "no",
        "overlays": len(overlay_groups(data)),
        "unit": _unit(data),
        "lossy": _text(data, "LossyImageCompression") == "01",
        "phase": "|".join(_text(data, key) for key in PHASES),
        "frames": frames_of(data, frames) if kind in ("images", "values") else [],
    }


def overlay_groups(data: Any) -> list[int]:
    """Groups of a file's overlay planes; those hidden in the pixels' unused bits are retired."""
    return [group for group in OVERLAY_GROUPS if (group, OVERLAY_DATA) in data]


def frames_of(data: Any, count: int) -> list[Json]:
    """Each frame: number, place (12 numbers or None), instance, slope, intercept, windows."""
    shared = _first(data, "SharedFunctionalGroupsSequence")
    each = list(data.get("PerFrameFunctionalGroupsSequence", ()) or ())
    offsets = [float(value) for value in _many(data, "GridFrameOffsetVector")]
    instance = data.get("InstanceNumber")
    frames: list[Json] = []
    for number in range(count):
        own = each[number] if number < len(each) else None
        place = _place(data, own, shared)
        if place and len(offsets) == count:
            place = _moved(place, offsets[number])
        slope, intercept = _rescale(data, own, shared)
        frames.append(
            [
                number,
                place if count == 1 or own is not None or len(offsets) == count else None,
                int(instance) if instance not in (None, "") else None,
                slope,
                intercept,
                _windows(data, own, shared),
            ]
        )
    return frames


def _moved(place: list[Json], offset: float) -> list[Json]:
    """Planes of a dose: each lies so many mm along the normal from the first."""
    numbers = cast("list[float]", place)
    u, v = numbers[3:6], numbers[6:9]
    normal = (
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    )
    return [*(numbers[axis] + offset * normal[axis] for axis in range(3)), *numbers[3:]]


def _group(own: Any, shared: Any, name: str) -> Any:
    """First item of a functional group: of the frame, else what all frames share."""
    return _first(own, name) or _first(shared, name)


def _place(data: Any, own: Any, shared: Any) -> list[Json] | None:
    at, lies = (
        _group(own, shared, "PlanePositionSequence"),
        _group(own, shared, "PlaneOrientationSequence"),
    )
    measures = _group(own, shared, "PixelMeasuresSequence")
    position = _numbers(at if at is not None else data, "ImagePositionPatient")
    orientation = _numbers(lies if lies is not None else data, "ImageOrientationPatient")
    spacing = _numbers(measures if measures is not None else data, "PixelSpacing")
    if len(position) != 3 or len(orientation) != 6 or len(spacing) != 2 or min(spacing) <= 0:
        return None
    u, v = orientation[:3], orientation[3:]
    lengths = math.hypot(*u), math.hypot(*v)
    across = abs(sum(a * b for a, b in zip(u, v, strict=True)))
    # Directions are stored rounded: a hundredth is rounding, more is no rectangle.
    if any(abs(length - 1) > 0.01 for length in lengths) or across > 0.01:
        return None
    u, v = [a / lengths[0] for a in u], [a / lengths[1] for a in v]
    return [*position, *u, *v, *spacing]


def _rescale(data: Any, own: Any, shared: Any) -> tuple[float, float]:
    if dose := _numbers(data, "DoseGridScaling"):
        return dose[0] or 1.0, 0.0
    group = _group(own, shared, "PixelValueTransformationSequence")
    holder = data if group is None else group
    slope, intercept = (
        _numbers(holder, "RescaleSlope") or [1.0],
        _numbers(holder, "RescaleIntercept") or [0.0],
    )
    # A slope of 0 would make every pixel the same: such files mean 1.
    return slope[0] or 1.0, intercept[0]


def _windows(data: Any, own: Any, shared: Any) -> list[Json]:
    group = _group(own, shared, "FrameVOILUTSequence")
    holder = data if group is None else group
    centres, widths = _numbers(holder, "WindowCenter"), _numbers(holder, "WindowWidth")
    names = [str(value) for value in _many(holder, "WindowCenterWidthExplanation")]
    curve = _text(holder, "VOILUTFunction").upper()
    curve = curve if curve in CURVES else CURVES[0]
    pairs = zip(centres, widths, strict=False)
    return [
        [centre, width, names[at] if at < len(names) else "", curve]
        for at, (centre, width) in enumerate(pairs)
        if width >= 1 or (width > 0 and curve != CURVES[0])
    ]


def _unit(data: Any) -> str:
    if "DoseGridScaling" in data:
        return {"GY": "Gy"}.get(_text(data, "DoseUnits"), "")
    stated = _text(data, "RescaleType") or _text(data, "Units")
    if stated in ("HU", "US", "") and _text(data, "Modality") == "CT":
        return (
            "HU" if "RescaleIntercept" in data or "SharedFunctionalGroupsSequence" in data else ""
        )
    return "" if stated in ("US", "UNSPECIFIED") else stated


def _aspect(data: Any) -> float:
    """Height of a pixel as a multiple of its width."""
    for key in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        spacing = _numbers(data, key)
        if len(spacing) == 2 and min(spacing) > 0:
            return spacing[0] / spacing[1]
    ratio = _numbers(data, "PixelAspectRatio")
    return ratio[0] / ratio[1] if len(ratio) == 2 and min(ratio) > 0 else 1.0


def _patient(data: Any) -> list[Json]:
    """Identifier, name, day of birth; text as stored."""
    name = str(data.get("PatientName", "") or "").replace("^", " ").strip()
    return [_text(data, "PatientID"), " ".join(name.split()), _text(data, "PatientBirthDate")]


def _flaws(data: Any) -> list[Json]:
    """Codes of what the header gets wrong without its pixels being doubted."""
    flaws: list[Json] = []
    for key in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "PatientBirthDate"):
        text = _text(data, key)
        if text and _day(text) is None:
            flaws.append("scan.bad-date")
            break
    sets = [str(value).strip() for value in _many(data, "SpecificCharacterSet")]
    if any(value and value not in python_encoding for value in sets):
        flaws.append("scan.bad-charset")
    return flaws


def _day(text: str) -> date | None:
    digits = re.fullmatch(r"(\d{4})\.?(\d{2})\.?(\d{2})", text.strip())
    try:
        return date(*(int(part) for part in digits.groups())) if digits else None
    except ValueError:
        return None


def _refers_to(data: Any) -> list[Json]:
    """Series that an object was drawn on, as it names them."""
    names = [
        str(item.SeriesInstanceUID)
        for item in data.get("ReferencedSeriesSequence", ()) or ()
        if "SeriesInstanceUID" in item
    ]
    for frame in data.get("ReferencedFrameOfReferenceSequence", ()) or ():
        for study in frame.get("RTReferencedStudySequence", ()) or ():
            names += [
                str(item.SeriesInstanceUID)
                for item in study.get("RTReferencedSeriesSequence", ()) or ()
            ]
    return [*dict.fromkeys(names)]


def _referenced_frame(data: Any) -> str:
    """Coordinates that structures were drawn in, where the object itself does not say."""
    frames = {
        _text(frame, "FrameOfReferenceUID")
        for frame in data.get("ReferencedFrameOfReferenceSequence", ()) or ()
    }
    return frames.pop() if len(frames) == 1 else ""


def _body_part(data: Any) -> str:
    """As coded; else the one part that the scanner's free text names, by a word known here."""
    stated = _text(data, "BodyPartExamined").upper()
    # A code's letters only: free text could hold anything.
    if re.fullmatch(r"[A-Z _]{1,16}", stated):
        return stated
    told = " ".join(_text(data, key) for key in DESCRIPTIONS).casefold()
    found = {part for part, words in PARTS.items() if re.search(rf"\b({words})", told)}
    return found.pop() if len(found) == 1 else ""


def _class_name(sop_class: str) -> str:
    known = cast("dict[str, tuple[str, ...]]", UID_dictionary)
    return known[sop_class][0].removesuffix(" Storage") if sop_class in known else ""


def _syntax_name(data: Any) -> str:
    syntax = str(data.file_meta.get("TransferSyntaxUID", ""))
    known = cast("dict[str, tuple[str, ...]]", UID_dictionary)
    return known[syntax][0] if syntax in known else ""


def _text(holder: Any, key: str) -> str:
    value = holder.get(key)
    return "" if value is None else str(value).strip()


def _many(holder: Any, key: str) -> list[Any]:
    value = holder.get(key)
    if value is None or value == "":
        return []
    return list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else [value]


def _numbers(holder: Any, key: str) -> list[float]:
    numbers = [float(value) for value in _many(holder, key)]
    return numbers if all(math.isfinite(value) for value in numbers) else []


def _first(holder: Any, name: str) -> Any:
    items = holder.get(name) if holder is not None else None
    return items[0] if items else None
