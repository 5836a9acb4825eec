"""The page for models from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from bedside_dx.ui.cover_page import CoverPage
from bedside_dx.ui.model_updates import ModelUpdates
from bedside_dx.ui.publisher_list import PublisherList

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look

WIDEST = 640
"""Lines longer than this are hard to read, px."""


class UpdatesPage(CoverPage):
    """`ModelUpdates`, whom they may come from, and the way back."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.updates = ModelUpdates(look)
        self.updates.setMaximumWidth(WIDEST)
        column = self.add_column(1)
        column.addWidget(self.updates, 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch(1)
        self.publishers = PublisherList(look)
        beside = self.add_column(1)
        beside.addWidget(self.publishers, 0, Qt.AlignmentFlag.AlignTop)
        beside.addStretch(1)
        self.updates.trusted.connect(self.publishers.reload)
        look.changed.connect(self.refresh)
        self.refresh()

    def close_work(self) -> None:
        """Wait for what runs; nothing is begun any more."""
        self.updates.close_work()
        self.publishers.close_work()

    def refresh(self) -> None:
        """Draw the words again."""
        self.name(self._look.t("Models from another hospital"))
