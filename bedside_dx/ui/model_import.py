"""One import of a model at a time: what was chosen, what is asked, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import BedsideDxError, ModelError
from bedside_dx.core.model_answers import answered
from bedside_dx.core.model_draft import ModelDraft, SourceFormat
from bedside_dx.ui.background import Background

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bedside_dx.core.model_card import ModelCard


class ImportState(Enum):
    """How far an import is."""

    IDLE = auto()
    LOOKING = auto()
    ASKING = auto()
    WORKING = auto()
    DONE = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class _Stopped:
    """A person stopped it."""


class ModelImport(QObject):
    """Looks at a file or folder, takes the answers, and imports it behind the window.

    Signals
    -------
    changed
        Something is different.
    installed
        A model was installed.
    """

    changed = Signal()
    installed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.state = ImportState.IDLE
        self.path: Path | None = None
        self.draft: ModelDraft | None = None
        self.familiar: Path | None = None
        self.error: BedsideDxError | None = None
        self.card: ModelCard | None = None
        self.wrong: dict[str, BedsideDxError] = {}
        self._cancel = Cancel()
        self._background = Background(self)

    @property
    def is_busy(self) -> bool:
        """Whether it works behind the window."""
        return self.state in {ImportState.LOOKING, ImportState.WORKING}

    def questions(self) -> tuple[str, ...]:
        """Keys to be asked: what is missing, and what was proposed."""
        draft = self.draft
        if draft is None:
            return ()
        missing = tuple(key for key in draft.missing() if key != "name")
        proposed = ("activation",) if draft.source is SourceFormat.WSINFER else ()
        return ("name", *missing, *(key for key in proposed if key not in missing))

    def look_at(self, path: Path) -> None:
        """See what a file or folder holds; a finished package is installed at once."""
        if self.is_busy:
            return
        self.path, self.draft, self.familiar, self.wrong = path, None, None, {}
        self._turn(ImportState.LOOKING)

        def look() -> ModelDraft:
            from bedside_dx.app.exchanging import look_at  # noqa: PLC0415 - heavy rooms

            return look_at(path)

        self._background.run(look, self._take_draft, self._refuse)

    def answer(self, answers: Mapping[str, str]) -> None:
        """Take the answers; those that can't be are kept in `wrong`, else it begins."""
        if self.draft is None or self.is_busy:
            return
        self.wrong = {}
        for key, text in answers.items():
            try:
                self.draft = answered(self.draft, key, text)
            except ModelError as error:
                self.wrong[key] = error
        if self.wrong or self.draft.missing():
            self._turn(ImportState.ASKING)
        else:
            self._begin()

    def stop(self) -> None:
        """Stop what works behind the window."""
        self._cancel.cancel()

    def forget(self) -> None:
        """Be ready for another one."""
        if not self.is_busy:
            self.path, self.draft, self.wrong = None, None, {}
            self._turn(ImportState.IDLE)

    def close(self) -> None:
        """Stop all work."""
        self.stop()
        self._background.close()

    def _take_draft(self, draft: ModelDraft) -> None:
        self.draft = draft
        if draft.source is SourceFormat.PACKAGE:
            self._begin()
        else:
            self._turn(ImportState.ASKING)

    def _begin(self) -> None:
        path, draft, familiar = self.path, self.draft, self.familiar
        if path is None or draft is None:
            return
        self._cancel = cancel = Cancel()
        self._turn(ImportState.WORKING)

        def work() -> ModelCard | _Stopped:
            from bedside_dx.app.exchanging import import_model  # noqa: PLC0415 - heavy rooms

            try:
                return import_model(path, draft, cancel=cancel, familiar=familiar).card
            except CancelledByUser:
                return _Stopped()

        self._background.run(work, self._finish, self._refuse)

    def _finish(self, outcome: ModelCard | _Stopped) -> None:
        if isinstance(outcome, _Stopped):
            self._turn(ImportState.IDLE)
            return
        self.card = outcome
        self._turn(ImportState.DONE)
        self.installed.emit()

    def _refuse(self, error: BedsideDxError) -> None:
        self.error = error
        self._turn(ImportState.REFUSED)

    def _turn(self, state: ImportState) -> None:
        self.state = state
        self.changed.emit()
