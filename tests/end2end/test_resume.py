"""Stopped, killed or cut off in the middle: the next run goes on, and comes to the same result."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bedside_dx.app.choosing import load_model
from bedside_dx.app.pacing import conditions
from bedside_dx.app.pipeline import diagnose
from bedside_dx.app.reading import open_slide
from bedside_dx.app.resuming import Resuming
from bedside_dx.app.sharing import report_document
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.case import Case
from bedside_dx.core.events import Event, NotResumable, Resumed
from bedside_dx.core.pace import Measured, Pace, Tuned
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier, Seen
from bedside_dx.core.results import Report
from bedside_dx.core.settings import Settings
from bedside_dx.models import registry
from bedside_dx.models.engines.openvino_engine import precisions
from bedside_dx.store.journal import HEADER, JournalKey
from bedside_dx.store.pace_profile import keep_measured, profile_path
from tests.kit import many_commands, tiny_model
from tests.slides import write_slide

PROGRAM = [sys.executable, "-m", "bedside_dx"]
RECORD = JournalKey(bytes(32), 1, tiny_model.CLASSES).record.itemsize
PATCHES = 24 * 24
TWO_THREADS = Settings(threads=2)


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """576 patches of blue tissue, with one red area."""
    pixels = np.empty((768, 768, 3), np.uint8)
    pixels[:] = (70, 20, 235)
    pixels[600:760, 200:360] = (235, 30, 70)
    noise = np.random.default_rng(5).integers(-18, 18, pixels.shape)
    path = tmp_path_factory.mktemp("slides") / "Dupont Marie.tif"
    return write_slide(path, np.clip(pixels + noise, 0, 255).astype(np.uint8), um_per_px=1.0)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, made slow enough to be killed at work."""
    folder = tmp_path_factory.mktemp("models")
    tiny_model.write(folder / "tiny", graph=tiny_model.graph(rounds=3))
    return folder


@pytest.fixture(autouse=True)
def state(models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(models))
    return Path(os.environ["BEDSIDE_DX_STATE"]) / "journals"


def words_for(slide: Path, *words: object) -> list[str]:
    return ["diagnose", str(slide), "--model", "tiny", "--threads", "2", *map(str, words)]


def run(slide: Path, *words: object) -> tuple[dict[str, Any], str]:
    done = many_commands.run(*words_for(slide, "--json", *words))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def killed(slide: Path, state: Path, records: int, number: int = signal.SIGKILL) -> int:
    """Kill a real run once so many patches are kept; how many there are then."""
    with subprocess.Popen(
        [*PROGRAM, *words_for(slide)], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until and _kept(state) < records:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.005)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1].decode()
    assert process.returncode != 0
    if number == signal.SIGINT:
        assert "kept" in said
    return _kept(state)


