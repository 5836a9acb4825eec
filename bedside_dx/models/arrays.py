"""Arrays out of an `.npz` file: data only, never a pickle, never more than fits."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import cast

import numpy as np
from numpy.typing import NDArray

from bedside_dx.models.flaw import Flaw

LARGEST = 512 * 2**20
"""Bytes that the arrays of one file may take in memory."""

Arrays = dict[str, NDArray[np.generic]]


def read_arrays(content: bytes, name: str) -> Arrays:
    """Read all arrays of an `.npz` file.

    Raises
    ------
    Flaw
        It is not such a file, holds objects (a pickle), is too large or is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > LARGEST:
            raise Flaw("{file} is too large", file=name)
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return {key: _array(arrays[key], name) for key in arrays.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError) as exc:
        raise Flaw("{file} is damaged", file=name) from exc
    except (ValueError, NotImplementedError, RuntimeError, MemoryError) as exc:
        if isinstance(exc, Flaw):
            raise
        raise Flaw("{file} holds something else than numbers", file=name) from exc


def _array(value: object, name: str) -> NDArray[np.generic]:
    """Refuse what numpy hands out as raw bytes: an entry that is no array."""
    if not isinstance(value, np.ndarray):
        raise Flaw("{file} holds something else than numbers", file=name)
    return cast("NDArray[np.generic]", value)
