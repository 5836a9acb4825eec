"""The plan as a whole: what it is for, how the patient is, and what matters to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.plan import Intent
from bedside_dx.text.plan_words import intent_word
from bedside_dx.ui.controls import Button, row
from bedside_dx.ui.theme import SPACE_8, SPACE_12
from bedside_dx.ui.therapy.plan_notes import QuestionNotes
from bedside_dx.ui.therapy.typed import TypedChoice, TypedField, TypedLines

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.plan_desk import PlanDesk
    from bedside_dx.ui.therapy.plan_notes import PlanNotes

ECOG = range(5)
WEEKS_PX = 72


class AboutForm(QWidget):
    """Title, tumour, aim, ECOG, biomarkers, wishes and questions."""

    def __init__(self, look: Look, desk: PlanDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        notes = self._notes = desk.notes
        self.fields = {
            name: TypedField(str(getattr(notes, name)))
            for name in ("title", "tumour", "stage", "ecog_on")
        }
        self.texts = {
            name: TypedLines(str(getattr(notes, name)))
            for name in ("biomarkers", "preferences", "notes")
        }
        for name, shown in (*self.fields.items(), *self.texts.items()):
            shown.edited.connect(partial(self._state, name))
        self.intent = TypedChoice(look, dict.fromkeys(Intent, ""), notes.intent)
        self.intent.chosen.connect(partial(self._state, "intent"))
        self.ecog = TypedChoice(look, dict.fromkeys(ECOG, ""), notes.ecog)
        self.ecog.chosen.connect(partial(self._state, "ecog"))
        self.questions: list[tuple[TypedField, TypedField, Button]] = []
        self.add_question = Button(look, "flush", "plus")
        self.add_question.clicked.connect(self._add_question)
        self._lay_out(notes)
        self.refresh()

    def refresh(self) -> None:
        """Show the words, and what is wrong at each field."""
        t = self._look.t
        names = {
            "title": (t("Title"), ""), "tumour": (t("Tumour"), ""),
            "stage": (t("Stage (if known)"), "pT2 pN1a M0, IIB"),
            "ecog_on": (t("Judged on"), t("YYYY-MM-DD")),
        }  # fmt: skip
        for name, (label, hint) in names.items():
            gap = self._desk.complaint(name.replace("_", "-"), t)
            self.fields[name].say(label, gap, hint=hint)
        self.texts["biomarkers"].say(t("Biomarkers, one a line"))
        self.texts["preferences"].say(t("What matters to the patient, in their own words"))
        self.texts["notes"].say(t("Notes"))
        self.intent.say(t("Aim"), {one: intent_word(one, t) for one in Intent})
        self.ecog.say(t("Performance status, ECOG"), {one: str(one) for one in ECOG})
        for at, (text, every, remove) in enumerate(self.questions):
            text.say(t("Question about everyday life"))
            gap = self._desk.complaint(f"questions/{at}/every", t)
            every.say(t("Weeks"), gap, hint="3")
            remove.say(t("Take this question out"))
        self.add_question.say(t("Add a question about everyday life"))

    def _state(self, name: str, value: object) -> None:
        setattr(self._notes, name, value)
        self._desk.soon()

    def _add_question(self) -> None:
        self._notes.questions.append(QuestionNotes())
        self._desk.turn()

    def _remove_question(self, question: QuestionNotes) -> None:
        self._notes.questions.remove(question)
        self._desk.turn()

    def _state_question(self, question: QuestionNotes, name: str, text: str) -> None:
        setattr(question, name, text)
        self._desk.soon()

    def _lay_out(self, notes: PlanNotes) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        for name in ("title", "tumour", "stage"):
            layout.addWidget(self.fields[name])
        for widget in (self.intent, self.ecog, self.fields["ecog_on"]):
            layout.addWidget(widget)
        layout.addWidget(self.texts["biomarkers"])
        layout.addWidget(self.texts["preferences"])
        for question in notes.questions:
            layout.addLayout(self._question_row(question))
        adding = row(self.add_question)
        adding.addStretch(1)
        layout.addLayout(adding)
        layout.addWidget(self.texts["notes"])

    def _question_row(self, question: QuestionNotes) -> QVBoxLayout:
        text, every = TypedField(question.text), TypedField(question.every_weeks)
        every.setFixedWidth(WEEKS_PX)
        text.edited.connect(partial(self._state_question, question, "text"))
        every.edited.connect(partial(self._state_question, question, "every_weeks"))
        remove = Button(self._look, "icon", "trash")
        remove.clicked.connect(partial(self._remove_question, question))
        self.questions.append((text, every, remove))
        layout = QVBoxLayout()
        layout.setSpacing(SPACE_8)
        shown = row(text, every, remove)
        shown.setStretch(0, 1)
        layout.addLayout(shown)
        return layout
