"""Which patches a reduced precision could call differently: they are looked at again.

A few patches in a hundred lie so near to a limit of the verdict that the last bits decide. Those
alone cost the price of more bits, and what is called stays what 32 bits call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.model_card import ModelCard, Role

SMALLEST = 1e-7
"""Probabilities are kept this far from 0 and 1 before their odds are taken."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Margin:
    """How near to a limit a reduced precision is not trusted.

    Attributes
    ----------
    log_odds
        Of probabilities, 0 or more: 0.2 means from 0.45 to 0.55 about a limit of 0.5.
    unfamiliarity
        Of the distance to the training data, its natural logarithm, 0 or more.
    """

    log_odds: float
    unfamiliarity: float


def near_a_limit(
    probabilities: Floats, unfamiliarity: Floats, card: ModelCard, margin: Margin
) -> NDArray[np.bool_]:
    """Tell which patches lie within a margin of where their call would change.

    The limits are the model's own: likeliest class against the next, sure enough or not, tumour
    or not, familiar or not. Rounding moves what goes into the softmax, wherever a probability
    lies, so the margin is one of log-odds.

    Parameters
    ----------
    probabilities
        (n, c), calibrated.
    unfamiliarity
        (n,), 1 is the limit.
    """
    rules = card.rules
    ranked = np.sort(probabilities.clip(SMALLEST), 1)
    top, second = ranked[:, -1], ranked[:, -2]
    sureness = log_odds(top) - log_odds(rules.abstain_below)
    tumour = probabilities[:, list(card.of_role(Role.TUMOUR))].sum(1)
    lead = np.log(top / second)
    return (
        ((lead < margin.log_odds) & (sureness > -margin.log_odds))
        | (np.abs(sureness) < margin.log_odds)
        | (np.abs(log_odds(tumour) - log_odds(rules.tumour_probability)) < margin.log_odds)
        | (card.has_gate & (np.abs(np.log(unfamiliarity.clip(SMALLEST))) < margin.unfamiliarity))
    )


def log_odds(p: Floats | float) -> Floats:
    """ln(p / (1 - p)), finite for certain ones too."""
    inside = np.clip(np.asarray(p, np.float64), SMALLEST, 1 - SMALLEST)
    return np.log(inside / (1 - inside))
