"""One line of the plan: its drugs, what is watched, when it is judged, when it ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bedside_dx.core.plan import Effect, Option
from bedside_dx.core.strict import build
from bedside_dx.text.plan_words import effect_words, option_words
from bedside_dx.ui.confirm_row import ConfirmRow
from bedside_dx.ui.controls import Button, Words, line, row
from bedside_dx.ui.theme import SPACE_8, SPACE_12
from bedside_dx.ui.therapy.plan_notes import AssessmentNotes, MonitoringNotes
from bedside_dx.ui.therapy.step_card import StepCard
from bedside_dx.ui.therapy.typed import TypedField, TypedLines

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QBoxLayout

    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.plan_desk import PlanDesk
    from bedside_dx.ui.therapy.plan_notes import LineNotes, StepNotes

Item = TypeVar("Item")


class LineForm(QWidget):
    """Everything that is stated of a line.

    Signals
    -------
    dose_wanted
        A person wants to work out a dose for it.
    """

    dose_wanted = Signal()

    def __init__(self, look: Look, desk: PlanDesk, notes: LineNotes) -> None:
        super().__init__()
        self._look, self._desk, self.notes = look, desk, notes
        self.name = TypedField(notes.name)
        self.name.edited.connect(partial(self._state, notes, "name"))
        self._option, self._effect = Words("soft", wrap=True), Words("soft", wrap=True)
        self.effect = Button(look, "quiet", "chart-line")
        self.effect.clicked.connect(lambda: desk.take_effect(notes))
        self.drop_effect = Button(look, "flush", "trash")
        self.drop_effect.clicked.connect(self._drop_effect)
        self._headings = [Words("heading") for _ in range(3)]
        self.steps = [StepCard(look, desk, notes, step) for step in notes.steps]
        for card in self.steps:
            card.removed.connect(partial(self._remove_step, card.step))
        self.work_out, self.type_drug = (
            Button(look, "quiet", "calculator"),
            Button(look, "quiet", "plus"),
        )
        self.work_out.clicked.connect(self.dose_wanted)
        self.type_drug.clicked.connect(lambda: desk.add_typed_drug(notes))
        self.monitoring: list[tuple[TypedField, Button, TypedField, Button]] = []
        self.assessments: list[tuple[TypedField, TypedField, TypedField, Button]] = []
        self.add_test, self.add_assessment = (Button(look, "flush", "plus") for _ in range(2))
        self.add_test.clicked.connect(partial(self._add, notes.monitoring, MonitoringNotes))
        self.add_assessment.clicked.connect(partial(self._add, notes.assessments, AssessmentNotes))
        self.stopping = TypedLines(notes.stopping, 3)
        self.stopping.edited.connect(partial(self._state, notes, "stopping"))
        self.remove = ConfirmRow(look, "trash")
        self.remove.confirmed.connect(lambda: desk.remove_line(notes))
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show the words, and what is wrong at each field."""
        t = self._look.t
        self.name.say(t("Name of the line"), hint="FEC 100")
        self._say_option_and_effect()
        for heading, words in zip(
            self._headings, (t("Drugs"), t("Monitoring"), t("Response")), strict=True
        ):
            heading.setText(words)
        for card in self.steps:
            card.refresh()
        self.work_out.say(t("Work out a dose"))
        self.type_drug.say(t("Type a drug"), more=t("A drug whose dose you state with its source"))
        self._say_monitoring()
        self._say_assessments()
        self.add_test.say(t("Add a test that is repeated"))
        self.add_assessment.say(t("Add a response assessment"))
        self.stopping.say(t("Stop if, one rule a line"))
        self.remove.say(t("Take the line out"), t("Its drugs, tests and rules go with it."))

    # --- words -------------------------------------------------------------------------

    def _say_option_and_effect(self) -> None:
        t, notes = self._look.t, self.notes
        self._option.setVisible(notes.option is not None)
        if notes.option is not None:
            self._option.setText(option_words(build(Option, notes.option), t))
        self._effect.setVisible(True)
        modelled = self._desk.modelled
        if notes.effect is not None:
            self._effect.setText(effect_words(build(Effect, notes.effect), t))
        elif modelled is None:
            self._effect.setText(
                t("No modelled effect: state the prognosis and touch a treatment on page Disease.")
            )
        else:
            self._effect.setText(t("The disease model has an effect to copy beside this line."))
        self.effect.say(t("Copy the modelled effect"))
        self.effect.setVisible(modelled is not None)
        self.drop_effect.say(t("Take the modelled effect out"))
        self.drop_effect.setVisible(notes.effect is not None)

    def _say_monitoring(self) -> None:
        t, at = self._look.t, f"{self.notes.key}/monitoring"
        for number, (test, before, every, remove) in enumerate(self.monitoring):
            test.say(t("Test"), hint=t("Blood count"))
            before.say(t("before each cycle"))
            gap = self._desk.complaint(f"{at}/{number}/every", t)
            every.say(t("Every … days"), gap, hint="63")
            remove.say(t("Take this test out"))

    def _say_assessments(self) -> None:
        t, at = self._look.t, f"{self.notes.key}/assessments"
        for number, (method, baseline, every, remove) in enumerate(self.assessments):
            method.say(t("How the response is judged"), hint="CT, RECIST 1.1")
            gap = self._desk.complaint(f"{at}/{number}/baseline", t)
            baseline.say(t("Baseline images"), gap, hint=t("YYYY-MM-DD"))
            gap = self._desk.complaint(f"{at}/{number}/every", t)
            every.say(t("Every … weeks"), gap, hint="9")
            remove.say(t("Take this assessment out"))

    # --- acts --------------------------------------------------------------------------

    def _state(self, one: object, name: str, value: object) -> None:
        setattr(one, name, value)
        self._desk.soon()

    def _add(self, known: list[Item], make: Callable[[], Item]) -> None:
        known.append(make())
        self._desk.turn()

    def _remove(self, known: list[Item], one: Item) -> None:
        known.remove(one)
        self._desk.turn()

    def _drop_effect(self) -> None:
        self.notes.effect = None
        self._desk.turn()

    def _remove_step(self, step: StepNotes) -> None:
        notes = self.notes
        notes.steps.remove(step)
        notes.dose_changes = [one for one in notes.dose_changes if one["step"] != step.key]
        notes.delays = [one for one in notes.delays if one["step"] != step.key]
        self._desk.turn()

    # --- layout ------------------------------------------------------------------------

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        for widget in (self.name, self._option, self._effect):
            layout.addWidget(widget)
        _left(layout, self.effect)
        _left(layout, self.drop_effect)
        layout.addWidget(line())
        layout.addWidget(self._headings[0])
        for card in self.steps:
            layout.addWidget(card)
        _left(layout, self.work_out)
        _left(layout, self.type_drug)
        layout.addWidget(line())
        layout.addWidget(self._headings[1])
        for one in self.notes.monitoring:
            layout.addLayout(self._monitoring_row(one))
        _left(layout, self.add_test)
        layout.addWidget(line())
        layout.addWidget(self._headings[2])
        for one in self.notes.assessments:
            layout.addLayout(self._assessment_row(one))
        _left(layout, self.add_assessment)
        layout.addWidget(line())
        layout.addWidget(self.stopping)
        layout.addWidget(self.remove)

    def _monitoring_row(self, one: MonitoringNotes) -> QGridLayout:
        test, every = TypedField(one.test), TypedField(one.every_days)
        before = Button(self._look, "segment")
        before.setCheckable(True)
        before.setChecked(one.before_each_cycle)
        before.toggled.connect(partial(self._state, one, "before_each_cycle"))
        remove = Button(self._look, "icon", "trash")
        remove.clicked.connect(partial(self._remove, self.notes.monitoring, one))
        test.edited.connect(partial(self._state, one, "test"))
        every.edited.connect(partial(self._state, one, "every_days"))
        self.monitoring.append((test, before, every, remove))
        return _two_lines(test, before, every, remove)

    def _assessment_row(self, one: AssessmentNotes) -> QGridLayout:
        method = TypedField(one.method)
        baseline, every = TypedField(one.baseline), TypedField(one.every_weeks)
        remove = Button(self._look, "icon", "trash")
        remove.clicked.connect(partial(self._remove, self.notes.assessments, one))
        method.edited.connect(partial(self._state, one, "method"))
        baseline.edited.connect(partial(self._state, one, "baseline"))
        every.edited.connect(partial(self._state, one, "every_weeks"))
        self.assessments.append((method, baseline, every, remove))
        return _two_lines(method, baseline, every, remove)


def _two_lines(first: QWidget, second: QWidget, third: QWidget, remove: Button) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_8)
    grid.setVerticalSpacing(SPACE_8)
    bottom = Qt.AlignmentFlag.AlignBottom
    grid.addWidget(first, 0, 0, 1, 2)
    grid.addWidget(remove, 0, 2, bottom)
    grid.addWidget(second, 1, 0, bottom)
    grid.addWidget(third, 1, 1)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return grid


def _left(layout: QBoxLayout, widget: QWidget) -> None:
    shown = row(widget)
    shown.addStretch(1)
    layout.addLayout(shown)
