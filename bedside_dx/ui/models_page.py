"""The place of the models: what is installed, and how another one comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from bedside_dx.ui import update_jobs
from bedside_dx.ui.background import Background
from bedside_dx.ui.controls import Button, line
from bedside_dx.ui.cover_page import CoverPage
from bedside_dx.ui.import_panel import ImportPanel
from bedside_dx.ui.model_import import ModelImport
from bedside_dx.ui.model_rows import ModelRows
from bedside_dx.ui.precision_choice import PrecisionChoice
from bedside_dx.ui.theme import SPACE_16, SPACE_24, SPACE_32

if TYPE_CHECKING:
    from bedside_dx.core.pace import Way
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.measuring import Measuring
    from bedside_dx.ui.workplace import Workplace

COLUMN = 460
"""Width of a column, px: lines that can be read at a glance."""


class ModelsPage(CoverPage):
    """Installed models on the left; on the right what can be done about them.

    Signals
    -------
    updates_wanted
        A person wants what another hospital has signed.
    """

    updates_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace, measuring: Measuring) -> None:
        super().__init__(look)
        self._workplace, self._measuring = workplace, measuring
        self._ways_of: object = None
        self.work = ModelImport(self)
        self.rows = ModelRows(look, measuring)
        self.precision = PrecisionChoice(look, workplace)
        self.importing = ImportPanel(look, self.work)
        self.elsewhere = Button(look, "quiet", "package")
        self.elsewhere.clicked.connect(self.updates_wanted)
        self._lay_out()
        self.work.installed.connect(self._take_in)
        self._background = Background(self)
        self.rows.unwanted.connect(self._remove)
        workplace.changed.connect(self.refresh)
        measuring.changed.connect(self.rows.refresh_ways)
        measuring.measured.connect(self._look_up_ways)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the models that are installed now."""
        t = self._look.t
        self.name(t("Models"))
        self.elsewhere.say(t("Models from another hospital"), keys="F7")
        self.rows.show_models(self._workplace.models)
        if self._ways_of != (asked := (self._workplace.models, self._workplace.settings.precision)):
            self._ways_of = asked
            self._look_up_ways()

    def close_work(self) -> None:
        """Stop an import that is running, and wait for a removal."""
        self.work.close()
        self._background.close()

    def _take_in(self) -> None:
        """Show a model that was installed, and measure how it runs best."""
        self._workplace.reload_models()
        if self.work.card is not None:
            self._measuring.measure([self.work.card.name])

    def _look_up_ways(self) -> None:
        settings, asked = self._workplace.settings, self._ways_of

        def look_up() -> dict[str, Way]:
            from bedside_dx.app.pacing import ways  # noqa: PLC0415 - it brings heavy rooms along

            return ways(settings)

        def show(found: dict[str, Way]) -> None:
            if asked == self._ways_of:  # an older answer may come last
                self.rows.show_ways(found)

        self._background.run(look_up, show, lambda _error: None)

    def _remove(self, name: str) -> None:
        row = next(row for row in self.rows.rows if row.card.name == name)
        self._background.run(
            lambda: update_jobs.remove(name),
            lambda _left: self._workplace.reload_models(),
            row.refuse,
        )

    def _lay_out(self) -> None:
        installed = QVBoxLayout()
        installed.setSpacing(SPACE_16)
        installed.addWidget(self.rows, 1)
        installed.addWidget(line())
        installed.addWidget(self.precision)
        installed.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeft)
        self.precision.setFixedWidth(COLUMN)
        for part in (self.rows, self.importing):
            part.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            part.setFixedWidth(COLUMN)
        columns = self._columns
        columns.setContentsMargins(SPACE_32, SPACE_24, SPACE_32, SPACE_24)
        columns.setSpacing(SPACE_32)
        columns.addLayout(installed)
        columns.addWidget(line(vertical=True))
        columns.addWidget(self.importing)
        columns.addStretch(1)
