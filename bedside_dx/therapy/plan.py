"""What a plan must hold to, and the days that follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from bedside_dx.core.dosing import Dpd, Test
from bedside_dx.core.errors import PlanError
from bedside_dx.core.plan import (
    EventKind,
    Line,
    Plan,
    PlanEvent,
    Step,
)
from bedside_dx.core.remark import Remark
from bedside_dx.therapy.dose_table import dose_table

OPEN_ENDED = timedelta(days=182)
"""How far a step without a number of cycles is written into a calendar."""
BASELINE_WITHIN = timedelta(days=28)
"""RECIST 1.1: baseline images are no older than this when treatment begins."""
SAME_VISIT = timedelta(days=3)
"""Cycles of two drugs that begin so close together need one test before them."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_CYCLES, MOST_DAILY, MOST_DAYS, MOST_MG = 200, 4000, 366, 50_000.0
WORST_ECOG, WORST_GRADE = 4, 5
LEAST_WEEKS, MOST_WEEKS = 2, 52
DPD_FIRST = re.compile(
    r"fluoro-?urac|\b5[ -]?fu\b|lv5fu2|cap[eé]citabin|t[eé]gafur|flucytosin|xeloda|teysuno|"
    r"carmofur|doxifluridin|\bs-?1\b|folfox|folfir|\bflot\b|\bcapox\b|\bxelox\b|\bcapiri\b|\bxeliri\b|\buft\b|"
    r"\bfec\b|\bfac\b|\bcmf\b"
)
"""In names of drugs and regimens before which DPD activity must be known (EMA, 30 April 2020)."""
DPD_ALLOWS = (str(Dpd.NORMAL), str(Dpd.PARTIAL))
"""With none at all the drug is contraindicated (same source)."""


def check(plan: Plan) -> None:
    """Hold a plan against its rules.

    Raises
    ------
    PlanError
        ``plan.rule`` with the place and what it must be.
    """
    _must(plan.title.strip() != "", "title", "…")
    _must(plan.tumour.strip() != "", "tumour", "…")
    _must(0 <= plan.ecog <= WORST_ECOG, "ecog", f"0-{WORST_ECOG}")
    _must(len(plan.lines) > 0, "lines", "…")
    _unique([line.key for line in plan.lines], "lines")
    _unique([step.key for line in plan.lines for step in line.steps], "steps")
    for one in plan.questions:
        _must(1 <= one.every_weeks <= MOST_WEEKS, "questions/every_weeks", f"1-{MOST_WEEKS}")
    for line in plan.lines:
        check_line(line, f"lines/{line.key}")


def check_line(line: Line, at: str) -> None:
    """Hold one line against the rules; raises as `check`."""
    _must(len(line.steps) > 0, f"{at}/steps", "…")
    _must(len(line.stopping) > 0, f"{at}/stopping", "…")
    for step in line.steps:
        _check_step(step, f"{at}/steps/{step.key}")
    for one in line.assessments:
        inside = LEAST_WEEKS <= one.every_weeks <= MOST_WEEKS
        _must(inside, f"{at}/assessments/every_weeks", f"{LEAST_WEEKS}-{MOST_WEEKS}")
        _check_day(one.baseline, f"{at}/assessments/baseline")
    for one in line.monitoring:
        every = one.every_days
        _must(every is None or 1 <= every <= MOST_DAYS, f"{at}/monitoring/every_days", "1-366")
    for change in line.dose_changes:
        _must(line.step(change.step) is not None, f"{at}/dose_changes/step", change.step)
        _must(0 <= change.percent <= 100, f"{at}/dose_changes/percent", "0-100")
        _must(change.from_cycle >= 1, f"{at}/dose_changes/from_cycle", "1, 2, …")
        _must(change.toxicity.strip() != "", f"{at}/dose_changes/toxicity", "…")
        grade = change.grade
        _must(grade is None or 1 <= grade <= WORST_GRADE, f"{at}/dose_changes/grade", "1-5")
    for delay in line.delays:
        _must(line.step(delay.step) is not None, f"{at}/delays/step", delay.step)
        _must(1 <= delay.days <= MOST_DAYS, f"{at}/delays/days", "1-366")
        _must(delay.from_cycle >= 1, f"{at}/delays/from_cycle", "1, 2, …")


def _check_step(step: Step, at: str) -> None:
    _check_day(step.start, f"{at}/start")
    _must(1 <= step.cycle_days <= MOST_DAYS, f"{at}/cycle_days", f"1-{MOST_DAYS}")
    most = MOST_DAILY if step.cycle_days == 1 else MOST_CYCLES
    _must(0 <= step.cycles <= most, f"{at}/cycles", f"0-{most}")
    inside = bool(step.days) and all(1 <= day <= step.cycle_days for day in step.days)
    _must(inside and list(step.days) == sorted(set(step.days)), f"{at}/days", "1, 8, …")
    _must(0 < step.dose.mg <= MOST_MG, f"{at}/dose/mg", f"0-{MOST_MG:g}")
    _must(1 <= step.times_a_day <= 6, f"{at}/times_a_day", "1-6")
    if needs_dpd(step.drug, step.drug_fr, step.dose.row) and step.dose.dpd not in DPD_ALLOWS:
        raise PlanError("plan.dpd-first", drug=step.drug, at=f"{at}/dose/dpd")
    _must(len(step.dose.sources) > 0, f"{at}/dose/sources", "…")


