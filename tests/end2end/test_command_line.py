"""The program as a person at a terminal meets it: verbs, files, exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tiny_model
from PIL import Image

from bedside_dx.store.journal import HEADER
from tests.kit.many_commands import run
from tests.slides import he_like, write_repeated

PROGRAM = [sys.executable, "-m", "bedside_dx"]
REPORT_FILES = {"report.pdf", "patient.pdf", "report.json", "heatmap.png", "findings.geojson"}


def started(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Start the program as a terminal does; what needs no start of its own is `run` here."""
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def assert_clean(result: subprocess.CompletedProcess[str]) -> None:
    """Bad input never shows a traceback."""
    assert "Traceback" not in result.stderr + result.stdout


def test_lung_region_gets_its_report(samples: Path, tmp_path: Path) -> None:
    """The TCGA adenocarcinoma is never called squamous: right, or cannot say."""
    out = tmp_path / "résultat 1"
    result = started(
        "diagnose", samples / "target_image.png", "--model", "lung-he", "--spacing", "0.25",
        "--out", out, "--json", "--patient-id", "P-17", "--patient-name", "Ärzte, Zoé",
        "--born", "1961-02-03",
    )  # fmt: skip
    assert result.returncode in (0, 4), result.stderr
    assert {p.name for p in out.iterdir()} == REPORT_FILES
    document = json.loads(result.stdout)
    assert document == json.loads((out / "report.json").read_text("utf-8"))
    verdict = document["verdict"]
    assert verdict["status"] == "cannot_say" or verdict["class"] == "adenocarcinoma"
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_disease_file_reaches_every_document(samples: Path, tmp_path: Path) -> None:
    """Refused while nobody has confirmed what the slide gave; nothing is written until then."""
    out, file = tmp_path / "out", tmp_path / "disease.toml"
    stage = 'schema_version = 1\n[stage]\nsite = "lung"\nt = "{t}"\nn = "N0"\nm = "M0"\n'
    model = (
        '[[model]]\nname = "colon-adjuvant"\nregimen = "lev5fu"\n[model.inputs]\nage = 62\n'
        "male = 1\nnodes = 3\nextent = 3\n"
    )
    words = (
        "diagnose", samples / "target_image.png", "--model", "lung-he", "--spacing", "0.25",
        "--out", out, "--json", "--disease", file, "--patient-language", "fr",
    )  # fmt: skip
    file.write_text(stage.format(t="slide"), encoding="utf-8")
    asked = run(*words)
    assert asked.returncode == 3, asked.stderr
    assert not out.exists()
    assert "stage" in asked.stderr
    file.write_text(stage.format(t="T9"), encoding="utf-8")
    early = run(*words)
    assert early.returncode == 3
    assert "T9" in early.stderr
    file.write_text(stage.format(t="pT1b") + model, encoding="utf-8")
    done = run(*words)
    assert done.returncode in (0, 4), done.stderr
    for result in (asked, early, done):
        assert_clean(result)
    assert {p.name for p in out.iterdir()} == REPORT_FILES
    found = json.loads((out / "report.json").read_text("utf-8"))["disease"]
    assert found["stage"]["group"] == "IA2"
    assert sum(found["prognoses"][0]["people"]) == 100


def test_a_therapy_file_reaches_every_document(samples: Path, tmp_path: Path) -> None:
    """A slip is told before the slide is read; what no pack knows is named and goes on."""
    out, file = tmp_path / "out", tmp_path / "therapy.toml"
    words = (
        "diagnose", samples / "target_image.png", "--model", "lung-he", "--spacing", "0.25",
        "--out", out, "--json", "--therapy", file,
    )  # fmt: skip
    file.write_text('schema_version = 1\ntumor = "LUAD"\n', encoding="utf-8")
    slip = run(*words)
    assert slip.returncode == 3
    assert "tumor" in slip.stderr
    assert not out.exists()
    file.write_text(
        'schema_version = 1\ntumour = "LUAD"\nalterations = ["EGFR T790M", "EGFRR L1R"]\n',
        encoding="utf-8",
    )
    done = run(*words)
    assert done.returncode in (0, 4), done.stderr
    assert "EGFRR L1R" in done.stderr
    for result in (slip, done):
        assert_clean(result)
    assert {p.name for p in out.iterdir()} == REPORT_FILES
    found = json.loads((out / "report.json").read_text("utf-8"))["therapy"]
    assert found["options"][0]["therapy"] == "Osimertinib"
    assert found["unknown"][0]["input"] == "EGFRR L1R"


def test_skin_is_unfamiliar_to_a_colon_model(samples: Path, tmp_path: Path) -> None:
    result = run(
        "diagnose", samples / "cmu_small_region.svs", "--model", "colon-he",
        "--out", tmp_path / "out", "--json", "--language", "fr",
    )  # fmt: skip
    assert result.returncode == 4, result.stderr
    verdict = json.loads(result.stdout)["verdict"]
    assert verdict["status"] == "cannot_say"
    assert {p.name for p in (tmp_path / "out").iterdir()} == REPORT_FILES


