"""What follows from a model's inputs, live: curves, people, treatments, and their ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.text.disease_words import (
    assumed_words,
    eligibility_words,
    regimen_words,
    remark_words,
    sentence_of,
    survival_words,
    swept_words,
    validation_words,
)
from bedside_dx.text.numbers import decimal
from bedside_dx.ui.controls import Button, Words, line, row
from bedside_dx.ui.disease.influence_bars import InfluenceBars
from bedside_dx.ui.disease.people_array import PeopleArray
from bedside_dx.ui.disease.survival_plot import SurvivalPlot
from bedside_dx.ui.disease.treatments import Treatments
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.prognosis import ModelFacts, Prognosis, WhatIf
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look

MOST_HORIZONS = 3


class PrognosisBoard(QWidget):
    """Empty, asking for what is missing, refused, or the whole picture."""

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self.notice = Notice(look)
        self._title, self._headline = Words("section", wrap=True), Words(wrap=True)
        self.in_report = Button(look, "segment", "file-text")
        self.in_report.setCheckable(True)
        self.in_report.clicked.connect(self._keep)
        self.years = [Button(look, "segment") for _ in range(MOST_HORIZONS)]
        for button in self.years:
            button.setCheckable(True)
            button.clicked.connect(self._choose_year)
        self.score = Words("verdict", wrap=True)
        self.plot, self.people = SurvivalPlot(look), PeopleArray(look)
        self.plot.year_chosen.connect(desk.look_at)
        self._interval_words = Words("caption", wrap=True)
        self.treatments = Treatments(look, desk)
        self.treatments.kind_stated.connect(self._state_kind)
        self._most_heading, self._most_how = Words("strong"), Words("caption", wrap=True)
        self.influences = InfluenceBars(look)
        self._warnings = Words("warning", wrap=True)
        self._assumed = Words("soft", wrap=True)
        self._limits_heading = Words("strong")
        self._limits = Words("soft", wrap=True)
        self._limits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._curves, self._treated, self._most, self._known = (QWidget() for _ in range(4))
        self._lay_out()
        desk.changed.connect(self.refresh)
        desk.weighed.connect(self._show_alone)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what follows now."""
        desk, facts = self._desk, self._desk.facts
        changes, found = desk.changes, desk.found
        has_result = facts is not None and found is not None
        self.notice.setVisible(not has_result)
        self._known.setVisible(has_result)
        for part in (self._curves, self._most):
            part.setVisible(changes is not None)
        self._treated.setVisible(changes is not None and bool(facts and facts.treatments))
        self.score.setVisible(found is not None and found.score is not None)
        self._show_head(facts, has_result=has_result)
        if facts is None or found is None:
            self._say_what_is_missing(facts)
            return
        if changes is not None:
            self._show_changes(changes)
        elif found.score is not None:
            self._show_score(facts, found)
        self._show_rest(facts, found)

    def _show_head(self, facts: ModelFacts | None, *, has_result: bool) -> None:
        t = self._look.t
        self._title.setVisible(facts is not None)
        self.in_report.setVisible(has_result)
        self._headline.setVisible(has_result)
        horizons = facts.horizons if facts is not None and has_result else ()
        for at, button in enumerate(self.years):
            if button.isHidden() is (at < len(horizons)):
                button.setVisible(at < len(horizons))
        if facts is None:
            return
        self._title.setText(f"{t(facts.title)} {facts.version} · {t(facts.endpoint)}")
        self.in_report.say(t("In the report"), more=t("Keep this prognosis in the report"))
        self.in_report.setChecked(facts.key not in self._desk.notes.left_out)
        if has_result:
            for button, year in zip(self.years, facts.horizons, strict=False):
                button.say(t.plural("{n} year", "{n} years", year))
                button.setProperty("year", year)
                button.setChecked(year == self._desk.year)

    def _say_what_is_missing(self, facts: ModelFacts | None) -> None:
        t, standing = self._look.t, self._desk.standing
        if facts is None:
            self.notice.say(
                "chart-line",
                t("What is associated with an outcome will appear here"),
                t("Choose a model on the right and state what it asks."),
            )
            return
        error = standing.refusal or self._desk.error or next(iter(standing.flaws.values()), None)
        if error is not None:
            what, hint = t.error(error)
            self.notice.say("hand-palm", what, hint, hue="suspicious")
            return
        names = ", ".join(t(facts.input(key).label) for key in standing.missing)
        self.notice.say(
            "list-bullets", t("Still needed"), names,
            more=t("The curves appear as soon as these are stated."),
        )  # fmt: skip

    def _show_changes(self, changes: WhatIf) -> None:
        t, year, found = self._look.t, changes.year, changes.prognosis
        assert found.curve is not None
        assert found.untreated is not None
        shown = [found.untreated, found.curve] if found.curve.regimen else [found.curve]
        lines: list[str] = []
        for curve in shown:
            regimen = regimen_words(found.model, curve.regimen, t)
            people = survival_words(curve, year, t)
            lines.append(t("{regimen}: {people}", regimen=regimen, people=people))
        lines.append(swept_words(found, t) if found.swept else "")
        words = t.plural("After {n} year", "After {n} years", year)
        said = "\n".join([words, *filter(None, lines)])
        self._headline.setText(said)
        self.plot.show_changes(changes, said)
        self.people.show_changes(changes)
        self.treatments.show_changes(changes)
        self.influences.show_changes(changes)
        self._most_heading.setText(t("What would change this most, at {year} years", year=year))
        self._most_how.setText(
            t(
                "Choices over all their answers, stated intervals over their length, ages ten"
                " years either way, other numbers from half to twice. The mark is what is stated."
            )
        )

    def _show_alone(self) -> None:
        if self._desk.changes is not None:
            self.treatments.show_changes(self._desk.changes)

    def _show_score(self, facts: ModelFacts, found: Prognosis) -> None:
        t = self._look.t
        assert found.score is not None
        group = t(facts.groups[found.score.group])
        self.score.setText(group)
        score = decimal(found.score.value, t.language, 2)
        self._headline.setText(t("Score {score}, of the groups: {groups}", score=score,
                                 groups=", ".join(t(one) for one in facts.groups)))  # fmt: skip

    def _show_rest(self, facts: ModelFacts, found: Prognosis) -> None:
        t = self._look.t
        self._interval_words.setText(t(facts.intervals))
        warned = [remark_words(remark, t) for remark in found.remarks]
        self._warnings.setText("\n".join(warned))
        self._warnings.setVisible(bool(warned))
        assumed = "\n".join(filter(None, (assumed_words(found, t), eligibility_words(found, t))))
        self._assumed.setText(assumed)
        self._assumed.setVisible(bool(assumed))
        self._limits_heading.setText(t("What this rests on"))
        self._limits.setText("\n".join(_limit_lines(facts, self._look)))

    def _keep(self) -> None:
        self._desk.keep(in_report=self.in_report.isChecked())

    def _choose_year(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._desk.look_at(int(button.property("year")))

    def _state_kind(self, key: str, code: str) -> None:
        if (facts := self._desk.facts) is not None:
            self._desk.state(facts.input(key), code)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        head = row(self._title, self.in_report, spacing=SPACE_16)
        head.setStretch(0, 1)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self.score)
        layout.addWidget(self._headline)
        years = row(*self.years)
        years.addStretch(1)
        layout.addLayout(years)
        curves = QHBoxLayout(self._curves)
        curves.setContentsMargins(0, 0, 0, 0)
        curves.setSpacing(SPACE_24)
        plotted = _column([self.plot, self._interval_words], SPACE_4)
        plotted.addStretch(1)
        curves.addLayout(plotted, 3)
        counted = _column([self.people], SPACE_8)
        counted.addStretch(1)
        curves.addLayout(counted, 2)
        layout.addWidget(self._curves)
        self._treated.setLayout(_column([line(), self.treatments], SPACE_12))
        layout.addWidget(self._treated)
        parts = [line(), self._most_heading, self._most_how, self.influences]
        self._most.setLayout(_column(parts, SPACE_8))
        layout.addWidget(self._most)
        rest = [line(), self._warnings, self._assumed, self._limits_heading, self._limits]
        self._known.setLayout(_column(rest, SPACE_8))
        layout.addWidget(self._known)
        layout.addStretch(1)


def _column(widgets: Sequence[QWidget], spacing: int) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for widget in widgets:
        column.addWidget(widget)
    return column


def _limit_lines(facts: ModelFacts, look: Look) -> list[str]:
    """Intervals, trials elsewhere, limits, source, and what the program is for."""
    t = look.t
    return [
        t(facts.intervals),
        *(sentence_of(code, t) for code in facts.limits),
        *(t("Tried on {words}", words=validation_words(one, t)) for one in facts.validations),
        f"{t(facts.title)} {facts.version}. {facts.citation}. {t(facts.licence)}.",
        t("Research use only. Not a medical device."),
    ]
