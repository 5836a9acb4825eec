"""Right: the pages that follow the flow, the patch that was clicked, and the next action."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.ui import pages
from bedside_dx.ui.controls import Button, dress, line, panel
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.theme import INSPECTOR, SPACE_4, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from bedside_dx.core.prognosis import WhatIf
    from bedside_dx.ui.disease.page import DiseasePage
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.patch_section import PatchSection
    from bedside_dx.ui.report_page import ReportPage
    from bedside_dx.ui.therapy.desk import Alone
    from bedside_dx.ui.therapy.page import TherapyPage
    from bedside_dx.ui.verdict_page import VerdictPage
    from bedside_dx.ui.work_bar import WorkBar
    from bedside_dx.ui.workplace import Workplace


class Inspector(QWidget):
    """Verdict, disease, therapy and report of the slide in front.

    Signals
    -------
    open_wanted
        A person wants to open a slide.
    rules_wanted, model_wanted
        A person wants to read the rules of the verdict, or about the model.
    place_chosen
        `RegionPx` of a reason.
    mark_chosen
        Number of a class, from 1, whose marks a person wants to see.
    patch_closed
        No patch is looked at any more.
    turned
        `Page` that is shown now.
    """

    place_chosen = Signal(object)
    mark_chosen = Signal(int)
    patch_closed = Signal()
    open_wanted = Signal()
    rules_wanted = Signal()
    model_wanted = Signal()
    turned = Signal(int)

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._patch_holder, self._work_holder = QWidget(), QWidget()
        self._page = Page.VERDICT
        self._greeting = Notice(look)
        self.tabs = tuple(Button(look, "tab") for _ in Page)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._greeted())
        group = QButtonGroup(self)
        for number, tab in enumerate(self.tabs):
            tab.setCheckable(True)
            group.addButton(tab, number)
        group.idClicked.connect(self.turn_to)
        self.rules = Button(look, "icon", "list-numbers")
        self.rules.clicked.connect(self.rules_wanted)
        dress(self, "panel")
        self.setFixedWidth(INSPECTOR)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_24 - 4, 0, SPACE_16, 0)
        head.setSpacing(SPACE_4)
        for tab in self.tabs:
            head.addWidget(tab)
        head.addStretch(1)
        head.addWidget(self.rules)
        for holder in (self._patch_holder, self._work_holder):
            QVBoxLayout(holder).setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._patch_holder)
        layout.addWidget(self._work_holder)
        workplace.changed.connect(self._bring_page)
        look.changed.connect(self.refresh)
        self.refresh()
        self.turn_to(Page.VERDICT)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._page

    @cached_property
    def verdict(self) -> VerdictPage:
        """The first page; made with the first slide."""
        page = pages.VerdictPage(self._look, self._workplace)
        page.open_wanted.connect(self.open_wanted)
        page.rules_wanted.connect(self.rules_wanted)
        page.model_wanted.connect(self.model_wanted)
        page.place_chosen.connect(self.place_chosen)
        page.mark_chosen.connect(self.mark_chosen)
        self._pages.addWidget(page)
        return page

    @cached_property
    def disease(self) -> DiseasePage:
        """The second page; made, and its models loaded, when it is first turned to."""
        page = pages.DiseasePage(self._look, self._workplace)
        self._pages.addWidget(page)
        return page

    @cached_property
    def therapy(self) -> TherapyPage:
        """The third page; made, and the knowledge packs read, when it is first turned to."""
        page = pages.TherapyPage(self._look, self._workplace, self._modelled_alone, self._modelled)
        self._pages.addWidget(page)
        return page

    @cached_property
    def report(self) -> ReportPage:
        """The last page; made when it is first turned to."""
        page = pages.ReportPage(self._look, self._workplace)
        self._pages.addWidget(page)
        return page

    @cached_property
    def patch(self) -> PatchSection:
        """The patch that was clicked; made with the first of them."""
        section = pages.PatchSection(self._look, self._workplace)
        section.closed.connect(self.patch_closed)
        _put(section, self._patch_holder)
        return section

    @cached_property
    def work(self) -> WorkBar:
        """The next action; made with the first slide."""
        bar = pages.WorkBar(self._look, self._workplace, self._work_holder)
        bar.save_wanted.connect(self.save)
        _put(bar, self._work_holder)
        return bar

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.tabs[0].say(t("Verdict"), keys="Alt+1")
        self.tabs[1].say(t("Disease"), keys="Alt+2")
        self.tabs[2].say(t("Therapy"), keys="Alt+3")
        self.tabs[3].say(t("Report"), keys="Alt+4")
        self.rules.say(t("Rules of the verdict"), keys="F2")
        self._greeting.say(
            "arrow-bend-left-up",
            t("The verdict will appear here"),
            t("Start with a slide or a scan: drop it on the window, or open it."),
        )

    def turn_to(self, page: int) -> None:
        """Show a `Page`."""
        self._page = Page(page)
        self.tabs[page].setChecked(True)
        self._patch_holder.setVisible(page == Page.VERDICT)
        self._bring_page()
        self.turned.emit(page)

    def close_patch(self) -> None:
        """Look at no patch any more."""
        if "patch" in self.__dict__:
            self.patch.close_patch()

    def _modelled_alone(self) -> Alone:
        """What the disease page's model associates with each treatment, if it was turned to."""
        if "disease" not in self.__dict__:
            return None, {}
        desk = self.disease.desk
        return (desk.facts, desk.alone) if desk.changes is not None else (None, {})

    def _modelled(self) -> WhatIf | None:
        """What the disease page's model associates with the treatments that are looked at."""
        return self.disease.desk.changes if "disease" in self.__dict__ else None

    def _bring_page(self) -> None:
        """Bring the page turned to; while there is no slide and nothing to say, a greeting."""
        workplace = self._workplace
        if workplace.current is not None:
            _ = self.work
        if self._page == Page.REPORT:
            self._pages.setCurrentWidget(self.report)
        elif self._page == Page.THERAPY:
            self._pages.setCurrentWidget(self.therapy)
        elif self._page == Page.DISEASE:
            self._pages.setCurrentWidget(self.disease)
        elif workplace.current is not None or workplace.hindrance is not None:
            self._pages.setCurrentWidget(self.verdict)
        else:
            self._pages.setCurrentIndex(0)

    def _greeted(self) -> QWidget:
        page = panel()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
        layout.addWidget(self._greeting)
        layout.addStretch(1)
        return page

    def save(self) -> None:
        """Save the report, with disease and therapy as they stand, and show what was written."""
        if "disease" in self.__dict__:
            self.disease.desk.settle()
        if "therapy" in self.__dict__:
            self.therapy.settle()
        self.turn_to(Page.REPORT)
        self.report.save()

    def hold_back(self) -> bool:
        """Whether the window is to stay once more: something typed would be lost; it is shown."""
        if "therapy" not in self.__dict__ or not self.therapy.hold_back():
            return False
        self.turn_to(Page.THERAPY)
        return True

    def identify(self) -> None:
        """Go to the patient's fields."""
        self.turn_to(Page.REPORT)
        self.report.form.name.setFocus()


def _put(widget: QWidget, holder: QWidget) -> None:
    layout = holder.layout()
    if layout is not None:
        layout.addWidget(widget)
