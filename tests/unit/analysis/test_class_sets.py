"""Sets of classes that can't be ruled out hold the right one as often as the site asks."""

from dataclasses import replace

import numpy as np
import pytest
from array_slide import COLON, card

from bedside_dx.analysis.class_sets import class_sets
from bedside_dx.core.model_card import Role, SetLimits

LIMITS = SetLimits(
    (0.8, 0.9, 0.95),
    {"benign0": (0.9, 0.6, 0.3), "precursor1": (0.8, 0.5, 0.2), "tumour2": (0.7, 0.4, 0.1)},
    {"benign0": 100, "precursor1": 100, "tumour2": 100},
)
MODEL = replace(COLON, sets=LIMITS)


def test_a_set_holds_what_reaches_its_own_limit() -> None:
    probabilities = np.array([[0.65, 0.05, 0.30], [0.1, 0.5, 0.4], [0.35, 0.35, 0.3]])
    assert class_sets(probabilities, MODEL, 0.9).tolist() == [
        [True, False, False],
        [False, True, True],
        [False, False, False],
    ]


@pytest.mark.parametrize(
    ("coverage", "level"), [(0.5, 0), (0.8, 0), (0.85, 1), (0.95, 2), (0.999, 2)]
)
def test_the_next_higher_level_is_taken(coverage: float, level: int) -> None:
    least = np.array([LIMITS.least[c.id][level] for c in MODEL.classes])
    assert class_sets(least[None], MODEL, coverage).all()
    assert not class_sets(least[None] - 1e-6, MODEL, coverage).any()


def test_without_limits_there_is_no_set() -> None:
    assert class_sets(np.ones((1, 2)), card(Role.BENIGN, Role.TUMOUR), 0.9) is None
