"""Plain pictures: PNG, JPEG, and TIFF files that are no slides."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from bedside_dx.core.errors import SlideError
from bedside_dx.core.reading import Decoder, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from PIL.ImageFile import ImageFile

    from bedside_dx.core.results import Image as Pixels
    from bedside_dx.imaging.stored import Box

MAX_PIXELS = 300 * 10**6
"""Largest plain picture: it is held decoded, 4 bytes a pixel."""

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
)
"""First bytes of the kinds that are read, and their names."""

READERS: Mapping[str, Callable[[BinaryIO], ImageFile]] = {
    "png": PngImagePlugin.PngImageFile,
    "jpeg": JpegImagePlugin.JpegImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
}
"""Called by name, not through `Image.open`: no other kind of file is ever tried."""

MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB"})
"""Pillow's modes that have one meaning in 8-bit colour."""


# What is wrong with a photograph's EXIF is no one's concern here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")


def detect_format(path: Path) -> str | None:
    """Name the kind of picture by its first bytes, or None."""
    with path.open("rb") as file:
        head = file.read(8)
    return next((name for magic, name in MAGIC if head.startswith(magic)), None)


class PlainImage:
    """A decoded picture with one level; see `StoredLevels` for the attributes.

    Raises
    ------
    SlideError
        ``slide.unsupported``, ``slide.damaged`` or ``slide.too-large``.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self._path = path
        self.format = kind
        self.properties: Mapping[str, str] = {}
        self.icc_profile: bytes | None = None
        self._picture: Image.Image | None = self._decode()
        self.sizes = (self._picture.size,)
        self.downsamples = (1.0,)
        self.associated: tuple[str, ...] = ()
        self.reading = Reading(Decoder.PICTURE)

    def read_level(self, level: int, box: Box) -> Pixels:  # noqa: ARG002
        """Pixels of a box; see `StoredLevels.read_level`."""
        picture = self._picture
        if picture is None:
            raise SlideError("slide.unreadable-region", path=self._path)
        return np.asarray(picture.crop(box.edges))

    def read_associated(self, name: str) -> Pixels:
        """Nothing lies beside a plain picture."""
        raise KeyError(name)

    def close(self) -> None:
        """Let go of the pixels."""
        self._picture = None

    def _decode(self) -> Image.Image:
        try:
            with self._path.open("rb") as file:
                picture = READERS[self.format](file)
                self._check(picture)
                self.properties = _properties(picture)
                self.icc_profile = picture.info.get("icc_profile") or None
                picture.load()
                return _to_rgb(picture)
        except SlideError:
            raise
        # Pillow's plugins answer damage with a dozen kinds of exception.
        except Exception as exc:
            raise SlideError("slide.damaged", path=self._path, detail=str(exc)) from exc

    def _check(self, picture: ImageFile) -> None:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise SlideError("slide.too-large", path=self._path, width=width, height=height)
        if picture.mode not in MODES and not picture.mode.startswith("I"):
            raise SlideError("slide.unsupported", path=self._path)


def _properties(picture: ImageFile) -> dict[str, str]:
    properties: dict[str, str] = {}
    dpi: tuple[float, float] | None = picture.info.get("dpi")
    if dpi:
        properties |= {"dpi-x": str(dpi[0]), "dpi-y": str(dpi[1])}
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        description = picture.tag_v2.get(TiffImagePlugin.IMAGEDESCRIPTION, "")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        properties["tiff.ImageDescription"] = str(description)  # pyright: ignore[reportUnknownArgumentType]
    return properties


def _to_rgb(picture: Image.Image) -> Image.Image:
    """Any mode to RGB, upright, transparency composited to white; RGB is not copied."""
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode.startswith("I"):
        # 16 bits over the whole range: the top 8 of them.
        picture = picture.point(lambda value: value * (1 / 256), "L")
    if picture.mode in {"LA", "PA", "RGBA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return picture if picture.mode == "RGB" else picture.convert("RGB")
