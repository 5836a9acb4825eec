"""The measured choice: kept, used where it still holds, and the usual way where it is not sure."""

import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_model

from bedside_dx.app import choosing, pacing, tuning
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import InferenceError, StoreError
from bedside_dx.core.events import Event, StageProgress
from bedside_dx.core.pace import USUAL, Measured, Pace, Tuned
from bedside_dx.core.settings import Settings
from bedside_dx.models import registry, session
from bedside_dx.models.engines import choice
from bedside_dx.models.package import RANGES, ModelPackage, read_package
from bedside_dx.models.session import LoadedModel
from bedside_dx.store.pace_profile import keep_measured, profile_path, read_profile
from bedside_dx.store.state_folder import STATE_FOLDER


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelPackage:
    """The one model of a machine on which nothing was measured yet."""
    monkeypatch.setenv(STATE_FOLDER, str(tmp_path / "state"))
    monkeypatch.setenv(registry.SITE_FOLDERS, str(tmp_path / "site"))
    tiny_model.write(tmp_path / "site" / "tiny")
    return registry.find("tiny")


def quiet(event: Event) -> None:
    del event


def test_what_is_measured_is_kept_and_used(package: ModelPackage) -> None:
    events: list[Event] = []
    tuned = tuning.tune("tiny", Settings(), events.append, Cancel())
    assert read_profile(profile_path()) == {("tiny", "cpu"): tuned}
    assert tuned.usual == USUAL
    assert tuned.conditions.cores >= 1
    ways = {(one.pace.engine, one.pace.precision, one.pace.batch) for one in tuned.measured}
    assert {("onnxruntime", "fp32", 8), ("openvino", "fp32", 4)} <= ways
    assert all(one.patches_per_s > 0 for one in tuned.measured)
    assert pacing.pace_for(package, Settings()) == tuned.best
    loaded = choosing.load_model("tiny", Settings())
    assert loaded.pace == tuned.best
    asked = pacing.pace_for(package, Settings(precision="fp32"))
    assert asked.precision == "fp32"
    progress = [e.done / e.total for e in events if isinstance(e, StageProgress)]
    assert progress == sorted(progress)
    assert progress[-1] == 1


def test_without_a_measurement_a_model_runs_as_usual(package: ModelPackage) -> None:
    for precision in ("fp32", "auto"):
        assert pacing.pace_for(package, Settings(precision=precision)) == USUAL
    assert pacing.pace_for(package, Settings(engine="openvino")) == replace(
        USUAL, engine="openvino"
    )
    assert pacing.pace_for(package, Settings(precision="bf16")).engine == "openvino"


def test_who_asks_for_nothing_gets_the_best_way_and_who_asks_the_best_of_those(
    package: ModelPackage,
) -> None:
    keep(package)
    assert pacing.pace_for(package, Settings()) == Pace("openvino", "bf16", 4)
    assert pacing.pace_for(package, Settings(precision="fp32")) == Pace("openvino", batch=4)
    on_the_usual = Settings(engine="onnxruntime")
    assert pacing.pace_for(package, on_the_usual) == Pace("onnxruntime", "fp32", 4)
    assert pacing.pace_for(package, Settings(engine="openvino")) == Pace("openvino", "bf16", 4)


def keep(package: ModelPackage, provider: str = "cpu") -> Tuned:
    ways = (
        Pace("onnxruntime", batch=8),
        Pace("onnxruntime", batch=4),
        Pace("openvino", batch=4),
        Pace("openvino", "bf16", 4),
    )
    measured = tuple(Measured(pace, 10.0 * at) for at, pace in enumerate(ways, start=1))
    tuned = Tuned(pacing.conditions(package, provider), measured)
    keep_measured(profile_path(), package.name, tuned)
    return tuned


@pytest.mark.parametrize(
    "change",
    [
        {"processor": "8086"},
        {"cores": 999},
        {"engines": ("onnxruntime 0.1",)},
        {"package": "other"},
    ],
)
def test_what_was_measured_elsewhere_is_not_used(
    package: ModelPackage, change: dict[str, object]
) -> None:
    tuned = keep(package)
    stale = replace(tuned, conditions=replace(tuned.conditions, **change))
    keep_measured(profile_path(), package.name, stale)
    assert pacing.current(package, "cpu") is None
    assert pacing.kept(package, "cpu") == stale
    assert pacing.pace_for(package, Settings(precision="auto")) == USUAL


def test_a_measurement_of_one_provider_is_not_used_for_another(package: ModelPackage) -> None:
    tuned = keep(package)
    assert pacing.current(package, "cuda") is None
    other = keep(package, "cuda")
    assert pacing.current(package, "cuda") == other
    assert pacing.current(package, "cpu") == tuned, "one does not throw the other away"
    assert pacing.unmeasured(Settings(provider="auto")) == tuple(
        p.name for p in registry.installed()
    )
    assert "tiny" not in pacing.unmeasured(Settings())


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "schema_version = 2\n[models.tiny.cpu]\ncores = 'x'\n",
        "schema_version = 2\n[models.tiny]\ncores = 'x'\n",
        "models = 3\n",
    ],
)
def test_a_damaged_profile_is_measured_again(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(tuning, "ROUND_S", 0.01)
    path = profile_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError):
        read_profile(path)
    assert pacing.pace_for(package, Settings(precision="auto")) == USUAL
    tuning.tune("tiny", Settings(), quiet, Cancel())
    assert set(read_profile(path)) == {("tiny", "cpu")}


