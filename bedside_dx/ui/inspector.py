"""Right: the pages that follow the flow, the patch that was clicked, and the next action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, dress, line
from bedside_dx.ui.patch_section import PatchSection
from bedside_dx.ui.report_page import ReportPage
from bedside_dx.ui.theme import INSPECTOR, SPACE_16, SPACE_24
from bedside_dx.ui.verdict_page import VerdictPage
from bedside_dx.ui.work_bar import WorkBar

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class Inspector(QWidget):
    """Verdict and report of the slide in front.

    Signals
    -------
    open_wanted
        A person wants to open a slide.
    rules_wanted, model_wanted
        A person wants to read the rules of the verdict, or about the model.
    """

    open_wanted = Signal()
    rules_wanted = Signal()
    model_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look = look
        self.verdict = VerdictPage(look, workplace)
        self.report = ReportPage(look, workplace)
        self.patch = PatchSection(look, workplace)
        self._patch_holder = QWidget()
        self.work = WorkBar(look, workplace)
        self.tabs = (Button(look, "tab"), Button(look, "tab"))
        self._pages = QStackedWidget()
        group = QButtonGroup(self)
        for number, (tab, page) in enumerate(
            zip(self.tabs, (self.verdict, self.report), strict=True)
        ):
            tab.setCheckable(True)
            group.addButton(tab, number)
            self._pages.addWidget(page)
        group.idClicked.connect(self.turn_to)
        self.rules = Button(look, "icon", "list-numbers")
        self.rules.clicked.connect(self.rules_wanted)
        self.verdict.open_wanted.connect(self.open_wanted)
        self.verdict.rules_wanted.connect(self.rules_wanted)
        self.verdict.model_wanted.connect(self.model_wanted)
        self.work.save_wanted.connect(self.save)
        dress(self, "panel")
        self.setFixedWidth(INSPECTOR)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_24 - 4, 0, SPACE_24, 0)
        head.setSpacing(SPACE_16)
        for tab in self.tabs:
            head.addWidget(tab)
        head.addStretch(1)
        head.addWidget(self.rules)
        holder = QVBoxLayout(self._patch_holder)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addWidget(self.patch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._patch_holder)
        layout.addWidget(self.work)
        look.changed.connect(self.refresh)
        self.refresh()
        self.turn_to(0)

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.tabs[0].say(t("Verdict"), keys="Alt+1")
        self.tabs[1].say(t("Report"), keys="Alt+2")
        self.rules.say(t("Rules of the verdict"), keys="F2")

    def turn_to(self, page: int) -> None:
        """Show a page: 0 verdict, 1 report."""
        self.tabs[page].setChecked(True)
        self._pages.setCurrentIndex(page)
        self._patch_holder.setVisible(page == 0)

    def save(self) -> None:
        """Save the report, and show what was written."""
        self.turn_to(1)
        self.report.save()

    def identify(self) -> None:
        """Go to the patient's fields."""
        self.turn_to(1)
        self.report.form.name.setFocus()
