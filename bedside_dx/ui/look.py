"""The reader's language and theme. Whoever shows words or colours draws again when it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from bedside_dx.text import LANGUAGES, Texts, texts
from bedside_dx.ui.theme import PALETTES, Palette, ThemeName


class Look(QObject):
    """Language and theme of one window.

    Signals
    -------
    changed
        The language or the theme is another one now.
    """

    changed = Signal()

    def __init__(self, language: str, theme: ThemeName = ThemeName.LIGHT) -> None:
        super().__init__()
        self._language = language
        self._theme = theme

    @property
    def t(self) -> Texts:
        """Words of the language in use."""
        return texts(self._language)

    @property
    def language(self) -> str:
        """Language in use, ``"en"`` or ``"fr"``."""
        return self._language

    @property
    def theme(self) -> ThemeName:
        """Theme in use."""
        return self._theme

    @property
    def palette(self) -> Palette:
        """Colours of the theme in use."""
        return PALETTES[self._theme]

    def color(self, hue: str) -> QColor:
        """Colour of one hue of the theme in use, for painting."""
        return QColor(getattr(self.palette, hue))

    def use_language(self, language: str) -> None:
        """Switch the language, at once."""
        if language in LANGUAGES and language != self._language:
            self._language = language
            self.changed.emit()

    def use_theme(self, theme: ThemeName) -> None:
        """Switch the theme, at once."""
        if theme != self._theme:
            self._theme = theme
            self.changed.emit()

    def next_language(self) -> None:
        """Switch to the other language."""
        at = LANGUAGES.index(self._language)
        self.use_language(LANGUAGES[(at + 1) % len(LANGUAGES)])

    def next_theme(self) -> None:
        """Switch to the next theme: light, dark, dim."""
        order = tuple(ThemeName)
        self.use_theme(order[(order.index(self._theme) + 1) % len(order)])
