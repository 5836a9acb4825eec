"""The dose, large; then what stands before it, how it was worked out, and who says so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.dosing import DoseStatus, Test
from bedside_dx.text.disease_words import remark_words, sentence_of
from bedside_dx.text.dose_lines import dose_lines
from bedside_dx.text.dosing_words import (
    amount_words,
    choice_words,
    mg_words,
    question_words,
    reduction_words,
    rounded_words,
    schedule_words,
    source_words,
    status_words,
    test_words,
)
from bedside_dx.ui.controls import Button, Words, dress, row, show_when
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_8, SPACE_12, SPACE_16
from bedside_dx.ui.therapy.titled_lines import TitledLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.dosing import Choice, Dose, Question
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.dose_desk import DoseDesk

FIELD_OF = {
    Test.DPD: "dpd",
    Test.LVEF: "lvef-percent",
    Test.PREGNANCY: "is-pregnant",
    Test.HBV: "hbv",
}
"""Input that a test's result is stated in."""
CONFIRMS = {"dose.question.lvef": "lvef-percent"}
"""Questions that a click settles."""
STATES = {"dose.question.dpd-partial": "percent"}
"""Questions that a number settles."""


class DoseBoard(QWidget):
    """Empty, asking, withheld, or the dose with its ground.

    Signals
    -------
    wanted
        `Dose` that a person puts into the plan.
    """

    wanted = Signal(object)

    def __init__(self, look: Look, desk: DoseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self.notice = Notice(look)
        self._drug = Words("strong", wrap=True)
        self.headline, self._exact = Words("verdict", wrap=True), Words("soft", wrap=True)
        self._row_words = Words("soft", wrap=True)
        self.other_row = Button(look, "flush", "arrow-counter-clockwise")
        self.other_row.clicked.connect(lambda: desk.choose_row(""))
        self.plan = Button(look, "primary", "plus")
        self.plan.clicked.connect(self._put_in_plan)
        self.copy = Button(look, "quiet", "copy")
        self.copy.clicked.connect(self._copy)
        self.answers: list[Button] = []
        self._asking, self._answers_of = QWidget(), ""
        self._asking_layout = QVBoxLayout(self._asking)
        self.first = _First(look, desk)
        self._reasons = Words("strong", wrap=True)
        self.sections = {name: TitledLines() for name in ("steps", "watch", "note", "sources")}
        self._closing = Words("caption", wrap=True)
        self._lay_out()
        desk.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what follows now."""
        t, found = self._look.t, self._desk.found
        has_dose = found is not None and found.mg is not None
        self.notice.setVisible(self._desk.drug is None or found is None)
        self._drug.setVisible(self._desk.drug is not None)
        self._show_row()
        for part in (self.headline, self._exact):
            part.setVisible(has_dose or (part is self.headline and found is not None))
        show_when(self.plan, has_dose)
        show_when(self.copy, found is not None)
        self.first.show_tests(found)
        self._show_questions(found)
        self._show_reasons(found)
        self._show_ground(found)
        self.plan.say(t("Put it in the plan"))
        self.copy.say(t("Copy"), more=t("Copy the dose with its steps and sources"))
        self._closing.setText(
            t("A person decides and prescribes. Research use only. Not a medical device.")
        )
        self._closing.setVisible(found is not None)
        if found is None:
            self._say_what_is_missing()
            return
        self._say_dose(found)

    # --- parts -------------------------------------------------------------------------

    def _say_dose(self, found: Dose) -> None:
        t = self._look.t
        if found.mg is None or found.row is None:
            self.headline.setText(status_words(found, t))
            return
        self.headline.setText(mg_words(found.mg, t))
        said = [schedule_words(found.row, t)]
        if found.rounded is not None and found.rounded.within:
            exact = mg_words(found.exact_mg or 0, t)
            rounded = rounded_words(found.rounded, t)
            said.append(t("exactly {mg}; {rounded}", mg=exact, rounded=rounded))
        self._exact.setText("\n".join(said))

    def _show_row(self) -> None:
        t, drug, key = self._look.t, self._desk.drug, self._desk.notes.row
        rows = drug.rows if drug is not None else ()
        self._drug.setText(t.of(drug.name).capitalize() if drug is not None else "")
        chosen = next((one for one in rows if one.key == key or len(rows) == 1), None)
        self._row_words.setVisible(chosen is not None)
        show_when(self.other_row, chosen is not None and len(rows) > 1)
        self.other_row.say(t("Another dose of this drug"))
        if chosen is not None:
            said = (sentence_of(chosen.setting, t), amount_words(chosen, t))
            self._row_words.setText(" · ".join(said))

    def _say_what_is_missing(self) -> None:
        t, desk = self._look.t, self._desk
        if desk.drug is None:
            self.notice.say(
                "calculator",
                t("The dose will appear here, with every step"),
                t("Choose a drug on the right and state what its dose depends on."),
            )
            return
        error = desk.error or next(iter(desk.flaws.values()), None)
        if error is not None:
            what, hint = t.error(error)
            self.notice.say("hand-palm", what, hint if desk.error else "", hue="suspicious",
                            more=t("No dose is shown until it is settled."))  # fmt: skip
            return
        names = ", ".join(t(one.wanted.label) for one in desk.missing)
        self.notice.say(
            "list-bullets", t("Still needed"), names,
            more=t("The dose appears as soon as these are stated."),
        )  # fmt: skip

    def _show_questions(self, found: Dose | None) -> None:
        """Questions with their answers; made again only when they are others."""
        questions = found.questions if found is not None else ()
        self._asking.setVisible(bool(questions))
        made_of = repr((questions, self._look.language))
        if found is None or made_of == self._answers_of:
            return
        self._answers_of = made_of
        while (item := self._asking_layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.answers = []
        for question in questions:
            words = Words("strong", wrap=True)
            words.setText(question_words(question, self._look.t))
            self._asking_layout.addWidget(words)
            for choice in question.choices:
                self._asking_layout.addWidget(self._make_answer(question, choice, found))
            self._make_way_out(question)

    def _make_answer(self, question: Question, choice: Choice, found: Dose) -> QWidget:
        t = self._look.t
        said = choice_words(question, choice, found, t)
        button = Button(self._look, "segment")
        button.say(t("Choose"), more=said)
        button.setAccessibleName(t("{label}: {value}", label=t("Choose"), value=said))
        button.clicked.connect(partial(self._desk.answer, question.code, choice))
        self.answers.append(button)
        words = Words(wrap=True)
        words.setText(said.partition(": ")[2] or said)
        holder = QWidget()
        layout = row(button, words, spacing=SPACE_12)
        layout.setStretch(1, 1)
        holder.setLayout(layout)
        return holder

    def _make_way_out(self, question: Question) -> None:
        t = self._look.t
        if (key := CONFIRMS.get(question.code)) is not None:
            button = Button(self._look, "quiet", "check")
            button.say(t("A cardiologist agrees"))
            button.clicked.connect(partial(self._desk.confirm, key))
        elif (key := STATES.get(question.code)) is not None:
            button = Button(self._look, "quiet", "pencil-simple")
            button.say(t("State the percentage"))
            button.clicked.connect(partial(self._desk.field_wanted.emit, key))
        else:
            return
        self.answers.append(button)
        self._asking_layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_reasons(self, found: Dose | None) -> None:
        reasons = found.reasons if found is not None else ()
        self._reasons.setText("\n".join(remark_words(one, self._look.t) for one in reasons))
        self._reasons.setVisible(bool(reasons))

    def _show_ground(self, found: Dose | None) -> None:
        t = self._look.t
        said: dict[str, list[str]] = {name: [] for name in self.sections}
        if found is not None:
            said = {
                "steps": _numbered([remark_words(one, t) for one in found.steps]),
                "watch": _watched(found, t),
                "note": [remark_words(one, t) for one in found.remarks],
                "sources": _sources(found, t),
            }
        headings = (t("How it was worked out"), t("Watch"), t("Note"), t("Sources"))
        for heading, (name, section) in zip(headings, self.sections.items(), strict=True):
            section.show_lines(heading, said[name])

    # --- acts --------------------------------------------------------------------------

    def _copy(self) -> None:
        if (found := self._desk.found) is not None:
            QGuiApplication.clipboard().setText("\n".join(dose_lines(found, self._look.t)))
            self.copy.say(self._look.t("Copied"))

    def _put_in_plan(self) -> None:
        found = self._desk.found
        if found is not None and found.status is DoseStatus.DOSE:
            self.wanted.emit(found)

    def _lay_out(self) -> None:
        dress(self._asking, "deciding")
        self._asking_layout.setContentsMargins(SPACE_16, SPACE_12, SPACE_16, SPACE_12)
        self._asking_layout.setSpacing(SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._drug)
        chosen = row(self._row_words, self.other_row, spacing=SPACE_16)
        chosen.setStretch(0, 1)
        layout.addLayout(chosen)
        for widget in (self.notice, self.headline, self._exact, self._reasons):
            layout.addWidget(widget)
        acts = row(self.plan, self.copy)
        acts.addStretch(1)
        layout.addLayout(acts)
        layout.addWidget(self.first)
        layout.addWidget(self._asking)
        for section in self.sections.values():
            layout.addWidget(section)
        layout.addWidget(self._closing)
        layout.addStretch(1)


class _First(QWidget):
    """Tests that come first: what to order, whether the dose waits, where the result goes."""

    def __init__(self, look: Look, desk: DoseDesk) -> None:
        super().__init__()
        self._look = look
        self._heading, self._how = Words("strong"), Words("soft", wrap=True)
        self.rows: dict[Test, tuple[QWidget, Words, Words, Button]] = {}
        dress(self, "deciding")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_12, SPACE_16, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        for test, key in FIELD_OF.items():
            words, source = Words(wrap=True), Words("caption", wrap=True)
            record = Button(look, "quiet", "pencil-simple")
            record.clicked.connect(partial(desk.field_wanted.emit, key))
            said = QVBoxLayout()
            said.setSpacing(0)
            said.addWidget(words)
            said.addWidget(source)
            holder = QWidget()
            line_ = row(spacing=SPACE_12)
            line_.addLayout(said, 1)
            line_.addWidget(record)
            holder.setLayout(line_)
            layout.addWidget(holder)
            self.rows[test] = (holder, words, source, record)
        layout.addWidget(self._how)

    def show_tests(self, found: Dose | None) -> None:
        """Show the tests that are missing."""
        t = self._look.t
        known = {one.test: one for one in found.order_first} if found is not None else {}
        self.setVisible(bool(known))
        self._heading.setText(t("Order first"))
        self._how.setText(t("The dose appears when the result is stated in the form."))
        self._how.setVisible(any(one.withholds for one in known.values()))
        for test, (holder, words, source, record) in self.rows.items():
            show_when(holder, test in known)
            if test in known:
                words.setText(test_words(known[test], t))
                source.setText(source_words(known[test].source, t))
                record.say(t("Record the result"))
                record.setAccessibleName(
                    t("{label}: {value}", label=record.text(), value=words.text())
                )


def _numbered(steps: Sequence[str]) -> list[str]:
    """Steps with their number; a step that goes on in brackets belongs to the one before."""
    said: list[str] = []
    for step in steps:
        if step.startswith("(") and said:
            said[-1] += " " + step
        else:
            said.append(step)
    return [f"{at}. {one}" for at, one in enumerate(said, start=1)]


def _watched(found: Dose, t: Texts) -> list[str]:
    reduced = [(reduction_words(one, t), one.source) for one in found.reductions if one.share]
    warned = [(sentence_of(one.code, t), one.source) for one in found.cautions]
    return [f"{words} [{source.title}]" for words, source in (*reduced, *warned)]


def _sources(found: Dose, t: Texts) -> list[str]:
    return [
        " · ".join(part for part in (source_words(one, t), one.place) if part)
        for one in found.sources
    ]
