"""Sentences of lesions and sizes over time."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

COURSE_MESSAGES: dict[str, Message] = {}
