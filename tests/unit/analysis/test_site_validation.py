"""Calibration, sets of classes, gate and subgroups, against the formulas written out plainly."""

import math
from dataclasses import replace

import numpy as np
import pytest
from array_slide import card
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.analysis.coverage import gate_findings, set_coverage
from bedside_dx.analysis.metrics import corrected_figure, measure
from bedside_dx.analysis.subgroups import MOST_VALUES, subgroup_figures
from bedside_dx.core.evaluation import Answer, Fit, ScoredImage, share_of
from bedside_dx.core.model_card import ModelCard, Role, SetLimits
from bedside_dx.core.verdict import Status

CARD = card(Role.BENIGN, Role.TUMOUR, Role.TUMOUR)
IDS = [c.id for c in CARD.classes]


def with_sets(least: float = 0.2) -> ModelCard:
    limits = dict.fromkeys(IDS, (least, least / 2))
    return replace(CARD, sets=SetLimits((0.9, 0.95), limits, dict.fromkeys(IDS, 50)))


def image(
    probabilities: list[float],
    label: str = IDS[0],
    group: str = "",
    distance: float = 0.5,
    *,
    familiar: bool = True,
    status: Status = Status.PRESENT,
    **subgroups: str,
) -> ScoredImage:
    answer = Answer(tuple(probabilities), status, None, distance, (), Fit.AS_IS, 1, False)
    return ScoredImage("x.png", label, group, answer, "", familiar, subgroups)


def random_images(n: int, seed: int, groups: int = 0) -> list[ScoredImage]:
    rng = np.random.default_rng(seed)
    images = []
    for _ in range(n):
        p = rng.dirichlet([1.0, 1.0, 1.0])
        label = IDS[int(rng.choice(3, p=p))]
        group = f"g{rng.integers(groups)}" if groups else ""
        images.append(image([float(v) for v in p], label, group, float(rng.gamma(2, 0.4))))
    return images


# ---------------------------------------------------------------- calibration


