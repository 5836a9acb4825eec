"""What the visits give: RECIST at each of them, or where a size may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bedside_dx.text.course_words import (
    fit_words,
    immune_word,
    outlook_words,
    quantity_word,
    response_word,
    seen_words,
    size_words,
)
from bedside_dx.text.numbers import exact_percent
from bedside_dx.ui.controls import Button, Words, line, row
from bedside_dx.ui.disease.course_plot import CoursePlot
from bedside_dx.ui.disease.lesion_grid import LesionGrid
from bedside_dx.ui.disease.notes import Followed
from bedside_dx.ui.disease.reading_row import ReadingRow
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_8, SPACE_12, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.core.course import Outlook
    from bedside_dx.core.response import ResponseCourse
    from bedside_dx.ui.disease.courses import CourseResult
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look

UNIT_SLIPS = frozenset({"recist.in-cm", "recist.unit-slip"})
"""Refusals that a person's confirmation settles."""


class CourseBoard(QWidget):
    """Lesions to type, then the response; or the plot of a size."""

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self.grid = LesionGrid(look, desk)
        self.reading = ReadingRow(look, desk.courses)
        self.reading.stopped.connect(desk.courses.stop)
        self.not_read = Words("warning", wrap=True)
        self.notice = Notice(look)
        self.confirm = Button(look, "quiet", "check")
        self.confirm.clicked.connect(self._confirm_units)
        self.plot = CoursePlot(look)
        self.table = QWidget()
        self._cells = QGridLayout(self.table)
        self._cells.setContentsMargins(0, 0, 0, 0)
        self._cells.setHorizontalSpacing(SPACE_16)
        self._cells.setVerticalSpacing(SPACE_8)
        self.summary, self._flaws = Words(wrap=True), Words("warning", wrap=True)
        self._rests_on = Words("caption", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        layout.addWidget(self.grid)
        self._edge = line()
        confirming = row(self.confirm)
        confirming.addStretch(1)
        for widget in (self._edge, self.reading, self.not_read, self.notice):
            layout.addWidget(widget)
        layout.addLayout(confirming)
        for widget in (self.summary, self.plot, self.table, self._flaws, self._rests_on):
            layout.addWidget(widget)
        layout.addStretch(1)
        desk.changed.connect(self.refresh)
        desk.turned.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the visits give now."""
        t, notes = self._look.t, self._desk.notes
        result = self._desk.courses.result
        typed = notes.followed is Followed.LESIONS and notes.course.table is None
        self.grid.setVisible(typed)
        self._edge.setVisible(typed)
        outlooks = result.outlooks.outlooks if result and result.outlooks else ()
        judged = result.responses.judged if result and result.responses else ()
        outlook, course = next(iter(outlooks), None), next(iter(judged), None)
        self.plot.setVisible(outlook is not None)
        self.table.setVisible(course is not None)
        self.summary.setVisible(outlook is not None or course is not None)
        self.notice.setVisible(outlook is None and course is None)
        self.confirm.say(t("The units are right"))
        self.confirm.setVisible(self._asks_units(result))
        self.reading.follow()
        self._say_not_read(has_more=outlook is not None or course is not None)
        self._say_flaws(result)
        self._rests_on.setVisible(outlook is not None)
        if outlook is not None:
            self._show_outlook(outlook)
        elif course is not None:
            self._show_response(course)
        else:
            self._say_nothing(result)

    def _say_nothing(self, result: CourseResult | None) -> None:
        t = self._look.t
        error = result.error if result else None
        refused = (result.responses or result.outlooks) if result else None
        if error is None and refused is not None:
            error = next(iter(refused.refused.values()), None)
        if self._desk.courses.is_working:
            self.notice.say(
                "hourglass-medium", t("The visits are being judged"), t("This takes a moment.")
            )
        elif error is not None:
            what, hint = t.error(error)
            self.notice.say("hand-palm", what, hint, hue="suspicious")
        elif self._desk.notes.followed is Followed.LESIONS:
            self.notice.say(
                "table", t("The response will appear here"),
                t("Write the lesions and their sizes at two visits or more, or open a table."),
            )  # fmt: skip
        else:
            self.notice.say(
                "chart-line", t("The course will appear here"),
                t("Write two visits or more on the right, or open a table."),
            )  # fmt: skip

    def _say_not_read(self, *, has_more: bool) -> None:
        """Say which table did not come in, and that what is there stays."""
        t, found = self._look.t, self._desk.courses.not_read
        said: list[str] = []
        if found is not None and found.error is None:
            said = [t("The reading of {file} was stopped.", file=found.file)]
        elif found is not None and found.error is not None:
            said = [*filter(None, t.error(found.error))]
        if said:
            said.append(t("What was here stays.") if has_more else t("Nothing was changed."))
        self.not_read.setText(" ".join(said))
        self.not_read.setVisible(bool(said))

    def _say_flaws(self, result: CourseResult | None) -> None:
        t = self._look.t
        found = (result.responses or result.outlooks) if result else None
        rows = found.bad_rows if found is not None else ()
        said = [
            t("Line {line:count}: {sentence}", line=bad.line, sentence=" ".join(t.error(bad.error)))
            for bad in rows
        ]
        self._flaws.setText("\n".join(said))
        self._flaws.setVisible(bool(said))

    def _show_outlook(self, outlook: Outlook) -> None:
        t, result = self._look.t, self._desk.courses.result
        said = [outlook_words(outlook, t)]
        if outlook.is_fallback:
            said.append(t("fewer than three visits: nothing but “no change” can be said"))
        if outlook.course.seen:
            said.append(seen_words(outlook.course, t))
        said.append(fit_words(outlook.fit, t))
        self.summary.setText("\n".join(said))
        self.plot.show_outlook(outlook, said[0])
        if result is not None and result.outlooks is not None:
            facts = result.outlooks.provenance
            self._rests_on.setText(
                t(
                    "{quantity}. Learned from {patients:count} patients ({cohort}); on patients it"
                    " had not seen its error was {ratio:decimal} times that of “no change”, and"
                    " {coverage:percent} of the intervals held. Research use only.",
                    quantity=quantity_word(outlook.quantity, t), patients=facts.patients,
                    cohort=t.of(facts.cohort), ratio=facts.against_no_change,
                    coverage=facts.coverage,
                )
            )  # fmt: skip

    def _show_response(self, course: ResponseCourse) -> None:
        t = self._look.t
        while (item := self._cells.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        heads = [
            t("Day"),
            t("Sum, mm"),
            t("From baseline"),
            t("From nadir"),
            t("New"),
            "RECIST 1.1",
        ]
        baseline = "–" if course.baseline_mm is None else size_words(course.baseline_mm, t)
        rows = [[t("{day:decimal}, baseline", day=course.baseline_day), baseline]]
        for visit in course.visits:
            overall = t("{code}, {words}", code=visit.overall.value,
                        words=response_word(visit.overall, t))  # fmt: skip
            cells = [
                f"{visit.day:g}", "–" if visit.sum_mm is None else size_words(visit.sum_mm, t),
                _change(visit.from_baseline, t.language), _change(visit.from_nadir, t.language),
                ", ".join(visit.new_lesions) or "–", overall,
            ]  # fmt: skip
            rows.append([*cells, immune_word(visit.immune, t)] if visit.immune else cells)
        if course.immune_best is not None:
            heads.append("iRECIST")
        for column, head in enumerate(heads):
            self._cells.addWidget(Words("heading"), 0, column)
            self._label(0, column).setText(head)
            self._cells.setColumnStretch(column, 1)
        for at, cells in enumerate(rows, start=1):
            for column, text in enumerate(cells):
                self._cells.addWidget(
                    Words("strong" if column >= 5 else "", wrap=column >= 4), at, column
                )
                self._label(at, column).setText(text)
        best, confirmed = response_word(course.best, t), response_word(course.best_confirmed, t)
        said = [t("Best overall response: {best}; with confirmation: {confirmed}",
                  best=best, confirmed=confirmed)]  # fmt: skip
        if course.progression_day is not None:
            said.append(t("Progression on day {day:decimal}", day=course.progression_day))
        if course.immune_best is not None:
            said.append(
                t("Best response by iRECIST: {best}", best=immune_word(course.immune_best, t))
            )
        self.summary.setText("\n".join(said))

    def _label(self, at: int, column: int) -> Words:
        item = self._cells.itemAtPosition(at, column)
        widget = item.widget() if item is not None else None
        assert isinstance(widget, Words)
        widget.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        return widget

    def _asks_units(self, result: CourseResult | None) -> bool:
        refused = result.responses.refused if result and result.responses else {}
        return any(error.code in UNIT_SLIPS for error in refused.values())

    def _confirm_units(self) -> None:
        self._desk.notes.course.units_checked = True
        self._desk.courses.judge()


def _change(share: float | None, language: str) -> str:
    if share is None:
        return "–"
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return sign + exact_percent(round(abs(share), 3), language)
