"""What the heatmap's colours, lines and patterns mean, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bedside_dx.core.heatmap import (
    shown_class,
    shown_threshold,
    strangeness,
)
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.pattern_drawing import patterned
from bedside_dx.core.patterns import Pattern
from bedside_dx.report.areas import verdict_areas
from bedside_dx.text.words import pattern_words

if TYPE_CHECKING:
    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts


class Sign(StrEnum):
    """A way of drawing that needs a word."""

    KEY = "key"
    AREA = "area"


@dataclass(frozen=True)
class Legend:
    """Words of a heatmap.

    Attributes
    ----------
    title
        What is shown.
    threshold
        Probability from which colour is drawn; None where nothing is coloured.
    below
        What the missing colour means.
    signs
        The signs that occur in this picture, with their words.
    """

    title: str
    threshold: float | None
    below: str
    signs: tuple[tuple[Sign | Pattern, str], ...]


def legend(report: Report, t: Texts) -> Legend:
    """Words of a report's heatmap."""
    if report.model.input is ModelInput.WHOLE_IMAGE:
        title = t("The image, read as a whole: there is no map")
        if len(report.findings.cells) > 1:
            title = t("Slices of one series, each read as a whole: there is no map")
        return Legend(title, None, "", ())
    strange = strangeness(report.diagnosis)
    if strange is not None:
        throughout = strange.code == "reason.unfamiliar-throughout"
        title = t.reason(strange) if throughout else t("Unlike the training data")
        return Legend(title, None, "", _patterns(report, t))
    findings = report.findings
    column = shown_class(findings, report.diagnosis)
    threshold = shown_threshold(findings.model, column)
    label = t.of(findings.model.classes[column].label)
    outline = (Sign.AREA, t("{label} is the likeliest class", label=label))
    outlines = (outline,) if verdict_areas(report) else ()
    return Legend(
        title=t("{label}: probability", label=label),
        threshold=threshold,
        below=t("no colour below {threshold:percent}", threshold=threshold),
        signs=(*outlines, *_patterns(report, t)),
    )


def _patterns(report: Report, t: Texts) -> tuple[tuple[Pattern, str], ...]:
    """The patterns that occur, what takes most of the tissue first."""
    findings = report.findings
    areas = {p: float(findings.tissue[mask].sum()) for p, mask in patterned(findings).items()}
    return tuple((p, pattern_words(p, t)) for p in sorted(areas, key=lambda p: -areas[p]))
