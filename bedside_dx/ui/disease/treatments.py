"""Treatments to touch, and what each is associated with: alone, beside the others, together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QWidget

from bedside_dx.text.disease_words import benefit_words, gain_words, survival_words
from bedside_dx.ui.controls import Button, Words
from bedside_dx.ui.disease.survival_plot import curve_pen, steps_of
from bedside_dx.ui.disease.treatment_plan import plan_of
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_16

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.prognosis import ModelFacts, WhatIf
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Treatments(QWidget):
    """One row a treatment, in the model's order.

    Signals
    -------
    kind_stated
        Key of the input and code, where a treatment comes in several kinds.
    """

    kind_stated = Signal(str, str)

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._shown: object = None
        self.toggles: dict[str, Button] = {}
        self.kinds: dict[tuple[str, float], Button] = {}
        self._samples: dict[str, _Sample] = {}
        self._alone: dict[str, Words] = {}
        self._beside: dict[str, Words] = {}
        self._heads = [Words("heading", wrap=True) for _ in range(3)]
        self._none = Words()
        self._none_share, self._together = (Words("strong", wrap=True) for _ in range(2))
        self._none_sample = _Sample(look)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_16)
        self._grid.setVerticalSpacing(SPACE_8)
        self._grid.setColumnStretch(2, 1)
        self._grid.setColumnStretch(3, 1)

    def show_changes(self, changes: WhatIf) -> None:
        """Show what each treatment is associated with now."""
        facts = changes.prognosis.model
        if (facts.key, facts.version) != self._shown:
            self._shown = (facts.key, facts.version)
            self._make_rows(facts)
        t, year = self._look.t, changes.year
        heads = (
            t("Treatment"),
            t("Alone, after {year} years", year=year),
            t("Beside those above it"),
        )
        for head, words in zip(self._heads, heads, strict=True):
            head.setText(words)
        steps = steps_of(changes)
        self._none.setText(t("without further treatment"))
        self._none_share.setText(survival_words(steps[0], year, t))
        self._none_sample.show_line(0, len(steps))
        order = {next(iter(one.regimen)): (at, one) for at, one in enumerate(changes.in_order, 1)}
        for treatment in facts.treatments:
            key = treatment.key
            toggle, given = self.toggles[key], key in self._desk.given
            toggle.say(t(treatment.label))
            toggle.setChecked(given)
            alone = self._desk.alone.get(frozenset({key}))  # not known yet at the first turn
            counts = alone is None or alone.gain != 0
            toggle.setEnabled(given or counts or not treatment.flag)
            said = gain_words(alone, t) if alone is not None else ""
            self._alone[key].setText(said if counts else t("counts for nothing here"))
            at, one = order.get(key, (0, None))
            self._beside[key].setText(gain_words(one, t) if one is not None else "–")
            self._samples[key].show_line(at if given and at else None, len(steps))
        self._show_kinds(facts)
        self._together.setText(
            t("Together: {benefit}", benefit=benefit_words(facts, changes.together, t))
            if changes.together is not None
            else t("Touch a treatment to see what it is associated with.")
        )

    def _show_kinds(self, facts: ModelFacts) -> None:
        t = self._look.t
        flags = plan_of(facts).flags(plan_of(facts).all_keys, self._desk.stated_entries())
        for (flag, code), button in self.kinds.items():
            wanted = facts.input(flag)
            button.say(t((wanted.choices or {})[code]))
            button.setAccessibleName(
                t("{label}: {value}", label=t(wanted.label), value=button.text())
            )
            button.setChecked(flags[flag].value == code)

    def _make_rows(self, facts: ModelFacts) -> None:
        made = (self.toggles, self._samples, self._alone, self._beside, self.kinds)
        for widgets in made:
            for widget in widgets.values():
                widget.hide()
                widget.deleteLater()
        while self._grid.takeAt(0) is not None:
            pass
        self.toggles, self._samples, self._alone, self._beside, self.kinds = {}, {}, {}, {}, {}
        for column, head in zip((1, 2, 3), self._heads, strict=True):
            self._grid.addWidget(head, 0, column)
        self._grid.addWidget(self._none_sample, 1, 0)
        self._grid.addWidget(self._none, 1, 1)
        self._grid.addWidget(self._none_share, 1, 2)
        line = 2
        for treatment in facts.treatments:
            line = self._make_row(facts, treatment.key, line)
        self._grid.addWidget(self._together, line, 1, 1, 3)

    def _make_row(self, facts: ModelFacts, key: str, line: int) -> int:
        toggle = Button(self._look, "segment")
        toggle.setCheckable(True)
        toggle.clicked.connect(partial(self._toggle, key))
        self.toggles[key], self._samples[key] = toggle, _Sample(self._look)
        self._alone[key], self._beside[key] = Words("soft", wrap=True), Words(wrap=True)
        self._grid.addWidget(self._samples[key], line, 0)
        self._grid.addWidget(toggle, line, 1)
        self._grid.addWidget(self._alone[key], line, 2, _MIDDLE)
        self._grid.addWidget(self._beside[key], line, 3, _MIDDLE)
        kinds = plan_of(facts).generations(key)
        if kinds is None:
            return line + 1
        holder = QGridLayout()
        holder.setSpacing(SPACE_4)
        for at, code in enumerate(code for code in kinds.choices or {} if code):
            button = Button(self._look, "segment")
            button.setCheckable(True)
            button.clicked.connect(partial(self.kind_stated.emit, kinds.key, f"{code:g}"))
            self.kinds[kinds.key, code] = button
            holder.addWidget(button, 0, at)
        self._grid.addLayout(holder, line + 1, 1, 1, 3, Qt.AlignmentFlag.AlignLeft)
        return line + 2

    def _toggle(self, key: str) -> None:
        if (facts := self._desk.facts) is not None:
            self._desk.give(plan_of(facts).toggled(self._desk.given, key))


class _Sample(QWidget):
    """The stroke of a treatment's curve."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._line: tuple[int, int] | None = None
        self.setFixedSize(28, 12)
        look.changed.connect(self.update)

    def show_line(self, at: int | None, count: int) -> None:
        self._line = None if at is None else (at, count)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(curve_pen(self._look, *self._line))
        painter.drawLine(QPointF(1, 6), QPointF(27, 6))
        painter.end()