def test_a_profile_of_another_version_is_no_profile(package: ModelPackage) -> None:
    keep(package)
    path = profile_path()
    path.write_text(path.read_text().replace("schema_version = 2", "schema_version = 1"))
    assert read_profile(path) == {}
    assert pacing.pace_for(package, Settings()) == USUAL


def test_a_cancel_keeps_what_was_there(package: ModelPackage) -> None:
    tuned, cancel = keep(package), Cancel()

    def stop(event: Event) -> None:
        if isinstance(event, StageProgress) and event.done:
            cancel.cancel()

    with pytest.raises(CancelledByUser):
        tuning.tune("tiny", Settings(), stop, cancel)
    assert read_profile(profile_path()) == {("tiny", "cpu"): tuned}


def test_only_what_is_faster_beyond_doubt_is_taken(package: ModelPackage) -> None:
    other = Pace("openvino", "bf16", 4)

    def best(rate: float) -> Pace:
        measured = (Measured(USUAL, 10.0), Measured(other, rate))
        return Tuned(pacing.conditions(package, "cpu"), measured).best

    assert best(11.1) == other
    assert best(10.9) == USUAL
    assert best(9.0) == USUAL


def told(*rates: float) -> Callable[[], float]:
    """A way to run a model that comes to these rates, one after the other."""
    left = iter(rates)
    return lambda: next(left)


def test_a_slow_moment_does_not_decide() -> None:
    # The machine halves its speed while one of them runs, whichever it is.
    assert tuning.in_turn(told(100, 50, 100), told(105, 105), 0.0)[0] == [1.05, 1.05]
    ratios, usual = tuning.in_turn(told(100, 100, 100), told(300, 150), 0.0)
    assert min(ratios) == 1.5
    assert usual == [100, 100, 100]


def test_what_cannot_be_chosen_any_more_is_measured_once() -> None:
    ratios, usual = tuning.in_turn(told(100, 100), told(109), 1.1)
    assert ratios == [1.09]
    assert len(usual) == 2


def test_no_more_than_two_models_are_loaded_at_a_time(
    package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "ROUND_S", 0.01)
    alive: weakref.WeakSet[LoadedModel] = weakref.WeakSet()
    most = 0
    load = session.load

    def counted(*args: Any, **words: Any) -> LoadedModel:
        nonlocal most
        model = load(*args, **words)
        alive.add(model)
        most = max(most, len(alive))
        return model

    monkeypatch.setattr(session, "load", counted)
    tuning.tune("tiny", Settings(), quiet, Cancel())
    assert 1 < most <= 2


def card(memory: int, full: int) -> tuple[list[int], dict[int, float]]:
    """What is found on a card that holds so many patches and is busy with so many."""
    tried: list[int] = []

    def rate_of(batch: int) -> float:
        tried.append(batch)
        if batch > memory:
            raise InferenceError("inference.failed", name="x", detail="Failed to allocate memory")
        return 1000.0 * min(batch, full)

    return tried, tuning.doubled(rate_of, 16, 512)


def test_batches_grow_until_the_card_is_busy() -> None:
    tried, rates = card(memory=10_000, full=64)
    assert tried == [16, 32, 64, 128]
    assert max(rates, key=lambda batch: rates[batch]) == 64


def test_batches_grow_until_the_memory_is_full() -> None:
    tried, rates = card(memory=100, full=10_000)
    assert tried == [16, 32, 64, 128]
    assert set(rates) == {16, 32, 64}
    assert card(memory=8, full=8)[1] == {}


def test_second_looks_are_counted_in(tmp_path: Path) -> None:
    stated = {
        "engine": "openvino", "decisions_same": 1.0, "max_dp": 0.01, "n": 9, "second_look": 0.25,
        "second_look_unfamiliarity": 0.1, "looked_again": 0.1, "tolerance": 0.05, "embedding_tolerance": 0.1,
    }  # fmt: skip
    both = {"bf16": stated, "int8": {**stated, "looked_again": 0.2}}
    manifest = tiny_model.manifest(precision=both)
    graph = tiny_model.graph(mixed=True)
    folder = tiny_model.write(tmp_path / "tiny", manifest=manifest, graph=graph)
    np.savez(folder / RANGES, eight=np.float32([0, 1]))
    package = read_package(tiny_model.seal(folder))
    bf16, int8 = Pace("openvino", "bf16", 4), Pace("openvino", "int8", 4)
    left = tuning.with_second_looks({USUAL: 10.0, bf16: 20.0, int8: 40.0}, USUAL, package)
    assert left[USUAL] == pytest.approx(10.0)
    assert left[bf16] == pytest.approx(1 / (1 / 20 + 0.1 / 10))
    if "bf16" in choice.precisions(package):
        assert left[int8] == pytest.approx(1 / (1 / 40 + 0.2 / 20 + 0.1 / 10))
    else:
        assert left[int8] == pytest.approx(1 / (1 / 40 + 0.2 / 10))