def _kept(state: Path) -> int:
    files = list(state.glob("*.bdxj"))
    return sum(max(0, file.stat().st_size - HEADER.size) // RECORD for file in files)


class Counting:
    """A loaded model that counts the patches it is given, and may cancel after some of them."""

    def __init__(self, model: Classifier, stop: tuple[Cancel, int] | None = None) -> None:
        self._model, self.patches, self._stop = model, 0, stop
        self.card, self.engine, self.provider = model.card, model.engine, model.provider
        self.fingerprint, self.pace = model.fingerprint, model.pace

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        self.patches += len(patches)
        seen = self._model.classify(patches, cancel)
        if self._stop and self.patches > self._stop[1] + 32:
            self._stop[0].cancel()
        return seen


def counted(
    slide: Path, *, afresh: bool = False, settings: Settings = TWO_THREADS
) -> tuple[Report, int, list[Event]]:
    """Examine a slide here; the report, the patches that were classified, and what was said."""
    events = list[Event]()
    model = Counting(load_model("tiny", settings))
    with open_slide(slide) as opened, Resuming(afresh=afresh) as resuming:
        report = diagnose(
            Case(), opened, model, settings=settings,
            emit=events.append, cancel=Cancel(), resuming=resuming,
        )  # fmt: skip
        resuming.finish(report)
    return report, model.patches, events


def interrupted(slide: Path, state: Path, after: int = 200) -> int:
    """Stop a reading here once so many patches are read; how many are kept."""
    settings, cancel = Settings(threads=2), Cancel()
    model = Counting(load_model("tiny", settings), stop=(cancel, after))
    with (
        open_slide(slide) as opened,
        Resuming() as resuming,
        pytest.raises(CancelledByUser),
    ):
        diagnose(
            Case(), opened, model, settings=settings,
            emit=lambda _event: None, cancel=cancel, resuming=resuming,
        )  # fmt: skip
    return _kept(state)


def same(one: Report, other: Report) -> None:
    for name in ("state", "probabilities", "unfamiliarity", "cells"):
        np.testing.assert_array_equal(
            getattr(one.findings, name), getattr(other.findings, name), err_msg=name
        )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_kill_9_costs_nothing_that_was_read(slide: Path, state: Path) -> None:
    whole, everything, events = counted(slide, afresh=True)
    assert everything == PATCHES
    assert not any(isinstance(e, Resumed | NotResumable) for e in events)
    assert list(state.glob("*")) == [], "a complete reading leaves no journal"

    kept = killed(slide, state, 200)
    assert 200 <= kept < PATCHES
    (journal,) = state.glob("*")
    assert "Dupont" not in journal.name
    assert b"Dupont" not in journal.read_bytes()
    copy = shutil.copy(journal, state.parent / "copy")

    again, classified, events = counted(slide)
    early = again.diagnosis.early is not None
    assert PATCHES - kept <= classified <= PATCHES - kept + 1 + early, "nothing is computed twice"
    (resumed,) = [e for e in events if isinstance(e, Resumed)]
    assert resumed.share == pytest.approx(kept / PATCHES, abs=2 / PATCHES)
    same(again, whole)

    shutil.copy(copy, journal)
    document, said = run(slide)
    assert "Going on where it stopped" in said
    fresh = report_document(whole, document["language"])
    for key in ("fractions", "coverage", "key_regions", "patches", "slide", "model"):
        assert document[key] == fresh[key], key
    assert document["verdict"] | {"early": 0} == fresh["verdict"] | {"early": 0}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT between processes")
def test_ctrl_c_keeps_what_was_read(slide: Path, state: Path) -> None:
    kept = killed(slide, state, 100, signal.SIGINT)
    _, classified, _ = counted(slide)
    assert classified <= PATCHES - kept + 1


def test_a_power_cut_costs_only_what_was_not_on_the_disk(slide: Path, state: Path) -> None:
    assert interrupted(slide, state) >= 200
    (journal,) = state.glob("*")
    content = journal.read_bytes()
    good = HEADER.size + 200 * RECORD
    journal.write_bytes(content[:good] + bytes(len(content) - good))
    report, classified, _ = counted(slide)
    assert PATCHES - 200 <= classified <= PATCHES - 198
    assert (report.findings.state == PatchState.ANALYSED).all()


def test_another_slide_model_or_scale_starts_afresh(
    slide: Path, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(slide, state)
    other = shutil.copy2(slide, tmp_path / "copy.tif")
    _, classified, events = counted(other)
    assert classified < PATCHES, "the same bytes under another name are the same slide"
    assert any(isinstance(e, Resumed) for e in events)

    interrupted(slide, state)
    changed = tmp_path / "changed.tif"
    changed.write_bytes(slide.read_bytes())
    _, classified, _ = counted(changed)
    assert classified == PATCHES, "written at another time"
    sharper = tiny_model.manifest(calibration={"method": "temperature", "temperature": 1.5})
    tiny_model.write(tmp_path / "models" / "tiny", manifest=sharper)
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path / "models"))
    _, classified, _ = counted(slide)
    assert classified == PATCHES, "another calibration"
    assert _kept(state) >= 200, "the first one's is still there"


