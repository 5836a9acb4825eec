"""Across the top: who this is, how far the case is, and what the program must never hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress, line, show_when
from bedside_dx.ui.dates import written_date
from bedside_dx.ui.examination import State
from bedside_dx.ui.theme import PATIENT_BAR, SPACE_8, SPACE_12, SPACE_16, ThemeName

if TYPE_CHECKING:
    from bedside_dx.core.case import Patient
    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

_THEME_ICONS = {ThemeName.LIGHT: "sun", ThemeName.DARK: "moon", ThemeName.DIM: "moon-stars"}


class PatientBar(QWidget):
    """Patient, case state, badge and the switches that must be at hand.

    Signals
    -------
    identify_wanted, bedside_wanted, privacy_wanted, keys_wanted, self_check_wanted, models_wanted
        A person asks for the patient's fields, bedside mode, the privacy screen, the map of
        the keys, the self-check or the models.
    """

    identify_wanted = Signal()
    bedside_wanted = Signal()
    privacy_wanted = Signal()
    keys_wanted = Signal()
    self_check_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._name = Words("section")
        self._facts = Words("soft")
        self.identify = Button(look, "link", "identification-card")
        self._state = Words("soft")
        self._badge = Words("badge")
        self.language = Button(look, "quiet", "translate")
        self.theme = Button(look, "icon", "sun")
        self.bedside = Button(look, "icon", "bed")
        self.keys = Button(look, "icon", "keyboard")
        self.self_check = Button(look, "icon", "heartbeat")
        self.models = Button(look, "icon", "stack")
        self.privacy = Button(look, "icon", "prohibit")
        self.identify.clicked.connect(self.identify_wanted)
        self.language.clicked.connect(look.next_language)
        self.theme.clicked.connect(look.next_theme)
        self.bedside.clicked.connect(self.bedside_wanted)
        self.keys.clicked.connect(self.keys_wanted)
        self.self_check.clicked.connect(self.self_check_wanted)
        self.models.clicked.connect(self.models_wanted)
        self.privacy.clicked.connect(self.privacy_wanted)
        dress(self, "panel")
        self.setFixedHeight(PATIENT_BAR)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_16, 0, SPACE_12, 0)
        layout.setSpacing(SPACE_12)
        for widget in (self._name, self._facts, self.identify):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._state)
        layout.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        separator = line(vertical=True)
        separator.setFixedHeight(24)
        layout.addWidget(separator)
        layout.addWidget(self.language)
        layout.setSpacing(SPACE_8)
        tools = (self.models, self.self_check, self.keys, self.theme)
        for widget in (*tools, self.bedside, self.privacy):
            layout.addWidget(widget)
        workplace.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the patient and the state of the slide in front."""
        t, examination = self._look.t, self._workplace.current
        self._show_patient(examination, t)
        self._state.setText(state_words(examination, t))
        self._badge.setText(t("RESEARCH USE"))
        self._badge.setToolTip(t("AI-generated, not verified. Research use only."))
        other = t("Français") if self._look.language == "en" else t("English")
        self.language.setText("FR" if self._look.language == "en" else "EN")
        self.language.setAccessibleName(t("Language: {other}", other=other))
        self.language.setToolTip(other)
        self.theme.use_icon(_THEME_ICONS[self._look.theme])
        self.theme.say(t("Theme: light, dark, dim"), keys="F10")
        self.bedside.say(t("Bedside mode"), keys="F11")
        self.keys.say(t("Keys"), keys="F1")
        self.models.say(t("Models"), keys="F6")
        self.self_check.say(t("Self-check"), keys="F8")
        self.privacy.say(t("Privacy screen"), keys="F9")

    def _show_patient(self, examination: Examination | None, t: Texts) -> None:
        patient = examination.case.patient if examination else None
        named = patient is not None and patient.is_identified
        self._name.setVisible(named and bool(patient and patient.name))
        self._facts.setVisible(named)
        show_when(self.identify, examination is not None and not named)
        self.identify.say(t("No patient yet: enter two identifiers"))
        if patient is not None and named:
            self._name.setText(patient.name)
            self._facts.setText(patient_facts(patient, self._look.language, t))


def patient_facts(patient: Patient, language: str, t: Texts) -> str:
    """Birth and number of a patient, as far as they are known."""
    parts: list[str] = []
    if patient.born:
        parts.append(t("born {date}", date=written_date(patient.born, language)))
    if patient.identifier:
        parts.append(t("ID {identifier}", identifier=patient.identifier))
    return " · ".join(parts)


def state_words(examination: Examination | None, t: Texts) -> str:
    """Where the case stands, in a word or two."""
    if examination is None:
        return ""
    return {
        State.OPENING: t("Opening"),
        State.WAITING: t("Not analysed yet"),
        State.WORKING: t("Being analysed"),
        State.STOPPING: t("Stopping"),
        State.STOPPED: t("Stopped"),
        State.DONE: t("Analysed, not verified"),
        State.REFUSED: t("Refused"),
        State.FAILED: t("Failed"),
    }[examination.state]
