"""What a person works at: patient above, slides left, tissue in the middle, verdict right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from bedside_dx.ui.cases_rail import CasesRail
from bedside_dx.ui.ground import lay_out
from bedside_dx.ui.inspector import Inspector
from bedside_dx.ui.measuring import Measuring
from bedside_dx.ui.patient_bar import PatientBar
from bedside_dx.ui.self_check import SelfCheckDesk
from bedside_dx.ui.self_check_strip import SelfCheckStrip
from bedside_dx.ui.stage import Stage
from bedside_dx.ui.status_line import StatusLine

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class Desk(QWidget):
    """The panels of the window, side by side.

    Attributes
    ----------
    middle
        The slide, or what a page of the inspector shows in its room.
    """

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self.patient_bar = PatientBar(look, workplace)
        self.rail = CasesRail(look, workplace)
        self.stage = Stage(look, workplace)
        self.inspector = Inspector(look, workplace)
        self.measuring = Measuring(workplace, self)
        self.status_line = StatusLine(look, workplace, self.measuring)
        self.self_check = SelfCheckDesk(workplace, self.measuring, self)
        self.self_check_strip = SelfCheckStrip(look, self.self_check)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.stage)
        panels = (self.patient_bar, self.rail, self.middle, self.inspector, self.status_line)
        lay_out(self, panels).insertWidget(1, self.self_check_strip)
