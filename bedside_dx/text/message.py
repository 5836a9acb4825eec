"""A sentence for the catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence and, for errors, the way out."""

    text: str
    hint: str = ""


def mark(sentence: str) -> str:
    """Declare a sentence for the catalogue; it is translated where it is shown."""
    return sentence
