"""The plan as it stands: what is missing, its days, each line with its ground, who changed what."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.text.disease_words import remark_words
from bedside_dx.text.plan_words import (
    changed_words,
    effect_words,
    event_words,
    intent_word,
    version_words,
)
from bedside_dx.ui.controls import Button, Words, line, row
from bedside_dx.ui.dates import parse_date, written_date
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_24
from bedside_dx.ui.therapy.effect_bars import EffectBars
from bedside_dx.ui.therapy.line_words import effect_of, line_words
from bedside_dx.ui.therapy.plan_notes import RECORD
from bedside_dx.ui.therapy.timeline import Timeline, days_words
from bedside_dx.ui.therapy.titled_lines import TitledLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.plan import Effect, PlanChange, PlanEvent
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.plan_desk import PlanDesk
    from bedside_dx.ui.therapy.plan_gaps import Gap
    from bedside_dx.ui.therapy.plan_notes import LineNotes

MOST_GAPS = 8
"""So many missing things are named at once."""
EFFECT_PX, NAME_PX = 240, 84


class PlanBoard(QWidget):
    """Empty, being composed, whole, or on record."""

    def __init__(self, look: Look, desk: PlanDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self.notice = Notice(look)
        self.notice.acted.connect(desk.add_line)
        self.title, self._about = Words("verdict", wrap=True), Words("soft", wrap=True)
        self._state = Words("strong", wrap=True)
        self.missing = Words("warning", wrap=True)
        self.record = Button(look, "quiet", "check")
        self.record.clicked.connect(lambda: desk.turn_to(RECORD))
        self.timeline = Timeline(look)
        self.timeline.chosen.connect(self._say_event)
        self.day = Words(wrap=True)
        self._lines, self._lines_of = QWidget(), ""
        self._lines_layout = QVBoxLayout(self._lines)
        self.effects: list[EffectBars] = []
        self.sections = {name: TitledLines() for name in ("wishes", "questions", "note", "history")}
        self._closing = Words("caption", wrap=True)
        self._lay_out()
        desk.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the plan as it stands."""
        t, desk = self._look.t, self._desk
        notes = desk.notes
        blank = notes.is_blank
        self.notice.setVisible(blank)
        for part in (self.title, self._about, self._state, self._lines, self._closing):
            part.setVisible(not blank)
        self.record.setVisible(not blank and desk.plan is not None and desk.is_changed)
        if blank:
            self._say_empty()
        self.title.setText(notes.title.strip() or t("Plan without a title yet"))
        self._about.setText(self._about_words(t))
        self._state.setText(self._state_words(t))
        self.record.say(t("Record it"), more=t("Say who and why, and record this version"))
        self._show_missing(t, blank=blank)
        self._show_days(t)
        self._show_lines(t)
        self._show_rest(t)

    # --- parts -------------------------------------------------------------------------

    def _say_empty(self) -> None:
        t = self._look.t
        self.notice.say(
            "calendar-blank",
            t("The plan will appear here, day by day"),
            t("Add an option or a dose to it, or begin with an empty line. Nothing is chosen."),
            action=t("Begin with an empty line"),
        )

    def _about_words(self, t: Texts) -> str:
        notes, patient = self._desk.notes, self._desk.patient
        born = written_date(patient.born, t.language) if patient.born else ""
        who = " · ".join(one for one in (patient.name, born, patient.identifier) if one)
        tumour = ", ".join(one for one in (notes.tumour.strip(), notes.stage.strip()) if one)
        ecog_on = parse_date(notes.ecog_on)
        ecog = ""
        if notes.ecog is not None and ecog_on is not None:
            ecog = t("ECOG {ecog:count}, {day:day}", ecog=notes.ecog, day=ecog_on)
        intent = intent_word(notes.intent, t) if notes.intent is not None else ""
        what = " · ".join(one for one in (tumour, intent, ecog) if one)
        biomarkers = ", ".join(one.strip() for one in notes.biomarkers.splitlines() if one.strip())
        said = (who or t("Patient not given"), what, biomarkers)
        return "\n".join(one for one in said if one)

    def _state_words(self, t: Texts) -> str:
        desk, kept = self._desk, self._desk.notes.kept
        if kept is None:
            return t("Draft, not recorded")
        if desk.is_changed:
            return t("Changed since version {n:count}, not recorded", n=kept.version)
        return t("On record: {change}", change=version_words(kept.history[-1], t))

    def _show_missing(self, t: Texts, *, blank: bool) -> None:
        """Show why something failed, then what is still to be stated."""
        desk = self._desk
        said = [" ".join(t.error(desk.notes.error))] if desk.notes.error is not None else []
        if desk.is_leaving:
            said.append(
                t("A plan is not recorded. Record it, or close the window again to let it go.")
            )
        if desk.gaps and not blank:
            named = list(dict.fromkeys(_gap_words(one, t) for one in desk.gaps.values()))
            more = len(named) - MOST_GAPS
            if more > 0:
                named = [*named[:MOST_GAPS], t("and {n:count} more", n=more)]
            said.append(t("Still to state: {names}.", names=", ".join(named)))
        elif desk.error is not None:
            said.append(" ".join(t.error(desk.error)))
        self.missing.setText("\n".join(said))
        self.missing.setVisible(bool(said))

    def _show_days(self, t: Texts) -> None:
        events = self._desk.events
        today = date.today()  # noqa: DTZ011 - of this desk
        said = days_words(events, today, t)
        self.timeline.show_events(events, today, said)
        for part in (self.timeline, self.day):
            part.setVisible(bool(events))
        looked_at = self.timeline.event_at
        self.day.setText(said if looked_at is None else _event_line(looked_at, t))

    def _say_event(self, event: PlanEvent) -> None:
        self.day.setText(_event_line(event, self._look.t))

    def _show_rest(self, t: Texts) -> None:
        desk, notes = self._desk, self._desk.notes
        wishes = [one.strip() for one in notes.preferences.splitlines() if one.strip()]
        questions = [
            t("{text} (every {weeks} weeks)", text=one.text, weeks=one.every_weeks)
            for one in notes.questions
            if one.text.strip()
        ]
        changes = reversed(notes.kept.history) if notes.kept is not None else ()
        said = {
            "wishes": wishes,
            "questions": questions,
            "note": [remark_words(one, t) for one in desk.remarks],
            "history": [_change_line(one, t) for one in changes],
        }
        headings = (
            t("The patient's own view"), t("Quality of life"), t("Note"), t("Versions"),
        )  # fmt: skip
        for heading, (name, section) in zip(headings, self.sections.items(), strict=True):
            section.show_lines(heading, said[name])
        self._closing.setText(t("Draft for discussion, not a prescription. Research use only."))

    # --- lines -------------------------------------------------------------------------

    def _show_lines(self, t: Texts) -> None:
        """Cards of the lines; made again only when they say something else."""
        cards = [(one, line_words(one, t), effect_of(one)) for one in self._desk.notes.lines]
        made_of = repr([(words, effect) for _, words, effect in cards]) + t.language
        if made_of == self._lines_of:
            return
        self._lines_of = made_of
        while (item := self._lines_layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.effects = []
        for notes, words, effect in cards:
            self._lines_layout.addWidget(self._make_card(notes, words, effect, t))

    def _make_card(
        self, notes: LineNotes, words: Sequence[tuple[str, str]], effect: Effect | None, t: Texts
    ) -> QWidget:
        card, name = QWidget(), Words("section", wrap=True)
        name.setText(notes.name.strip() or t("Line without a name yet"))
        edit = Button(self._look, "flush", "pencil-simple")
        edit.say(t("Edit"))
        edit.setAccessibleName(t("{label}: {value}", label=edit.text(), value=name.text()))
        edit.clicked.connect(lambda: self._desk.turn_to(notes.key))
        layout = QVBoxLayout(card)
        layout.setContentsMargins(0, SPACE_8, 0, SPACE_8)
        layout.setSpacing(SPACE_8)
        head = row(name, edit)
        head.setStretch(0, 1)
        layout.addWidget(line())
        layout.addLayout(head)
        beside = QHBoxLayout()
        beside.setSpacing(SPACE_24)
        beside.addLayout(_pairs(words), 1)
        if effect is not None:
            beside.addLayout(self._make_effect(effect, t))
        layout.addLayout(beside)
        return card

    def _make_effect(self, effect: Effect, t: Texts) -> QVBoxLayout:
        said = effect_words(effect, t)
        words, source = Words("soft", wrap=True), Words("caption", wrap=True)
        words.setText(said)
        source.setText(f"{effect.model} {effect.version}, {effect.citation}")
        bars = EffectBars(self._look, effect, said)
        self.effects.append(bars)
        column = QVBoxLayout()
        column.setSpacing(SPACE_4)
        for widget in (bars, words, source):
            widget.setFixedWidth(EFFECT_PX)
            column.addWidget(widget)
        column.addStretch(1)
        return column

    def _lay_out(self) -> None:
        self._lines_layout.setContentsMargins(0, 0, 0, 0)
        self._lines_layout.setSpacing(SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        for widget in (self.notice, self.title, self._about):
            layout.addWidget(widget)
        state = row(self._state, self.record, spacing=SPACE_12)
        state.setStretch(0, 1)
        layout.addLayout(state)
        layout.addWidget(self.missing)
        layout.addSpacing(SPACE_8)
        for widget in (self.timeline, self.day, self._lines):
            layout.addWidget(widget)
        for section in self.sections.values():
            layout.addWidget(section)
        layout.addWidget(self._closing)
        layout.addStretch(1)


def _change_line(change: PlanChange, t: Texts) -> str:
    fields = changed_words(change, t)
    said = version_words(change, t)
    return f"{said} ({fields})" if fields else said


def _pairs(words: Sequence[tuple[str, str]]) -> QGridLayout:
    """Names on the left and what belongs to them; a name is said once."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_12)
    grid.setVerticalSpacing(SPACE_4)
    grid.setColumnMinimumWidth(0, NAME_PX)
    grid.setColumnStretch(1, 1)
    before = ""
    for at, (name, text) in enumerate(words):
        label, said = Words("heading"), Words(wrap=True)
        label.setText("" if name == before else name)
        said.setText(text)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(said, at, 1)
        before = name
    grid.setRowStretch(len(words), 1)
    return grid


def _gap_words(gap: Gap, t: Texts) -> str:
    of = gap.of_fr if gap.of_fr and t.language == "fr" else gap.of
    return f"{t(gap.label)} ({of})" if of else t(gap.label)


def _event_line(event: PlanEvent, t: Texts) -> str:
    """A day with what happens on it."""
    first = written_date(event.first, t.language)
    days = (
        first if event.first == event.last else f"{first} – {written_date(event.last, t.language)}"
    )
    return t("{when}: {what}", when=days, what=event_words(event, t))
