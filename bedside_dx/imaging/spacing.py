"""The scale of a slide, with who said so. It is read or stated, never guessed.

Neither the objective's power nor a magnification is ever turned into a spacing.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ScaleError
from bedside_dx.core.geometry import Spacing, SpacingSource, contradicts, is_plausible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bedside_dx.imaging.stored import StoredLevels

MAX_UNEVENNESS = 0.1
"""Most that µm/px in x and y may differ, as a share of their mean: resampling needs one."""

UM_PER_INCH = 25_400.0

STATED_BY = {
    "aperio": "aperio.MPP",
    "dicom": "dicom.PixelSpacing",
    "hamamatsu": "tiff.XResolution",
    "leica": "tiff.XResolution",
    "mirax": "mirax.MICROMETER_PER_PIXEL_X",
    "philips": "philips.DICOM_PIXEL_SPACING",
    "ventana": "ventana.ScanRes",
    "zeiss": "zeiss.Scaling",
}
"""Field that a vendor's format states its scale in."""

RAW_FIELDS = ("aperio.MPP",)
"""Fields that OpenSlide passes over when their value is no length."""

OME_SIZE = re.compile(r'\bPhysicalSize([XY](?:Unit)?)="([^"]*)"')
UM_SIGNS = {"µm", "μm", "um", "&#181;m", "&#xb5;m", "&#956;m"}
"""How writers of OME metadata spell µm: two signs, one word, and entities of XML."""


def find_spacing(stored: StoredLevels, path: Path) -> Spacing | None:
    """Spacing as the file states it, or as it follows from other fields of the file.

    What the file *states* is returned even when it is absurd, zero included (NaN for no
    number), so that it can be told from a scale that is missing: see `is_plausible`.
    What would have to be *derived* and is absurd, such as 72 dpi, counts as missing.

    Raises
    ------
    ScaleError
        ``slide.uneven-scale``: stated for x and y, and they differ too much.
    """
    ome = _ome(stored.properties.get("tiff.ImageDescription", ""))
    um = ome or _um_per_px(stored.properties)
    if um is None:
        return _absurd(stored.properties)
    mean, is_even = _mean(*um)
    if _is_derived(stored) and ome is None:
        field = f"{stored.format.removeprefix('generic-')}.XResolution"
        usable = is_even and is_plausible(mean)
        return Spacing(mean, SpacingSource.DERIVED, field) if usable else None
    if not is_even:
        raise ScaleError("slide.uneven-scale", path=path, x=um[0], y=um[1])
    field = "ome.PhysicalSizeX" if ome else STATED_BY.get(stored.format, "openslide.mpp-x")
    return Spacing(mean, SpacingSource.FILE, field)


def check_entered(um_per_px: float, path: Path) -> None:
    """Refuse a spacing that a person entered and no microscope has.

    Raises
    ------
    ScaleError
        ``slide.absurd-scale``
    """
    if not is_plausible(um_per_px):
        raise ScaleError("slide.absurd-scale", path=path, um_per_px=um_per_px, source="--spacing")


def overruled_spacing(stored: StoredLevels, path: Path) -> Spacing | None:
    """Spacing of the file where a person entered one: uneven axes are no obstacle then."""
    try:
        return find_spacing(stored, path)
    except ScaleError:
        return None


def entered_spacing(um_per_px: float, own: Spacing | None, path: Path) -> Spacing:
    """Spacing as a person entered it, with what the file says of its own in `detail`.

    Raises
    ------
    ScaleError
        ``slide.scale-contradicts``: the file states another one that can be true.
    """
    if own is None:
        return Spacing(float(um_per_px), SpacingSource.USER)
    if contradicts(own, um_per_px):
        raise ScaleError(
            "slide.scale-contradicts", path=path, stated=own.um_per_px, entered=um_per_px
        )
    detail = f"{own.detail}: {own.um_per_px:.4g} µm/px"
    return Spacing(float(um_per_px), SpacingSource.USER, detail)


def _um_per_px(properties: Mapping[str, str]) -> tuple[float, float] | None:
    stated = _pair(properties, "openslide.mpp-x", "openslide.mpp-y")
    if stated is not None:
        return stated
    dpi = _pair(properties, "dpi-x", "dpi-y")
    if dpi is None or min(dpi) <= 0:
        return None
    return UM_PER_INCH / dpi[0], UM_PER_INCH / dpi[1]


def _ome(description: str) -> tuple[float, float] | None:
    """What OME metadata state in µm for both axes; other units are left to the user."""
    if "<OME" not in description:
        return None
    pixels = dict(reversed(OME_SIZE.findall(description)))  # the first image is the scan
    in_um = {pixels.get(f"{axis}Unit", "µm") for axis in "XY"} <= UM_SIGNS
    if not in_um or not {"X", "Y"} <= pixels.keys():
        return None
    return _number(pixels["X"]), _number(pixels["Y"])


def _pair(properties: Mapping[str, str], x: str, y: str) -> tuple[float, float] | None:
    """Values of both axes; where only one is given it holds for both."""
    first = properties.get(x, properties.get(y))
    if first is None:
        return None
    return _number(first), _number(properties.get(y, first))


def _absurd(properties: Mapping[str, str]) -> Spacing | None:
    for field in RAW_FIELDS:
        if field in properties:
            return Spacing(_number(properties[field]), SpacingSource.FILE, field)
    return None


def _is_derived(stored: StoredLevels) -> bool:
    return stored.format in {"generic-tiff", "tiff", "png", "jpeg"}


def _mean(x: float, y: float) -> tuple[float, bool]:
    mean = (x + y) / 2
    return mean, not abs(x - y) > MAX_UNEVENNESS * abs(mean)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
