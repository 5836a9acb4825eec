"""One input of a model: its field, where its value comes from, and what is wrong with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bedside_dx.core.prognosis import Provenance
from bedside_dx.text.disease_words import provenance_word, range_words, value_words
from bedside_dx.text.numbers import decimal
from bedside_dx.ui.controls import Button, Words, mark_wrong, row, show_when
from bedside_dx.ui.disease.seen_row import SeenRow
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from bedside_dx.core.disease_picture import Offer
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.prognosis import Entry, Input
    from bedside_dx.ui.look import Look

FIELD = 96
PAIR = 2
"""So few choices stand beside their question."""
MOST_SEGMENTS, MOST_LETTERS = 5, 26
"""More choices, or more letters in them together, make a list that drops down."""


class InputRow(QWidget):
    """Asks for one input.

    Signals
    -------
    stated
        Text of the value, or code of the choice; empty for nothing.
    confirmed
        A person says that an unusual value is right.
    taken
        `Offer` that a person confirms.
    """

    stated = Signal(str)
    confirmed = Signal()
    taken = Signal(object)

    def __init__(self, look: Look, wanted: Input, text: str) -> None:
        super().__init__()
        self._look, self.wanted = look, wanted
        self.label = Words(wrap=True)
        self._unit, self._source = Words("soft"), Words("caption", wrap=True)
        self.complaint = Words("warning", wrap=True)
        self.confirm = Button(look, "quiet", "check")
        self.confirm.clicked.connect(self.confirmed)
        self.seen = SeenRow(look)
        self.seen.taken.connect(self.taken)
        self.field: QLineEdit | None = None
        self.picker: Picker | None = None
        self.segments: dict[float, Button] = {}
        self._lay_out(self._make_control(text))

    def show_state(
        self, entry: Entry | None, error: BedsideDxError | None, offer: Offer | None, *, slip: bool,
        needed: bool = True, terse: bool = False,
    ) -> None:  # fmt: skip
        """Show where the value comes from, what is wrong with it, and what a slide offers.

        Parameters
        ----------
        slip
            Whether confirming the value is enough.
        needed
            Whether nothing can be said without it.
        terse
            Whether what is wrong is enough: what to do is plain from the place.
        """
        t = self._look.t
        self.label.setText(t(self.wanted.label))
        self._name_control()
        self._source.setText(self._source_words(entry, needed=needed))
        said = " ".join(filter(None, t.error(error)[: 1 if terse else 2])) if error else ""
        self.complaint.setText(said)
        self.complaint.setVisible(bool(said))
        self.confirm.say(t("It is right"), more=t("Confirm the value as it stands"))
        show_when(self.confirm, slip)
        if self.field is not None:
            mark_wrong(self.field, error is not None)
        used = entry is not None and entry.provenance is Provenance.AI_DERIVED
        self.seen.show_offer(offer, self._offer_value(offer), used=used)

    def note(self, words: str) -> None:
        """Say something about the value, beside where it comes from."""
        if words:
            self._source.setText(words)

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is here."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def take_focus(self) -> None:
        """Bring the keyboard here."""
        segments = tuple(self.segments.values())
        control = self.field or self.picker or (segments[0] if segments else None)
        if control is not None:
            control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _source_words(self, entry: Entry | None, *, needed: bool) -> str:
        t, wanted = self._look.t, self.wanted
        if entry is None and wanted.assumed is None:
            return t("needed") if needed else t("if known")
        if entry is None or (entry.value == wanted.unknown and wanted.assumed is not None):
            value = value_words(wanted, float(wanted.assumed or 0), t)
            return t("assumed: {value}", value=value)
        words = provenance_word(entry.provenance, t)
        if entry.low is None or entry.high is None or entry.low == entry.high:
            return words
        ends = [decimal(end, t.language, 1) for end in (entry.low, entry.high)]
        return t("{source}, {low} to {high}", source=words, low=ends[0], high=ends[1])

    def _offer_value(self, offer: Offer | None) -> str:
        if offer is None:
            return ""
        return value_words(self.wanted, offer.value, self._look.t)

    # --- controls ----------------------------------------------------------------------

    def _make_control(self, text: str) -> QWidget:
        choices = self.wanted.choices
        if choices is None:
            return self._make_field(text)
        words = [self._look.t(label) for label in choices.values()]
        if len(choices) <= MOST_SEGMENTS and sum(map(len, words)) <= MOST_LETTERS:
            return self._make_segments(text)
        return self._make_picker(text)

    def _make_field(self, text: str) -> QWidget:
        holder = QWidget()
        self.field = QLineEdit(text)
        self.field.setMaximumWidth(FIELD)
        self.field.textEdited.connect(self.stated)
        layout = row(self.field, self._unit)
        layout.addStretch(1)
        holder.setLayout(layout)
        return holder

    def _make_segments(self, text: str) -> QWidget:
        holder = QWidget()
        layout = row(spacing=SPACE_4)
        for code in self.wanted.choices or {}:
            button = Button(self._look, "segment")
            button.setCheckable(True)
            button.setChecked(text == f"{code:g}")
            button.clicked.connect(partial(self._choose, code))
            self.segments[code] = button
            layout.addWidget(button)
        layout.addStretch(1)
        holder.setLayout(layout)
        return holder

    def _make_picker(self, text: str) -> QWidget:
        self.picker = Picker(self._look)
        self.picker.addItem("", "")
        for code in self.wanted.choices or {}:
            self.picker.addItem("", f"{code:g}")
        self.picker.setCurrentIndex(max(self.picker.findData(text), 0))
        self.picker.activated.connect(lambda: self.stated.emit(str(self._picked())))
        return self.picker

    def _picked(self) -> str:
        return str(self.picker.currentData() or "") if self.picker is not None else ""

    def _choose(self, code: float) -> None:
        """Choose one; touched again, it is no longer stated."""
        wanted = self.segments[code].isChecked()
        for other, button in self.segments.items():
            button.setChecked(wanted and other == code)
        self.stated.emit(f"{code:g}" if wanted else "")

    def _name_control(self) -> None:
        t, wanted = self._look.t, self.wanted
        name = t(wanted.label)
        if self.field is not None:
            self.field.setAccessibleName(name)
            self._unit.setText(range_words(wanted, t))
        if self.picker is not None:
            self.picker.setAccessibleName(name)
            self.picker.setItemText(0, t("Choose…"))
            for at, label in enumerate((wanted.choices or {}).values(), start=1):
                self.picker.setItemText(at, t(label))
        for code, button in self.segments.items():
            button.say(t((wanted.choices or {})[code]))
            said = t("{label}: {value}", label=name, value=button.text())
            button.setAccessibleName(said)
            button.setToolTip(said)

    def _lay_out(self, control: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_8)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.label)
        words.addWidget(self._source)
        head.addLayout(words, 1)
        is_short = 0 < len(self.segments) <= PAIR
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addLayout(head)
        if is_short:
            head.addWidget(control)
        else:
            layout.addWidget(control)
        layout.addWidget(self.complaint)
        confirming = row(self.confirm)
        confirming.addStretch(1)
        layout.addLayout(confirming)
        layout.addWidget(self.seen)
