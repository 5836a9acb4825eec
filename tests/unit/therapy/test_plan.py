"""A plan's rules and days."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.errors import PlanError
from bedside_dx.core.plan import (
    Assessment,
    Delay,
    DoseChange,
    EventKind,
    Intent,
    Line,
    Monitoring,
    Plan,
    PlannedDose,
    PlanPatient,
    Question,
    Step,
)
from bedside_dx.core.strict import Misfit, build, plain
from bedside_dx.therapy.plan import check, cycle_starts, events, percent_of, remarks

START = date(2026, 12, 7)


def step(**fields: object) -> Step:
    dose = PlannedDose(100.0, ("label",), amount=60.0, basis="mg/m2")
    return Step("a", "doxorubicin", dose, START, 21, cycles=4, **fields)  # type: ignore[arg-type]


def line(*steps: Step, **fields: object) -> Line:
    return Line("first", "First line", steps, ("progression",), **fields)  # type: ignore[arg-type]


def plan(*lines: Line, **fields: object) -> Plan:
    return Plan(
        "6f7a2c1e-58b0-4a6e-9a26-0c1a4c9a7a11", "Plan", PlanPatient(), "Breast", Intent.CURATIVE,
        1, START, lines, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def days_of(made: Plan, kind: EventKind) -> list[date]:
    return [one.first for one in events(made) if one.kind is kind]


def test_cycles_follow_each_other() -> None:
    """7 December + 21 = 28 December, + 21 = 18 January, + 21 = 8 February."""
    made = plan(line(step()))
    assert days_of(made, EventKind.TREATMENT) == [
        date(2026, 12, 7), date(2026, 12, 28), date(2027, 1, 18), date(2027, 2, 8),
    ]  # fmt: skip


def test_days_one_after_the_other_are_one_event() -> None:
    """Days 1 to 14 of capecitabine: 7 to 20 December; days 1 and 8 are two events."""
    oral = replace(step(), days=tuple(range(1, 15)), cycles=1)
    (event,) = [e for e in events(plan(line(oral))) if e.kind is EventKind.TREATMENT]
    assert (event.first, event.last) == (date(2026, 12, 7), date(2026, 12, 20))
    two = replace(step(), days=(1, 8), cycles=1)
    assert days_of(plan(line(two)), EventKind.TREATMENT) == [START, date(2026, 12, 14)]


def test_a_delay_moves_all_cycles_after_it() -> None:
    made = plan(line(step(), delays=(Delay("a", 3, 7, "neutrophils"),)))
    assert days_of(made, EventKind.TREATMENT) == [
        date(2026, 12, 7), date(2026, 12, 28), date(2027, 1, 25), date(2027, 2, 15),
    ]  # fmt: skip


def test_a_dose_is_changed_from_a_cycle_on_and_stopped() -> None:
    changes = (DoseChange("a", 2, 75, "neuropathy", 2), DoseChange("a", 4, 0, "neuropathy", 4))
    made = plan(line(step(), dose_changes=changes))
    assert [e.mg for e in events(made) if e.kind is EventKind.TREATMENT] == [100, 75, 75]


def test_the_first_administration_may_be_a_loading_dose() -> None:
    dose = PlannedDose(420.0, ("label",), first_mg=840.0)
    made = plan(line(replace(step(), dose=dose)))
    assert [e.mg for e in events(made)][:2] == [840, 420]


def test_monitoring_assessment_and_questions() -> None:
    """A test on the day before each cycle; images at baseline and every 6 weeks until 8 February."""
    made = plan(
        line(
            step(),
            monitoring=(Monitoring("Blood count"),),
            assessments=(Assessment("CT, RECIST 1.1", date(2026, 11, 30), 6),),
        ),
        questions=(Question("Pain?", 4),),
    )
    assert days_of(made, EventKind.MONITORING)[:2] == [date(2026, 12, 6), date(2026, 12, 27)]
    assert days_of(made, EventKind.ASSESSMENT) == [
        date(2026, 11, 30), date(2027, 1, 18), date(2027, 3, 1),
    ]  # fmt: skip
    assert days_of(made, EventKind.QUESTIONS)[0] == date(2027, 1, 4)


def test_drugs_that_begin_a_day_apart_need_one_test() -> None:
    other = replace(step(), key="b", start=START + timedelta(days=1))
    made = plan(line(step(), other, monitoring=(Monitoring("Blood count"),)))
    assert len(days_of(made, EventKind.MONITORING)) == 4


def test_open_ended_steps_are_written_out_for_half_a_year_and_say_so() -> None:
    made = plan(line(replace(step(), cycles=0)))
    assert max(e.last for e in events(made)) <= START + timedelta(days=182)
    assert "plan.remark.open-ended" in [one.code for one in remarks(made)]
    daily = plan(line(replace(step(), cycles=0, cycle_days=1)))
    (event,) = [e for e in events(daily) if e.kind is EventKind.TREATMENT]
    assert (event.last - event.first).days == 181


def test_old_images_are_no_baseline() -> None:
    old = Assessment("CT", START - timedelta(days=29), 8)
    codes = [one.code for one in remarks(plan(line(step(), assessments=(old,))))]
    assert "plan.remark.old-baseline" in codes
    assert "plan.remark.no-preferences" in codes


def test_a_life_holds_only_so_much_anthracycline() -> None:
    """10 cycles of 60 mg/m² are 600 > 550; at 75 % from the fifth on 4·60 + 6·45 = 510."""
    ten = replace(step(), cycles=10)
    codes = [one.code for one in remarks(plan(line(ten)))]
    assert "plan.remark.cumulative" in codes
    less = plan(line(ten, dose_changes=(DoseChange("a", 5, 75, "heart"),)))
    assert "plan.remark.cumulative" not in [one.code for one in remarks(less)]


@pytest.mark.parametrize(
    "bad",
    [
        plan(),
        plan(line()),
        plan(line(step(), step())),
        replace(plan(line(step())), ecog=5),
        replace(plan(line(step())), title=" "),
        plan(replace(line(step()), stopping=())),
        plan(line(replace(step(), days=(1, 30)))),
        plan(line(replace(step(), cycles=-1))),
        plan(line(replace(step(), start=date(1926, 12, 7)))),
        plan(line(replace(step(), dose=PlannedDose(0.0, ("label",))))),
        plan(line(replace(step(), dose=PlannedDose(1.0, ())))),
        plan(line(step(), dose_changes=(DoseChange("b", 1, 75, "x"),))),
        plan(line(step(), dose_changes=(DoseChange("a", 1, 75, ""),))),
        plan(line(step(), delays=(Delay("a", 1, -3, "x"),))),
        plan(line(step(), assessments=(Assessment("CT", START, 0),))),
    ],
)
def test_what_breaks_a_rule_is_refused(bad: Plan) -> None:
    with pytest.raises(PlanError) as caught:
        check(bad)
    assert caught.value.code == "plan.rule"


def test_a_drug_of_every_day_may_be_reduced_paused_and_stopped() -> None:
    """80 mg on days 1 to 10, 40 mg from day 11, a pause of 5 days before day 15, nothing from day 20."""
    daily = replace(step(), cycle_days=1, cycles=28)
    changes = (DoseChange("a", 11, 50, "diarrhoea", 3), DoseChange("a", 20, 0, "diarrhoea", 4))
    made = plan(line(daily, dose_changes=changes, delays=(Delay("a", 15, 5, "diarrhoea"),)))
    assert [(e.first, e.last, e.mg) for e in events(made)] == [
        (date(2026, 12, 7), date(2026, 12, 16), 100),
        (date(2026, 12, 17), date(2026, 12, 20), 50),
        (date(2026, 12, 26), date(2026, 12, 30), 50),
    ]


def test_a_line_that_was_stopped_at_once_has_no_days() -> None:
    changes = (DoseChange("a", 1, 0, "allergy", 4),)
    stopped = line(step(), dose_changes=changes, monitoring=(Monitoring("Blood count"),))
    assert events(plan(stopped)) == ()


@given(
    st.integers(1, 60), st.integers(0, 30),
    st.lists(st.tuples(st.integers(1, 10), st.integers(1, 30)), max_size=3),
)  # fmt: skip
def test_cycles_never_overlap(cycle_days: int, cycles: int, late: list[tuple[int, int]]) -> None:
    delays = tuple(Delay("a", n, d, "x") for n, d in late)
    made = replace(step(), cycle_days=cycle_days, cycles=cycles)
    starts = cycle_starts(line(made, delays=delays), made)
    assert all(b - a >= timedelta(days=cycle_days) for a, b in pairwise(starts))
    assert not cycles or len(starts) == cycles
    assert percent_of(line(made), made, 1) == 100


def test_a_plan_reads_back_as_it_was() -> None:
    made = plan(line(step(), assessments=(Assessment("CT", START, 8),)))
    assert build(Plan, plain(made)) == made


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"ecog": "1"}, "ecog"),
        ({"ecog": True}, "ecog"),
        ({"dosage": 1}, "dosage"),
        ({"intent": "unclear"}, "intent"),
        ({"ecog_on": "yesterday"}, "ecog_on"),
        ({"lines": {}}, "lines"),
        ({"lines": [{"key": "a"}]}, "lines/1/name"),
        ({"title": "x" * 3000}, "title"),
    ],
)
def test_reading_is_strict_and_says_where(change: dict[str, object], where: str) -> None:
    document = plain(plan(line(step())))
    assert isinstance(document, dict)
    with pytest.raises(Misfit) as caught:
        build(Plan, document | change)
    assert caught.value.path == where


@pytest.mark.parametrize(
    "drug",
    ["5-FU", "5 FU", "Capécitabine (Xeloda)", "fluorouracil", "FOLFOX", "mFOLFOX6", "S-1", "XELOX"],
)
@pytest.mark.parametrize("row", ["", "paclitaxel-weekly"])
def test_no_fluoropyrimidine_is_planned_without_dpd(drug: str, row: str) -> None:
    """Neither typed nor put in the place of another drug whose dose was worked out."""
    dose = PlannedDose(1000.0, ("the clinician",), row=row)
    with pytest.raises(PlanError) as caught:
        check(plan(line(replace(step(), drug=drug, dose=dose))))
    assert caught.value.code == "plan.dpd-first"
    for known in ("", "complete", "unknown"):
        with pytest.raises(PlanError):
            check(plan(line(replace(step(), drug=drug, dose=replace(dose, dpd=known)))))
    check(plan(line(replace(step(), drug=drug, dose=replace(dose, dpd="normal")))))


def test_a_typed_drug_without_fluoropyrimidine_asks_for_no_dpd() -> None:
    check(
        plan(line(replace(step(), drug="paclitaxel", dose=PlannedDose(100.0, ("the clinician",)))))
    )
    check(plan(line(replace(step(), drug="trifluridine", dose=PlannedDose(60.0, ("a label",))))))


def test_a_plan_says_what_a_typed_dose_was_not_checked_for() -> None:
    typed = replace(step(), drug="capecitabine", dose=PlannedDose(1000.0, ("x",), dpd="partial"))
    assert "plan.remark.dpd-partial" in [one.code for one in remarks(plan(line(typed)))]
    typed = replace(step(), drug="epirubicin", dose=PlannedDose(150.0, ("x",)))
    assert "plan.remark.lvef-first" in {one.code for one in remarks(plan(line(typed)))}
