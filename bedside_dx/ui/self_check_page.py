"""The self-check as a page over the window: what was found today, and each model over the days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from bedside_dx.core.checks import CheckStatus
from bedside_dx.ui.controls import Button, Words, dress, line, panel
from bedside_dx.ui.dates import written_date
from bedside_dx.ui.drift_plot import DriftPlot
from bedside_dx.ui.icons import icon
from bedside_dx.ui.measuring import measuring_words
from bedside_dx.ui.theme import SPACE_8, SPACE_12, SPACE_16, SPACE_24, SPACE_32

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QShowEvent

    from bedside_dx.core.checks import Check
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.self_check import SelfCheckDesk

SIGNS = {
    CheckStatus.FAIL: ("x-circle", "present"),
    CheckStatus.WARN: ("warning", "suspicious"),
    CheckStatus.OK: ("check-circle", "accent"),
}
"""Icon and hue of a status; its words differ too."""

WIDEST = 1240


class SelfCheckPage(QWidget):
    """Words left, plots right, and a button to check now.

    Signals
    -------
    left
        A person has seen enough.
    """

    left = Signal()

    def __init__(self, look: Look, desk: SelfCheckDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._title = Words("section")
        self._sentence = Words("soft", wrap=True)
        self.check_now = Button(look, "primary", "heartbeat")
        self.measure = Button(look, "quiet", "gauge")
        self.back = Button(look, "quiet", "arrow-left")
        self._found = _Column()
        self._over_days = _Column()
        self.check_now.clicked.connect(desk.start)
        self.measure.clicked.connect(desk.measure)
        self.back.clicked.connect(self.left)
        dress(self, "panel")
        self._lay_out()
        desk.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._desk.look_back()

    def refresh(self) -> None:
        """Draw what is known now."""
        t, desk = self._look.t, self._desk
        self._title.setText(t("Self-check"))
        self._sentence.setText(self._state_words(t))
        self.check_now.say(t("Check now"))
        self.check_now.setEnabled(not desk.is_running)
        self.measure.say(t("Measure speed"))
        self.measure.setEnabled(not desk.is_running)
        self.back.say(t("Back"), keys="Esc")
        self._show_found(t)
        self._show_over_days(t)

    def _state_words(self, t: Texts) -> str:
        desk = self._desk
        if desk.measuring.name:
            return measuring_words(desk.measuring, t)
        if desk.measuring.is_running and not desk.is_checking:
            return t("Measuring waits until the analysis is over.")
        if desk.is_running:
            return t("Running: a few seconds for each model. Everything else goes on.")
        if desk.error is not None:
            return " ".join(t.error(desk.error))
        if not desk.runs:
            return t("There was none yet. It runs by itself once a day.")
        last = desk.runs[-1]
        words = {
            CheckStatus.OK: t("all in order"),
            CheckStatus.WARN: t("in order, with something to see to"),
            CheckStatus.FAIL: t("not in order"),
        }[last.status]
        moment = written_moment(last.when, self._look.language)
        return t(
            "Last: {moment}, {words}. It runs by itself once a day.", moment=moment, words=words
        )

    def _show_found(self, t: Texts) -> None:
        """The worst first; without a self-check in this session, where to get one."""
        result = self._desk.result
        widgets: list[QWidget] = [_heading(t("What was found"))]
        if result is None:
            widgets.append(_soft(t("Nothing was checked since the window was opened.")))
        else:
            order = list(SIGNS)
            checks = sorted(result.checks, key=lambda check: order.index(check.status))
            widgets += [_CheckRow(self._look, check) for check in checks]
        self._found.fill(widgets)

    def _show_over_days(self, t: Texts) -> None:
        runs = self._desk.runs
        names = sorted({model.name for run in runs for model in run.models})
        widgets: list[QWidget] = [_heading(t("Over the days"))]
        for name in names:
            latest = next(m for run in reversed(runs) if (m := run.of_model(name)) is not None)
            words = Words("strong")
            provider = latest.provider or "–"
            words.setText(
                t("{model} on {provider}", model=f"{name} {latest.version}", provider=provider)
            )
            plot = DriftPlot(self._look)
            plot.show_runs(runs, name)
            plot.setAccessibleName(t("{model} over the days", model=name))
            widgets += [words, plot]
        if not names:
            widgets.append(_soft(t("After the first self-check each model has its line here.")))
        self._over_days.fill(widgets)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_16)
        asks = QHBoxLayout()
        asks.setSpacing(SPACE_12)
        for button in (self.measure, self.check_now):
            asks.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(SPACE_8)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        head.addLayout(asks)
        head.setAlignment(asks, Qt.AlignmentFlag.AlignTop)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_32)
        columns.addWidget(self._found, 1)
        columns.addWidget(line(vertical=True))
        columns.addWidget(self._over_days, 1)
        page = QWidget()
        page.setMaximumWidth(WIDEST)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACE_32, SPACE_32, SPACE_32, SPACE_24)
        layout.setSpacing(SPACE_16)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addLayout(columns, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        outer.addWidget(page, 100)
        outer.addStretch(1)


class _Column(QScrollArea):
    """A column that scrolls and is filled anew."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def fill(self, widgets: list[QWidget]) -> None:
        """Show these instead of what is there; stay where a person has scrolled to."""
        place = self.verticalScrollBar().value()
        page = panel()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, SPACE_12, 0)
        layout.setSpacing(SPACE_12)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(page)
        self.verticalScrollBar().setValue(place)


class _CheckRow(QWidget):
    """One finding: its sign and its words."""

    def __init__(self, look: Look, check: Check) -> None:
        super().__init__()
        name, hue = SIGNS[check.status]
        sign = QLabel()
        sign.setPixmap(icon(name, look.color(hue).name()).pixmap(16, 16))
        words = Words("" if check.status is not CheckStatus.OK else "soft", wrap=True)
        words.setText(look.t.check(check))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1)


def written_moment(when: datetime, language: str) -> str:
    """Write a moment to the minute, in this machine's time."""
    here = when.astimezone()
    return f"{written_date(here.date(), language)} {here:%H:%M}"


def _heading(text: str) -> Words:
    words = Words("heading")
    words.setText(text)
    return words


def _soft(text: str) -> Words:
    words = Words("soft", wrap=True)
    words.setText(text)
    return words
