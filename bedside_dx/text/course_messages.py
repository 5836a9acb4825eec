"""Sentences of lesions and sizes over time."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

COURSE_MESSAGES: dict[str, Message] = {
    # --- a row of a table --------------------------------------------------------------
    "course.no-columns": Message(
        mark("The table {file} lacks these columns: {columns}."),
        mark("Sizes: id, day, value. Lesions: lesion, day, organ, target, and what was measured."),
    ),
    "course.no-patient": Message(mark("The id is missing."), mark("Write whose value it is.")),
    "course.no-lesion": Message(
        mark("The lesion's name is missing."), mark("Give each lesion the same name at each visit.")
    ),
    "course.no-organ": Message(
        mark("The organ of lesion {lesion} is missing."),
        mark("RECIST allows two targets in one organ, so it has to be known."),
    ),
    "course.bad-day": Message(
        mark("“{value}” is no day."),
        mark("Write days as numbers, or as dates such as 2026-02-03; one way for a patient."),
    ),
    "course.same-day": Message(
        mark("There are two values on day {day}."), mark("Keep one of them.")
    ),
    "course.visits-stand": Message(
        mark(
            "The disease page holds visits from a table, or visits whose days are no dates. "
            "They stay; no lesion was handed over."
        ),
        mark("Write their days as dates (YYYY-MM-DD), or put the table away."),
    ),
    "course.crowded": Message(
        mark("The row has more cells than there are columns."),
        mark("A decimal comma in a table with commas looks so: use points, or semicolons."),
    ),
    "course.not-a-number": Message(
        mark("“{value}” in the column {column} is not a number."),
        mark("Write a number without its unit."),
    ),
    "course.negative": Message(
        mark("{value} in the column {column} is below zero."),
        mark("Write the size itself, not its change."),
    ),
    "course.too-large": Message(
        mark("{value} is too large."), mark("Check the unit: ng/mL of PSA, mm of a lesion.")
    ),
    "course.bad-choice": Message(
        mark("“{value}” in the column {column} is not known."), mark("Allowed: {allowed}.")
    ),
    "course.starts-at-zero": Message(
        mark("The first size is zero."), mark("Begin with the visit at which it was there.")
    ),
    "course.bad-ahead": Message(
        mark("{days:decimal} days ahead can't be forecast."),
        mark("Allowed: more than 0 and up to {most:decimal} days."),
    ),
    # --- RECIST ------------------------------------------------------------------------
    "recist.days-out-of-order": Message(
        mark("The visits of {patient} are not in order."), mark("Baseline comes first.")
    ),
    "recist.not-in-order": Message(
        mark("The rows of lesion {lesion} are not in the order of their days."),
        mark("Check the dates: baseline comes first, later visits after it."),
    ),
    "recist.same-day": Message(
        mark("Lesion {lesion} has two rows on day {day:decimal}."), mark("Keep one of them.")
    ),
    "recist.contradicts": Message(
        mark("Organ, node or target of lesion {lesion} differ between visits."),
        mark("A lesion keeps its organ and its kind; give another lesion another name."),
    ),
    "recist.one-visit": Message(
        mark("There is only one visit."), mark("A response needs baseline and a visit after it.")
    ),
    "recist.no-lesions": Message(
        mark("No lesion was there at baseline."),
        mark("Without disease at baseline RECIST has no response; see new lesions by themselves."),
    ),
    "recist.too-many-targets": Message(
        mark("{n:count} targets; RECIST 1.1 allows {most:count}."),
        mark("Follow the others as non-targets."),
    ),
    "recist.too-many-in-organ": Message(
        mark("{n:count} targets in one organ ({organ}); RECIST 1.1 allows {most:count}."),
        mark("Follow the others as non-targets. All nodes together are one organ."),
    ),
    "recist.target-after-baseline": Message(
        mark("Target {lesion} was not there at baseline."),
        mark("Targets are chosen at baseline; enter it as a new lesion (target: no)."),
    ),
    "recist.target-state": Message(
        mark("“{state}” can't be said of target {lesion}."),
        mark("A target is measured, gone, too-small or not-assessed."),
    ),
    "recist.no-baseline": Message(
        mark("Target {lesion} was not measured at baseline."),
        mark("Measure it, or follow it as a non-target."),
    ),
    "recist.not-measurable": Message(
        mark("Target {lesion} is not measurable: {mm:decimal} mm, at least {least:decimal} mm."),
        mark("Follow it as a non-target. Nodes count by their short axis."),
    ),
    "recist.in-cm": Message(
        mark("Target {lesion}: is {mm:decimal} in cm? A target has at least {least:decimal} mm."),
        mark("Write sizes in mm; if it is in mm, follow the lesion as a non-target."),
    ),
    "recist.unit-slip": Message(
        mark("Lesion {lesion} goes from {before:decimal} to {after:decimal} mm: cm for mm?"),
        mark("Correct it; if it is right, say so with --units-checked."),
    ),
    "recist.negative": Message(
        mark("Lesion {lesion}: {mm} mm is no size."), mark("Write the size itself.")
    ),
    "recist.too-large": Message(
        mark("Lesion {lesion}: {mm:decimal} mm can't be right."), mark("Write sizes in mm.")
    ),
    "recist.no-axis": Message(
        mark("Lesion {lesion} is measured, but {axis} is empty."),
        mark("Nodes need their short axis, all else its longest diameter."),
    ),
    "recist.axes-swapped": Message(
        mark("Lesion {lesion}: the short axis ({short:decimal}) is longer than the long one."),
        mark("Check whether the axes were swapped."),
    ),
    "recist.bad-slice": Message(
        mark("Lesion {lesion}: slices of {mm:decimal} mm can't be right."),
        mark("Write the slice thickness in mm, or leave it empty."),
    ),
}
