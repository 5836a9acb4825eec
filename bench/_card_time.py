"""When a card was at work: a model that notes the time of each of its runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.pace import Pace
    from bedside_dx.core.ports import Seen, SlideReading
    from bedside_dx.models.session import LoadedModel

Span = tuple[float, float]
"""Begin and end, seconds of `time.perf_counter`."""


class Timed:
    """A classifier in 32 bits that is the model given, and keeps `spans` of its network's runs.

    A span holds the copying to and from the card as well: what it leaves out the card surely waits.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self.spans: list[Span] = []

    @property
    def card(self) -> ModelCard:
        """As the model's."""
        return self._model.card

    @property
    def fingerprint(self) -> str:
        """As the model's."""
        return self._model.fingerprint

    @property
    def pace(self) -> Pace:
        """As the model's."""
        return self._model.pace

    @property
    def engine(self) -> str:
        """As the model's."""
        return self._model.engine

    @property
    def provider(self) -> str:
        """As the model's."""
        return self._model.provider

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        """Classify as the model does, and note when its network ran."""
        began = time.perf_counter()
        given = self._model.outputs(patches, cancel)
        self.spans.append((began, time.perf_counter()))
        return self._model.seen(*given)

    def aggregate(self, embedding: NDArray[np.floating], cancel: Cancel) -> SlideReading:
        """As the model does."""
        return self._model.aggregate(embedding, cancel)


def waiting_share(spans: Iterable[Span], began: float, ended: float) -> float:
    """Share of the time between two moments in which none of the spans was open, 0 to 1."""
    waited, last = 0.0, began
    for first, end in sorted(spans):
        waited += max(0.0, min(first, ended) - last)
        last = max(last, min(end, ended))
    return (waited + max(0.0, ended - last)) / (ended - began)
