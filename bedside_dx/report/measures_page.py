"""Measures of a scan on paper: a table of what was measured, where, and the sums of targets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, PageBreak, Spacer, Table

from bedside_dx.report.dates import day
from bedside_dx.report.prognosis_page import ROWS
from bedside_dx.report.typography import LABEL, SECTION, SMALL, SMALL_INK, WIDTH, paragraph
from bedside_dx.text.measure_words import mark_words, place_words, plain_sizes, said_organ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.results import Report
    from bedside_dx.core.scan_measures import ScanMeasures
    from bedside_dx.text import Texts


def measures(report: Report, t: Texts) -> list[Flowable]:
    """The page of the measures, the break after it included; nothing where there are none."""
    found = report.measures
    if found is None or not found.measures:
        return []
    heading = [t("Measure"), t("Organ"), t("Where"), t("Size")]
    rows = [
        [
            mark_words(one.kept.measure, t),
            said_organ(one.kept.measure, t),
            place_words(one, t),
            " · ".join(plain_sizes(one.kept.measure, one.kept.statistics, t)),
        ]
        for one in found.measures
    ]
    note = t(
        "Measured by hand by the user, on the series and slice named; not by a model."
        " Lesions: long axis × short axis."
    )
    return [
        paragraph(t("Measures on the scan"), SECTION),
        paragraph(note, SMALL),
        Spacer(0, 8),
        _table([heading, *rows], (0.16, 0.16, 0.34, 0.34)),
        *_sums(found, has_category=_has_category(report), t=t),
        PageBreak(),
    ]


def _has_category(report: Report) -> bool:
    return report.disease is not None and bool(report.disease.responses)


def _sums(found: ScanMeasures, *, has_category: bool, t: Texts) -> list[Flowable]:
    if found.why_no_sums is not None:
        sentence = " ".join(filter(None, t.error(found.why_no_sums)))
        return [paragraph(t("Sum of diameters"), SECTION), paragraph(sentence, SMALL)]
    if not found.sums:
        return []
    rows = [
        [_day(one.day, t), t("{mm:decimal} mm", mm=round(one.mm, 1)), str(one.lesions)]
        for one in found.sums
    ]
    heading = [t("Day of the examination"), t("Sum of the targets"), t("Lesions added up")]
    nodes = t("Of nodes the short axis is added.")
    category = t(
        "The category by RECIST 1.1 is worked out once the lesions are handed to the course."
    )
    if has_category:
        category = t("The category by RECIST 1.1 stands with the course.")
    return [
        paragraph(t("Sum of diameters"), SECTION),
        _table([heading, *rows], (0.34, 0.33, 0.33)),
        Spacer(0, 3),
        paragraph(f"{nodes} {category}", SMALL),
    ]


def _table(rows: Sequence[Sequence[str]], shares: Sequence[float]) -> Table:
    cells = [
        [paragraph(cell, SMALL_INK if at else LABEL) for cell in row] for at, row in enumerate(rows)
    ]
    table = Table(cells, colWidths=[share * WIDTH for share in shares], repeatRows=1)
    table.setStyle(ROWS)
    return table


def _day(stated: str, t: Texts) -> str:
    return day(date.fromisoformat(stated), t.language)