def needs_dpd(drug: str, drug_fr: str = "", row: str = "") -> bool:
    """Whether a clinician must state DPD activity for a drug: no dose is shown without it.

    Parameters
    ----------
    row
        Of the sourced table, where the dose was worked out: DPD was asked for then.
    """
    named = f"{drug} {drug_fr}".casefold()
    return DPD_FIRST.search(named) is not None and row not in _rows_after_dpd()


@cache
def _rows_after_dpd() -> frozenset[str]:
    drugs = dose_table().drugs
    return frozenset(row.key for one in drugs if Test.DPD in one.tests for row in one.rows)


def _untested(step: Step) -> list[Remark]:
    """Tests that come before a drug of the sourced table, where its dose was typed."""
    if step.dose.row:
        return []
    if step.dose.dpd == Dpd.PARTIAL:
        return [Remark("plan.remark.dpd-partial", {"drug": step.drug})]
    named = step.drug.casefold().strip()
    known = next(
        (
            one for one in dose_table().drugs
            if named in {n.casefold() for n in (one.key, *one.aliases, *one.name.values())}
        ),
        None,
    )  # fmt: skip
    return [
        Remark(f"plan.remark.{test}-first", {"drug": step.drug})
        for test in (known.tests if known else ())
        if test is not Test.DPD
    ]


def _check_day(day: date, at: str) -> None:
    _must(FIRST_YEAR <= day.year <= LAST_YEAR, at, f"{FIRST_YEAR}-{LAST_YEAR}")


def _unique(keys: list[str], at: str) -> None:
    _must(all(key and "/" not in key for key in keys), at, "key")
    twice = next((key for key in keys if keys.count(key) > 1), "")
    _must(not twice, at, twice)


def _must(holds: bool, at: str, expected: str) -> None:
    if not holds:
        raise PlanError("plan.rule", at=at, expected=expected)


def remarks(plan: Plan) -> tuple[Remark, ...]:
    """What is worth a look in a plan that holds to its rules."""
    said: list[Remark] = []
    for line in plan.lines:
        begins = min(step.start for step in line.steps)
        for one in line.assessments:
            if begins - one.baseline > BASELINE_WITHIN:
                days = (begins - one.baseline).days
                said.append(Remark("plan.remark.old-baseline", {"days": days}))
            if one.baseline > begins:
                said.append(Remark("plan.remark.late-baseline"))
        if not line.assessments:
            said.append(Remark("plan.remark.no-assessment"))
        said += [
            Remark("plan.remark.open-ended", {"days": OPEN_ENDED.days})
            for step in line.steps
            if not step.cycles
        ][:1]
        said += [remark for step in line.steps for remark in _untested(step)]
        said += [
            Remark("plan.remark.too-often", {"step": step.key, "times": step.dose.fits_times})
            for step in line.steps
            if step.dose.fits_times is not None
            and step.cycles * len(step.days) > step.dose.fits_times
        ]
    total, limit = _anthracycline(plan)
    if total > limit:
        said.append(Remark("plan.remark.cumulative", {"total": total, "limit": limit}))
    if not plan.preferences:
        said.append(Remark("plan.remark.no-preferences"))
    return tuple(said)


def _anthracycline(plan: Plan) -> tuple[float, float]:
    """mg/m² of doxorubicin that the plan adds up to, and the limit of it."""
    table = dose_table()
    total = 0.0
    for line in plan.lines:
        for step in line.steps:
            ratio = table.equivalences.get(step.drug)
            if ratio is None or step.dose.basis != "mg/m2" or step.dose.amount is None:
                continue
            shares = [percent_of(line, step, n) / 100 for n in range(1, step.cycles + 1)]
            total += ratio * step.dose.amount * len(step.days) * sum(shares)
    limit = next(drug.limit for drug in table.drugs if drug.key == "doxorubicin")
    return total, limit.mg_m2 if limit else float("inf")


# ---------------------------------------------------------------- the calendar


def events(plan: Plan) -> tuple[PlanEvent, ...]:
    """Every day on which something happens, in order."""
    found = [event for line in plan.lines for event in line_events(line)]
    if plan.lines:
        begins = min(step.start for line in plan.lines for step in line.steps)
        ends = max(line_end(line) for line in plan.lines)
        every = min((one.every_weeks for one in plan.questions), default=0)
        if every:
            found += _repeated(
                EventKind.QUESTIONS, "questions", "", "", begins, ends, timedelta(weeks=every)
            )
    return tuple(sorted(found, key=lambda one: (one.first, one.kind, one.key)))


