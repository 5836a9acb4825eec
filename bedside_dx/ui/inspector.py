"""Right: the pages that follow the flow, the patch that was clicked, and the next action."""

from __future__ import annotations

from enum import IntEnum
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
    from bedside_dx.ui.disease.page import DiseasePage
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class Page(IntEnum):
    """Pages in the order of the flow; Alt and their place turns to them."""

    VERDICT = 0
    DISEASE = 1
    REPORT = 2


class Inspector(QWidget):
    """Verdict, disease and report of the slide in front.

    Signals
    -------
    open_wanted
        A person wants to open a slide.
    rules_wanted, model_wanted
        A person wants to read the rules of the verdict, or about the model.
    turned
        `Page` that is shown now.
    """

    open_wanted = Signal()
    rules_wanted = Signal()
    model_wanted = Signal()
    turned = Signal(int)

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._disease: DiseasePage | None = None
        self._disease_holder = QWidget()
        QVBoxLayout(self._disease_holder).setContentsMargins(0, 0, 0, 0)
        self.verdict = VerdictPage(look, workplace)
        self.report = ReportPage(look, workplace)
        self.patch = PatchSection(look, workplace)
        self._patch_holder = QWidget()
        self.work = WorkBar(look, workplace)
        self.tabs = tuple(Button(look, "tab") for _ in Page)
        self._pages = QStackedWidget()
        group = QButtonGroup(self)
        for number, (tab, page) in enumerate(
            zip(self.tabs, (self.verdict, self._disease_holder, self.report), strict=True)
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
        self.turn_to(Page.VERDICT)

    @property
    def disease(self) -> DiseasePage:
        """The disease page; made, and its models loaded, when it is first asked for."""
        if self._disease is None:
            from bedside_dx.ui.disease.page import DiseasePage  # noqa: PLC0415 - not at the start

            self._disease = DiseasePage(self._look, self._workplace)
            layout = self._disease_holder.layout()
            assert layout is not None
            layout.addWidget(self._disease)
        return self._disease

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return Page(self._pages.currentIndex())

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.tabs[0].say(t("Verdict"), keys="Alt+1")
        self.tabs[1].say(t("Disease"), keys="Alt+2")
        self.tabs[2].say(t("Report"), keys="Alt+3")
        self.rules.say(t("Rules of the verdict"), keys="F2")

    def turn_to(self, page: int) -> None:
        """Show a `Page`."""
        if page == Page.DISEASE:
            self.disease.show()
        self.tabs[page].setChecked(True)
        self._pages.setCurrentIndex(page)
        self._patch_holder.setVisible(page == Page.VERDICT)
        self.turned.emit(page)

    def save(self) -> None:
        """Save the report, with the disease as it stands, and show what was written."""
        if self._disease is not None:
            self._disease.desk.settle()
        self.turn_to(Page.REPORT)
        self.report.save()

    def identify(self) -> None:
        """Go to the patient's fields."""
        self.turn_to(Page.REPORT)
        self.report.form.name.setFocus()
