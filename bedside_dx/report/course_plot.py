"""Courses of a quantity with their forecast, its interval and the "no change" line, as one PNG."""

# matplotlib leaves the types of its keyword arguments open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from bedside_dx.report.fonts import font_file
from bedside_dx.text.course_words import quantity_word
from bedside_dx.text.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from bedside_dx.core.course import Outlook
    from bedside_dx.text import Texts

INK, SOFT, FAINT, LINE = "#141c24", "#445160", "#586675", "#d3d9e0"
ACCENT = "#0b6b6e"
DPI = 160
WIDTH, HEIGHT, HEAD, FOOT = 3.4, 2.7, 0.6, 0.75
"""Of one panel, and above and below all of them, in inches."""

WIDE, LOW, WIDE_DPI = 7.0, 2.35, 220
"""Of one course across a printed page, in inches."""

MOST_PANELS, COLUMNS = 12, 3
STEEP = 8.0
"""Largest over smallest value from which the axis is logarithmic."""


@cache
def _font(weight: str, size: float) -> FontProperties:
    return FontProperties(fname=str(font_file(f"Inter-{weight}")), size=size)


def write_courses(outlooks: Sequence[Outlook], path: Path, t: Texts) -> None:
    """Draw the first twelve courses, a panel each; raises OSError."""
    shown = outlooks[:MOST_PANELS]
    columns = min(COLUMNS, max(2, len(shown)))
    rows = -(-len(shown) // columns)
    width, height = WIDTH * columns, HEIGHT * rows + HEAD + FOOT
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    title = t("Where it may go: {quantity}", quantity=quantity_word(shown[0].quantity, t))
    figure.text(
        0.3 / width, 1 - 0.36 / height, title, color=INK, fontproperties=_font("SemiBold", 13)
    )
    drawn = t("{shown:count} of {all:count} courses", shown=len(shown), all=len(outlooks))
    figure.text(
        0.3 / width, 1 - 0.6 / height, drawn, color=SOFT, fontproperties=_font("Regular", 9)
    )
    for at, outlook in enumerate(shown):
        row, column = divmod(at, columns)
        left = (column * WIDTH + 0.62) / width
        bottom = (FOOT + (rows - 1 - row) * HEIGHT + 0.5) / height
        axes = figure.add_axes((left, bottom, (WIDTH - 0.85) / width, (HEIGHT - 0.95) / height))
        _draw(axes, outlook, t)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="lower left", bbox_to_anchor=(0.22 / width, 0.28 / height), ncols=4,
        frameon=False, prop=_font("Regular", 9), handlelength=1.8, columnspacing=1.6,
        labelcolor=INK,
    )  # fmt: skip
    notice = t("An association over time, no promise. Research use only.")
    figure.text(0.3 / width, 0.14 / height, notice, color=FAINT, fontproperties=_font("Regular", 8))
    canvas.print_png(path)


def course_picture(outlook: Outlook, t: Texts) -> bytes:
    """One course across a printed page, its legend beside it, as PNG."""
    figure = Figure(figsize=(WIDE, LOW), dpi=WIDE_DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.62 / WIDE, 0.42 / LOW, (WIDE - 2.3) / WIDE, (LOW - 0.56) / LOW))
    _draw(axes, outlook, t)
    axes.set_title("", loc="left")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="upper left", bbox_to_anchor=((WIDE - 1.6) / WIDE, 1 - 0.1 / LOW),
        frameon=False, prop=_font("Regular", 8.5), handlelength=1.8, labelcolor=INK,
    )  # fmt: skip
    file = io.BytesIO()
    canvas.print_png(file)
    return file.getvalue()


def _draw(axes: Axes, outlook: Outlook, t: Texts) -> None:
    course = outlook.course
    last, start = float(course.days[-1]), outlook.no_change
    values = np.maximum(course.values, outlook.floor)
    low, high = outlook.low, outlook.high
    axes.fill_between(
        outlook.days, low, high, color=ACCENT, alpha=0.16, linewidth=0, label=t("interval (90%)")
    )
    axes.plot(
        np.concatenate([[last], outlook.days]), np.concatenate([[start], outlook.values]),
        color=ACCENT, linewidth=2.2, label=t("forecast"), zorder=3,
    )  # fmt: skip
    axes.plot(
        [last, float(outlook.days[-1])], [start, start], color=INK, linewidth=1.1,
        linestyle=(0, (2, 2)), label=t("no change"), zorder=4,
    )  # fmt: skip
    axes.plot(course.days, values, color=INK, linewidth=1, zorder=2)
    axes.plot(course.days, values, "o", color=INK, markersize=4, label=t("measured"), zorder=5)
    if course.seen:
        seen = np.isin(course.days, course.seen)
        axes.plot(
            course.days[seen],
            values[seen],
            "o",
            color=INK,
            markerfacecolor="white",
            markersize=6,
            label=t("AI-derived, confirmed"),
            zorder=6,
        )
    _scale(axes, float(min(values.min(), low.min())), float(max(values.max(), high.max())), t)
    axes.set_title(course.patient, loc="left", color=INK, fontproperties=_font("Medium", 10), pad=6)
    axes.set_xlabel(t("days"), color=SOFT, fontproperties=_font("Regular", 8.5), labelpad=2)


def _scale(axes: Axes, least: float, most: float, t: Texts) -> None:
    def number(value: float, position: int) -> str:
        del position
        return decimal(value, t.language)

    if least > 0 and most / least > STEEP:
        axes.set_yscale("log")
        axes.set_ylim(least / 1.25, most * 1.25)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=6))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.set_ylim(0, most * 1.12)
        axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(number))
        for label in axis.get_ticklabels():
            label.set_fontproperties(_font("Regular", 8.5))
    axes.tick_params(which="both", colors=SOFT, length=0, pad=4)
    axes.grid(visible=True, which="major", axis="y", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
