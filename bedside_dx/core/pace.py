"""How a model is run on one machine: engine, precision, patches at a time, workers."""

from __future__ import annotations

from dataclasses import dataclass

from bedside_dx.core.settings import FP32


@dataclass(frozen=True)
class Pace:
    """One way to run a model.

    Attributes
    ----------
    engine
        ``"onnxruntime"`` or ``"openvino"``.
    precision
        ``"fp32"``, ``"bf16"`` or ``"int8"``.
    batch
        Patches in one call of the engine, 1 or more.
    workers
        Threads that read and classify; 0 means one for each processor core.
    """

    engine: str = "onnxruntime"
    precision: str = FP32
    batch: int = 8
    workers: int = 0


USUAL = Pace()
"""Safe on every machine, and measured on none: small batches are faster on a processor."""


@dataclass(frozen=True)
class Measured:
    """What one way to run a model came to.

    Attributes
    ----------
    patches_per_s
        Of the network alone, second looks counted in: the slower of two rounds.
    """

    pace: Pace
    patches_per_s: float


@dataclass(frozen=True)
class Conditions:
    """What a measurement holds for; where one of them has changed it is stale.

    Attributes
    ----------
    processor
        Its name, as the system gives it.
    cores
        Processor cores that the program may use.
    engines
        Names and versions of the engines installed.
    provider
        Where the model was asked to run.
    package
        sha256 over the hashes of the model's files.
    """

    processor: str
    cores: int
    engines: tuple[str, ...]
    provider: str
    package: str


@dataclass(frozen=True)
class Tuned:
    """The measured choice for one model on one machine.

    Attributes
    ----------
    best
        Taken where the precision is ``"auto"``; 32 bits on onnxruntime unless another way was
        clearly faster in every round.
    measured
        All that was tried and agreed with the model's reference results.
    """

    conditions: Conditions
    best: Pace
    measured: tuple[Measured, ...]

    def fastest(self, engine: str, precision: str) -> Pace | None:
        """The fastest way measured with that engine and precision."""
        fitting = [
            one
            for one in self.measured
            if (one.pace.engine, one.pace.precision) == (engine, precision)
        ]
        if not fitting:
            return None
        return max(fitting, key=lambda one: one.patches_per_s).pace

    def rate(self, pace: Pace) -> float:
        """Patches a second that were measured for a way; 0 if it was not tried."""
        return max((one.patches_per_s for one in self.measured if one.pace == pace), default=0.0)
