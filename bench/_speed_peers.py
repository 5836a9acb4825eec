"""Ours beside WSInfer, FAST and the usual loop on the same slide; see `bench/peers/README.md`.

Rows of one precision are compared with each other. OpenVINO computes in BF16 by itself where a
processor can, and so does FAST with it: for its row in 32 bits it is kept from that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from bench import _speed_network

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
BUILT = ROOT / "build" / "peers"
ROUNDS = 2
MOST_S = 300
"""Of one run of a program."""

ONNX, ONNX_INT8 = BUILT / "resnet18.onnx", BUILT / "resnet18-int8.onnx"
TORCHSCRIPT = BUILT / "resnet18.pt"
MINE = (sys.executable, "-m", "bench._speed_ours")
LOOP = (sys.executable, str(PEERS / "openslide_peer.py"))
FAST = (str(BUILT / "fast" / "bin" / "python"), str(PEERS / "fast_peer.py"))
WSINFER = (str(BUILT / "wsinfer" / "bin" / "python"), str(PEERS / "wsinfer_peer.py"))
IN_32_BITS = "ONEDNN_MAX_CPU_ISA=AVX512_CORE_VNNI"
"""Setting under which OpenVINO's kernels know of no BF16."""
PACES = {
    "ours_onnxruntime_fp32": ("onnxruntime", "fp32", "8"),
    "ours_openvino_fp32": ("openvino", "fp32", "4"),
    "ours_bf16": ("openvino", "bf16", "8"),
    "ours_int8": ("openvino", "int8", "8"),
}
"""Engine, precision and the batch that was fastest here."""

Row = tuple[str, ...]
Spent = dict[str, float | None]


def measure(slide: Path) -> dict[str, float | None]:
    """Processor ms of a patch for each program, and theirs over ours.

    None where a program is not installed, or fails: then it is printed why.
    """
    ms = _spent(_rows(slide))
    ours = _least(ms, ("ours_onnxruntime_fp32", "ours_openvino_fp32"))
    best = _least(ms, PACES)
    fast_best = _least(ms, ("fast_fp32", "fast_bf16", "fast_int8"))
    return {
        "vs_wsinfer_fp32": _over(ms["wsinfer_fp32"], ours),
        "vs_wsinfer_best": _over(ms["wsinfer_best"], best),
        "vs_fast_fp32": _over(ms["fast_fp32"], ours),
        "vs_fast_bf16": _over(ms["fast_bf16"], ms["ours_bf16"]),
        "vs_fast_best": _over(fast_best, best),
        "vs_stock_loop_fp32": _over(ms["stock_loop_fp32"], ours),
        **{f"{name}_cpu_ms_per_patch": value for name, value in ms.items()},
    }


def _rows(slide: Path) -> dict[str, Row | None]:
    """Command of each row; None where it can't be run here."""
    able = ("fp32", *_speed_network.reduced())
    fast, wsinfer = _is_ready("fast"), _is_ready("wsinfer")
    return {
        **{
            name: (*MINE, str(slide), str(ONNX), *pace) if pace[1] in able else None
            for name, pace in PACES.items()
        },
        "stock_loop_fp32": (*LOOP, str(slide), str(ONNX)),
        "fast_fp32": ("env", IN_32_BITS, *FAST, str(slide), str(ONNX)) if fast else None,
        "fast_bf16": (*FAST, str(slide), str(ONNX)) if fast and "bf16" in able else None,
        "fast_int8": (*FAST, str(slide), str(ONNX_INT8)) if fast else None,
        "wsinfer_fp32": (*WSINFER, str(slide), str(TORCHSCRIPT)) if wsinfer else None,
        "wsinfer_best": (*WSINFER, str(slide), str(TORCHSCRIPT), "best") if wsinfer else None,
    }


def _spent(rows: dict[str, Row | None]) -> Spent:
    """Median ms of each row; they take turns. One that fails is left out from then on."""
    spent: dict[str, list[float]] = {name: [] for name in rows}
    able = {name: command for name, command in rows.items() if command and ONNX.is_file()}
    for _ in range(ROUNDS):
        for name, command in list(able.items()):
            try:
                spent[name].append(_ms_per_patch(command))
            except PeerError as exc:
                print(f"    {name}: failed and left out: {exc}", flush=True)
                del able[name]
    return {name: median(spent[name]) if name in able else None for name in rows}


def _least(ms: Spent, names: Iterable[str]) -> float | None:
    return min((value for name in names if (value := ms[name])), default=None)


def _over(theirs: float | None, ours: float | None) -> float | None:
    return theirs / ours if theirs and ours else None


def _is_ready(name: str) -> bool:
    return (BUILT / f"{name}.ready").is_file()


class PeerError(Exception):
    """A program did not come to figures; says why in one line."""


def _ms_per_patch(command: Row) -> float:
    kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        said = subprocess.run(
            command, cwd=ROOT, env=kept, check=False, capture_output=True, text=True, timeout=MOST_S
        )
    except OSError as exc:
        raise PeerError(str(exc)) from exc
    except subprocess.TimeoutExpired as exc:
        raise PeerError(f"no end after {MOST_S} s") from exc
    if said.returncode:
        last = said.stderr.strip().splitlines()[-1:]
        raise PeerError(last[0] if last else f"ended with {said.returncode}")
    try:
        figures = json.loads(said.stdout.splitlines()[-1])
        return 1000 * float(figures["cpu_s"]) / int(figures["patches"])
    except (IndexError, KeyError, TypeError, ValueError, ZeroDivisionError) as exc:
        raise PeerError(f"its figures can't be read: {said.stdout[-200:]!r}") from exc
