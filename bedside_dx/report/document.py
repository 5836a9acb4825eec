"""report.json: a result as plain values for another program; see docs/report-json.md.

Keys stay English whatever the language; sentences are in the language named in it. It
holds no pixels, no path and nothing of a slide's label. Per-patch numbers are in
findings.geojson.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.errors import Phrase, ReportError
from bedside_dx.core.heatmap import is_unfamiliar
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.rules import DEFAULT_RULES, changed_keys
from bedside_dx.report.areas import calls, judged_mm2
from bedside_dx.report.dates import with_zone
from bedside_dx.report.disease_document import disease_document
from bedside_dx.report.disease_shape import DISEASE
from bedside_dx.report.measures_document import MEASURES, measures_document
from bedside_dx.report.patient_document import patient_document
from bedside_dx.report.shape import REPORT, Maybe, first_flaw
from bedside_dx.report.therapy_document import proposal_document
from bedside_dx.report.therapy_shape import THERAPY
from bedside_dx.text.words import class_label, confidence_words, set_line, verdict_headline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bedside_dx.core.geometry import RegionPx, SizePx
    from bedside_dx.core.model_card import ModelClass
    from bedside_dx.core.results import EarlyCall, KeyRegion, Reason, Report
    from bedside_dx.text import Texts

SCHEMA = "bedside_dx/report"
SCHEMA_VERSION = "1.4"
INTERVAL_LEVEL = 0.9

Document = dict[str, object]


def document(report: Report, t: Texts) -> Document:
    """Everything a report says, as values that JSON can hold.

    Shares and probabilities are 0 to 1, areas mm², positions px of level 0.
    """
    case = report.case
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "language": t.language,
        "notice": t("AI-generated, not verified. Research use only."),
        "patient": patient_document(case.patient),
        "case": {"accession": case.accession or None, "specimen": case.specimen or None},
        "verdict": _verdict(report, t),
        "fractions": [_fraction(report, c, t) for c in report.model.classes],
        "slide_level": _slide_level(report, t),
        "coverage": _rounded(asdict(report.diagnosis.coverage)),
        "key_regions": [_key_region(k, report, t) for k in report.diagnosis.key_regions],
        "patches": _patches(report),
        "disease": disease_document(report.disease, t),
        "therapy": proposal_document(report.therapy, t),
        "measures": measures_document(report.measures, t),
        "site_rules": _site_rules(report),
        "model": _model(report, t),
        "slide": _slide(report),
        "provenance": _provenance(report),
    }


def write_document(report: Report, path: Path, t: Texts) -> None:
    """Write report.json.

    Raises
    ------
    OSError
        The file could not be written.
    """
    text = json.dumps(document(report, t), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_document(path: Path) -> Document:
    """Read a report.json and check that it has every value, of the right kind.

    Raises
    ------
    ReportError
        It can't be read, or is not a report of this schema version.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        detail = Phrase("it can't be read")
        raise ReportError("report.unreadable", path=path, detail=detail) from exc
    except ValueError as exc:
        detail = Phrase("it is not JSON")
        raise ReportError("report.unreadable", path=path, detail=detail) from exc
    parts = {"disease": Maybe(DISEASE), "therapy": Maybe(THERAPY), "measures": Maybe(MEASURES)}
    flaw = first_flaw(values, {**REPORT, **parts})
    if flaw is None and (values["schema"], values["schema_version"]) != (SCHEMA, SCHEMA_VERSION):
        flaw = f"{values['schema']} {values['schema_version']}"
    if flaw is not None:
        raise ReportError("report.unreadable", path=path, detail=flaw)
    return values


def _verdict(report: Report, t: Texts) -> Document:
    d = report.diagnosis
    return {
        "status": str(d.status),
        "is_final": d.is_final,
        "early": None if d.early is None else _early(d.early),
        "headline": verdict_headline(d, report.model, t),
        "class": d.class_id,
        "class_label": class_label(d.class_id, report.model, t) or None,
        "probability": _round(d.probability),
        "interval": None if d.interval is None else [_round(v) for v in d.interval],
        "interval_level": INTERVAL_LEVEL,
        "confidence": confidence_words(d, t) or None,
        "class_set": None if d.class_set is None else list(d.class_set),
        "set_level": _round(d.set_level),
        "set_words": set_line(d, report.model, t) or None,
        "rule": d.rule or None,
        "unfamiliar_share": _round(d.unfamiliar),
        "reasons": [_reason(r, report.slide.size, t) for r in d.reasons],
        "next_step": _reason(d.next_step, report.slide.size, t),
    }


def _early(call: EarlyCall) -> Document:
    return {"class": call.class_id, "share_read": _round(call.share)}


def _reason(reason: Reason, size: SizePx, t: Texts) -> Document:
    return {
        "code": reason.code,
        "text": t.reason(reason),
        "values": {name: _value(value, t) for name, value in reason.values.items()},
        "region": None if reason.region is None else _region(reason.region, size),
    }


