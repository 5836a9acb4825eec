"""Pages of several parts, one at a time: stated in the inspector, followed up beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress, line, panel, row
from bedside_dx.ui.keyboard import KeepInView
from bedside_dx.ui.theme import SPACE_8, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bedside_dx.ui.look import Look

Part = TypeVar("Part")


class PartsPage(QWidget, Generic[Part]):
    """A button for each part above the form of the one that is turned to."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._stack = QStackedWidget()
        self.sections: dict[Part, Button] = {}

    def hold(self, forms: Mapping[Part, QWidget], turn_to: Callable[[Part], None]) -> None:
        """Take the forms, in the order of their buttons."""
        for part, form in forms.items():
            button = Button(self._look, "segment")
            button.setCheckable(True)
            button.clicked.connect(partial(turn_to, part))
            self.sections[part] = button
            self._stack.addWidget(_scrolling(form, stretch=True))
        head = row(*self.sections.values(), spacing=SPACE_8)
        head.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._stack, 1)

    def show_part(self, part: Part, words: Mapping[Part, str]) -> None:
        """Show one part, and the names of all."""
        for known, button in self.sections.items():
            button.say(words[known])
            button.setChecked(known == part)
        self._stack.setCurrentIndex(tuple(self.sections).index(part))


class PartsBoard(QWidget, Generic[Part]):
    """What follows from the part that is turned to, at the width of the viewer.

    Signals
    -------
    left
        A person wants to see the slide.
    """

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Words("strong")
        self._stack = QStackedWidget()
        self._parts: tuple[Part, ...] = ()
        self.back = Button(look, "quiet", "image")
        self.back.clicked.connect(self.left)

    def hold(self, parts: Mapping[Part, QWidget]) -> None:
        """Take what follows from each part."""
        self._parts = tuple(parts)
        for part in parts.values():
            self._stack.addWidget(_scrolling(part))
        dress(self, "panel")
        head = row(self._title)
        head.addStretch(1)
        head.addWidget(self.back)
        head.setContentsMargins(SPACE_24, SPACE_8, SPACE_24, SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._stack, 1)

    def show_part(self, part: Part, title: str) -> None:
        """Show what follows from one part; one that nothing follows from changes nothing."""
        self.back.say(self._look.t("Show the slide"))
        if part in self._parts:
            self._title.setText(title)
            self._stack.setCurrentIndex(self._parts.index(part))


def _scrolling(part: QWidget, *, stretch: bool = False) -> QScrollArea:
    page = panel()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
    layout.addWidget(part)
    if stretch:
        layout.addStretch(1)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    KeepInView(area)
    return area
