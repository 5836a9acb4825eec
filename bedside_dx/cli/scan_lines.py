"""A study as lines and as JSON: what it holds, and nothing of whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.errors import ImagingError
from bedside_dx.core.results import Reason
from bedside_dx.core.scan import Kind

if TYPE_CHECKING:
    from bedside_dx.core.remark import Remark
    from bedside_dx.core.scan import Refused, Series, Study
    from bedside_dx.text import Texts


def study_document(study: Study) -> dict[str, object]:
    """Facts of a study; free text of the scanner is left out, as it may name the patient."""
    return {
        "file": study.path.name,
        "format": "dicom",
        "patients": len(study.patients),
        "series": [_series_document(series) for series in _by_number(study)],
        "remarks": [remark.code for remark in study.remarks],
        "refused": [
            {"file": one.source.member or one.source.path.name, "code": one.code}
            for one in study.refused
        ],
        "no_dicom": study.ignored,
    }


def _by_number(study: Study) -> list[Series]:
    """Series as they are numbered, one patient after the other."""
    return sorted(study.series, key=lambda one: (one.patient, int(one.key)))


def _series_document(series: Series) -> dict[str, object]:
    plane = next((frame.plane for frame in series.frames if frame.plane), None)
    return {
        "number": int(series.key),
        "patient": series.patient + 1,
        "kind": series.kind.value,
        "object": series.object_kind,
        "modality": series.modality,
        "body_part": series.body_part,
        "images": len(series.frames) if series.rows else 0,
        "rows": series.rows,
        "columns": series.columns,
        "bits": series.bits,
        "colour": series.is_colour,
        "monochrome1": series.is_inverted,
        "unit": series.unit,
        "pixel_spacing_mm": list(plane.spacing) if plane else None,
        "between_slices_mm": series.between,
        "pixel_aspect": series.aspect,
        "is_volume": series.is_volume,
        "overlays": series.overlays,
        "syntax": series.syntax,
        "windows": [[window.centre, window.width] for window in series.windows],
        "remarks": [{"code": r.code, **r.values} for r in series.remarks],
    }


def study_lines(study: Study, t: Texts) -> list[str]:
    """The same for a person."""
    lines = [study.path.name, "  " + t("Patients: {patients:count}", patients=len(study.patients))]
    for series in _by_number(study):
        lines += _series_lines(series, t)
    lines += [f"- {_remark(remark, t)}" for remark in study.remarks]
    lines += [
        "- " + t("Not used: {sentence}", sentence=_refused(refused, t)) for refused in study.refused
    ]
    if study.ignored:
        lines.append("  " + t("Files that are no DICOM: {files:count}", files=study.ignored))
    return lines


def _series_lines(series: Series, t: Texts) -> list[str]:
    kinds = {
        Kind.IMAGES: t("images"),
        Kind.SEGMENTATION: t("segmentation"),
        Kind.CONTOURS: t("contours"),
        Kind.VALUES: t("parametric map"),
        Kind.OTHER: t("no pixels"),
    }
    lines = ["  " + t("Series {number}: {kind}", number=series.key, kind=kinds[series.kind])]
    if series.rows:
        what = t(
            "{modality}, {body_part}, {columns:count} × {rows:count} px, images: {images:count}",
            modality=series.modality or t("modality not stated"),
            body_part=series.body_part or t("part not stated"),
            images=len(series.frames),
            columns=series.columns,
            rows=series.rows,
        )
        lines.append("    " + what)
        lines.append("    " + t("Encoded as: {syntax}", syntax=series.syntax or "–"))
    elif series.object_kind:
        lines.append("    " + series.object_kind)
    if series.between is not None:
        distance = t("{distance:decimal} mm from slice to slice", distance=series.between)
        lines.append("    " + distance)
    return lines + [f"    - {_remark(remark, t)}" for remark in series.remarks]


def _remark(remark: Remark, t: Texts) -> str:
    return t.reason(Reason(remark.code, remark.values))


def _refused(refused: Refused, t: Texts) -> str:
    return t.error(ImagingError(refused.code, path=refused.source.path, **refused.values))[0]
