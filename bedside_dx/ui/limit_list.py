"""The limits that a site may change: what each is, what it does, and who made it so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bedside_dx.core.rules import LIMITS, changed_keys
from bedside_dx.text.rule_words import LIMIT_WORDS, change_words, limit_value, moment_words
from bedside_dx.ui.controls import Button, Words
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.core.rules import SiteRules
    from bedside_dx.ui.look import Look


class LimitRow(QWidget):
    """One limit with its value, and the button that changes it."""

    def __init__(self, look: Look, key: str) -> None:
        super().__init__()
        self._look, self._key = look, key
        self._label = Words(wrap=True)
        self._value = Words("strong")
        self._effect = Words("caption", wrap=True)
        self._changed = Words("warning", wrap=True)
        self.change = Button(look, "link")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._label, 0, 0)
        grid.addWidget(self._value, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.change, 0, 2)
        grid.addWidget(self._effect, 1, 0, 1, 3)
        grid.addWidget(self._changed, 2, 0, 1, 3)

    def show_limit(self, site: SiteRules) -> None:
        """Show what holds now."""
        t, limit = self._look.t, LIMITS[self._key]
        words = LIMIT_WORDS[self._key]
        self._label.setText(t(words.label))
        self._value.setText(limit_value(limit, site.rules.value(self._key), t))
        self._effect.setText(t(words.effect))
        self.change.say(t("Change"), more=t("Change: {label}", label=t(words.label)))
        self.change.setAccessibleName(t("Change: {label}", label=t(words.label)))
        said = changed_words(site, self._look).get(self._key, "")
        self._changed.setText(said)
        self._changed.setVisible(bool(said))


class LimitList(QWidget):
    """All limits.

    Signals
    -------
    change_wanted
        Key of the limit that a person wants to change.
    """

    change_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._heading = Words("strong")
        self._look = look
        self.rows = {key: LimitRow(look, key) for key in LIMITS}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_16)
        self._layout.addWidget(self._heading)
        for key, row in self.rows.items():
            row.change.clicked.connect(partial(self._want, key))
            self._layout.addWidget(row)

    def _want(self, key: str) -> None:
        self.change_wanted.emit(key)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """Heading and rows, without what was placed among them."""
        return (self._heading, *self.rows.values())

    def show_limits(self, site: SiteRules) -> None:
        """Show what holds now."""
        self._heading.setText(self._look.t("Limits that this site may change"))
        for row in self.rows.values():
            row.show_limit(site)

    def place_under(self, key: str, widget: QWidget) -> None:
        """Put a widget under a limit; for "" above all of them."""
        self._layout.removeWidget(widget)
        at = self._layout.indexOf(self.rows[key]) + 1 if key else 1
        self._layout.insertWidget(at, widget)


class HistoryList(QWidget):
    """Every change, the latest first."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading = Words("strong")
        self._lines = Words("caption", wrap=True)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addSpacing(SPACE_4)
        layout.addWidget(self._heading)
        layout.addWidget(self._lines)

    def show_history(self, site: SiteRules) -> None:
        """Show what was changed."""
        t = self._look.t
        self._heading.setText(t("Changes on record"))
        lines = [
            f"{moment_words(change)} · {change.who}\n{change_words(change, t)}\n{change.why}"
            for change in reversed(site.history)
        ]
        nothing = t("Nothing was changed here: all limits are as usual.")
        self._lines.setText("\n\n".join(lines) or nothing)


def changed_words(site: SiteRules, look: Look) -> dict[str, str]:
    """By key of each limit that is not as usual: what is usual, and who changed it when."""
    t, by_whom = look.t, {change.key: change for change in site.in_force}
    said: dict[str, str] = {}
    for key in changed_keys(site.rules):
        usual = limit_value(LIMITS[key], LIMITS[key].default, t)
        change = by_whom[key]
        said[key] = t(
            "Changed (usual: {usual}) by {who}, {when}",
            usual=usual,
            who=change.who,
            when=moment_words(change),
        )
    return said
