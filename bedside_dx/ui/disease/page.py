"""The inspector's second page: how far the disease is, what is associated with it, how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.ui.disease.course_form import CourseForm
from bedside_dx.ui.disease.desk import DiseaseDesk
from bedside_dx.ui.disease.notes import Section
from bedside_dx.ui.disease.prognosis_form import PrognosisForm
from bedside_dx.ui.disease.staging_form import StagingForm
from bedside_dx.ui.parts import PartsPage

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class DiseasePage(PartsPage[Section]):
    """What is stated is here, what follows is on the board."""

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__(look)
        self.desk = DiseaseDesk(workplace, self)
        self.staging = StagingForm(look, self.desk)
        self.prognosis = PrognosisForm(look, self.desk)
        self.course = CourseForm(look, self.desk)
        forms = {
            Section.STAGE: self.staging,
            Section.PROGNOSIS: self.prognosis,
            Section.COURSE: self.course,
        }
        self.hold(forms, self.desk.turn_to)
        self.desk.turned.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def needs_room(self) -> bool:
        """Whether what follows is shown on the board, at the width of the viewer."""
        return self.desk.notes.section is not Section.STAGE

    def refresh(self) -> None:
        """Show the part that a person turned to."""
        t = self._look.t
        words = {
            Section.STAGE: t("Stage"),
            Section.PROGNOSIS: t("Prognosis"),
            Section.COURSE: t("Course"),
        }
        self.show_part(self.desk.notes.section, words)
