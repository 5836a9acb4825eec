"""Measures of a scan in report.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.measuring import Angle, Ellipse, Length, LesionAxes
from bedside_dx.report.shape import ListOf, Maybe, Shape

if TYPE_CHECKING:
    from bedside_dx.core.scan_measures import HandMeasure, ScanMeasures
    from bedside_dx.text import Texts

NUMBER = Maybe(float)
MEASURES: dict[str, Shape] = {
    "notice": str,
    "day": Maybe(str),
    "measures": ListOf(
        {
            "kind": str, "name": Maybe(str), "organ": Maybe(str),
            "is_node": Maybe(bool), "is_target": Maybe(bool),
            "study_series": str, "image": Maybe(str), "frame_of_reference": Maybe(str),
            "modality": str, "series_number": Maybe(int), "plane": str,
            "slice": Maybe(int), "slices": Maybe(int), "points_mm": ListOf(ListOf(float, length=3)),
            "long_mm": NUMBER, "short_mm": NUMBER, "length_mm": NUMBER, "angle_degrees": NUMBER,
            "area_mm2": NUMBER,
            "values": Maybe(
                {
                    "pixels": int, "mean": float, "sd": float, "low": float, "high": float,
                    "unit": str, "slab_mm": float,
                }
            ),
        }
    ),
    "target_sums": ListOf({"day": str, "mm": float, "lesions": int}),
    "why_no_sums": Maybe({"code": str, "text": str}),
}  # fmt: skip
"""Shape of the key `measures`."""


def measures_document(found: ScanMeasures | None, t: Texts) -> dict[str, object] | None:
    """What a person measured, as plain values; lengths are mm in patient coordinates."""
    if found is None or not found.measures:
        return None
    return {
        "notice": t("Measured by hand, on the slices named."),
        "day": found.day or None,
        "measures": [_measure(one) for one in found.measures],
        "target_sums": [
            {"day": one.day, "mm": round(one.mm, 2), "lesions": one.lesions} for one in found.sums
        ],
        "why_no_sums": _why_not(found, t),
    }


def _why_not(found: ScanMeasures, t: Texts) -> dict[str, object] | None:
    error = found.why_no_sums
    if error is None:
        return None
    return {"code": error.code, "text": " ".join(filter(None, t.error(error)))}


def _measure(one: HandMeasure) -> dict[str, object]:
    kept, measure = one.kept, one.kept.measure
    lesion = measure if isinstance(measure, LesionAxes) else None
    angle = measure.degrees if isinstance(measure, Angle) and len(measure.points) == 3 else None
    values = kept.statistics
    return {
        "kind": str(kept.kind),
        "name": lesion.name if lesion else None,
        "organ": lesion.organ or None if lesion else None,
        "is_node": lesion.is_node if lesion else None,
        "is_target": lesion.is_target if lesion else None,
        "study_series": kept.ground.series,
        "image": kept.image or None,
        "frame_of_reference": kept.ground.frame_of_reference or None,
        "modality": one.modality,
        "series_number": one.series_number,
        "plane": kept.ground.name,
        "slice": one.slice_number,
        "slices": one.slices,
        "points_mm": [[round(v, 3) + 0.0 for v in point] for point in kept.points],
        "long_mm": _round(lesion.long_mm if lesion else None),
        "short_mm": _round(lesion.short_mm if lesion else None),
        "length_mm": _round(measure.mm if isinstance(measure, Length) else None),
        "angle_degrees": _round(angle),
        "area_mm2": _round(measure.area_mm2 if isinstance(measure, Ellipse) else None),
        "values": None
        if values is None
        else {
            "pixels": values.pixels,
            "mean": round(values.mean, 4),
            "sd": round(values.sd, 4),
            "low": round(values.low, 4),
            "high": round(values.high, 4),
            "unit": values.unit,
            "slab_mm": float(values.thick_mm),
        },
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(float(value), 2)
