"""A measure in words: beside it on the scan, and in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.measuring import Angle, Ellipse, Length, LesionAxes

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.scans.measures import Mark


def kind_words(mark: Mark, t: Texts) -> str:
    """What a mark is called in the list."""
    measure = mark.measure
    if isinstance(measure, LesionAxes):
        name = t("Node {name}", name=measure.name)
        return name if measure.is_node else t("Lesion {name}", name=measure.name)
    if isinstance(measure, Angle):
        return t("Angle")
    return t("Ellipse") if isinstance(measure, Ellipse) else t("Length")


def size_lines(mark: Mark, t: Texts) -> tuple[str, ...]:
    """What was measured, a line each."""
    measure = mark.measure
    if isinstance(measure, Length):
        return (t("{mm:decimal} mm", mm=round(measure.mm, 1)),)
    if isinstance(measure, Angle):
        turn = measure.degrees if len(measure.points) == 3 else None
        return (t("{angle:decimal}°", angle=round(turn, 1)),) if turn is not None else ()
    if isinstance(measure, LesionAxes):
        return _lesion_lines(measure, t)
    return _ellipse_lines(mark, measure, t) if isinstance(measure, Ellipse) else ()


def _lesion_lines(measure: LesionAxes, t: Texts) -> tuple[str, ...]:
    long_mm, short_mm = measure.long_mm, measure.short_mm
    if short_mm is None:
        return (t("long axis {mm:decimal} mm", mm=round(long_mm, 1)),)
    return (
        t(
            "{long:decimal} × {short:decimal} mm",
            long=round(long_mm, 1),
            short=round(short_mm, 1),
        ),
    )


def _ellipse_lines(mark: Mark, measure: Ellipse, t: Texts) -> tuple[str, ...]:
    area = t("{area:decimal} mm²", area=round(measure.area_mm2, 1))
    found = mark.statistics
    if found is None:
        return (area,)
    digits = 1 if found.high - found.low >= 1 else 4
    mean, sd = round(found.mean, digits), round(found.sd, digits)
    low, high = round(found.low, digits), round(found.high, digits)
    slab = (t("slab {mm:decimal} mm", mm=found.thick_mm),) if found.thick_mm else ()
    return (
        t("mean {mean:decimal} {unit}", mean=mean, unit=found.unit).rstrip(),
        t("SD {sd:decimal}", sd=sd),
        t("{low:decimal} to {high:decimal}", low=low, high=high),
        area,
        *slab,
    )
