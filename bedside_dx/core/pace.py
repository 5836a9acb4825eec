"""How a model is run on one machine: engine, precision, patches at a time, workers."""

from __future__ import annotations

from dataclasses import dataclass

from bedside_dx.core.settings import AUTO, FP32

CLEARLY = 1.1
"""By how much another way must be faster than the usual one, in the worst of its rounds."""


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
        Of the network alone, second looks counted in: the worst round beside the usual way, as
        if that had always run at its median.
    """

    pace: Pace
    patches_per_s: float


@dataclass(frozen=True)
class Way:
    """How a model is run here, and what is known of it.

    Attributes
    ----------
    patches_per_s
        As measured; 0 where nothing was measured that still holds.
    """

    pace: Pace
    patches_per_s: float = 0.0


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
        Names and versions of the engines installed, and the precisions that they compute in here:
        a virtual machine that moves may keep its processor's name and lose some.
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
    """What was measured of one model on one machine.

    Attributes
    ----------
    measured
        All that was tried and agreed with the model's reference results, the usual way first.
    """

    conditions: Conditions
    measured: tuple[Measured, ...]

    @property
    def usual(self) -> Pace:
        """The way that is taken where no other is clearly faster."""
        return self.measured[0].pace

    @property
    def best(self) -> Pace:
        """The way that is taken where nothing else is asked for."""
        return self.fastest() or self.usual

    def fastest(self, engine: str = AUTO, precision: str = AUTO) -> Pace | None:
        """The fastest way with that engine and precision; None where none was measured.

        It is the usual one, where that fits, unless another was clearly faster in every round.
        """
        fitting = [
            one
            for one in self.measured
            if engine in {AUTO, one.pace.engine} and precision in {AUTO, one.pace.precision}
        ]
        if not fitting:
            return None
        first = max(fitting, key=lambda one: one.patches_per_s)
        base = self.rate(self.usual)
        if fitting[0].pace == self.usual and first.patches_per_s <= CLEARLY * base:
            return self.usual
        return first.pace

    def rate(self, pace: Pace) -> float:
        """Patches a second that were measured for a way; 0 if it was not tried."""
        return max((one.patches_per_s for one in self.measured if one.pace == pace), default=0.0)
