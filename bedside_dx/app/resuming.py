"""Going on with an interrupted reading: which journal belongs to it, and when it may go."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

import bedside_dx
from bedside_dx.app.pacing import pace_for
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.settings import AUTO
from bedside_dx.models import session
from bedside_dx.models.engines import choice
from bedside_dx.store.journal import SUFFIX, Journal, JournalKey
from bedside_dx.store.state_folder import state_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from bedside_dx.analysis.patches import PatchPlan
    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.results import Report
    from bedside_dx.core.settings import Settings
    from bedside_dx.imaging.slide import Slide
    from bedside_dx.models.package import ModelPackage

SCORING = 1
"""Raised when the same pixels come to other scores than before, or to other patches."""


def journal_folder() -> Path:
    """Where journals lie: in the user's own state folder."""
    return state_folder() / "journals"


class Resuming:
    """Keeps the journal of one examination while it runs. Use it as a context manager.

    Parameters
    ----------
    afresh
        Read everything again, whatever an earlier run has kept.
    folder
        Where journals lie; None takes `journal_folder`.
    """

    def __init__(self, *, afresh: bool = False, folder: Path | None = None) -> None:
        self._afresh = afresh
        self._folder = folder or journal_folder()
        self._journal: Journal | None = None

    def journal(
        self, slide: Slide, plan: PatchPlan, classifier: Classifier, shrink: int
    ) -> Journal | None:
        """Open the journal of a reading; None for a whole image, which is one patch.

        Parameters
        ----------
        shrink
            How much smaller tiles are decoded, see `core.reading.Reading`.

        Raises
        ------
        SlideError
            ``slide.changed``
        """
        if classifier.card.input is ModelInput.WHOLE_IMAGE:
            return None
        card = classifier.card
        key = JournalKey(
            _digest(slide, plan, classifier, shrink),
            len(plan.cells),
            tuple(c.id for c in card.classes),
            0 if card.slide_level is None else card.slide_level.width,
        )
        self._journal = Journal.open(self._folder, key, afresh=self._afresh)
        return self._journal

    def as_begun(self, slide: Slide, package: ModelPackage, settings: Settings) -> Settings:
        """Let a model run in the way in which an earlier reading of the slide was begun.

        Scores of two ways are never mixed, and which way is the fastest may have been measured
        since. What a person asked for stays.

        Raises
        ------
        SlideError
            ``slide.changed``
        """
        if self._afresh or settings.provider != "cpu" or not self._has_any("*"):
            return settings
        now = pace_for(package, settings)
        for engine, precision in ((now.engine, now.precision), *choice.ways(package)):
            if settings.engine not in {AUTO, engine} or settings.precision not in {AUTO, precision}:
                continue
            looks = session.fingerprint(package, precision)
            pair = _pair(slide, looks, *choice.names_on_processor(engine, precision))
            if self._has_any(pair.hex() + "*"):
                return replace(settings, engine=engine, precision=precision)
        return settings

    def has_begun(self, slide: Slide, classifier: Classifier) -> bool:
        """Whether an earlier run may have kept something of this slide and model.

        Asked before there is a plan, without which it can't be told for sure.

        Raises
        ------
        SlideError
            ``slide.changed``
        """
        return not self._afresh and self._has_any(_pair_of(slide, classifier).hex() + "*")

    def _has_any(self, name: str) -> bool:
        return any(self._folder.glob(name + SUFFIX))

    @property
    def keeps(self) -> bool:
        """Whether a later run can go on from what was read until now."""
        return self._journal is not None and not self._journal.fault

    def finish(self, report: Report) -> None:
        """Throw the journal away where everything was read; else it stays to go on from."""
        if self._journal is not None and report.diagnosis.is_final:
            self._journal.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._journal is not None:
            self._journal.close()


def _digest(slide: Slide, plan: PatchPlan, classifier: Classifier, shrink: int) -> bytes:
    """Hash of everything that scores depend on: pixels, how they are cut, and who looks at them.

    Its beginning says which slide and model it is.
    """
    grid, pair = plan.grid, _pair_of(slide, classifier)
    parts = (
        f"icc {slide.is_color_managed}",
        f"tiles decoded to 1/{shrink}",
        repr((grid.x0, grid.y0, grid.step, grid.side, grid.columns, grid.rows)),
    )
    digest = hashlib.sha256(pair + "\n".join(parts).encode())
    for values in (plan.cells, plan.state, plan.tissue):
        digest.update(np.ascontiguousarray(values).tobytes())
    return pair + digest.digest()[: 32 - len(pair)]


def _pair_of(slide: Slide, classifier: Classifier) -> bytes:
    return _pair(slide, classifier.fingerprint, classifier.engine, classifier.provider)


def _pair(slide: Slide, fingerprint: str, engine: str, provider: str) -> bytes:
    """Hash of the slide's pixels and of who looks at them, 8 bytes."""
    parts = (
        f"bedside_dx {bedside_dx.__version__} scoring {SCORING}",
        slide.quick_fingerprint(),
        fingerprint,
        f"{engine} {provider}",
    )
    return hashlib.sha256("\n".join(parts).encode()).digest()[:8]
