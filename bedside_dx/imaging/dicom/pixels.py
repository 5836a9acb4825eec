"""Pixels of DICOM images: runs in the worker, gives raw bytes with their shape."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom import stored_file
from bedside_dx.isolation.packet import Packet

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json


def read_frame(path: str, member: str, number: int, image: str = "") -> Packet:
    """One image as stored, colour as RGB.

    Raises
    ------
    ImagingError
        As `stored_file.whole`; ``scan.no-decoder``: encoded in a way that nothing here
        decodes; ``scan.undecodable``: it can't be decoded; ``scan.sizes-lie``: it is not as
        large as it says.
    """
    data = stored_file.whole(path, member, image)
    return packed(decoded(data, number))


def read_shown(path: str, member: str, number: int, image: str = "") -> Packet:
    """One image with the tables that its file brings: palette to RGB, modality table to values."""
    data = stored_file.whole(path, member, image)
    values = decoded(data, number)
    try:
        if data.get("PhotometricInterpretation") == "PALETTE COLOR":
            colours = apply_color_lut(values, data)
            return packed(colours >> 8 if colours.dtype == np.uint16 else colours)
        if "ModalityLUTSequence" in data:
            return packed(apply_modality_lut(values, data))
    except Exception as exc:
        raise ImagingError("scan.undecodable", syntax=_syntax(data)) from exc
    return packed(values)


def read_table(path: str, member: str, image: str = "") -> Packet:
    """Greys that the file's first table of values says (VOI LUT), 0 to 1, and its first value."""
    data = stored_file.whole(path, member, image)
    try:
        table = data.VOILUTSequence[0]
        count, first, bits = (int(value) for value in table.LUTDescriptor)
        stored = table["LUTData"].value
        order = "<u2" if data.file_meta.TransferSyntaxUID.is_little_endian else ">u2"
        entries = np.frombuffer(stored, order) if isinstance(stored, bytes) else np.array(stored)
        # Signed as the values are (PS3.3 C.11.2.1.1).
        is_signed = bool(int(data.get("PixelRepresentation", 0)))
        first = first - 65536 if first > 32767 and is_signed else first
        greys = (entries[: count or 65536] / (2**bits - 1)).clip(0, 1).astype(np.float32)
    except Exception as exc:
        raise ImagingError("scan.damaged") from exc
    if not greys.size:
        raise ImagingError("scan.damaged")
    packet = packed(greys)
    return Packet({**cast("dict[str, Json]", packet.value), "first": first}, packet.payload)


def decoded(data: Any, number: int) -> NDArray[Any]:
    """Decode one frame; see `read_frame`."""
    syntax = data.file_meta.get("TransferSyntaxUID", "")
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as exc:
        raise ImagingError("scan.no-decoder", syntax=_syntax(data)) from exc
    if not decoder.is_available:
        raise ImagingError("scan.no-decoder", syntax=_syntax(data))
    _check_weight(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # samples bend the standard; the shape is checked below
        try:
            values, _ = decoder.as_array(data, index=number)
        except MemoryError:
            raise
        except Exception as exc:
            known = "does not support" in str(exc)
            code = "scan.no-decoder" if known else "scan.undecodable"
            raise ImagingError(code, syntax=_syntax(data)) from exc
    if values.shape[:2] != (int(data.Rows), int(data.Columns)):
        raise ImagingError("scan.sizes-lie")
    return values


def _check_weight(data: Any) -> None:
    """Refuse plain pixels that are fewer than their sizes say."""
    if data.file_meta.TransferSyntaxUID.is_encapsulated or "PixelData" not in data:
        return
    samples = int(data.get("SamplesPerPixel", 1))
    bits = int(data.Rows) * int(data.Columns) * samples * int(data.BitsAllocated)
    bits *= int(data.get("NumberOfFrames") or 1)
    if data.get("PhotometricInterpretation") == "YBR_FULL_422":
        bits = bits * 2 // 3
    if len(data.PixelData) < bits // 8:
        raise ImagingError("scan.sizes-lie")


def packed(values: NDArray[Any]) -> Packet:
    """An array with what is needed to have it back."""
    whole = np.ascontiguousarray(values)
    return Packet(
        {"shape": list(whole.shape), "dtype": whole.dtype.str},
        whole.reshape(-1).view(np.uint8).data,
    )


def _syntax(data: Any) -> str:
    return str(getattr(data.file_meta.get("TransferSyntaxUID", ""), "name", ""))
