"""A measure in words: on screen and paper alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.measuring import Angle, Ellipse, Length, LesionAxes
from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from bedside_dx.core.measuring import Measure, Statistics
    from bedside_dx.core.scan_measures import HandMeasure
    from bedside_dx.text.catalogue import Texts

PLANES = {
    "axial": mark("axial cut"),
    "coronal": mark("coronal cut"),
    "sagittal": mark("sagittal cut"),
}


def mark_words(measure: Measure, t: Texts) -> str:
    """What a measure is called."""
    if isinstance(measure, LesionAxes):
        name = t("Node {name}", name=measure.name)
        return name if measure.is_node else t("Lesion {name}", name=measure.name)
    if isinstance(measure, Angle):
        return t("Angle")
    return t("Ellipse") if isinstance(measure, Ellipse) else t("Length")


def said_organ(measure: Measure, t: Texts) -> str:
    """Organ of a lesion, and whether it is a target; a dash for all else."""
    if not isinstance(measure, LesionAxes):
        return "–"
    kind = t("target") if measure.is_target else t("no target")
    return f"{measure.organ}, {kind}" if measure.organ else kind


def place_words(one: HandMeasure, t: Texts) -> str:
    """Series and slice that was measured on."""
    ground = one.kept.ground
    series = (
        t("series {number}", number=one.series_number)
        if one.series_number
        else t("a series that is not open")
    )
    which = " ".join(part for part in (one.modality, series) if part)
    if one.slice_number is not None and one.slices is not None:
        words = t("slice {n:count} of {all:count}", n=one.slice_number, all=one.slices)
        return f"{which}, {words}"
    name = PLANES.get(ground.name)
    return f"{which}, {t(name)}" if name else which


def plain_sizes(measure: Measure, found: Statistics | None, t: Texts) -> tuple[str, ...]:
    """What was measured, a line each."""
    if isinstance(measure, Length):
        return (t("{mm:decimal} mm", mm=round(measure.mm, 1)),)
    if isinstance(measure, Angle):
        turn = measure.degrees if len(measure.points) == 3 else None
        return (t("{angle:decimal}°", angle=round(turn, 1)),) if turn is not None else ()
    if isinstance(measure, LesionAxes):
        return _lesion_lines(measure, t)
    return _ellipse_lines(found, measure, t) if isinstance(measure, Ellipse) else ()


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


def _ellipse_lines(found: Statistics | None, measure: Ellipse, t: Texts) -> tuple[str, ...]:
    area = t("{area:decimal} mm²", area=round(measure.area_mm2, 1))
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
