"""Colour profiles: from a scanner's own colours to sRGB."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

from PIL import ImageCms

if TYPE_CHECKING:
    from PIL import Image


class ToSrgb:
    """A transform from one ICC profile to sRGB, relative colorimetric. Safe in any thread.

    Raises
    ------
    ValueError
        The bytes are no profile of an RGB device.
    """

    def __init__(self, profile: bytes) -> None:
        self._profile = profile
        self._per_thread = threading.local()
        try:
            self._per_thread.transform = self._build()
        except (ImageCms.PyCMSError, OSError) as exc:
            raise ValueError(str(exc)) from exc

    def __call__(self, picture: Image.Image) -> None:
        """Convert an RGB picture in place."""
        if not hasattr(self._per_thread, "transform"):
            self._per_thread.transform = self._build()
        self._per_thread.transform.apply_in_place(picture)

    def _build(self) -> ImageCms.ImageCmsTransform:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        return ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(self._profile)),
            srgb,
            "RGB",
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
        )