def cycle_starts(line: Line, step: Step) -> tuple[date, ...]:
    """First day of each cycle, delays included."""
    starts: list[date] = []
    number = 1
    while True:
        late = sum(d.days for d in line.delays if d.step == step.key and d.from_cycle <= number)
        day = step.start + timedelta(days=(number - 1) * step.cycle_days + late)
        if step.cycles and number > step.cycles:
            return tuple(starts)
        if not step.cycles and (day - step.start > OPEN_ENDED or step.cycle_days == 1):
            return tuple(starts) or (day,)
        starts.append(day)
        number += 1


def percent_of(line: Line, step: Step, cycle: int) -> float:
    """Percent of the planned dose that a cycle has: the last change before it holds."""
    changes = [c for c in line.dose_changes if c.step == step.key and c.from_cycle <= cycle]
    return changes[-1].percent if changes else 100.0


def line_end(line: Line) -> date:
    """Last day of a line, or as far as an open-ended one is written out."""
    begins = max(step.start for step in line.steps)  # where everything was stopped at once
    ends = (event.last for step in line.steps for event in _step_events(line, step))
    return max(ends, default=begins)


def line_events(line: Line) -> Iterator[PlanEvent]:
    """Every day of one line, in no order."""
    begins, ends = min(step.start for step in line.steps), line_end(line)
    is_limited = all(step.cycles for step in line.steps)
    for step in line.steps:
        yield from _step_events(line, step)
    for at, one in enumerate(line.assessments, start=1):
        key = f"{line.key}-assessment-{at}"
        kind = EventKind.ASSESSMENT
        yield PlanEvent(kind, f"{key}-0", one.baseline, one.baseline, line.name, one.method, 0)
        yield from _repeated(
            kind,
            key,
            line.name,
            one.method,
            begins,
            ends,
            timedelta(weeks=one.every_weeks),
            one_more=is_limited,
        )
    for at, one in enumerate(line.monitoring, start=1):
        key = f"{line.key}-monitoring-{at}"
        kind = EventKind.MONITORING
        if one.before_each_cycle:
            for number, day in enumerate(_visits(line), start=1):
                before = day - timedelta(days=1)
                yield PlanEvent(kind, f"{key}-c{number}", before, before, line.name, one.test)
        if one.every_days is not None:
            every = timedelta(days=one.every_days)
            yield from _repeated(kind, key, line.name, one.test, begins, ends, every)


def _visits(line: Line) -> list[date]:
    """First days of cycles; drugs of one cycle that begin a few days apart are one visit."""
    visits: list[date] = []
    days = {
        day
        for step in line.steps
        for number, day in enumerate(cycle_starts(line, step), start=1)
        if percent_of(line, step, number)
    }
    for day in sorted(days):
        if not visits or day - visits[-1] > SAME_VISIT:
            visits.append(day)
    return visits


def _step_events(line: Line, step: Step) -> Iterator[PlanEvent]:
    if step.cycle_days == 1:
        yield from _daily(line, step)
        return
    for number, start in enumerate(cycle_starts(line, step), start=1):
        percent = percent_of(line, step, number)
        if percent == 0:
            continue
        for first, last in _runs(step.days):
            is_loading = number == 1 and first == step.days[0] and step.dose.first_mg is not None
            mg = step.dose.first_mg if is_loading and step.dose.first_mg else step.dose.mg
            yield PlanEvent(
                EventKind.TREATMENT,
                f"{step.key}-c{number}-d{first}",
                start + timedelta(days=first - 1),
                start + timedelta(days=last - 1),
                line.name,
                step.drug,
                number,
                mg * percent / 100,
                step.times_a_day,
                percent,
                step.drug_fr,
            )


def _daily(line: Line, step: Step) -> Iterator[PlanEvent]:
    """A drug of every day: one long event for as long as its dose stays and nothing pauses it.

    Its cycles are days, so a change or a delay counts from a day on.
    """
    total = step.cycles or OPEN_ENDED.days
    spans: list[tuple[date, date, float]] = []
    for number in range(1, total + 1):
        late = sum(d.days for d in line.delays if d.step == step.key and d.from_cycle <= number)
        day = step.start + timedelta(days=number - 1 + late)
        percent = percent_of(line, step, number)
        if spans and spans[-1][2] == percent and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day, percent)
        else:
            spans.append((day, day, percent))
    for at, (first, last, percent) in enumerate(spans, start=1):
        if percent:
            yield PlanEvent(
                EventKind.TREATMENT, f"{step.key}-daily-{at}", first, last, line.name, step.drug,
                None, step.dose.mg * percent / 100, step.times_a_day, percent, step.drug_fr,
            )  # fmt: skip


def _runs(days: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Days one after the other as first and last."""
    first = last = days[0]
    for day in days[1:]:
        if day != last + 1:
            yield first, last
            first = day
        last = day
    yield first, last


def _repeated(
    kind: EventKind, key: str, line: str, subject: str, begins: date, ends: date, every: timedelta,
    *, one_more: bool = False,
) -> Iterator[PlanEvent]:  # fmt: skip
    """Every so often until the end, and once after it where that tells how it went."""
    last = ends + every - timedelta(days=1) if one_more else ends
    day, number = begins + every, 1
    while day <= last:
        yield PlanEvent(kind, f"{key}-{number}", day, day, line, subject, number)
        day, number = day + every, number + 1
