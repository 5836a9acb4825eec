"""What a person or a site may choose."""

from __future__ import annotations

from dataclasses import dataclass

from bedside_dx.core.rules import DEFAULT_RULES, RuleChange, Rules

PROVIDERS = ("cpu", "auto", "cuda", "tensorrt", "directml", "coreml")
"""Where models can be asked to run."""

ENGINES = ("auto", "onnxruntime", "openvino")
"""What can be asked to run them: ``"auto"`` takes what the precision needs."""

FP32 = "fp32"
PRECISIONS = (FP32, "bf16", "int8", "auto")
"""How precisely: ``"auto"`` takes the fastest that the package states, as measured here."""


@dataclass(frozen=True)
class Settings:
    """Choices that hold for one run of the program.

    Attributes
    ----------
    language
        ``"en"`` or ``"fr"``: of screens, messages and reports.
    provider
        One of `PROVIDERS`; ``"auto"`` takes the best there is, and what was used is
        reported.
    engine, precision
        Of `ENGINES` and `PRECISIONS`. Precisions below 32 bits run only where the model's
        package states how well they agree with it.
    threads
        Worker threads for analysis; 0 means one for each processor core, of which the window
        keeps one for the screen.
    icc
        Apply the slide's ICC colour profile.
    rules
        Limits of the verdict at this site.
    rule_changes
        For each of them that is not as usual, who made it so.
    """

    language: str = "en"
    provider: str = "cpu"
    engine: str = "auto"
    precision: str = FP32
    threads: int = 0
    icc: bool = False
    rules: Rules = DEFAULT_RULES
    rule_changes: tuple[RuleChange, ...] = ()
