"""Which patches are looked at again in 32 bits."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.model_card import ModelCard, VerdictRules
from bedside_dx.models import registry
from bedside_dx.models.second_look import Margin, near_a_limit

CARD: ModelCard = replace(
    registry.find("colon-he").card, rules=VerdictRules(0.5, 0.8, 0.5), has_gate=True
)
"""normal, adenoma, adenocarcinoma (the tumour)."""


MARGIN = Margin(0.2, 0.05)


def near(p: list[float], unfamiliarity: float = 0.5) -> bool:
    return bool(near_a_limit(np.float32([p]), np.float32([unfamiliarity]), CARD, MARGIN).item())


def test_what_is_clear_is_not_looked_at_again() -> None:
    assert not near([0.99, 0.005, 0.005])
    assert not near([0.005, 0.005, 0.99])


def test_each_limit_draws_a_second_look() -> None:
    assert near([0.81, 0.10, 0.09])  # sure enough or not
    assert near([0.02, 0.49, 0.49])  # tumour or not
    assert near([0.99, 0.005, 0.005], unfamiliarity=1.02)
    assert near([0.99, 0.005, 0.005], unfamiliarity=0.98)


def test_two_classes_below_the_limit_of_sureness_are_no_decision() -> None:
    assert not near([0.36, 0.355, 0.285])


@given(
    st.lists(st.floats(-6, 6), min_size=3, max_size=3),
    st.lists(st.floats(-0.04, 0.04), min_size=3, max_size=3),
    st.floats(0.2, 2.0),
    st.floats(0.98, 1.02),
)
def test_a_call_that_rounding_changes_was_looked_at_again(
    logits: list[float], noise: list[float], unfamiliarity: float, factor: float
) -> None:
    """Noise that moves log-odds by less than the margin changes no call outside it."""
    exact, rough = np.float64(logits), np.float64(logits) + noise

    def seen(values: np.ndarray) -> np.ndarray:
        power = np.exp(values - values.max())
        return (power / power.sum()).astype(np.float32)

    def call(p: np.ndarray, strange: float) -> tuple[int, bool]:
        abstains = p.max() < CARD.rules.abstain_below or strange > 1
        return (-1 if abstains else int(p.argmax())), bool(p[2] >= CARD.rules.tumour_probability)

    changed = call(seen(exact), unfamiliarity) != call(seen(rough), unfamiliarity * factor)
    assert not changed or near(list(seen(rough)), unfamiliarity * factor)
