"""What a person or a site may choose."""

from __future__ import annotations

from dataclasses import dataclass

from bedside_dx.core.rules import DEFAULT_RULES, RuleChange, Rules

PROVIDERS = ("cpu", "auto", "cuda", "tensorrt", "directml", "coreml")
"""Where models can be asked to run."""

AUTO, FP32 = "auto", "fp32"

ENGINES = (AUTO, "onnxruntime", "openvino")
"""What can be asked to run them: ``"auto"`` takes the fastest, as measured here."""

PRECISIONS = (AUTO, FP32, "bf16", "int8")
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
        Of `ENGINES` and `PRECISIONS`; what is left open runs as was measured to be fastest here,
        and where nothing was measured on onnxruntime in 32 bits. Precisions below that run only
        where the model's package states how well they agree with it.
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
    engine: str = AUTO
    precision: str = AUTO
    threads: int = 0
    icc: bool = False
    rules: Rules = DEFAULT_RULES
    rule_changes: tuple[RuleChange, ...] = ()
