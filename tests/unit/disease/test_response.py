"""RECIST 1.1 and iRECIST: the reference vectors, the rules, and every refusal."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.errors import CourseError
from bedside_dx.core.response import (
    ImmuneResponse,
    Lesion,
    LesionCourse,
    LesionState,
    Reading,
    Response,
)
from bedside_dx.disease.immune_response import judge_immune_response
from bedside_dx.disease.response import judge_response, judge_sum, overall_response
from bedside_dx.text import texts

CR, PR, SD, PD, NE = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE
STATES = {
    "gone": LesionState.GONE, "small": LesionState.TOO_SMALL, "-": LesionState.NOT_ASSESSED,
    "there": LesionState.PRESENT, "worse": LesionState.PROGRESSION, "further": LesionState.FURTHER,
    "maybe": LesionState.EQUIVOCAL,
}  # fmt: skip
DAYS = (0.0, 60.0, 120.0, 180.0, 240.0)


def reading(what: float | str | None, *, node: bool) -> Reading:
    if isinstance(what, str):
        return Reading(STATES[what])
    return (
        Reading(LesionState.MEASURED, short_mm=what)
        if node
        else Reading(LesionState.MEASURED, what)
    )


def lesion(
    name: str,
    *found: float | str | None,
    organ: str | None = None,
    node: bool = False,
    target: bool = True,
    days: tuple[float, ...] = DAYS,
    slice_mm: float | None = None,
) -> Lesion:
    """A lesion by what was found at each visit; None: no row."""
    readings = {
        d: reading(f, node=node) for d, f in zip(days, found, strict=False) if f is not None
    }
    return Lesion(name, organ or name, node, target, readings, slice_mm)


def course(
    *lesions: Lesion,
    days: tuple[float, ...] | None = None,
    markers: dict[float, bool] | None = None,
) -> LesionCourse:
    seen = sorted({d for one in lesions for d in one.readings})
    return LesionCourse("P", days or tuple(seen), lesions, markers or {})


def overall(*lesions: Lesion, **more: object) -> list[Response]:
    return [v.overall for v in judge_response(course(*lesions, **more)).visits]  # type: ignore[arg-type]


def immune(*lesions: Lesion) -> list[ImmuneResponse | None]:
    return [v.immune for v in judge_immune_response(course(*lesions)).visits]


def test_reference_vectors(shared: Path) -> None:
    with (shared / "reference" / "scores_reference.csv").open() as file:
        rows = [r for r in csv.DictReader(file) if r["score"].startswith("RECIST")]
    assert len(rows) == 10
    for row in rows:
        given_ = {k: float(v) for k, v in (p.split("=") for p in row["inputs"].split(";"))}
        current = given_["current_sld"]
        target = judge_sum(
            given_["baseline_sld"], given_["nadir_sld"], current, is_cleared=current == 0
        )
        found = overall_response(target, None, has_new=bool(given_["new_lesion"]))
        assert found.value == row["group"], row


def test_the_vectors_hold_for_whole_courses() -> None:
    """The same through lesions and visits: nadir with baseline, both limits of PD."""
    assert overall(lesion("a", 100.0, 70.0)) == [PR]
    assert overall(lesion("a", 100.0, 71.0)) == [SD]
    assert overall(lesion("a", 100.0, 50.0, 60.0)) == [PR, PD]
    assert overall(lesion("a", 100.0, 20.0, 24.0)) == [PR, PR]
    assert overall(lesion("a", 100.0, 20.0, 25.0)) == [PR, PD]
    assert overall(lesion("a", 50.0, 59.0)) == [SD]
    assert overall(lesion("a", 50.0, 60.0)) == [PD]


def test_decimals_lie_on_the_limit() -> None:
    assert judge_sum(33.3, 33.3, 0.7 * 33.3, is_cleared=False) is PR
    assert judge_sum(0.1 + 0.2, 0.3, 0.3, is_cleared=False) is SD
    assert judge_sum(100.0, 30.3, 30.3 * 1.2, is_cleared=False) is PD


def test_nodes_count_their_short_axis_and_clear_below_10_mm() -> None:
    found = judge_response(course(lesion("liver", 30.0, "gone"), lesion("n", 18.0, 9.0, node=True)))
    assert found.visits[0].overall is CR
    assert found.visits[0].sum_mm == 9.0
    assert overall(lesion("liver", 30.0, "gone"), lesion("n", 18.0, 10.0, node=True)) == [PR]


def test_too_small_counts_5_mm() -> None:
    assert judge_response(course(lesion("a", 20.0, "small"))).visits[0].sum_mm == 5.0


def test_not_assessed_is_not_evaluable_unless_progression_shows() -> None:
    a, b = lesion("a", 30.0, 30.0), lesion("b", 30.0, "-")
    assert overall(a, b) == [NE]
    assert overall(lesion("a", 30.0, 80.0), b) == [PD]
    assert overall(a, lesion("b", 30.0)) == [NE]  # without a row at all
    assert overall(a, b, lesion("new", None, 8.0, target=False)) == [PD]
    assert overall(lesion("a", 30.0, 10.0), lesion("b", 30.0, "-"), days=DAYS[:2]) == [NE]


def test_a_visit_that_is_not_evaluable_does_not_move_the_nadir() -> None:
    found = judge_response(course(lesion("a", 30.0, 10.0, 20.0), lesion("b", 30.0, "-", 30.0)))
    assert found.visits[1].nadir_mm == 60.0
    assert found.visits[1].overall is SD


@pytest.mark.parametrize(
    ("target", "non_target", "expected"),
    [
        (CR, CR, CR), (CR, Response.NON_CR_NON_PD, PR), (CR, NE, PR), (CR, None, CR),
        (PR, Response.NON_CR_NON_PD, PR), (PR, NE, PR), (SD, CR, SD), (SD, NE, SD),
        (NE, CR, NE), (NE, PD, PD), (CR, PD, PD), (PD, CR, PD),
        (None, CR, CR), (None, Response.NON_CR_NON_PD, Response.NON_CR_NON_PD), (None, NE, NE),
        (None, PD, PD), (None, None, NE),
    ],
)  # fmt: skip
def test_overall_response_is_the_table_of_recist(
    target: Response | None, non_target: Response | None, expected: Response
) -> None:
    assert overall_response(target, non_target, has_new=False) is expected
    assert overall_response(target, non_target, has_new=True) is PD


def test_non_targets_and_markers() -> None:
    gone = lesion("a", 30.0, "gone")
    assert overall(gone, lesion("b", "there", "there", target=False)) == [PR]
    assert overall(gone, lesion("b", "there", "gone", target=False)) == [CR]
    assert overall(gone, lesion("b", "there", "worse", target=False)) == [PD]
    assert overall(gone, lesion("b", "there", target=False)) == [PR]
    assert overall(gone, markers={0.0: False, 60.0: False}) == [PR]
    assert overall(gone, markers={0.0: False, 60.0: True}) == [CR]
    assert overall(gone, markers={0.0: False}) == [PR]
    assert overall(lesion("b", "there", "there", target=False)) == [Response.NON_CR_NON_PD]


def test_new_lesions_stay_new_and_equivocal_ones_wait() -> None:
    a = lesion("a", 30.0, 10.0, 10.0, 10.0)
    assert overall(a, lesion("n", None, 12.0, "gone", target=False)) == [PD, PD, PD]
    assert overall(a, lesion("n", None, "maybe", 12.0, target=False)) == [PR, PD, PD]
    assert overall(a, lesion("n", None, "maybe", "maybe", target=False)) == [PR, PR, PR]


def test_what_comes_back_after_complete_response_is_progression() -> None:
    assert overall(lesion("a", 30.0, "gone", 3.0)) == [CR, PD]
    assert overall(lesion("a", 30.0, "gone", "small"), lesion("b", 40.0, 30.0, 30.0)) == [PR, PR]


def test_best_response_ends_with_progression() -> None:
    found = judge_response(course(lesion("a", 100.0, 90.0, 130.0, 20.0)))
    assert [v.overall for v in found.visits] == [SD, PD, PR]
    assert (found.best, found.progression_day) == (SD, 120.0)


def test_confirmation_takes_four_weeks() -> None:
    late = judge_response(course(lesion("a", 100.0, 60.0, 60.0)))
    assert (late.best, late.best_confirmed) == (PR, PR)
    soon = (0.0, 60.0, 80.0)
    early = judge_response(course(lesion("a", 100.0, 60.0, 60.0, days=soon)))
    assert (early.best, early.best_confirmed) == (PR, SD)
    lost = judge_response(course(lesion("a", 100.0, 60.0, 130.0)))
    assert (lost.best, lost.best_confirmed) == (PR, SD)
    cr = judge_response(course(lesion("a", 100.0, "gone", "gone")))
    assert cr.best_confirmed is CR
    too_early = judge_response(course(lesion("a", 100.0, 100.0, days=(0.0, 30.0))))
    assert too_early.best is NE  # SD before 6 weeks says nothing


def test_immune_progression_waits_for_its_confirmation() -> None:
    assert immune(lesion("a", 50.0, 65.0, 70.0)) == [ImmuneResponse.IUPD, ImmuneResponse.ICPD]
    assert immune(lesion("a", 50.0, 65.0, 67.0)) == [ImmuneResponse.IUPD, ImmuneResponse.IUPD]
    assert immune(lesion("a", 50.0, 65.0, 30.0, 40.0)) == [
        ImmuneResponse.IUPD, ImmuneResponse.IPR, ImmuneResponse.IUPD,
    ]  # fmt: skip
    early = lesion("a", 50.0, 65.0, 80.0, 90.0, days=(0.0, 60.0, 75.0, 100.0))
    assert immune(early) == [ImmuneResponse.IUPD, ImmuneResponse.IUPD, ImmuneResponse.ICPD]


def test_immune_new_lesions() -> None:
    a = lesion("a", 50.0, 50.0, 50.0)
    unconfirmed, confirmed = ImmuneResponse.IUPD, ImmuneResponse.ICPD
    new = {"target": False, "organ": "brain"}
    assert immune(a, lesion("n", None, 12.0, 18.0, **new)) == [unconfirmed, confirmed]
    assert immune(a, lesion("n", None, 12.0, 14.0, **new)) == [unconfirmed, unconfirmed]
    assert immune(a, lesion("n", None, 12.0, "gone", **new)) == [unconfirmed, ImmuneResponse.ISD]
    more = lesion("m", None, None, "there", **new)
    assert immune(a, lesion("n", None, 12.0, 12.0, **new), more) == [unconfirmed, confirmed]
    responding = lesion("a", 50.0, 50.0, 20.0, 20.0)
    assert immune(responding, lesion("n", None, 12.0, 12.0, 12.0, **new)) == [
        unconfirmed, ImmuneResponse.IPR, ImmuneResponse.IPR,
    ]  # fmt: skip


def test_immune_non_targets_and_late_confirmation() -> None:
    a = lesion("a", 50.0, 50.0, 50.0)
    b = {"target": False, "organ": "bone"}
    assert immune(a, lesion("b", "there", "worse", "further", **b))[1] is ImmuneResponse.ICPD
    assert immune(a, lesion("b", "there", "worse", "worse", **b))[1] is ImmuneResponse.IUPD
    assert immune(a, lesion("b", "there", "worse", "there", **b))[1] is ImmuneResponse.ISD
    found = judge_immune_response(course(lesion("a", 50.0, 65.0, 80.0, 30.0)))
    assert found.immune_progression_day == 60.0
    assert [v.confirmed_late for v in found.visits] == [False, True, False]
    assert found.visits[2].immune is ImmuneResponse.ICPD
    assert found.visits[2].overall is PR


def measured(*sizes: float) -> dict[float, Reading]:
    return {
        day: Reading(LesionState.MEASURED, size) for day, size in zip(DAYS, sizes, strict=False)
    }


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("recist.too-many-targets", course(*(lesion(str(i), 20.0, 20.0) for i in range(6)))),
        ("recist.too-many-in-organ", course(*(lesion(str(i), 20.0, 20.0, organ="liver") for i in range(3)))),
        ("recist.too-many-in-organ", course(*(lesion(str(i), 20.0, 20.0, node=True) for i in range(3)))),
        ("recist.not-measurable", course(lesion("a", 9.0, 9.0))),
        ("recist.not-measurable", course(lesion("a", 14.0, 14.0, node=True))),
        ("recist.not-measurable", course(lesion("a", 15.0, 15.0, slice_mm=8.0))),
        ("recist.in-cm", course(lesion("a", 4.2, 42.0))),
        ("recist.negative", course(lesion("a", 20.0, -1.0))),
        ("recist.negative", course(lesion("a", 20.0, float("nan")))),
        ("recist.too-large", course(lesion("a", 2000.0, 20.0))),
        ("recist.unit-slip", course(lesion("a", 30.0, 3.0))),
        ("recist.unit-slip", course(lesion("a", 30.0, "-", 300.0))),
        ("recist.days-out-of-order", course(lesion("a", 20.0, 20.0), days=(60.0, 0.0))),
        ("recist.one-visit", course(lesion("a", 20.0))),
        ("recist.no-lesions", course(lesion("a", None, 20.0, target=False), days=DAYS[:2])),
        ("recist.target-after-baseline", course(lesion("a", 20.0, 20.0), lesion("b", None, 20.0))),
        ("recist.target-state", course(lesion("a", 20.0, "there"))),
        ("recist.no-baseline", course(lesion("a", "-", 20.0))),
        ("recist.no-baseline", course(lesion("a", "gone", 20.0))),
        ("recist.no-axis", course(replace(lesion("a", 20.0, 20.0), is_node=True))),
        ("recist.bad-slice", course(lesion("a", 20.0, 20.0, slice_mm=0.0))),
        ("recist.axes-swapped", course(Lesion("a", "a", False, True, {0.0: Reading(LesionState.MEASURED, 20.0, 30.0), 60.0: Reading(LesionState.GONE)}))),
    ],
)  # fmt: skip
def test_refusals_say_why(code: str, bad: LesionCourse) -> None:
    with pytest.raises(CourseError) as refused:
        judge_response(bad)
    assert refused.value.code == code
    for language in ("en", "fr"):
        assert all(texts(language).error(refused.value))


def test_checked_units_are_believed() -> None:
    assert (
        judge_response(course(lesion("a", 30.0, 3.0)), units_checked=True).visits[0].overall is PR
    )


SIZES = st.lists(st.lists(st.integers(10, 200), min_size=3, max_size=3), min_size=1, max_size=5)


@given(SIZES, st.randoms())
def test_the_order_of_lesions_does_not_matter(sizes: list[list[int]], chance: object) -> None:
    lesions = [lesion(str(i), *map(float, row)) for i, row in enumerate(sizes)]
    mixed = list(lesions)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = (judge_response(course(*x), units_checked=True) for x in (lesions, mixed))
    assert first == second


@given(st.floats(20, 400), st.floats(0, 400), st.floats(0, 400), st.booleans())
def test_progression_wins_over_everything(
    baseline: float, nadir: float, current: float, cleared: bool
) -> None:
    nadir = min(nadir, baseline)
    found = judge_sum(baseline, nadir, current, is_cleared=cleared)
    if current >= 1.2 * nadir + 1e-6 and current >= nadir + 5 + 1e-6:
        assert found is PD
    elif current < 1.2 * nadir - 1e-6 or current < nadir + 5 - 1e-6:
        assert found is not PD


@given(st.floats(50, 300), st.floats(0.1, 1.0), st.floats(0.0, 2.0), st.floats(1.0, 4.0))
def test_scaling_up_changes_nothing_but_the_5_mm(
    baseline: float, share: float, change: float, factor: float
) -> None:
    """Above the absolute limit, response depends on ratios alone."""
    nadir, current = baseline * share, baseline * share * change
    one = judge_sum(baseline, nadir, current, is_cleared=False)
    many = judge_sum(baseline * factor, nadir * factor, current * factor, is_cleared=False)
    near = abs(change - 1.2) < 1e-6 or abs(share * change - 0.7) < 1e-6
    if abs(current - nadir) > 5.001 and not near:
        assert one is many