def plain_and_corrected(top: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Both calibration errors, bin by bin."""
    plain = corrected = 0.0
    for part in np.array_split(np.argsort(top, kind="stable"), 15):
        n = len(part)
        if not n:
            continue
        gap = abs(sum(top[part]) / n - sum(right[part]) / n)
        share = sum(right[part]) / n
        chance = share * (1 - share) / (n - 1) if n > 1 else 0.0
        plain += n / len(top) * gap
        corrected += n / len(top) * math.sqrt(max(0.0, gap**2 - chance))
    return plain, corrected


@settings(max_examples=30)
@given(n=st.integers(1, 300), seed=st.integers(0, 999))
def test_calibration_errors_are_what_the_formulas_say(n: int, seed: int) -> None:
    images = random_images(n, seed)
    answers = [i.answer for i in images if i.answer]
    metrics = measure(answers, [i.label for i in images], [""] * n, IDS, rounds=2)
    probabilities = np.array([a.probabilities for a in answers])
    right = np.array(
        [IDS[p.argmax()] == i.label for p, i in zip(probabilities, images, strict=True)]
    )
    plain, corrected = plain_and_corrected(probabilities.max(1), right)
    assert metrics.calibration_error.value == pytest.approx(plain, abs=1e-12)
    assert metrics.calibration_error_corrected.value == pytest.approx(corrected, abs=1e-12)
    assert corrected <= plain + 1e-12


def test_the_correction_takes_most_of_what_chance_shows() -> None:
    """Perfectly calibrated answers: the plain error is chance alone."""
    plain, corrected = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        top = rng.uniform(0.4, 1.0, 300)
        right = rng.uniform(size=300) < top
        found = plain_and_corrected(top, right)
        plain.append(found[0])
        corrected.append(corrected_figure(top, right)(np.ones(300)))
        assert corrected[-1] == pytest.approx(found[1], abs=1e-12)
    assert np.mean(plain) > 0.05
    assert np.mean(corrected) < 0.5 * np.mean(plain)


def test_a_real_gap_stays() -> None:
    right = np.array([True, False] * 150)
    found = corrected_figure(np.full(300, 0.9), right)(np.ones(300))
    assert found == pytest.approx(0.4, abs=0.05)


def test_a_weight_of_two_is_the_image_twice() -> None:
    rng = np.random.default_rng(3)
    top, right = np.round(rng.uniform(0.4, 1, 60), 3), rng.uniform(size=60) < 0.8
    figure = corrected_figure(top, right)
    assert figure(np.full(60, 1.0)) != figure(np.full(60, 2.0))  # more images, less chance
    assert figure(np.full(60, 1e6)) == pytest.approx(plain_and_corrected(top, right)[0], abs=1e-4)


# ---------------------------------------------------------------- sets of classes


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 120), seed=st.integers(0, 999), least=st.floats(0.01, 0.9))
def test_coverage_is_counted_image_by_image(n: int, seed: int, least: float) -> None:
    images, model = random_images(n, seed), with_sets(least)
    found = set_coverage(images, model, 0.9)
    assert found is not None
    inside = {c: [] for c in IDS}
    sizes = []
    for one in images:
        chosen = [c for c, p in zip(IDS, one.answer.probabilities, strict=True) if p >= least]
        inside[one.label].append(one.label in chosen)
        sizes.append(len(chosen))
    everything = [v for values in inside.values() for v in values]
    assert found.overall.coverage.value == pytest.approx(np.mean(everything))
    assert found.mean_size == pytest.approx(np.mean(sizes))
    assert found.empty == pytest.approx(np.mean([size == 0 for size in sizes]))
    assert sum(found.sizes) == n
    for c in IDS:
        assert found.classes[c].images == len(inside[c])
        if inside[c]:
            assert found.classes[c].coverage.value == pytest.approx(np.mean(inside[c]))
        else:
            assert math.isnan(found.classes[c].coverage.value)


def test_groups_count_once() -> None:
    sure, unsure = [0.98, 0.01, 0.01], [0.1, 0.8, 0.1]
    images = [image(sure, group="a")] * 8 + [image(unsure, group="b")] * 2
    found = set_coverage(images, with_sets(), 0.9)
    assert found is not None
    assert found.overall.coverage.value == pytest.approx(0.5)
    assert (found.overall.images, found.overall.units) == (10, 2)
    expected = share_of(0.5, 2)
    assert (found.overall.coverage.low, found.overall.coverage.high) == (
        expected.low,
        expected.high,
    )


@pytest.mark.parametrize(("asked", "level"), [(0.8, 0.9), (0.9, 0.9), (0.92, 0.95), (0.99, 0.95)])
def test_the_next_higher_level_of_the_model_is_taken(asked: float, level: float) -> None:
    images = [image([0.15, 0.8, 0.05])]
    found = set_coverage(images, with_sets(0.2), asked)
    assert found is not None
    assert (found.asked, found.level) == (asked, level)
    assert found.overall.coverage.value == float(level == 0.95)


def test_a_model_without_limits_has_no_coverage() -> None:
    assert set_coverage(random_images(5, 0), CARD, 0.9) is None


# ---------------------------------------------------------------- the gate


def test_the_gate_is_counted_and_ranked() -> None:
    own = [image([1, 0, 0], distance=d) for d in (0.1, 0.5, 0.9, 1.2)]
    others = [image([1, 0, 0], "", distance=d, familiar=False) for d in (0.7, 1.1, 1.5, 3.0, 4.0)]
    found = gate_findings([*own, *others], CARD)
    assert found.familiar.unfamiliar.value == 0.25
    assert found.classes[IDS[0]].images == 4
    assert found.classes[IDS[1]].images == 0
    assert math.isnan(found.classes[IDS[1]].unfamiliar.value)
    assert found.strangers is not None
    assert found.strangers.unfamiliar.value == 0.8
    pairs = [(a.answer.unfamiliarity, b.answer.unfamiliarity) for a in own for b in others]
    assert found.auroc.value == pytest.approx(np.mean([b > a for a, b in pairs]))
    assert found.auroc.low <= found.auroc.value <= found.auroc.high
    assert found.familiar.quantiles[0.5] == pytest.approx(0.7)
    assert found.familiar.quantiles[1.0] == 1.2


def test_without_other_kinds_misses_are_not_known() -> None:
    found = gate_findings(random_images(9, 1), CARD)
    assert found.strangers is None
    assert math.isnan(found.auroc.value)


# ---------------------------------------------------------------- subgroups


def test_each_value_of_each_column_has_its_figures() -> None:
    right, wrong = [0.9, 0.05, 0.05], [0.05, 0.9, 0.05]
    images = [
        *[image(right, by_scanner="A", by_sex="F") for _ in range(12)],
        *[image(wrong, by_scanner="A", by_sex="M", status=Status.CANNOT_SAY) for _ in range(4)],
        *[image(wrong, IDS[1], by_scanner="B", by_sex="") for _ in range(3)],
    ]
    found = {
        (g.column, g.value): g for g in subgroup_figures(images, ["by_scanner", "by_sex"], IDS)
    }
    assert list(found) == [
        ("by_scanner", "A"),
        ("by_scanner", "B"),
        ("by_sex", "F"),
        ("by_sex", "M"),
    ]
    first, second = found["by_scanner", "A"], found["by_scanner", "B"]
    assert (first.images, first.accuracy.value, first.abstained.value) == (16, 0.75, 0.25)
    assert (first.accuracy.low, first.accuracy.high) == (
        share_of(0.75, 16).low,
        share_of(0.75, 16).high,
    )
    assert not first.is_small
    assert second.is_small
    assert math.isnan(second.auc.value)  # one class only
    assert second.calibration_error.value == pytest.approx(0.1)


def test_the_area_of_a_subgroup_is_the_mean_over_its_classes() -> None:
    images = [replace(i, subgroups={"by_x": "1"}) for i in random_images(80, 5)]
    (group,) = subgroup_figures(images, ["by_x"], IDS)
    metrics = measure(
        [i.answer for i in images if i.answer], [i.label for i in images], [""] * 80, IDS, rounds=2
    )
    assert group.auc.value == pytest.approx(np.mean([e.value for e in metrics.auc.values()]))
    assert group.calibration_error.value == pytest.approx(metrics.calibration_error_corrected.value)


def test_a_column_of_names_is_cut() -> None:
    images = [image([1, 0, 0], by_name=f"{at}") for at in range(MOST_VALUES + 9)]
    assert len(subgroup_figures(images, ["by_name"], IDS)) == MOST_VALUES


# ---------------------------------------------------------------- intervals of shares


@given(k=st.integers(0, 60), n=st.integers(1, 60))
def test_wilson_holds_the_share_and_solves_its_equation(k: int, n: int) -> None:
    k = min(k, n)
    found = share_of(k / n, n)
    assert 0 <= found.low <= found.value <= found.high <= 1
    for end in (found.low, found.high):
        if 0 < end < 1:
            z = abs(k / n - end) / math.sqrt(end * (1 - end) / n)
            assert z == pytest.approx(1.96, abs=0.01)
