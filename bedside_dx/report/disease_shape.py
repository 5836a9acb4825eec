"""What the disease in a report.json must look like."""

from __future__ import annotations

from bedside_dx.core.disease import Site
from bedside_dx.core.prognosis import Provenance
from bedside_dx.report.shape import TEXT_OR_NONE, Amount, ListOf, MapOf, Maybe, OneOf, Shape, Share

NUMBER = Maybe(float)
CURVE: dict[str, Shape] = {
    "regimen": ListOf(str), "years": ListOf(float), "event_free": ListOf(Share),
    "disease": ListOf(Share), "other": ListOf(Share), "low": Maybe(ListOf(Share)),
    "high": Maybe(ListOf(Share)),
}  # fmt: skip
BENEFIT: dict[str, Shape] = {
    "treatment": ListOf(str), "beside": ListOf(str), "year": int, "gain": float,
    "low": NUMBER, "high": NUMBER,
}  # fmt: skip
PROGNOSIS: dict[str, Shape] = {
    "model": str, "version": str, "title": str, "endpoint": str, "citation": str, "licence": str,
    "score": NUMBER, "group": TEXT_OR_NONE,
    "inputs": ListOf(
        {"key": str, "value": float, "provenance": OneOf(frozenset(Provenance)),
         "low": NUMBER, "high": NUMBER}
    ),
    "remarks": ListOf(str), "intervals": str, "limits": ListOf(str), "tried_on": ListOf(str),
}  # fmt: skip
DISEASE: dict[str, Shape] = {
    "stage": Maybe(
        {"site": OneOf(frozenset(Site)), "edition": int, "t": str, "n": str, "m": str,
         "group": str, "remarks": ListOf(str)}
    ),
    "prognoses": ListOf(
        {
            **PROGNOSIS, "year": int, "curve": CURVE, "untreated": CURVE,
            "swept": ListOf(ListOf(Share, length=2)),
            "alone": ListOf(BENEFIT), "in_order": ListOf(BENEFIT), "together": Maybe(BENEFIT),
            "influences": ListOf(
                {"key": str, "low": float, "high": float, "at_low": Share, "at_high": Share,
                 "least": Share, "most": Share}
            ),
            "people": ListOf(int, length=4),
        }
    ),
    "scores": ListOf(PROGNOSIS),
    "responses": ListOf(
        {
            "patient": str, "baseline_day": float, "baseline_mm": Maybe(Amount),
            "visits": ListOf(
                {
                    "day": float, "sum_mm": Maybe(Amount), "nadir_mm": Maybe(Amount),
                    "from_baseline": NUMBER, "from_nadir": NUMBER, "target": TEXT_OR_NONE,
                    "non_target": TEXT_OR_NONE, "new_lesions": ListOf(str), "overall": str,
                    "immune": TEXT_OR_NONE, "confirmed_late": bool,
                }
            ),
            "best": str, "best_confirmed": str, "progression_day": NUMBER,
            "immune_best": TEXT_OR_NONE, "immune_progression_day": NUMBER,
        }
    ),
    "left_out": ListOf({"file": str, "line": int, "code": str, "text": str}),
    "outlooks": ListOf(
        {
            "patient": str, "quantity": str, "measured_days": ListOf(float),
            "measured": ListOf(Amount), "ai_derived_days": ListOf(float),
            "own_curve": TEXT_OR_NONE, "days": ListOf(float),
            "values": ListOf(Amount), "low": ListOf(Amount), "high": ListOf(Amount),
            "no_change": Amount, "weights": MapOf(Share), "is_no_change": bool,
            "error_over_no_change": NUMBER, "interval_coverage": Maybe(Share),
        }
    ),
}  # fmt: skip
