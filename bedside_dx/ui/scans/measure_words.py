"""A measure in words: beside it on the scan, and in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.text.measure_words import mark_words, plain_sizes

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.scans.measures import Mark


def kind_words(mark: Mark, t: Texts) -> str:
    """What a mark is called in the list."""
    return mark_words(mark.measure, t)


def size_lines(mark: Mark, t: Texts) -> tuple[str, ...]:
    """What was measured, a line each."""
    return plain_sizes(mark.measure, mark.statistics, t)
