"""T, N and M to a stage group, as one types; what can't be is refused beside the fields."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.app.prognosing import categories
from bedside_dx.core.disease import EDITIONS, Site
from bedside_dx.text.disease_words import sentence_of, site_word, stage_headline
from bedside_dx.ui.controls import Button, Words, line, mark_wrong, row
from bedside_dx.ui.disease.open_picker import OpenPicker
from bedside_dx.ui.disease.seen_row import SeenRow
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.core.disease_picture import Offer
    from bedside_dx.ui.disease.desk import DiseaseDesk
    from bedside_dx.ui.look import Look

LETTERS = ("t", "n", "m")
BLAMED = {
    "staging.unknown-t": "t", "staging.occult": "t", "staging.no-tumour": "t",
    "staging.unknown-n": "n", "staging.in-situ-with-nodes": "n",
}  # fmt: skip
"""Field that a refusal is about, where it is one."""


class StagingForm(QWidget):
    """Site, edition, three categories, and the group they make."""

    def __init__(self, look: Look, desk: DiseaseDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._site_heading, self._edition_heading = Words("heading"), Words("heading")
        self.sites = {site: self._segment(partial(self._choose_site, site)) for site in Site}
        self.editions = {
            edition: self._segment(partial(self._choose_edition, edition)) for edition in EDITIONS
        }
        self.fields = {letter: OpenPicker(look) for letter in LETTERS}
        self._labels = {letter: Words("heading") for letter in LETTERS}
        for letter, field in self.fields.items():
            field.stated.connect(partial(self._state, letter))
        self.seen = SeenRow(look)
        self.seen.taken.connect(self._take)
        self.group = Words("verdict", wrap=True)
        self.headline, self.remarks = Words("soft", wrap=True), Words("soft", wrap=True)
        self.refusal = Words("warning", wrap=True)
        self._lay_out()
        desk.turned.connect(self._fill)
        desk.changed.connect(self.refresh)
        look.changed.connect(self._fill)
        self._fill()

    def refresh(self) -> None:
        """Show the group, or why there is none."""
        t, desk, notes = self._look.t, self._desk, self._desk.notes
        self._site_heading.setText(t("Where it began"))
        self._edition_heading.setText(t("Edition"))
        for site, button in self.sites.items():
            button.say(site_word(site, t).capitalize())
            button.setChecked(site is notes.site)
        for edition, button in self.editions.items():
            button.say(f"TNM {edition}")
            button.setChecked(edition == notes.edition)
        names = {"t": t("T, tumour"), "n": t("N, nodes"), "m": t("M, metastases")}
        for letter, field in self.fields.items():
            self._labels[letter].setText(names[letter])
            field.name(names[letter])
            field.setEnabled(notes.site is not None)
        self._say_result()
        offer = desk.offer_for("t") if notes.site is not None else None
        value = f"T{offer.choice}" if offer is not None else ""
        self.seen.show_offer(offer, value, used=notes.categories.get("t") == value)

    def _say_result(self) -> None:
        t, stage, error = self._look.t, self._desk.stage, self._desk.stage_error
        said = " ".join(filter(None, t.error(error))) if error is not None else ""
        self.refusal.setText(said)
        self.refusal.setVisible(bool(said))
        for letter, field in self.fields.items():
            mark_wrong(field, error is not None and BLAMED.get(error.code, letter) == letter)
        for widget in (self.headline, self.remarks):
            widget.setVisible(True)
        if stage is not None:
            self.group.setText(t("Stage {group}", group=stage.group))
            self.headline.setText(stage_headline(stage, t))
            self.remarks.setText("\n".join(sentence_of(code, t) for code in stage.remarks))
        else:
            self.group.setText("–" if error is not None else "")
            self.headline.setText("" if error is not None else self._next_step())
            self.remarks.setText("")
        self.group.setVisible(bool(self.group.text()))
        for widget in (self.headline, self.remarks):
            widget.setVisible(bool(widget.text()))

    def _next_step(self) -> str:
        t, notes = self._look.t, self._desk.notes
        if notes.site is None:
            return t("Choose where the tumour began: the stage group follows from T, N and M.")
        rest = [
            letter.upper() for letter in LETTERS if not notes.categories.get(letter, "").strip()
        ]
        return t("Still to state: {names}.", names=", ".join(rest))

    def _fill(self) -> None:
        notes = self._desk.notes
        known = ((), (), ())
        if notes.site is not None:
            known = categories(notes.site, notes.edition)
        for (letter, field), names in zip(self.fields.items(), known, strict=True):
            shown = [letter.upper() + name for name in names]
            field.offer(shown, notes.categories.get(letter, ""))
        self.refresh()

    def _choose_site(self, site: Site) -> None:
        self._desk.notes.site = site
        self._desk.soon()
        self._fill()

    def _choose_edition(self, edition: int) -> None:
        self._desk.notes.edition = edition
        self._desk.soon()
        self._fill()

    def _state(self, letter: str, text: str) -> None:
        self._desk.notes.categories[letter] = text
        self._desk.soon()

    def _take(self, offer: Offer) -> None:
        self._desk.notes.categories["t"] = f"T{offer.choice}"
        self._desk.soon()
        self._fill()

    def _segment(self, act: object) -> Button:
        button = Button(self._look, "segment")
        button.setCheckable(True)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_16)
        for heading, buttons in (
            (self._site_heading, self.sites), (self._edition_heading, self.editions)
        ):  # fmt: skip
            part = QVBoxLayout()
            part.setSpacing(SPACE_4)
            part.addWidget(heading)
            segments = row(*buttons.values())
            segments.addStretch(1)
            part.addLayout(segments)
            layout.addLayout(part)
        fields = QHBoxLayout()
        fields.setSpacing(SPACE_8)
        for letter, field in self.fields.items():
            column = QVBoxLayout()
            column.setSpacing(SPACE_4)
            column.addWidget(self._labels[letter])
            column.addWidget(field)
            fields.addLayout(column, 1)
        layout.addLayout(fields)
        layout.addWidget(self.refusal)
        layout.addWidget(self.seen)
        layout.addWidget(line())
        for widget in (self.group, self.headline, self.remarks):
            layout.addWidget(widget)
