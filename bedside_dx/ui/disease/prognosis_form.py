"""Which model, and what it asks: a form made of the model's own inputs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.prognosis import Role
from bedside_dx.text.disease_words import role_word
from bedside_dx.ui.controls import Button, Words, line, row, show_when
from bedside_dx.ui.disease.input_row import InputRow
from bedside_dx.ui.disease.notes import question
from bedside_dx.ui.disease.treatment_plan import plan_of
from bedside_dx.ui.keyboard import in_order, stops_in
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_8, SPACE_12, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.core.prognosis import Input, ModelFacts
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look

NEEDS_A_CLICK = "prognosis.slip"
"""Error that a person's confirmation settles."""


class PrognosisForm(QWidget):
    """Model, inputs by role, and beside each input what is wrong with it."""

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._shown: object = None
        self._heading = Words("heading")
        self.model = Picker(look)
        self.model.setSizeAdjustPolicy(
            Picker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.model.setMinimumContentsLength(10)
        self.model.addItem("", "")
        for facts in desk.models:
            self.model.addItem("", facts)
        self.model.activated.connect(self._choose)
        self._hint = Words("soft", wrap=True)
        self.clear = Button(look, "flush", "arrow-counter-clockwise")
        self.clear.clicked.connect(self._clear)
        self.rows: dict[str, InputRow] = {}
        self._headings: dict[Role, Words] = {}
        self._inputs: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_8)
        for widget in (self._heading, self.model, self._hint):
            self._layout.addWidget(widget)
        foot = row(self.clear)
        foot.addStretch(1)
        self._layout.addLayout(foot)
        desk.turned.connect(self._fill)
        desk.changed.connect(self.refresh)
        look.changed.connect(self._fill)
        self._fill()

    def refresh(self) -> None:
        """Show what is wrong, and where each value comes from."""
        t, desk, facts = self._look.t, self._desk, self._desk.facts
        self._heading.setText(t("Model"))
        self.model.setAccessibleName(t("Prognosis model"))
        self.model.setItemText(0, t("Choose by the disease…"))
        for at, known in enumerate(desk.models, start=1):
            self.model.setItemText(at, f"{t(known.title)} {known.version}")
        self._hint.setText(
            t("Choose a model. It says what is associated with an outcome in people like this one.")
        )
        self._hint.setVisible(facts is None)
        self.clear.say(t("Clear the form"))
        show_when(self.clear, facts is not None)
        if facts is None or (facts.key, facts.version) != self._shown:
            return
        for role, heading in self._headings.items():
            heading.setText(role_word(role, t))
        standing = desk.standing
        for key, shown in self.rows.items():
            error = standing.flaws.get(key)
            if error is None and key == standing.refused_by:
                error = standing.refusal
            slip = error is not None and error.code == NEEDS_A_CLICK
            shown.show_state(desk.entry(shown.wanted), error, desk.offer_for(key), slip=slip)

    def _fill(self) -> None:
        """Make the rows of the model that is chosen."""
        facts = self._desk.facts
        at = next((i for i, f in enumerate(self._desk.models, 1) if f == facts), 0)
        self.model.setCurrentIndex(at)
        if self._inputs is not None:
            self._layout.removeWidget(self._inputs)
            self._inputs.hide()
            self._inputs.deleteLater()
            self._inputs = None
        self.rows, self._headings, self._shown = {}, {}, None
        if facts is not None:
            self._inputs = self._make_inputs(facts)
            self._layout.insertWidget(3, self._inputs)
            self._shown = (facts.key, facts.version)
            in_order([self.model, *stops_in(self._inputs), self.clear])
        self.refresh()

    def _make_inputs(self, facts: ModelFacts) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, SPACE_8, 0, 0)
        layout.setSpacing(SPACE_12)
        for role in (Role.FACT, Role.TREATMENT, Role.ELIGIBILITY):
            inputs = [wanted for wanted in facts.inputs if wanted.role is role]
            if role is Role.TREATMENT:
                inputs = list(plan_of(facts).others)
            if not inputs:
                continue
            if self._headings:
                layout.addSpacing(SPACE_8)
                layout.addWidget(line())
            self._headings[role] = Words("heading")
            layout.addWidget(self._headings[role])
            for wanted in inputs:
                layout.addWidget(self._make_row(wanted))
        layout.addSpacing(SPACE_16)
        return holder

    def _make_row(self, wanted: Input) -> InputRow:
        text = self._desk.notes.texts.get(question(wanted), "")
        made = InputRow(self._look, wanted, text)
        made.stated.connect(partial(self._desk.state, wanted))
        made.confirmed.connect(partial(self._desk.confirm, wanted))
        made.taken.connect(partial(self._desk.take, wanted))
        self.rows[wanted.key] = made
        return made

    def _choose(self) -> None:
        if (facts := self.model.currentData()) and facts != self._desk.facts:
            self._desk.choose(facts)

    def _clear(self) -> None:
        self._desk.clear()