def test_another_engine_or_precision_starts_afresh(
    slide: Path, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = {
        "engine": "openvino", "decisions_same": 1.0, "max_dp": 0.01, "n": 9,
        "second_look": 0.25, "second_look_unfamiliarity": 0.1, "looked_again": 0.1,
        "tolerance": 0.05, "embedding_tolerance": 0.1,
    }  # fmt: skip
    manifest = tiny_model.manifest(precision={"bf16": stated})
    tiny_model.write(tmp_path / "models" / "tiny", manifest=manifest)
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path / "models"))
    interrupted(slide, state)
    others = [Settings(threads=2, engine="openvino")]
    if "bf16" in precisions():
        others.append(Settings(threads=2, precision="bf16"))
    for settings in others:
        report, classified, events = counted(slide, settings=settings)
        assert classified == PATCHES
        assert not any(isinstance(e, Resumed) for e in events)
        made = report_document(report, "en")["provenance"]
        assert made["engine"].startswith("openvino")
        assert made["provider"] == ("CPU BF16" if settings.precision == "bf16" else "CPU")
    assert counted(slide)[1] < PATCHES, "the first one's is still there"


@pytest.mark.parametrize("words", [(), ("--precision", "fp32")])
def test_it_goes_on_in_the_way_it_was_begun_though_another_was_measured_faster(
    slide: Path, state: Path, words: tuple[str, ...]
) -> None:
    interrupted(slide, state)
    package = registry.find("tiny")
    usual, faster = Pace(), Pace(engine="openvino")
    tuned = Tuned(conditions(package, "cpu"), (Measured(usual, 10.0), Measured(faster, 30.0)))
    keep_measured(profile_path(), "tiny", tuned)
    document, said = run(slide, *words)
    assert "Going on where it stopped" in said
    assert document["provenance"]["engine"].startswith("onnxruntime")

    document, said = run(slide)
    assert "Going on where it stopped" not in said
    assert document["provenance"]["engine"].startswith("openvino"), "nothing is begun any more"
    document, _ = run(slide, "--engine", "onnxruntime")
    assert document["provenance"]["engine"].startswith("onnxruntime"), "as asked"


def test_until_stable_stops_reading_and_says_so(slide: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    document, _ = run(slide, "--until-stable", "--threads", "1", "--out", out)
    verdict, coverage = document["verdict"], document["coverage"]
    assert verdict["status"] == "present"
    assert not verdict["is_final"]
    assert verdict["early"]["class"] == "red"
    assert 0 < verdict["early"]["share_read"] <= 1 - coverage["pending"] + 1e-6
    assert coverage["pending"] > 0.1
    assert (out / "report.pdf").exists()

    rest, said = run(slide)
    assert "Going on where it stopped" in said
    assert rest["verdict"]["is_final"]
    assert rest["coverage"]["pending"] == 0
    assert rest["verdict"]["early"] == verdict["early"], "the call is kept with the scores"
    said = many_commands.run(*words_for(slide, "--until-stable", "--afresh", "--threads", "1"))
    assert "Stopped early: settled after" in said.stdout


def test_not_seen_is_read_to_the_end(tmp_path: Path) -> None:
    pixels = np.empty((640, 640, 3), np.uint8)
    pixels[:] = (70, 20, 235)
    noise = np.random.default_rng(5).integers(-18, 18, pixels.shape)
    calm = write_slide(
        tmp_path / "calm.tif", np.clip(pixels + noise, 0, 255).astype(np.uint8), um_per_px=1.0
    )
    document, _ = run(calm, "--until-stable")
    assert document["verdict"]["status"] == "not_seen"
    assert document["verdict"]["is_final"]
    assert document["verdict"]["early"] is None
    assert document["coverage"]["pending"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="rights differ there")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_without_a_place_for_the_journal_the_analysis_goes_on(slide: Path, state: Path) -> None:
    state.mkdir(parents=True)
    state.chmod(0o500)
    report, _, events = counted(slide)
    assert report.diagnosis.is_final
    assert [e.cause for e in events if isinstance(e, NotResumable)] == ["refused"]


def test_a_file_in_the_journals_place_is_said(slide: Path, state: Path) -> None:
    state.touch()
    report, _, events = counted(slide)
    assert report.diagnosis.is_final
    assert [e.cause for e in events if isinstance(e, NotResumable)] == ["refused"]
