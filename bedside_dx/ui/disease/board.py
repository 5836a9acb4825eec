"""Over the viewer, while the disease page is open: what follows from what is stated beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.ui.disease.course_board import CourseBoard
from bedside_dx.ui.disease.notes import Section
from bedside_dx.ui.disease.prognosis_board import PrognosisBoard
from bedside_dx.ui.parts import PartsBoard

if TYPE_CHECKING:
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look


class DiseaseBoard(PartsBoard[Section]):
    """Prognosis or course; a stage group is read beside the slide."""

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__(look)
        self._desk = desk
        self.prognosis, self.course = PrognosisBoard(look, desk), CourseBoard(look, desk)
        self.hold({Section.PROGNOSIS: self.prognosis, Section.COURSE: self.course})
        desk.turned.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the part that the page is at."""
        t, section = self._look.t, self._desk.notes.section
        is_course = section is Section.COURSE
        self.show_part(section, t("Course") if is_course else t("Prognosis and what if"))