def _region(region: RegionPx, size: SizePx) -> Document:
    """The part of a region that lies on the image: patches at the edge reach beyond it."""
    left, top = max(region.x, 0), max(region.y, 0)
    right = min(region.x + region.width, size.width)
    bottom = min(region.y + region.height, size.height)
    return {"x": left, "y": top, "width": max(right - left, 0), "height": max(bottom - top, 0)}


def _value(value: float | str | Mapping[str, str], t: Texts) -> float | str | None:
    match value:
        case str():
            return value
        case int():
            return value
        case float():
            return _round(value)
        case _:
            return t.of(value)


def _fraction(report: Report, model_class: ModelClass, t: Texts) -> Document:
    share = report.diagnosis.fractions.get(model_class.id)
    judged = judged_mm2(report.findings)
    area = None if share is None or judged is None else share * judged
    return {
        "class": model_class.id,
        "label": t.of(model_class.label),
        "role": str(model_class.role),
        "codes": dict(model_class.codes),
        "share": _round(share),
        "area_mm2": _round(area),
    }


def _slide_level(report: Report, t: Texts) -> Document | None:
    """What the slide-level network gave, null where the model has none or was not asked."""
    given, network = report.diagnosis.slide_level, report.model.slide_level
    if given is None or network is None:
        return None
    attention = report.findings.attention
    return {
        "classes": [
            {
                "class": c,
                "class_label": class_label(c, report.model, t),
                "probability": _round(p),
            }
            for c, p in given.items()
        ],
        "sure_from": network.sure_from,
        "patches": 0 if attention is None else int((attention > 0).sum()),
        "sha256": network.sha256,
    }


def _key_region(key: KeyRegion, report: Report, t: Texts) -> Document:
    return {
        "region": _region(key.region, report.slide.size),
        "class": key.class_id,
        "class_label": class_label(key.class_id, report.model, t),
        "probability": _round(key.probability),
    }


def _patches(report: Report) -> Document:
    findings, grid = report.findings, report.findings.grid
    called = calls(findings)
    return {
        "planned": len(findings.state),
        **{s.name.lower(): int(np.sum(findings.state == s)) for s in PatchState},
        "unfamiliar": int(is_unfamiliar(findings).sum()),
        "called": {c.id: int(np.sum(called == i)) for i, c in enumerate(findings.model.classes)},
        "cell_mm2": _round(findings.cell_mm2, 6),
        "grid": {
            "x0": _round(grid.x0, 3), "y0": _round(grid.y0, 3),
            "step": _round(grid.step, 3), "side": _round(grid.side, 3),
            "columns": grid.columns, "rows": grid.rows,
        },
    }  # fmt: skip


def _model(report: Report, t: Texts) -> Document:
    card = report.model
    return {
        "name": card.name,
        "version": card.version,
        "sha256": card.sha256,
        "origin": card.origin.document(),
        "title": t.of(card.title),
        "organ": card.organ,
        "modality": card.modality,
        "input": str(card.input),
        "patch_px": card.patch_px,
        "spacing_um_px": card.spacing_um_px,
        "rules": asdict(card.rules),
        "intended_use": t.of(card.intended_use),
        "limits": list(card.limits.get(t.language) or card.limits.get("en", ())),
        "data_terms": t.of(card.data_terms),
    }


def _site_rules(report: Report) -> Document:
    """Limits that the verdict was made with, and who made those that are not as usual so."""
    return {
        "limits": asdict(report.rules),
        "changed": [_changed(key, report) for key in changed_keys(report.rules)],
    }


def _changed(key: str, report: Report) -> Document:
    by_whom = next((c for c in report.rule_changes if c.key == key), None)
    return {
        "key": key,
        "value": report.rules.value(key),
        "usual": DEFAULT_RULES.value(key),
        "who": by_whom.who if by_whom else None,
        "when": by_whom.when.isoformat() if by_whom else None,
        "why": by_whom.why if by_whom else None,
    }


def _slide(report: Report) -> Document:
    slide = report.slide
    spacing = None
    if slide.spacing is not None:
        spacing = {
            "um_per_px": slide.spacing.um_per_px,
            "source": str(slide.spacing.source),
            "detail": slide.spacing.detail,
        }
    return {
        "file": slide.path.name,
        "format": slide.format,
        "size_px": {"width": slide.size.width, "height": slide.size.height},
        "spacing": spacing,
        "sha256": slide.fingerprint,
    }


def _provenance(report: Report) -> Document:
    made = report.provenance
    started = with_zone(made.started)
    finished = started + timedelta(seconds=made.duration_s)
    return {
        "program": "bedside_dx",
        "program_version": made.program_version,
        "engine": made.engine,
        "provider": made.provider,
        "reading": made.reading.name,
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "duration_s": round(made.duration_s, 2),
        "patches_per_s": round(made.patches_per_s, 2),
    }


def _round(value: float | None, digits: int = 4) -> float | None:
    """Round a number; what is not finite is not known, and no zero has a sign."""
    return None if value is None or not np.isfinite(value) else round(float(value), digits) + 0.0


def _rounded(values: Document) -> Document:
    return {k: _round(v) if isinstance(v, float) else v for k, v in values.items()}
