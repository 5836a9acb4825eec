"""Raw bytes beside JSON: what a target of `isolation.lasting` may return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json


@dataclass(frozen=True, slots=True)
class Packet:
    """What a target returns that has more to give than JSON can hold."""

    value: Json
    payload: bytes | memoryview
