"""The inspector's first page: from the open slide to its verdict, in each of its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from bedside_dx.core.errors import ScaleError
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.verdict import Status
from bedside_dx.ui.controls import panel, show_when
from bedside_dx.ui.examination import State
from bedside_dx.ui.fractions_panel import FractionsPanel
from bedside_dx.ui.marks_card import MarksCard
from bedside_dx.ui.model_chooser import ModelChooser
from bedside_dx.ui.notice import Notice
from bedside_dx.ui.part_form import PartForm
from bedside_dx.ui.scale_form import ScaleForm
from bedside_dx.ui.slide_facts import SlideFactsPanel
from bedside_dx.ui.theme import SPACE_16, SPACE_24
from bedside_dx.ui.verdict_card import INSPECTOR_CARD, VerdictCard

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

LOW_WINDOW, LOW_PICTURE = 800, 36
"""Height of a window under which the pictures of the reasons are this small, px: the next step is
to be seen without scrolling."""
NEEDS_SELF_CHECK = frozenset({"inference.failed", "inference.not-finite", "model.golden-mismatch"})
"""Errors whose own hint is for a terminal: at the bedside there is none."""


class VerdictPage(QScrollArea):
    """What is known of the slide in front, and the next thing to do about it.

    Signals
    -------
    place_chosen
        `RegionPx` of a reason.
    mark_chosen
        Number of a class, from 1, whose marks a person wants to see.
    open_wanted
        A person wants to open a slide.
    rules_wanted, model_wanted
        A person wants to read the rules of the verdict, or about the model.
    """

    place_chosen = Signal(object)
    mark_chosen = Signal(int)
    open_wanted = Signal()
    rules_wanted = Signal()
    model_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self.notice = Notice(look)
        self.card = VerdictCard(look, workplace)
        self.marks = MarksCard(look)
        self.fractions = FractionsPanel(look)
        self.facts = SlideFactsPanel(look)
        self.chooser = ModelChooser(look)
        self.scale_form = ScaleForm(look)
        self.part_form = PartForm(look)
        self.part_form.confirmed.connect(lambda: workplace.state_part("HEAD"))
        self.part_form.taken_back.connect(workplace.take_back_part)
        self.notice.acted.connect(self._act)
        self.card.place_chosen.connect(self.place_chosen)
        self.card.foot.rules_wanted.connect(self.rules_wanted)
        self.card.foot.model_wanted.connect(self.model_wanted)
        self.marks.model_wanted.connect(self.model_wanted)
        self.marks.slice_wanted.connect(self.mark_chosen)
        self.chooser.chosen.connect(workplace.choose)
        self.facts.change_wanted.connect(self._correct_scale)
        self.scale_form.entered.connect(self._use_scale)
        self._correcting = False
        workplace.switched.connect(self._greet)
        page = panel()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
        layout.setSpacing(SPACE_24)
        for part in self._parts():
            layout.addWidget(part)
        layout.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        workplace.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # By the window, not by the page: a patch that opens below must not move the reasons.
        is_low = self.window().height() < LOW_WINDOW
        for reason in self.card.reasons:
            reason.set_side(LOW_PICTURE if is_low else INSPECTOR_CARD.picture)

    def refresh(self) -> None:
        """Show the state of the slide in front."""
        examination = self._workplace.current
        shown = self._shown(examination)
        for part in self._parts():
            show_when(part, part in shown)
        if self.notice in shown:
            self._say(examination)
        if examination is None:
            return
        diagnosis, findings = examination.diagnosis, examination.findings
        if self.card in shown and diagnosis and findings:
            self.card.show_diagnosis(
                diagnosis,
                findings.model,
                is_running=examination.is_busy,
                pictures=len(findings.cells),
            )
            self.fractions.show_fractions(diagnosis, findings.model)
        if self.marks in shown and examination.marked is not None:
            self.marks.show_marks(examination.marked)
        self.facts.show_slide(examination)
        self.chooser.show_models(self._workplace.models_for(examination), examination.choice)
        needed = examination.needs_scale or self._correcting
        self.scale_form.ask(examination, is_needed=needed)

    def _parts(self) -> tuple[QWidget, ...]:
        above = (self.notice, self.card, self.marks, self.part_form, self.fractions)
        return (*above, self.facts, self.scale_form, self.chooser)

    def _shown(self, examination: Examination | None) -> set[QWidget]:
        if examination is None or examination.state is State.OPENING:
            return {self.notice}
        if self._workplace.hindrance:
            return {self.notice}
        has_card = examination.diagnosis is not None and examination.findings is not None
        if has_card:
            shown: set[QWidget] = {self.card} | self._shares(examination)
            if examination.is_busy:
                return shown
            is_stated = examination.other_series is None and bool(examination.stated_part())
            self.part_form.ask(is_stated=is_stated)
            if examination.needs_part or is_stated:
                shown.add(self.part_form)
            if examination.state is not State.DONE:
                shown.add(self.notice)
        elif examination.is_busy:
            return {self.notice}
        elif examination.marked is not None:
            shown = {self.marks}
            if examination.state is not State.DONE:
                shown.add(self.notice)
        else:
            shown = set() if examination.state is State.WAITING else {self.notice}
        if examination.is_open:
            shown |= {self.facts, self.chooser}
        missing = examination.slide is not None and examination.scale is None and not has_card
        if examination.needs_scale or self._correcting or missing:
            shown.add(self.scale_form)
        return shown

    def _shares(self, examination: Examination) -> set[QWidget]:
        """The shares mean something where there is more than one patch and a verdict on them."""
        diagnosis, findings = examination.diagnosis, examination.findings
        told = diagnosis is not None and diagnosis.status is not Status.CANNOT_SAY
        many = findings is not None and findings.model.input is ModelInput.PATCHES
        return {self.fractions} if told and many else set()

    def _act(self) -> None:
        """Do what the notice offers: open a slide, or settle the rules."""
        wanted = self.rules_wanted if self._workplace.rules.error else self.open_wanted
        wanted.emit()

    def _correct_scale(self) -> None:
        self._correcting = True
        self.refresh()
        self.scale_form.field.setFocus()
        self.ensureWidgetVisible(self.scale_form)

    def _use_scale(self, um_per_px: float) -> None:
        self._correcting = False
        self._workplace.enter_spacing(um_per_px)

    def _greet(self) -> None:
        self._correcting = False
        self.refresh()
        if not self.scale_form.isHidden() and self.scale_form.isEnabled():
            self.scale_form.field.setFocus()

    def _say(self, examination: Examination | None) -> None:
        t, error = self._look.t, self._workplace.hindrance
        if error is None and examination is not None:
            error = examination.error
        if error is not None:
            what, hint = t.error(error)
            if error.code in NEEDS_SELF_CHECK:
                hint = t("Run the self-check (bedside-dx doctor), or ask your administrator.")
            self._say_error(examination, what, hint, is_scale=isinstance(error, ScaleError))
        elif examination is None:
            return
        elif examination.state is State.OPENING:
            self.notice.say(
                "hourglass-medium", t("Opening the file"), t("This takes a few seconds.")
            )
        elif examination.state is State.STOPPED:
            self.notice.say(
                "hand-palm",
                t("Stopped"),
                t("What was read until then stays. Go on anytime."),
            )
        else:
            self.notice.say(
                "hourglass-medium",
                t("Reading begins"),
                t("The first result comes within seconds; the heatmap grows over the tissue.")
                if examination.network is None
                else t("The marks are laid over the slices when all of the series is read."),
            )

    def _say_error(
        self, examination: Examination | None, what: str, hint: str, *, is_scale: bool
    ) -> None:
        t = self._look.t
        failed = examination is not None and examination.state is State.FAILED
        kept = ""
        if failed and examination is not None and examination.diagnosis:
            share = examination.diagnosis.coverage.analysed
            kept = t("What was read before is kept: {share:percent} of the tissue.", share=share)
        unopened = examination is not None and not examination.is_open and not is_scale
        self.notice.say(
            "warning-circle" if failed else "hand-palm",
            what,
            hint,
            more=kept,
            action=self._action(t, unopened=unopened),
            hue="suspicious",
        )

    def _action(self, t: Texts, *, unopened: bool) -> str:
        if self._workplace.rules.error:
            return t("Rules of the verdict")
        return t("Open another slide…") if unopened else ""
