"""The site's rules as the window holds them: read at the start, changed on record."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bedside_dx.app.ruling import reset_rule, restart_rules, set_rule, site_rules
from bedside_dx.core.errors import StoreError
from bedside_dx.core.rules import SiteRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.settings import Settings
    from bedside_dx.text import Texts
    from bedside_dx.ui.background import Background


class RulesDesk(QObject):
    """The rules in force, or why there are none.

    Signals
    -------
    changed
        The rules, or what is known of them, are different.

    Attributes
    ----------
    error
        The rules can't be trusted: no verdict may be given.
    refused
        Why the last change was not made; None once it was.
    is_saving
        A change is on its way to the disk.
    """

    changed = Signal()

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self.site = SiteRules()
        self.error: BedsideDxError | None = None
        self.refused: BedsideDxError | None = None
        self.is_saving = False
        self.reload()

    def reload(self) -> None:
        """Read the rules from the disk."""
        try:
            self.site, self.error = site_rules(), None
        except StoreError as error:
            self.error = error
        self.changed.emit()

    def applied_to(self, settings: Settings) -> Settings:
        """Settings with these rules."""
        return replace(settings, rules=self.site.rules, rule_changes=self.site.in_force)

    def set_limit(self, key: str, text: str, who: str, why: str, t: Texts) -> None:
        """Change a limit."""
        self._save(partial(set_rule, key, text, who, why, t))

    def reset_limit(self, key: str, who: str, why: str, t: Texts) -> None:
        """Set a limit back to what is usual."""
        self._save(partial(reset_rule, key, who, why, t))

    def restart(self, who: str, why: str) -> None:
        """Begin a new history."""
        self._save(partial(restart_rules, who, why))

    def forget_refusal(self) -> None:
        """Let go of what was refused: a person begins anew."""
        if self.refused is not None:
            self.refused = None
            self.changed.emit()

    def _save(self, change: Callable[[], SiteRules]) -> None:
        if self.is_saving:
            return
        self.is_saving, self.refused = True, None
        self.changed.emit()
        self._background.run(change, self._take, self._refuse)

    def _take(self, site: SiteRules) -> None:
        self.site, self.error, self.is_saving = site, None, False
        self.changed.emit()

    def _refuse(self, error: BedsideDxError) -> None:
        self.refused, self.is_saving = error, False
        if error.code.startswith("rules.history") or error.code == "rules.not-in-history":
            self.error = error
        self.changed.emit()
