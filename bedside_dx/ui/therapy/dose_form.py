"""Which drug, and what its dose depends on: a form made of what the sourced rows ask."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bedside_dx.app.dosing import in_mg_dl
from bedside_dx.core.prognosis import Entry
from bedside_dx.text.numbers import decimal
from bedside_dx.ui.controls import Button, Words, line, row, show_when
from bedside_dx.ui.disease.input_row import FIELD, InputRow
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12
from bedside_dx.ui.therapy.dose_desk import IN_MG_DL, NEEDS_A_CLICK

if TYPE_CHECKING:
    from bedside_dx.app.dosing import Asked
    from bedside_dx.core.dosing import Drug
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.dose_desk import DoseDesk


class DoseForm(QWidget):
    """Drug, and a row for each thing that its dose asks."""

    def __init__(self, look: Look, desk: DoseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._heading, self._hint = Words("heading"), Words("soft", wrap=True)
        self.drug = Picker(look)
        self.drug.setSizeAdjustPolicy(Picker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.drug.setMinimumContentsLength(10)
        self.drug.activated.connect(self._choose)
        self._unit_words = Words()
        self.units = {in_mg: Button(look, "segment") for in_mg in (False, True)}
        for in_mg, button in self.units.items():
            button.setCheckable(True)
            button.clicked.connect(partial(self._turn_unit, in_mg))
        self._unit_row = QWidget()
        units = row(self._unit_words, *self.units.values(), spacing=SPACE_4)
        units.setStretch(0, 1)
        self._unit_row.setLayout(units)
        self.loading = Button(look, "segment")
        self.loading.setCheckable(True)
        self.loading.clicked.connect(self._turn_loading)
        self.rows: dict[str, InputRow] = {}
        self.earlier: dict[str, QLineEdit] = {}
        self._asked_heading = Words("heading")
        self._inputs: QWidget | None = None
        self._made_of: object = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_8)
        for widget in (self._heading, self.drug, self._hint, self._asked_heading, self._unit_row):
            self._layout.addWidget(widget)
        desk.turned.connect(self._fill)
        desk.changed.connect(self.refresh)
        desk.field_wanted.connect(self.go_to)
        look.changed.connect(self._fill)
        self._fill()

    def refresh(self) -> None:
        """Show what is wrong, and what is still needed."""
        t, desk = self._look.t, self._desk
        drug = desk.drug
        self._heading.setText(t("Drug"))
        self.drug.setAccessibleName(t("Drug"))
        self._hint.setText(
            t("Only drugs with a sourced dose are listed. Missing here says nothing about a drug.")
        )
        self._hint.setVisible(drug is None)
        self._asked_heading.setText(t("What the dose depends on"))
        self._asked_heading.setVisible(drug is not None)
        self._unit_words.setText(t("The laboratory's unit"))
        for in_mg, words in ((False, "µmol/L"), (True, "mg/dL")):
            self.units[in_mg].say(words)
            self.units[in_mg].setAccessibleName(
                t("{label}: {value}", label=self._unit_words.text(), value=words)
            )
            self.units[in_mg].setChecked(desk.notes.in_mg_dl is in_mg)
        show_when(self._unit_row, any(key in IN_MG_DL for key in self.rows))
        self.loading.say(t("First time: loading dose"))
        self.loading.setChecked(desk.notes.is_first)
        for name, field in self.earlier.items():
            field.setAccessibleName(t("Earlier {drug}, mg/m²", drug=name))
        missing = {one.wanted.key for one in desk.asked if one.needed}
        for key, shown in self.rows.items():
            error = desk.flaws.get(key)
            slip = error is not None and error.code in NEEDS_A_CLICK
            stated = desk.notes.texts.get(key, "")
            entry = Entry(desk.values.get(key, 0.0)) if stated else None
            shown.show_state(entry, error, None, slip=slip, needed=key in missing, terse=True)
            shown.note(self._origin_words(key))

    def go_to(self, key: str) -> None:
        """Put the keyboard where something is to be stated."""
        if (shown := self.rows.get(key)) is not None:
            shown.take_focus()

    # --- inside ------------------------------------------------------------------------

    def _origin_words(self, key: str) -> str:
        """Where a number comes from, where it is not as somebody typed it."""
        desk = self._desk
        age = desk.notes.texts.get("age", "")
        if key == "age" and age and age == desk.notes.age_by_birth:
            return self._look.t("from the date of birth")
        if key not in IN_MG_DL or not desk.notes.in_mg_dl or key not in desk.values:
            return ""
        return f"= {decimal(desk.values[key], self._look.language, 1)}\u00a0µmol/L"

    def _fill(self) -> None:
        """Make the rows of the drug that is chosen."""
        self._list_drugs()
        desk = self._desk
        made_of = (
            id(desk.notes), desk.notes.age_by_birth, self._look.language,
            desk.notes.in_mg_dl, desk.notes.drug, tuple(one.wanted.key for one in desk.asked),
            desk.notes.texts.get("had-earlier"),
            self._has_loading,
        )  # fmt: skip
        if made_of != self._made_of:
            self._made_of = made_of
            self._make_inputs()
        self.refresh()

    @property
    def _has_loading(self) -> bool:
        drug, chosen = self._desk.drug, self._desk.notes.row
        rows = drug.rows if drug is not None else ()
        return any(
            one.first_amount is not None and (one.key == chosen or len(rows) == 1) for one in rows
        )

    def _list_drugs(self) -> None:
        t = self._look.t
        known = sorted(self._desk.drugs.values(), key=lambda drug: t.of(drug.name))
        self.drug.clear()
        self.drug.addItem(t("Choose a drug…"), "")
        for drug in known:
            self.drug.addItem(_drug_words(drug, t.of(drug.name)), drug.key)
        self.drug.setCurrentIndex(max(self.drug.findData(self._desk.notes.drug), 0))

    def _make_inputs(self) -> None:
        focused = next((key for key, one in self.rows.items() if one.has_focus), "")
        if self._inputs is not None:
            self._layout.removeWidget(self._inputs)
            self.loading.setParent(None)
            self._inputs.hide()
            self._inputs.deleteLater()
        self.rows, self.earlier = {}, {}
        self._inputs = QWidget()
        layout = QVBoxLayout(self._inputs)
        layout.setContentsMargins(0, SPACE_4, 0, 0)
        layout.setSpacing(SPACE_12)
        for one in self._desk.asked:
            if one.wanted.key == "percent":
                layout.addWidget(line())
            layout.addWidget(self._make_row(one))
            if one.wanted.key == "had-earlier" and self._desk.notes.texts.get("had-earlier") == "1":
                layout.addWidget(self._make_earlier())
        if self._has_loading:
            loading = row(self.loading)
            loading.addStretch(1)
            layout.addLayout(loading)
        self._layout.addWidget(self._inputs)
        self.go_to(focused)

    def _make_row(self, asked: Asked) -> InputRow:
        notes, key = self._desk.notes, asked.wanted.key
        wanted = in_mg_dl(asked.wanted) if notes.in_mg_dl else asked.wanted
        made = InputRow(self._look, wanted, notes.texts.get(key, ""))
        made.stated.connect(partial(self._state, key))
        made.confirmed.connect(partial(self._desk.confirm, key))
        self.rows[key] = made
        return made

    def _make_earlier(self) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(SPACE_12, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        for name in self._desk.table.equivalences:
            field = QLineEdit(self._desk.notes.earlier.get(name, ""))
            field.setMaximumWidth(FIELD)
            field.textEdited.connect(partial(self._desk.state_earlier, name))
            self.earlier[name] = field
            drug = self._desk.drugs.get(name)
            words = Words()
            words.setText(self._look.t.of(drug.name) if drug is not None else name)
            unit = Words("soft")
            unit.setText("mg/m²")
            line_ = row(words, field, unit)
            line_.setStretch(0, 1)
            layout.addLayout(line_)
        return holder

    def _state(self, key: str, text: str) -> None:
        self._desk.state(key, text)
        if key == "had-earlier":
            self._fill()

    def _choose(self) -> None:
        key = str(self.drug.currentData() or "")
        if key != self._desk.notes.drug:
            self._desk.choose(key)

    def _turn_unit(self, in_mg: bool) -> None:
        self._desk.turn_unit(in_mg_dl=in_mg)

    def _turn_loading(self) -> None:
        self._desk.notes.is_first = self.loading.isChecked()
        self._desk.soon()


def _drug_words(drug: Drug, name: str) -> str:
    """Name and, where there is one, a brand by which it is looked for."""
    brand = next((one for one in drug.aliases if one[:1].isupper()), "")
    return f"{name} ({brand})" if brand else name
