"""What a self-check says against the ones before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bedside_dx.analysis.drift import drift
from bedside_dx.core.checks import CheckRun, CheckStatus, KnownAnswer, ModelRun

START = datetime(2026, 1, 1, tzinfo=UTC)
MODEL = ModelRun(
    name="colon-he",
    version="1.0.0",
    sha256="a" * 64,
    provider="CUDA",
    status=CheckStatus.OK,
    golden_difference=2e-5,
    embedding_difference=3e-5,
    known=None,
    known_difference=1e-5,
    seconds=3.0,
    patches_per_s=100.0,
)


def run(day: int, **changes: Any) -> CheckRun:
    model = replace(MODEL, **changes)
    when = START + timedelta(days=day)
    return CheckRun(when, "0.1.0", "onnxruntime 1", "auto", CheckStatus.OK, (), (model,))


USUAL = [run(day) for day in range(5)]


def codes(earlier: list[CheckRun], now: CheckRun) -> list[str]:
    found = drift(earlier, now)
    assert {check.status for check in found} <= {CheckStatus.WARN}
    return [check.code.removeprefix("check.drift-") for check in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"provider": "CPU"}, ["provider"]),
        ({"patches_per_s": 49.0}, ["speed"]),
        ({"patches_per_s": 51.0}, []),
        ({"patches_per_s": None}, []),
        ({"golden_difference": 9e-5}, []),  # more than usual, but less than a library changes
        ({"golden_difference": 1e-3}, ["golden"]),
        ({"embedding_difference": 1e-3}, ["embedding"]),
        ({"known_difference": 5e-3}, ["known-slide"]),
        ({"known_difference": 1.0, "golden_difference": 1.0}, ["golden", "known-slide"]),
    ],
)
def test_what_has_changed_is_said(changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(USUAL, run(9, **changes)) == expected


def test_speed_is_compared_on_the_same_provider_only() -> None:
    """A graphics card that is gone is one warning, not two."""
    assert codes(USUAL, run(9, provider="CPU", patches_per_s=8.0)) == ["provider"]


def test_a_change_that_stays_becomes_usual() -> None:
    later = [run(5 + day, provider="CPU", patches_per_s=8.0) for day in range(5)]
    assert codes([*USUAL, *later], run(10, provider="CPU", patches_per_s=8.0)) == []


def test_other_weights_start_anew() -> None:
    other = run(9, sha256="b" * 64, patches_per_s=1.0, golden_difference=0.1, provider="CPU")
    assert codes(USUAL, other) == []


def test_nothing_is_usual_before_three() -> None:
    assert codes(USUAL[:2], run(9, patches_per_s=1.0, golden_difference=0.1)) == []
    assert codes([], run(9)) == []


def test_a_run_that_did_not_come_to_run_the_model_does_not_count() -> None:
    failed = [run(day, provider="", patches_per_s=None) for day in range(9)]
    assert codes([*USUAL, *failed], run(20, patches_per_s=10.0)) == ["speed"]
    assert codes(USUAL, run(20, provider="", patches_per_s=None)) == []


def test_answers_to_the_known_slide_are_compared() -> None:
    answer = KnownAnswer(1, "cannot_say", 25, (0.5, 0.2, 0.3), 5.0)
    assert answer.difference(answer) == 0.0
    nearly = replace(answer, probabilities=(0.49, 0.2, 0.31))
    assert answer.difference(nearly) == pytest.approx(0.01)
    assert nearly.difference(answer) == pytest.approx(0.01)
    assert answer.difference(replace(answer, unfamiliarity=6.0)) == pytest.approx(1 / 6)
    for other in (
        replace(answer, status="present"),
        replace(answer, patches=24),
        replace(answer, recipe=2),
        replace(answer, probabilities=(0.5, 0.5)),
    ):
        assert answer.difference(other) == 1.0


def test_a_precision_that_was_chosen_is_no_drift() -> None:
    """Measured to be faster, a model goes to eight bits: other differences and speeds are usual."""
    earlier = [run(day, provider="CPU") for day in range(5)]
    now = run(9, provider="CPU INT8", golden_difference=0.04, patches_per_s=10.0)
    assert codes(earlier, now) == []
    reduced = [run(day, provider="CPU INT8", golden_difference=0.01) for day in range(5)]
    assert codes(reduced, now) == ["speed"]
    assert codes([*earlier, *reduced], run(9, provider="CPU INT8", golden_difference=0.05)) == [
        "golden"
    ]
    assert codes(reduced, run(9, provider="CUDA")) == ["provider"]


@pytest.mark.parametrize(
    ("label", "place", "precision"),
    [
        ("CPU", "CPU", "fp32"),
        ("CPU BF16", "CPU", "bf16"),
        ("CPU INT8", "CPU", "int8"),
        ("Core ML", "Core ML", "fp32"),
        ("", "", "fp32"),
    ],
)
def test_where_a_model_ran_and_how_precisely(label: str, place: str, precision: str) -> None:
    model = replace(MODEL, provider=label)
    assert (model.place, model.precision) == (place, precision)
