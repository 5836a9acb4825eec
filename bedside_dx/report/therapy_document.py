"""What is proposed, as plain values for report.json; keys stay English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.report.dose_document import dose_document
from bedside_dx.report.options_document import options_document
from bedside_dx.report.therapy import therapy_document
from bedside_dx.report.therapy_shape import OPTIONS
from bedside_dx.text.therapy_words import step_words

if TYPE_CHECKING:
    from bedside_dx.core.therapy import Options
    from bedside_dx.core.therapy_picture import Asked, TherapyPicture
    from bedside_dx.text import Texts

Document = dict[str, object]


def proposal_document(picture: TherapyPicture | None, t: Texts) -> Document | None:
    """Options, doses and plan; None where nothing is proposed."""
    if picture is None or picture.is_empty:
        return None
    found, asked = picture.options, picture.asked
    none = dict.fromkeys((*OPTIONS, "conflicts"))
    offered = (
        none
        if found is None
        else {
            **options_document(found, t, picture.taken),
            "conflicts": [step_words(one, t) for one in found.conflicts],
        }
    )
    plan = picture.plan
    return {
        "taken": picture.taken.isoformat(),
        "notice": t("Proposed, never prescribed: a person decides. Research use only."),
        "asked": None if asked is None or found is None else _asked(asked, found),
        **offered,
        "doses": [dose_document(one, t) for one in picture.doses],
        "plan": None
        if plan is None
        else therapy_document(plan, picture.events, picture.remarks, t),
    }


def _asked(asked: Asked, found: Options) -> Document:
    return {
        "tumour": asked.tumour,
        "tumour_code": found.tumour or None,
        "tumour_name": found.tumour_name if found.tumour else None,
        "alterations": list(asked.alterations),
        "negatives": list(asked.negatives),
        "line": asked.line or None,
    }
