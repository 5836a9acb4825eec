"""Under two examinations side by side: what stands there, and whether they scroll together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress, line, row
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.beside import Beside
    from bedside_dx.ui.scans.link import Link

WIDEST_LIST = 360


class BesideStrip(QWidget):
    """One line of controls, there while two examinations are.

    Signals
    -------
    chosen
        `Beside` that a person wants to compare with.
    link_wanted
        A person wants them to scroll together, or each alone.
    by_hand_wanted
        A person wants to say which places are the same, has said it, or leaves it.
    """

    chosen = Signal(object)
    link_wanted = Signal()
    by_hand_wanted = Signal()

    def __init__(self, look: Look, link: Link) -> None:
        super().__init__()
        self._look, self._link = look, link
        self._offered: list[Beside] = []
        self._at = -1
        self._heading = Words("soft")
        self.picker = Picker(look)
        self.picker.setMaximumWidth(WIDEST_LIST)
        self.together = Button(look, "icon", "link")
        self.together.setCheckable(True)
        self.by_hand = Button(look, "quiet", "crosshair")
        self.leave = Button(look, "link")
        self._words = Words("soft", wrap=True)
        self.picker.activated.connect(self._choose)
        self.together.clicked.connect(self.link_wanted)
        self.by_hand.clicked.connect(self.by_hand_wanted)
        self.leave.clicked.connect(self.link_wanted)
        link.changed.connect(self.refresh)
        dress(self, "panel")
        first = row(self._heading, self.picker, self.together, spacing=SPACE_8)
        first.addStretch(1)
        first.addWidget(self.leave)
        first.addWidget(self.by_hand)
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_12, SPACE_4, SPACE_12, SPACE_4)
        inner.setSpacing(SPACE_4)
        inner.addLayout(first)
        inner.addWidget(self._words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line())
        layout.addLayout(inner)
        look.changed.connect(self.refresh)
        self.hide()

    def offer(self, offered: Sequence[Beside], at: int) -> None:
        """Offer what can be compared with; `at` is what stands there, −1 for nothing."""
        self._offered, self._at = list(offered), at
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self._heading.setText(t("Beside it"))
        self.picker.setAccessibleName(t("What to compare with"))
        self.picker.setVisible(bool(self._offered))
        words = [one.words(self._look) for one in self._offered]
        if [self.picker.itemText(at) for at in range(self.picker.count())] != words:
            self.picker.clear()
            self.picker.addItems(words)
        self.picker.setCurrentIndex(self._at)
        is_scan = 0 <= self._at < len(self._offered) and self._offered[self._at].series is not None
        self.together.setVisible(is_scan)
        self.together.setChecked(self._link.holds)
        self.together.use_icon("link" if self._link.holds else "link-break")
        self.together.say(t("Scroll together"))
        self._words.setText(self._link_words(is_scan=is_scan))
        is_setting = self._link.is_setting
        self.by_hand.say(t("It is the same place") if is_setting else t("Link by hand…"))
        self.by_hand.use_icon("check" if is_setting else "crosshair")
        self.by_hand.setVisible(is_scan and self._link.can_be_set)
        self.by_hand.setEnabled(not is_setting or self._link.is_set)
        self.leave.say(t("Cancel"))
        self.leave.setVisible(is_scan and is_setting)
        self.together.setEnabled(not is_setting)

    def _link_words(self, *, is_scan: bool) -> str:
        t = self._look.t
        if not self._offered:
            return t("Open an earlier study or a slide of this patient: it is offered here.")
        if not is_scan:
            return t("A slide has no place in the patient: it moves by itself.")
        return _link_words(self._link, t)

    def _choose(self, at: int) -> None:
        if at < len(self._offered):
            self.chosen.emit(self._offered[at])


def _link_words(link: Link, t: Texts) -> str:
    """How both scroll together."""
    if link.is_setting:
        return t("With the cross-hair, point at the same place in both, then confirm.")
    if not link.holds:
        return t("Each is scrolled by itself.")
    if link.is_same_frame:
        return t("Linked by position: both have the same coordinates.")
    if link.is_by_hand:
        return t("Linked by hand, at the place pointed at in both: shifted only, not turned.")
    return t("Linked by mm moved: each has coordinates of its own.")
