"""`bedside-dx response` and `bedside-dx course`: lesions and sizes over time."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_columns, print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.following_documents import courses_document, responses_document
from bedside_dx.cli.options import decimal_number
from bedside_dx.core.course import Quantity
from bedside_dx.text.course_words import (
    change_words,
    fit_words,
    forecast_words,
    immune_word,
    learned_words,
    response_word,
    seen_words,
    size_words,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from bedside_dx.app.following_tables import BadRow
    from bedside_dx.core.course import Outlook
    from bedside_dx.core.errors import CourseError
    from bedside_dx.core.response import ResponseCourse
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add both verbs to the command line."""
    response = verbs.add_parser(
        "response", parents=[shared], help=t("response of lesions by RECIST 1.1")
    )
    response.add_argument(
        "--input", type=Path, required=True, metavar="CSV",
        help=t("lesion, day, organ, target; id, node, long_mm, short_mm, slice_mm, state"),
    )  # fmt: skip
    response.add_argument("--irecist", action="store_true", help=t("also by iRECIST"))
    response.add_argument(
        "--units-checked", action="store_true", help=t("sizes that jump tenfold are right")
    )
    response.add_argument("--json", action="store_true", help=t("print JSON"))
    response.set_defaults(run=judge)

    course = verbs.add_parser(
        "course", parents=[shared], help=t("where PSA or a lesion's size may go")
    )
    course.add_argument(
        "--input", type=Path, required=True, metavar="CSV", help=t("columns id, day, value")
    )
    course.add_argument(
        "--quantity", choices=[str(q) for q in Quantity], default=str(Quantity.LESION_MM),
        help=t("what the values are"),
    )  # fmt: skip
    course.add_argument(
        "--ahead", type=partial(decimal_number, t=t), metavar="DAYS",
        help=t("days from the last visit; the usual distance of two by default"),
    )  # fmt: skip
    course.add_argument("--plot", type=Path, metavar="PNG", help=t("draw the courses"))
    course.add_argument("--json", action="store_true", help=t("print JSON"))
    course.set_defaults(run=follow)


def judge(args: argparse.Namespace, t: Texts) -> int:
    """Print the response of every patient."""
    from bedside_dx.app.following import judge_lesions

    found = judge_lesions(args.input, immune=args.irecist, units_checked=args.units_checked)
    if args.json:
        print_json(responses_document(found, t))
    else:
        for course in found.judged:
            _print_response(course, t)
        _say_bad_rows(found.bad_rows, t)
        _say_refused(found.refused, t)
    return int(Exit.DONE if found.judged else Exit.REFUSED)


def _print_response(course: ResponseCourse, t: Texts) -> None:
    if course.patient:
        print(t("Patient {patient}", patient=course.patient))
    heading = (t("Day"), t("Sum, mm"), t("From baseline"), t("From nadir"), t("New"), "RECIST 1.1")
    rows: list[tuple[str, ...]] = [heading if not course.immune_best else (*heading, "iRECIST")]
    for visit in course.visits:
        cells = (
            f"{visit.day:g}",
            "–" if visit.sum_mm is None else size_words(visit.sum_mm, t),
            change_words(visit.from_baseline, t),
            change_words(visit.from_nadir, t),
            ", ".join(visit.new_lesions) or "–",
            visit.overall.value,
        )
        immune = visit.immune.value if visit.immune else ""
        late = " " + t("(confirmed late)") if visit.confirmed_late else ""
        rows.append(cells if not course.immune_best else (*cells, immune + late))
    print_columns(rows)
    best, confirmed = response_word(course.best, t), response_word(course.best_confirmed, t)
    print(t("Best overall response: {best}; with confirmation: {confirmed}",
            best=best, confirmed=confirmed))  # fmt: skip
    if course.progression_day is not None:
        print(t("Progression on day {day:decimal}", day=course.progression_day))
    if course.immune_best is not None:
        print(t("Best response by iRECIST: {best}", best=immune_word(course.immune_best, t)))


def follow(args: argparse.Namespace, t: Texts) -> int:
    """Print where each patient's quantity may go."""
    from bedside_dx.app.following import draw_outlooks, follow_sizes

    found = follow_sizes(args.input, Quantity(args.quantity), args.ahead)
    if args.plot is not None and found.outlooks:
        draw_outlooks(found, args.plot, t)
    if args.json:
        print_json(courses_document(found, t))
    else:
        for outlook in found.outlooks:
            _print_outlook(outlook, t)
        _say_bad_rows(found.bad_rows, t)
        _say_refused(found.refused, t)
        if found.outlooks:
            _say(learned_words(found.provenance, found.outlooks[0].quantity, t))
    return int(Exit.DONE if found.outlooks else Exit.REFUSED)


def _print_outlook(outlook: Outlook, t: Texts) -> None:
    print(forecast_words(outlook, t))
    if outlook.is_fallback:
        print("  " + t("fewer than three visits: nothing but “no change” can be said"))
    if outlook.course.seen:
        print("  " + seen_words(outlook.course, t))
    print("  " + fit_words(outlook.fit, t))


def _say_bad_rows(rows: Iterable[BadRow], t: Texts) -> None:
    for row in rows:
        sentence = " ".join(t.error(row.error))
        _say(t("Line {line:count}: {sentence}", line=row.line, sentence=sentence))


def _say_refused(refused: Mapping[str, CourseError], t: Texts) -> None:
    for patient, error in refused.items():
        sentence = " ".join(t.error(error))
        _say(t("{patient}: refused. {sentence}", patient=patient or "–", sentence=sentence))


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
