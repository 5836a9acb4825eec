"""Ours beside WSInfer, FAST and the usual loop on the same slide; see `bench/peers/README.md`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
BUILT = ROOT / "build" / "peers"
ROUNDS = 2

ONNX, TORCHSCRIPT = BUILT / "resnet18.onnx", BUILT / "resnet18.pt"
MINE = (sys.executable, "-m", "bench._speed_ours")
LOOP = (sys.executable, str(PEERS / "openslide_peer.py"))
FAST = (str(BUILT / "fast" / "bin" / "python"), str(PEERS / "fast_peer.py"))
WSINFER = (str(BUILT / "wsinfer" / "bin" / "python"), str(PEERS / "wsinfer_peer.py"))


def measure(slide: Path) -> dict[str, float | None]:
    """Processor ms of a patch for each program, and theirs over ours; None where not installed."""
    commands = {
        "ours_fp32": [*MINE, str(slide), str(ONNX)],
        "stock_loop_fp32": [*LOOP, str(slide), str(ONNX)],
        "fast_fp32": [*FAST, str(slide), str(ONNX)] if _is_ready("fast") else None,
        "wsinfer_fp32": [*WSINFER, str(slide), str(TORCHSCRIPT)] if _is_ready("wsinfer") else None,
    }
    spent: dict[str, list[float]] = {name: [] for name in commands}
    if ONNX.is_file():
        for _ in range(ROUNDS):
            for name, command in commands.items():
                if command:
                    spent[name].append(_ms_per_patch(command))
    ms = {name: median(values) if values else None for name, values in spent.items()}
    ours = ms["ours_fp32"]

    def over_ours(name: str) -> float | None:
        theirs = ms[name]
        return theirs / ours if theirs and ours else None

    return {
        "vs_wsinfer_fp32": over_ours("wsinfer_fp32"),
        "vs_fast_fp32": over_ours("fast_fp32"),
        "vs_stock_loop_fp32": over_ours("stock_loop_fp32"),
        **{f"{name}_cpu_ms_per_patch": value for name, value in ms.items()},
    }


def _is_ready(name: str) -> bool:
    return (BUILT / f"{name}.ready").is_file()


def _ms_per_patch(command: list[str]) -> float:
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    figures = json.loads(said.stdout.splitlines()[-1])
    return 1000 * float(figures["cpu_s"]) / int(figures["patches"])