def test_without_a_model_the_organ_is_asked_for(samples: Path) -> None:
    result = started("diagnose", samples / "cmu_small_region.svs")
    assert result.returncode == 2
    for name in ("colon-he", "lung-he", "brain-mri"):
        assert name in result.stderr


def test_without_a_scale_it_is_asked_for(samples: Path, tmp_path: Path) -> None:
    result = started(
        "diagnose", samples / "target_image.png", "--model", "lung-he", "--out", tmp_path / "o"
    )
    assert result.returncode == 3
    assert "--spacing" in result.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("spacing", ["0", "-1", "nan", "inf", "40"])
def test_an_absurd_scale_is_refused(samples: Path, spacing: str) -> None:
    result = run(
        "diagnose", samples / "target_image.png", "--model", "lung-he", f"--spacing={spacing}"
    )
    assert result.returncode == 3
    assert_clean(result)


def _png(path: Path, side: int) -> Path:
    noise = np.random.default_rng(0).integers(0, 255, (side, side, 3), np.uint8)
    Image.fromarray(noise).save(path)
    return path


@pytest.mark.parametrize(
    "kind",
    ["absent", "empty", "text", "renamed", "truncated-png", "truncated-svs", "folder", "gigantic"],
)
def test_bad_input_is_refused_clearly(kind: str, samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.svs"
    match kind:
        case "empty":
            path.touch()
        case "text":
            path.write_text("this is no slide\n" * 200)
        case "renamed":
            path.write_bytes(b"%PDF-1.7\n" + bytes(4000))
        case "truncated-png":
            path = tmp_path / "bad.png"
            path.write_bytes(_png(tmp_path / "whole.png", 600).read_bytes()[:200_000])
        case "truncated-svs":
            path.write_bytes((samples / "cmu_small_region.svs").read_bytes()[:400_000])
        case "folder":
            path.mkdir()
        case "gigantic":
            path = tmp_path / "bomb.png"
            _gigantic_png(path)
        case _:
            pass
    result = run(
        "diagnose", path, "--model", "colon-he", "--spacing", "0.5", "--out", tmp_path / "out"
    )
    assert result.returncode == 3, result.stderr
    assert_clean(result)
    assert path.name in result.stderr
    assert not (tmp_path / "out").exists()


def _gigantic_png(path: Path) -> None:
    """Write a PNG whose header declares 2,000,000 px square."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 2_000_000, 2_000_000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9000)))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def test_info_says_what_a_slide_holds(samples: Path) -> None:
    result = started("info", samples / "cmu_small_region.svs", "--json")
    assert result.returncode == 0, result.stderr
    facts = json.loads(result.stdout)
    assert facts["format"] == "aperio"
    assert facts["spacing_um_px"] == pytest.approx(0.499)
    assert facts["spacing_source"] == "file"
    assert (facts["reading"], facts["not_direct_because"]) == ("direct", None)
    assert str(samples) not in result.stdout


def test_models_are_listed_and_verified() -> None:
    listed = json.loads(run("models", "list", "--json").stdout)["models"]
    assert {"colon-he", "lung-he", "brain-mri"} <= {m["name"] for m in listed}
    assert run("models", "verify", "brain-mri").returncode == 0
    unknown = run("models", "verify", "liver-he")
    assert unknown.returncode == 2
    assert "colon-he" in unknown.stderr


def test_a_card_that_was_asked_for_is_not_replaced_by_the_processor(samples: Path) -> None:
    """No silent fallback: without an NVIDIA card `--provider cuda` ends loudly."""
    result = run(
        "diagnose", samples / "target_image.png", "--model", "lung-he", "--spacing", "0.25",
        "--provider", "cuda",
    )  # fmt: skip
    if result.returncode == 0:
        pytest.skip("this machine has such a card")
    assert result.returncode == 2
    assert "cuda" in result.stderr.lower()


def test_models_are_measured_and_run_as_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDSIDE_DX_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path / "models"))
    tiny_model.write(tmp_path / "models" / "tiny")
    result = run("models", "tune", "tiny", "--quiet")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("tiny runs best here so: ")
    assert "openvino" in result.stdout
    assert (tmp_path / "state" / "pace.toml").is_file()
    assert run("models", "verify", "tiny", "--precision", "auto").returncode == 0
    french = run("models", "tune", "tiny", "--language", "fr")
    assert "imagettes/s" in french.stdout.lower()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tiny", "--precision", "int8"], "does not state"),
        (["brain-mri", "--engine", "openvino", "--provider", "cuda"], "does not do cuda"),
        (["brain-mri", "--engine", "onnxruntime", "--precision", "int8"], "does not do INT8"),
    ],
)
def test_an_engine_or_precision_is_never_replaced(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path))
    tiny_model.write(tmp_path / "tiny")
    result = run("models", "verify", *words)
    assert result.returncode == 2
    assert said in result.stderr.replace("\n", " ")
    assert "--" in result.stderr  # the way out
    assert_clean(result)


def test_doctor_finds_this_machine_fit() -> None:
    result = started("doctor", "--json")
    assert result.returncode == 0, result.stdout + result.stderr
    document = json.loads(result.stdout)
    assert document["ok"]
    assert len(document["checks"]) >= 6


def test_help_and_usage_in_both_languages() -> None:
    assert "Research use only" in started("--help").stdout
    assert "recherche" in started("--language", "fr", "--help").stdout
    assert started("diagnose").returncode == 2
    assert started("no-such-verb").returncode == 2


def _wait_until_it_reads(process: subprocess.Popen[bytes]) -> None:
    """The journal holds the first scores."""
    journals = Path(os.environ["BEDSIDE_DX_STATE"]) / "journals"
    until = time.monotonic() + 120
    while not any(file.stat().st_size > HEADER.size for file in journals.glob("*.bdxj")):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT between processes")
def test_ctrl_c_stops_at_once_and_writes_nothing(tmp_path: Path) -> None:
    slide = write_repeated(tmp_path / "minutes.tif", he_like(256, 256), side=60_000)
    words = ["diagnose", str(slide), "--model", "colon-he", "--out", str(tmp_path / "o")]
    with subprocess.Popen(
        [*PROGRAM, *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        _wait_until_it_reads(process)  # well inside the analysis, which takes minutes
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - asked < 10  # of minutes; other work may share the machine
    assert not (tmp_path / "o").exists()


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = (
        "import sys, bedside_dx; bedside_dx.Settings\n"
        "print([m for m in ('PySide6', 'openslide', 'onnxruntime', 'matplotlib') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words", [["--threads", "-3"], ["--spacing", "half"], ["--born", "1950-02-30"]]
)
def test_a_slip_on_the_command_line_is_usage(samples: Path, words: list[str]) -> None:
    result = run("diagnose", samples / "target_image.png", "--model", "lung-he", *words)
    assert result.returncode == 2
    assert_clean(result)


def test_a_folder_that_can_t_be_written_is_said_before_the_work(
    samples: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    result = run("diagnose", samples / "target_image.png", "--model", "lung-he",
                 "--spacing", "0,25", "--out", tmp_path / "file")  # fmt: skip
    assert result.returncode == 2
    assert str(tmp_path / "file") in result.stderr


def test_what_nobody_expected_is_a_sentence_and_5(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    from bedside_dx.app import doctor
    from bedside_dx.cli import main

    def break_down(_settings: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "self_check", break_down)
    assert main(["--language", "en", "doctor"]) == 5
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_old_code_page_is_no_error() -> None:
    result = subprocess.run(
        [*PROGRAM, "doctor", "--language", "fr"], capture_output=True, timeout=120, check=False,
        env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("red", "status"), [(False, "not_seen"), (True, "cannot_say")])
def test_a_slide_level_network_is_a_second_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, red: bool, status: str
) -> None:
    """One red patch is no area for the rules; the network that looks for red is sure of it."""
    tiny_model.write_with_aggregator(tmp_path / "models" / "tiny")
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path / "models"))
    rng, side = np.random.default_rng(0), tiny_model.SIDE
    pixels = np.full((side * 24, side * 24, 3), 245, np.uint8)
    tissue = np.s_[side * 2 : side * 22, side * 2 : side * 22]
    pixels[tissue] = (0, 0, 235)
    if red:
        pixels[side * 9 : side * 10, side * 9 : side * 10] = (235, 0, 0)
    pixels[tissue] += rng.integers(0, 20, (side * 20, side * 20, 1), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "drawn.png")
    words = ["diagnose", tmp_path / "drawn.png", "--model", "tiny", "--spacing", "1"]
    result = run(*words, "--out", tmp_path / "out", "--json", "--language", "fr")
    assert result.returncode == (4 if red else 0), result.stderr
    document = json.loads(result.stdout)
    assert document["verdict"]["status"] == status
    (told,) = document["slide_level"]["classes"]
    assert (told["class"], told["probability"] > 0.9) == ("red", red)
    first = document["verdict"]["reasons"][0]
    assert (first["code"] == "reason.slide-level") == red
    if red:
        region = first["region"]
        assert abs(region["x"] - side * 9) < side
        assert abs(region["y"] - side * 9) < side
        assert "lame entière" in first["text"]
        plain = run(*words, "--out", tmp_path / "again")
        assert "Slide-level model: Red" in plain.stdout
