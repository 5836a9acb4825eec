"""Greys of the viewer against pydicom's own pipeline: modality, window or table, photometric."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi, apply_windowing
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian

from bedside_dx.core.scan import Curve, Window
from bedside_dx.ui.scans.shading import Shader
from tests.scans import image
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened

SIDE = 64
ALL_12 = (np.arange(SIDE * SIDE) % 4096).astype(np.uint16).reshape(SIDE, SIDE)
SIGNED_12 = (np.arange(SIDE * SIDE) % 4096 - 2048).astype(np.int16).reshape(SIDE, SIDE)
SIGNED_16 = (np.arange(SIDE * SIDE) * 16 - 32768).astype(np.int16).reshape(SIDE, SIDE)
ALL_16 = (np.arange(SIDE * SIDE) * 16).astype(np.uint16).reshape(SIDE, SIDE)
ALL_8 = (np.arange(SIDE * SIDE) % 256).astype(np.uint8).reshape(SIDE, SIDE)
WINDOW = {"WindowCenter": 40, "WindowWidth": 400}


def table(entries: np.ndarray, first: int, bits: int, vr: str = "US", key: str = "LUTData"):
    """One item of a sequence of tables."""
    item = Dataset()
    signed = "SS" if first < 0 else "US"
    item.add_new((0x0028, 0x3002), signed, [len(entries), first, bits])
    item.add_new(
        (0x0028, 0x3006), vr,
        entries.astype("<u2").tobytes() if vr == "OW" else [int(one) for one in entries],
    )  # fmt: skip
    assert key == "LUTData"
    return Sequence([item])


RISE = np.linspace(0, 1, 1024)
LUT_12 = (RISE**2 * 4095).round().astype(np.uint16)
LUT_16 = (np.sqrt(RISE) * 65535).round().astype(np.uint16)
LUT_8 = (RISE[::4] ** 2 * 255).round().astype(np.uint16)
UNSIGNED = {"RescaleSlope": 1, "RescaleIntercept": 0}

CASES: dict[str, tuple[np.ndarray, dict[str, Any]]] = {
    "linear": (ALL_12, WINDOW),
    "linear, width 1": (ALL_12, {"WindowCenter": 40, "WindowWidth": 1}),
    "linear, width 2": (ALL_12, {"WindowCenter": 40.5, "WindowWidth": 2}),
    "linear, said": (ALL_12, {**WINDOW, "VOILUTFunction": "LINEAR"}),
    "linear exact": (ALL_12, {**WINDOW, "VOILUTFunction": "LINEAR_EXACT"}),
    "linear exact, narrow": (
        ALL_12, {"WindowCenter": 0.5, "WindowWidth": 4, "VOILUTFunction": "LINEAR_EXACT"},
    ),
    "linear exact, below 1": (
        ALL_12,
        {
            "WindowCenter": 0.5, "WindowWidth": 0.5, "VOILUTFunction": "LINEAR_EXACT",
            "RescaleSlope": 0.001, "RescaleIntercept": 0,
        },
    ),
    "sigmoid": (ALL_12, {**WINDOW, "VOILUTFunction": "SIGMOID"}),
    "sigmoid, steep": (
        ALL_12, {"WindowCenter": 40, "WindowWidth": 1, "VOILUTFunction": "SIGMOID"},
    ),
    "several windows": (ALL_12, {"WindowCenter": [40, -600], "WindowWidth": [400, 1500]}),
    "inverted": (ALL_12, {**WINDOW, "PhotometricInterpretation": "MONOCHROME1"}),
    "inverted sigmoid": (
        ALL_12,
        {**WINDOW, "PhotometricInterpretation": "MONOCHROME1", "VOILUTFunction": "SIGMOID"},
    ),
    "negative slope": (
        ALL_12, {"WindowCenter": 100, "WindowWidth": 900, "RescaleSlope": -1,
                 "RescaleIntercept": 1500},
    ),
    "fractional slope": (
        ALL_12, {"WindowCenter": 100, "WindowWidth": 900, "RescaleSlope": 0.37,
                 "RescaleIntercept": -21.5},
    ),
    "signed, 12 in 16": (SIGNED_12, {**WINDOW, **UNSIGNED, "PixelRepresentation": 1}),
    "signed, 16": (
        SIGNED_16,
        {"WindowCenter": -300, "WindowWidth": 40000, **UNSIGNED, "PixelRepresentation": 1,
         "BitsStored": 16, "HighBit": 15},
    ),
    "unsigned, 16": (
        ALL_16,
        {"WindowCenter": 30000, "WindowWidth": 60000, **UNSIGNED, "BitsStored": 16, "HighBit": 15},
    ),
    "unsigned, 8": (
        ALL_8,
        {"WindowCenter": 100, "WindowWidth": 90, **UNSIGNED, "BitsAllocated": 8, "BitsStored": 8,
         "HighBit": 7},
    ),
    "something else in the unused bits": ((ALL_12 | 0x5000).astype(np.uint16), WINDOW),
    "signed, sign left out of the unused bits": (
        (SIGNED_12.view(np.uint16) & 0x0FFF).astype(np.uint16),
        {**WINDOW, **UNSIGNED, "PixelRepresentation": 1},
    ),
    "padding value": (
        np.where(ALL_12 < 700, 4095, ALL_12).astype(np.uint16),
        {**WINDOW, "PixelPaddingValue": 4095},
    ),
    "table": (ALL_12, {**UNSIGNED, "VOILUTSequence": table(LUT_12, 100, 12)}),
    "table, 16 bits, OW": (ALL_12, {**UNSIGNED, "VOILUTSequence": table(LUT_16, 0, 16, "OW")}),
    "table, 8 bits": (
        # Places of an 8-bit table wrap in pydicom where there are more of them than 256.
        ALL_8,
        {**UNSIGNED, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7,
         "VOILUTSequence": table(LUT_8, 0, 8)},
    ),
    "table before window": (
        ALL_12, {**UNSIGNED, **WINDOW, "VOILUTSequence": table(LUT_12, 100, 12)},
    ),
    "table from a negative value": (
        SIGNED_12,
        {**UNSIGNED, "PixelRepresentation": 1, "VOILUTSequence": table(LUT_12, -512, 12)},
    ),
    "table after rescale": (ALL_12, {"VOILUTSequence": table(LUT_12, -400, 12)}),
    "table, inverted": (
        ALL_12,
        {**UNSIGNED, "PhotometricInterpretation": "MONOCHROME1",
         "VOILUTSequence": table(LUT_12, 100, 12)},
    ),
    "modality table": (
        ALL_12,
        {"RescaleSlope": None, "RescaleIntercept": None, "WindowCenter": 500, "WindowWidth": 700,
         "ModalityLUTSequence": table(np.arange(1024)[::-1], 20, 16), "Modality": "CR"},
    ),
}  # fmt: skip


def write(folder: Path, stored: np.ndarray, changes: dict[str, Any]) -> Path:
    data = image(0, SIDE, PixelData=stored.tobytes(), Modality="MR")
    for key, value in changes.items():
        if value is None:
            delattr(data, key)
        else:
            setattr(data, key, value)
    if "ModalityLUTSequence" in changes:
        data.ModalityLUTSequence[0].ModalityLUTType = "US"
    path = folder / "one.dcm"
    data.save_as(path, enforce_file_format=True)
    return path


def wanted(path: Path) -> np.ndarray:
    """Greys by pydicom, 0 to 255, not rounded."""
    data = dcmread(path)
    values = apply_modality_lut(data.pixel_array, data)
    if data.get("VOILUTSequence"):
        bits = int(data.VOILUTSequence[0].LUTDescriptor[2])
        share = apply_voi(values.astype(np.int64), data) / (2**bits - 1)
    else:
        with np.errstate(over="ignore"):
            ends = apply_windowing(np.array([-1e12, 1e12]), data)
            share = (apply_windowing(values, data) - ends[0]) / (ends[1] - ends[0])
    if data.PhotometricInterpretation == "MONOCHROME1":
        share = 1 - share
    return share * 255


def seen(qtbot, window, path: Path) -> np.ndarray:
    """Greys as they are drawn."""
    view = opened(qtbot, window, path).view
    qtbot.waitUntil(lambda: view.sheets.stack.is_complete, timeout=WAIT_MS)
    picture = view._current_picture().convertToFormat(view._current_picture().Format.Format_RGB32)
    raw = np.frombuffer(picture.constBits(), np.uint8)
    return raw.reshape(SIDE, SIDE, 4)[..., 0].astype(float)


@pytest.mark.parametrize("name", CASES)
def test_greys_are_those_of_pydicom(qtbot, window, tmp_path: Path, name: str) -> None:
    path = write(tmp_path, *CASES[name])
    reference = wanted(path)
    assert reference.max() - reference.min() > 100, "the case shows something"
    difference = np.abs(seen(qtbot, window, path) - reference).max()
    assert difference <= 1, f"{name}: {difference}"


def test_a_table_in_a_big_endian_file_is_read_in_its_order(qtbot, window, tmp_path: Path) -> None:
    data = image(0, SIDE, PixelData=ALL_12.astype(">u2").tobytes(), **UNSIGNED)
    data.Modality = "MR"
    sequence = table(LUT_16, 0, 16, "OW")
    sequence[0].LUTData = LUT_16.astype(">u2").tobytes()
    data.VOILUTSequence = sequence
    data.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    path = tmp_path / "one.dcm"
    data.save_as(path, enforce_file_format=True, implicit_vr=False, little_endian=False)
    assert np.abs(seen(qtbot, window, path) - wanted(path)).max() <= 1


def test_values_in_bytes_and_as_float_have_the_same_greys() -> None:
    """Slices are kept as 16-bit integers or as float32; both ways lead to one grey."""
    for curve in Curve:
        shader = Shader()
        shader.use(Window(37.0, 411.0, curve=curve), is_inverted=False)
        whole = np.arange(-32768, 32768, dtype=np.int16).reshape(256, 256)
        picture = shader.picture(whole)
        raw = np.frombuffer(picture.constBits(), np.uint8).reshape(256, 256, 4)[..., 0]
        assert np.array_equal(raw, shader.greys(whole.astype(np.float32)))
