"""What runs, how far it is, and how long it will still take: in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bedside_dx.core.events import Stage
from bedside_dx.ui.examination import State

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination


def stage_words(stage: Stage | None, t: Texts) -> str:
    """Words of a stage of the analysis; before the first it is the model that loads."""
    if stage is None:
        return t("Loading the model")
    return {
        Stage.OPENING: t("Opening"),
        Stage.TISSUE: t("Finding tissue"),
        Stage.PATCHES: t("Analysing"),
        Stage.CONCLUDING: t("Concluding"),
        Stage.REPORTING: t("Collecting pictures"),
        Stage.MEASURING: t("Measuring this machine"),
    }[stage]


def progress_words(examination: Examination, t: Texts) -> str:
    """One line on the running analysis."""
    if examination.state is State.STOPPING:
        return t("Stopping…")
    pace = examination.pace
    words = stage_words(pace.stage, t)
    if pace.stage is not Stage.PATCHES or pace.share is None:
        return t("{stage}…", stage=words)
    left = pace.seconds_left
    if left is None:
        return t("{stage} · {share:percent}", stage=words, share=pace.share)
    return t(
        "{stage} · {share:percent} · {left} left",
        stage=words,
        share=pace.share,
        left=_time(left, t),
    )


def _time(seconds: float, t: Texts) -> str:
    if seconds < 60:
        return t("{n:count} s", n=math.ceil(seconds))
    return t("{n:count} min", n=math.ceil(seconds / 60))
