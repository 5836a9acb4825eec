"""NVIDIA's libraries, which onnxruntime finds only where the system does or where it is told."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

TF32 = "NVIDIA_TF32_OVERRIDE"
"""Read by NVIDIA's libraries when they are loaded; TensorRT can't be told in another way."""

PROVIDER_FILES = {
    "linux": "libonnxruntime_providers_{}.so",
    "win32": "onnxruntime_providers_{}.dll",
}


@functools.cache
def load_libraries(preload: Callable[[], object] | None) -> None:
    """Load CUDA and cuDNN from their Python packages where they are installed as such.

    What is missing is not reported here: the provider is seen not to run then.

    Parameters
    ----------
    preload
        ``onnxruntime.preload_dlls``; None where this version has none. It prints what it lacks.
    """
    os.environ[TF32] = "0"
    if preload is not None:
        with contextlib.redirect_stdout(io.StringIO()):
            preload()


def missing_library(folder: Path, provider: str) -> str:
    """Name the library that keeps a provider from being loaded, as the system says; else empty.

    Parameters
    ----------
    folder
        Where onnxruntime's own libraries lie.
    """
    name = PROVIDER_FILES.get(sys.platform, "").format(provider)
    if not name or not (folder / name).is_file():
        return ""
    try:
        ctypes.CDLL(str(folder / name))
    except OSError as exc:
        # Windows says that something is missing, and not what.
        return name if sys.platform == "win32" else Path(str(exc).partition(":")[0]).name
    return ""
