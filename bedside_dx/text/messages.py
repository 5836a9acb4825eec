"""Sentences that are looked up by code: errors with their way out, reasons, next steps.

Errors say what happened and what was kept (`text`), then what to do (`hint`).
Placeholders are the values that the error or reason carries, plus ``{file}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.text.course_messages import COURSE_MESSAGES
from bedside_dx.text.disease_messages import DISEASE_MESSAGES
from bedside_dx.text.dosing_messages import DOSING_MESSAGES
from bedside_dx.text.exchange_messages import EXCHANGE_MESSAGES
from bedside_dx.text.model_messages import MODEL_MESSAGES
from bedside_dx.text.plan_messages import PLAN_MESSAGES
from bedside_dx.text.scan_messages import SCAN_MESSAGES
from bedside_dx.text.site_messages import SITE_MESSAGES
from bedside_dx.text.slide_messages import SLIDE_MESSAGES
from bedside_dx.text.therapy_messages import THERAPY_MESSAGES
from bedside_dx.text.trial_messages import TRIAL_MESSAGES
from bedside_dx.text.trust_messages import TRUST_MESSAGES
from bedside_dx.text.verdict_messages import VERDICT_MESSAGES

if TYPE_CHECKING:
    from bedside_dx.text.message import Message

MESSAGES: dict[str, Message] = {
    **SLIDE_MESSAGES,
    **MODEL_MESSAGES,
    **EXCHANGE_MESSAGES,
    **TRUST_MESSAGES,
    **SITE_MESSAGES,
    **VERDICT_MESSAGES,
    **COURSE_MESSAGES,
    **DISEASE_MESSAGES,
    **SCAN_MESSAGES,
    **THERAPY_MESSAGES,
    **DOSING_MESSAGES,
    **PLAN_MESSAGES,
    **TRIAL_MESSAGES,
}
