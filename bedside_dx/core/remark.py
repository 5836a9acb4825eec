"""A sentence that is said later, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know, by its code; its words are in `bedside_dx.text`.

    Attributes
    ----------
    code
        Key of the sentence, for example ``"scan.gaps"``.
    values
        What its placeholders stand for; they may be sentences themselves.
    """

    code: str
    values: Mapping[str, str | float] = field(default_factory=dict[str, "str | float"])
