"""What an engine is to the rest of this room: a graph that arrays go into and come out of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import Phrase

_CARD_FAILED = re.compile(r"\bCU\w+ failure \d+: [^;]*[^; ]")
"""What CUDA, cuDNN or cuBLAS said, amid names of files and of this machine."""


class EngineFault(Exception):
    """The engine failed; the text is its own and in English."""


@dataclass(frozen=True)
class Tensor:
    """An input or output as the graph declares it; None stands for a free length."""

    dtype: str
    shape: tuple[int | None, ...]


class Engine(Protocol):
    """One graph, loaded. Safe to run from several threads at once."""

    @property
    def name(self) -> str:
        """Engine and version, for example ``"onnxruntime 1.31.1"``."""
        ...

    @property
    def label(self) -> str:
        """Where it really runs, and how precisely if not in 32 bits: ``"CPU"``, ``"CPU BF16"``."""
        ...

    @property
    def wants_full_batches(self) -> bool:
        """Whether a number of pictures that it has not run yet costs it far more than a run.

        It searches for algorithms or compiles then; who calls fills batches up.
        """
        ...

    @property
    def inputs(self) -> Mapping[str, Tensor]:
        """What the graph takes."""
        ...

    @property
    def outputs(self) -> Mapping[str, Tensor]:
        """What the graph gives."""
        ...

    def run(
        self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]], cancel: Cancel
    ) -> list[NDArray[Any]]:
        """Run the graph once; a cancel ends it at once.

        Raises
        ------
        EngineFault
            The engine failed.
        CancelledByUser
        """
        ...


def engine_said(fault: Exception) -> Phrase:
    """Words of the engine, which it has in English only."""
    return Phrase("the engine says “{words}”", words=first_line(fault))


def first_line(exc: BaseException) -> str:
    """Say what an engine said, without the paths of the machine it was built on."""
    text = str(exc).strip().splitlines() or [type(exc).__name__]
    of_a_card = _CARD_FAILED.search(text[0])
    return of_a_card[0] if of_a_card else text[0].split(" : ")[-1][:200]
