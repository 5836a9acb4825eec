"""An evaluation as pictures: ROC curves, reliability and confusion, each a PNG."""

# matplotlib leaves the types of its keyword arguments open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FuncFormatter

from bedside_dx.core.evaluation import share_of
from bedside_dx.report.fonts import font_file
from bedside_dx.text.numbers import count, fixed, percent

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from bedside_dx.core.evaluation import Estimate, Metrics
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text import Texts

    Floats = NDArray[np.float64]

INK, SOFT, FAINT, LINE = "#141c24", "#445160", "#586675", "#d3d9e0"
ACCENT = "#0b6b6e"
BLUES = LinearSegmentedColormap.from_list("paper to ink", ["#ffffff", "#9cc7c8", "#0b6b6e"])
DPI = 160
WIDTH, SQUARE, TITLE, BELOW, LEGEND_ROW = 6.4, 4.49, 0.95, 1.11, 0.25
"""Sizes on a sheet, in inches: axes, and what lies above and below them."""


@cache
def _font(weight: str, size: float) -> FontProperties:
    return FontProperties(fname=str(font_file(f"Inter-{weight}")), size=size)


def write_roc(metrics: Metrics, card: ModelCard, path: Path, t: Texts) -> None:
    """Draw each class against the rest, with the area and its interval."""
    sheet = _Sheet(
        _with_legend(len(card.classes)), t("Each class against the rest"), metrics, card, t
    )
    axes = sheet.square(len(card.classes))
    axes.plot((0, 1), (0, 1), color=LINE, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    corner = _corner(axes, t) if _is_good(metrics) else None
    for model_class in card.classes:
        curve = metrics.roc[model_class.id]
        label = t(
            "{label}: area {area}",
            label=t.of(model_class.label),
            area=_estimate(metrics.auc[model_class.id], t),
        )
        color = tuple(v / 255 for v in model_class.color)
        for place in (axes, *([corner] if corner else [])):
            place.plot(
                curve.false_alarms, curve.found, color=color, linewidth=2.2, label=label, zorder=3,
                clip_on=place is corner, solid_joinstyle="round",
                path_effects=[Stroke(linewidth=3.0, foreground=SOFT), Normal()],
            )  # fmt: skip
    _share_axes(axes, t)
    axes.set_aspect("equal")
    axes.set_xlabel(
        t("Other images called this class"), color=INK, fontproperties=_font("Regular", 10)
    )
    axes.set_ylabel(t("Images of this class found"), fontproperties=_font("Regular", 10))
    sheet.legend(axes)
    sheet.save(path)


def _is_good(metrics: Metrics) -> bool:
    """Tell whether the curves crowd into the upper left corner."""
    areas = [e.value for e in metrics.auc.values() if math.isfinite(e.value)]
    return bool(areas) and min(areas) > 0.9


def _corner(axes: Axes, t: Texts) -> Axes:
    """The upper left corner once more, enlarged, in the empty part of the plot."""
    corner = axes.inset_axes((0.44, 0.12, 0.52, 0.52), xlim=(0, 0.2), ylim=(0.8, 1.005))
    _shares(corner, t, np.linspace(0, 0.2, 5), np.linspace(0.8, 1, 5), size=7.5)
    for side in corner.spines.values():
        side.set_color(FAINT)
    box = Rectangle((0, 0.8), 0.2, 0.2, fill=False, edgecolor=FAINT, linewidth=0.9, zorder=2)
    axes.add_patch(box)
    return corner


def write_reliability(metrics: Metrics, card: ModelCard, path: Path, t: Texts) -> None:
    """Draw how often the model was right against how sure it was."""
    sheet = _Sheet(_with_legend(3), t("How sure, and how often right"), metrics, card, t)
    axes = sheet.square(3)
    axes.plot((0, 1), (0, 1), color=FAINT, linewidth=1.2, linestyle=(0, (4, 3)),
              label=t("as sure as right"))  # fmt: skip
    confidence = np.array([b.confidence for b in metrics.reliability])
    right = np.array([b.right for b in metrics.reliability])
    images = np.array([b.images for b in metrics.reliability])
    low, high = _intervals(right, images)
    axes.vlines(confidence, low, high, color=ACCENT, linewidth=1.6, alpha=0.45)
    axes.plot(
        confidence, right, "o", color=ACCENT, markersize=7, markeredgecolor="white", zorder=3,
        clip_on=False,
        label=t("{images:count} images each, with the interval (95%)", images=round(images.mean())),
    )  # fmt: skip
    _share_axes(axes, t)
    axes.set_aspect("equal")
    axes.set_xlabel(t("Probability of the likeliest class"), fontproperties=_font("Regular", 10))
    axes.set_ylabel(t("Share that was right"), fontproperties=_font("Regular", 10))
    gap = _estimate(metrics.calibration_error, t)
    axes.plot([], [], " ", label=t("calibration error {gap}", gap=gap))
    sheet.legend(axes)
    sheet.save(path)


def write_confusion(metrics: Metrics, card: ModelCard, path: Path, t: Texts) -> None:
    """Draw which class was taken for which: shares of each label, and counts."""
    classes = len(card.classes)
    side = max(6.4, 1.35 * classes + 2.2)
    sheet = _Sheet((side, side + 0.6), t("What was taken for what"), metrics, card, t)
    axes = sheet.axes((0.26, 0.2, 0.69, 0.67))
    totals = metrics.confusion.sum(1, keepdims=True)
    share = metrics.confusion / np.maximum(totals, 1)
    axes.imshow(share, cmap=BLUES, vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(share):
        color = "white" if value > 0.55 else INK
        cell = (column, row)
        if totals[row, 0]:
            axes.annotate(percent(float(value), t.language), cell, xytext=(0, 3),
                          textcoords="offset points", ha="center", va="bottom", color=color,
                          fontproperties=_font("SemiBold", 13))  # fmt: skip
        number = count(int(metrics.confusion[row, column]), t.language)
        axes.annotate(number, cell, xytext=(0, -3), textcoords="offset points", ha="center",
                      va="top", color=color, fontproperties=_font("Regular", 10))  # fmt: skip
    labels = [_wrapped(t.of(c.label)) for c in card.classes]
    axes.set_xticks(range(classes), labels, fontproperties=_font("Regular", 10))
    axes.set_yticks(range(classes), labels, fontproperties=_font("Regular", 10))
    axes.set_xticks(np.arange(classes - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(classes - 1) + 0.5, minor=True)
    axes.grid(visible=True, which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0, colors=INK)
    axes.set_xlabel(t("Likeliest class"), fontproperties=_font("Medium", 10), labelpad=10)
    axes.set_ylabel(t("Label"), fontproperties=_font("Medium", 10), labelpad=10)
    accuracy = _estimate(metrics.balanced_accuracy, t)
    sheet.note(t("Balanced accuracy {value}", value=accuracy))
    sheet.save(path)


class _Sheet:
    """One picture with its title, what it is about, and the notice."""

    def __init__(
        self, inches: tuple[float, float], title: str, metrics: Metrics, card: ModelCard, t: Texts
    ) -> None:
        self._figure = Figure(figsize=inches, dpi=DPI, facecolor="white")
        self._canvas = FigureCanvasAgg(self._figure)
        unit = (
            t("{images:count} images", images=metrics.n)
            if metrics.unit == "image"
            else t(
                "{images:count} images of {groups:count} groups",
                images=metrics.n,
                groups=metrics.units,
            )
        )
        self._height = inches[1]
        self._write(1 - 0.33 / self._height, title, INK, "SemiBold", 15)
        self._write(1 - 0.585 / self._height, f"{t.of(card.title)} · {unit}", SOFT, "Regular", 9.5)
        notice = t("AI-generated, not verified. Research use only.")
        foot = 0.16 / self._height
        self._write(foot, notice, FAINT, "Regular", 8)
        name = f"{card.name} {card.version}"
        self._figure.text(0.955, foot, name, color=FAINT, ha="right",
                          fontproperties=_font("Regular", 8))  # fmt: skip

    def _write(self, y: float, text: str, color: str, weight: str, size: float) -> None:
        self._figure.text(0.045, y, text, color=color, fontproperties=_font(weight, size))

    def axes(self, box: tuple[float, float, float, float]) -> Axes:
        """Axes in a box of shares of the sheet: left, bottom, width, height."""
        axes = self._figure.add_axes(box)
        for side in axes.spines.values():
            side.set_color(LINE)
        return axes

    def square(self, rows: int) -> Axes:
        """Square axes under the title, with room for a legend of some rows below."""
        bottom = (BELOW + LEGEND_ROW * rows) / self._height
        return self.axes((0.125, bottom, 0.83, SQUARE / self._height))

    def legend(self, axes: Axes) -> None:
        """Put the legend under the axes."""
        legend = axes.legend(
            loc="upper left", bbox_to_anchor=(-0.01, -0.135), frameon=False, borderaxespad=0,
            handlelength=1.6, labelspacing=0.45, prop=_font("Regular", 9.5),
        )  # fmt: skip
        for text in legend.get_texts():
            text.set_color(INK)

    def note(self, text: str) -> None:
        """Write one line above the notice."""
        self._write(0.06, text, INK, "Regular", 10)

    def save(self, path: Path) -> None:
        """Write the PNG."""
        self._canvas.print_png(path)


def _with_legend(rows: int) -> tuple[float, float]:
    """Width and height of a sheet with square axes and a legend, in inches."""
    return WIDTH, TITLE + SQUARE + BELOW + LEGEND_ROW * rows


def _share_axes(axes: Axes, t: Texts) -> None:
    """Axes from 0 to 100 % with a light grid."""
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    _shares(axes, t, np.linspace(0, 1, 6), np.linspace(0, 1, 6), size=9)


def _shares(axes: Axes, t: Texts, x: Floats, y: Floats, *, size: float) -> None:
    def share(value: float, position: int) -> str:
        del position
        return percent(value, t.language)

    axes.set_xticks(x)
    axes.set_yticks(y)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(share))
        for label in axis.get_ticklabels():
            label.set_fontproperties(_font("Regular", size))
    axes.grid(visible=True, color=LINE, linewidth=0.6, alpha=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=SOFT, length=0, pad=5)


def _estimate(estimate: Estimate, t: Texts) -> str:
    """Write a figure with its interval."""
    if not math.isfinite(estimate.value):
        return t("not defined")
    value, low, high = (
        fixed(v, t.language, 3) for v in (estimate.value, estimate.low, estimate.high)
    )
    return t("{value} ({low} to {high})", value=value, low=low, high=high)


def _wrapped(label: str) -> str:
    return "\n".join(label.split()) if len(label) > 12 else label


def _intervals(share: Floats, n: NDArray[np.int64]) -> tuple[list[float], list[float]]:
    """Ends of the 95 % intervals of shares of n."""
    found = [share_of(float(s), int(k)) for s, k in zip(share, n, strict=True)]
    return [e.low for e in found], [e.high for e in found]
