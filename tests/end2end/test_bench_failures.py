"""What fails in a bench is said, costs nothing else, and leaves no older figures in its place."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

import bench.__main__ as benches
from bench import _speed_peers, speed
from bench._parts import measured

PRINTS_FIGURES = (
    sys.executable,
    "-c",
    "print('loading'); print('{\"cpu_s\": 2, \"patches\": 100}')",
)
BROKEN = (
    sys.executable,
    "-c",
    "import sys; print('reading'); sys.exit('no OpenCL platform found')",
)
SILENT = (sys.executable, "-c", "print('done')")


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of peers in which only the network lies."""
    monkeypatch.setattr(_speed_peers, "BUILT", tmp_path)
    monkeypatch.setattr(_speed_peers, "ONNX", tmp_path / "network.onnx")
    (tmp_path / "network.onnx").touch()
    return tmp_path


def test_what_is_not_installed_has_no_figure(built: Path) -> None:
    rows = _speed_peers._rows(built / "slide.tif")
    absent = [name for name, command in rows.items() if command is None]
    assert {"fast_fp32", "fast_int8", "wsinfer_fp32", "wsinfer_best"} <= set(absent)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (BROKEN, "no OpenCL platform found"),
        (SILENT, "its figures can't be read"),
        (("/nowhere/python",), "No such file"),
    ],
)
def test_a_broken_peer_is_said_and_the_others_are_measured(
    command: tuple[str, ...],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = _speed_peers._rows(Path("slide.tif"))
    rows = dict.fromkeys(names, PRINTS_FIGURES) | {"fast_fp32": command}
    monkeypatch.setattr(_speed_peers, "_rows", lambda _slide: rows)
    figures = _speed_peers.measure(Path("slide.tif"))
    said = capsys.readouterr().out
    assert figures["vs_fast_fp32"] is None
    assert figures["fast_fp32_cpu_ms_per_patch"] is None
    assert figures["vs_wsinfer_fp32"] == 1.0
    assert figures["wsinfer_fp32_cpu_ms_per_patch"] == 20.0
    assert said.count("fast_fp32: failed") == 1
    assert reason in said


def test_a_part_that_fails_costs_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> Mapping[str, float | None]:
        raise RuntimeError("no screen")

    figures = measured({"first": fails, "second": lambda: {"a": 1.0}})
    assert figures == {"a": 1.0, "parts_failed": 1.0}
    assert "no screen" in capsys.readouterr().err


def run_bench(
    result: dict[str, float | None] | None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Run a bench that gives these figures, or fails, where an earlier one had written its own."""
    module = ModuleType("bench.made_up")

    def main() -> dict[str, float | None]:
        if result is None:
            raise RuntimeError("it fails")
        return result

    module.__dict__["main"] = main
    monkeypatch.setitem(sys.modules, "bench.made_up", module)
    monkeypatch.setattr(benches, "OUT", folder)
    (folder / "made_up.json").write_text('{"old": 1}')
    return benches.run("made_up")


def test_figures_of_an_earlier_run_never_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run_bench(None, tmp_path, monkeypatch)
    assert not (tmp_path / "made_up.json").exists()


def test_what_was_measured_is_written_though_a_part_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run_bench({"a": None, "parts_failed": 1.0}, tmp_path, monkeypatch)
    assert json.loads((tmp_path / "made_up.json").read_text()) == {"a": None, "parts_failed": 1.0}
    assert run_bench({"a": 2.0, "parts_failed": 0.0}, tmp_path, monkeypatch)


@pytest.mark.parametrize("is_real", [True, False])
def test_it_is_said_where_tissue_is_made_up(
    is_real: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    speed._print_table(dict.fromkeys(speed.KEYS) | {"tissue_is_real": float(is_real)})
    assert ("made-up texture" in capsys.readouterr().out) is not is_real
