"""Therapy options and knowledge packs as plain values; keys stay English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.text.therapy_words import step_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bedside_dx.core.therapy import Evidence, Options, PackInfo
    from bedside_dx.text import Texts

Document = dict[str, object]


def options_document(found: Options, t: Texts, today: date) -> Document:
    """The answer for one person."""
    return {
        "options": [
            {
                "therapy": one.therapy,
                "direction": str(one.direction),
                "level": one.level.name,
                "tier": one.tier + " (" + t("provisional") + ")",
                "tumour_match": one.tumour_match.word,
                "approval": [str(authority) for authority in one.approval],
                "evidence": _evidence(one.evidence),
                "why": [step_words(step, t) for step in one.why],
            }
            for one in found.options
        ],
        "excluded": [
            {
                "therapy": one.therapy,
                "reason": step_words(one.reason, t),
                "evidence": _evidence(one.evidence),
            }
            for one in found.excluded
        ],
        "order_first": [
            {"test": one.test, "why": step_words(one.why, t)} for one in found.order_first
        ],
        "unknown": [{"input": one.written, "nearest": list(one.nearest)} for one in found.unknown],
        "packs": [pack_document(pack, today) for pack in found.packs],
    }


def pack_document(pack: PackInfo, today: date) -> Document:
    """One pack, its age counted from a day."""
    return {
        "name": pack.name,
        "version": pack.version,
        "date": pack.evidence_date.isoformat(),
        "licence": pack.licence,
        "attribution": pack.attribution,
        "facts": pack.facts,
        "tumours": pack.tumours,
        "older_than_a_year": pack.is_old(today),
        "sha256": pack.sha256,
    }


def _evidence(rows: Sequence[Evidence]) -> list[dict[str, str]]:
    return [{"source": row.source, "id": row.id, "pmid": row.pmid} for row in rows]
