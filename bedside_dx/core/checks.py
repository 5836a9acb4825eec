"""What the self-check found out about this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedside_dx.core.errors import Value


class CheckStatus(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARN = "warn"
    """Usable, with something to see to."""
    FAIL = "fail"
    """Not to be trusted until it is mended."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked; its words are in `bedside_dx.text` by code.

    Attributes
    ----------
    code
        Key of the sentence, for example ``"check.library"``.
    values
        What the sentence's placeholders stand for.
    """

    code: str
    status: CheckStatus
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])

    def document(self) -> dict[str, Value]:
        """The check as plain values."""
        name = self.code.removeprefix("check.")
        return {"check": name, "status": self.status.value, **self.values}
