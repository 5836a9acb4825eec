"""Limits of the verdict that a site may change; a model's own limits are in its card."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits that hold for every model at one site.

    Attributes
    ----------
    coverage
        How often the set of classes that a verdict names shall hold the right one, 0 to 1.
    most_lost
        Share of the tissue that may be unreadable, blurred or spoilt for "not seen", 0 to 1.
    most_unfamiliar
        Share of the tissue that may be unlike the training data for "not seen", 0 to 1.
    least_tissue_patches
        Judged tissue, in whole patches, below which nothing can be said.
    early_error
        How often a verdict may be called settled while patches are still to come, and the full
        reading then says something else, 0 to 1.
    """

    coverage: float = 0.90
    most_lost: float = 0.10
    most_unfamiliar: float = 0.30
    least_tissue_patches: float = 0.25
    early_error: float = 0.02


DEFAULT_RULES = Rules()
"""What holds where a site has changed nothing."""
