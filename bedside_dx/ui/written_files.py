"""Files that were written, and the way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from bedside_dx.text.message import mark
from bedside_dx.ui.controls import Button, Elided, Words, row
from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import SPACE_4

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bedside_dx.ui.look import Look

_ICONS = {
    ".pdf": "file-pdf",
    ".png": "image",
    ".geojson": "polygon",
    ".json": "file-text",
    ".ics": "calendar-blank",
}
MOST_FILES = 6


class WrittenFiles(QFrame):
    """What was written, file by file.

    Signals
    -------
    folder_wanted
        Path of the folder that a person wants to see.
    """

    folder_wanted = Signal(object)

    def __init__(self, look: Look, said: str = mark("The report is saved")) -> None:
        super().__init__()
        self._look, self._said = look, said
        self._folder: Path | None = None
        self._files: tuple[Path, ...] = ()
        self._icon = QLabel()
        self._heading = Words("strong", wrap=True)
        self._rows = [(QLabel(), Words()) for _ in range(MOST_FILES)]
        self._where = Elided("caption")
        self.open = Button(look, "quiet", "folder-open")
        self.open.clicked.connect(self._ask)
        self.setProperty("role", "notice")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(SPACE_4)
        head = row(self._icon, self._heading)
        head.setStretch(1, 1)
        layout.addLayout(head)
        for picture, name in self._rows:
            line = row(picture, name)
            line.setStretch(1, 1)
            layout.addLayout(line)
        layout.addWidget(self._where)
        layout.addSpacing(4)
        buttons = row(self.open)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        look.changed.connect(self.refresh)

    def show_files(self, files: Sequence[Path]) -> None:
        """List the files, or nothing before the first save."""
        self._files = tuple(files)
        self._folder = files[0].parent if files else None
        self.setVisible(bool(files))
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, palette = self._look.t, self._look.palette
        self._heading.setText(t(self._said))
        self.setAccessibleName(self._heading.text())
        self._icon.setPixmap(icon("check-circle", palette.accent).pixmap(20, 20))
        self.open.say(t("Open the folder"))
        self._where.setText(str(self._folder or ""))
        for at, (picture, name) in enumerate(self._rows):
            known = at < len(self._files)
            picture.setVisible(known)
            name.setVisible(known)
            if known:
                file = self._files[at]
                name.setText(file.name)
                picture.setPixmap(
                    icon(_ICONS.get(file.suffix, "file"), palette.soft).pixmap(18, 18)
                )

    def _ask(self) -> None:
        if self._folder is not None:
            self.folder_wanted.emit(self._folder)
