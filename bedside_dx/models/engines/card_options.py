"""What the providers of NVIDIA's cards are told, and where TensorRT keeps what it compiled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import platformdirs

CUDA: Mapping[str, str] = {
    # Which kernel computes a convolution is looked up by its shape, in milliseconds. EXHAUSTIVE
    # takes up to a second for each new shape and, up to onnxruntime 1.19, times the kernels: the
    # last bits of a result then change from start to start, and a reading that is resumed would
    # not equal one that was not interrupted. DEFAULT is the slowest by far since 1.20.
    "cudnn_conv_algo_search": "HEURISTIC",
    # The fast kernels need room to work in; without it slower ones are taken in silence.
    "cudnn_conv_use_max_workspace": "1",
    # TF32 keeps 10 bits of a number's 23. It is a reduced precision, and no package states how
    # well its decisions agree in it; see `nvidia_libraries` for those who have no such option.
    "use_tf32": "0",
}
TENSORRT: Mapping[str, str] = {"trt_fp16_enable": "0", "trt_int8_enable": "0"}
"""Said, as variables of the environment would otherwise decide."""


class Kept(NamedTuple):
    """Folders of what TensorRT compiled.

    Attributes
    ----------
    engines
        Of one graph at one number of pictures, as TensorRT's own names do not tell weights or
        lengths apart: another model of the same make would run in this one's place.
    timings
        How fast kernels were on this card, of all graphs.
    """

    engines: Path
    timings: Path


def card_options(provider: str, kept: Kept | None = None) -> dict[str, str]:
    """Options of a provider, by onnxruntime's names; empty for those that need none.

    Parameters
    ----------
    provider
        A key of `onnxruntime_engine.PROVIDERS`.
    kept
        Where TensorRT finds and leaves what it compiled; None has it compile at every start.
    """
    if provider == "cuda":
        return dict(CUDA)
    if provider != "tensorrt":
        return {}
    if kept is None:
        return dict(TENSORRT)
    return {
        **TENSORRT,
        "trt_engine_cache_enable": "1",
        "trt_engine_cache_path": str(kept.engines),
        "trt_timing_cache_enable": "1",
        "trt_timing_cache_path": str(kept.timings),
    }


def fixed_lengths(shapes: Sequence[Sequence[object]], size: int) -> dict[str, int]:
    """Give the number of pictures to the names that the graph has for it.

    With every length known TensorRT compiles for this very number, before the first run. Its
    own way of saying so, a profile with a least, usual and largest shape of each input, refuses
    a graph that it takes in parts: the inputs of the parts would have to be named as well.

    Parameters
    ----------
    shapes
        Of the graph's inputs; free lengths are texts or None.
    """
    return {shape[0]: size for shape in shapes if shape and isinstance(shape[0], str)}


def kept_folders(graph: bytes, size: int | None) -> Kept | None:
    """Make the folders in this person's cache; None where it can't be written.

    All of it can be deleted at any time: it is compiled again.

    Parameters
    ----------
    size
        Pictures that it is compiled for; None for a graph whose lengths stay free.
    """
    root = platformdirs.user_cache_path("bedside-dx", appauthor=False) / "tensorrt"
    kept = Kept(root / hashlib.sha256(graph).hexdigest()[:32] / str(size or "free"), root)
    try:
        root.mkdir(0o700, parents=True, exist_ok=True)
        kept.engines.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return kept
