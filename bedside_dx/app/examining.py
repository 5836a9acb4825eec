"""The main job from a path to a report, in one call: for scripts and the command line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bedside_dx.app.choosing import load_model
from bedside_dx.app.pipeline import diagnose
from bedside_dx.app.reading import open_slide
from bedside_dx.app.ruling import with_site_rules
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.case import Case
from bedside_dx.core.events import Event
from bedside_dx.core.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.app.resuming import Resuming
    from bedside_dx.core.events import Emit
    from bedside_dx.core.results import Report


def unheard(event: Event) -> None:
    """Take an event that nobody listens to."""
    del event


def examine(
    slide: Path,
    model: str | None = None,
    *,
    spacing: float | None = None,
    case: Case | None = None,
    settings: Settings | None = None,
    emit: Emit = unheard,
    cancel: Cancel | None = None,
    resuming: Resuming | None = None,
    until_stable: bool = False,
) -> Report:
    """Open a slide, run a model over it and say what is seen.

    Parameters
    ----------
    slide
        Slide, image or folder of DICOM files.
    model
        Name of an installed model. The organ is never guessed: with more than one model
        installed it must be given.
    spacing
        µm per pixel of level 0, where the file states none that can be true.
    case
        Patient and examination, for the report's header.
    settings
        Choices of this run; by default the usual ones, with the site's rules.
    emit
        Called with progress and partial findings, from the working threads.
    resuming
        Where what is read is kept in case of an interruption; None keeps nothing.
    until_stable
        Stop reading once more patches can't change "present".

    Raises
    ------
    BedsideDxError
        The input is refused or something failed; nothing was written.
    CancelledByUser
    """
    chosen = settings or with_site_rules(Settings())
    with open_slide(slide, spacing=spacing, icc=chosen.icc) as opened:
        begun = partial(resuming.as_begun, opened) if resuming else None
        classifier = load_model(model, chosen, begun)
        return diagnose(
            case or Case(),
            opened,
            classifier,
            settings=chosen,
            emit=emit,
            cancel=cancel or Cancel(),
            resuming=resuming,
            until_stable=until_stable,
        )
