"""How sure a verdict is: a probability and its 90 % interval.

The figures were found on composed slides; they stay as they are where a site moves the score
from which an area counts: what was seen is not made surer by asking for less of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_90 = 1.645
"""Half width of a 90 % interval in standard errors."""
MOST_SURE, MOST_SURE_LOW = 0.99, 0.97
"""Highest probability of a verdict, and highest lower end of its interval: a hundred slides
without an exception leave room for three in a hundred."""
EVEN_TUMOUR, EVEN_PRECURSOR = 0.25, 0.75
"""Scores of `aggregate.area_evidence` at which an area is as likely there as not."""
AREA_DOUBT = 1.15
"""Standard error of the log odds of an area. On 91 slides composed of validation patches the
score for tumour was 0.1 or less without carcinoma, but for one slide, and 0.9 or more with it:
where the odds are even is known to half a unit of the score."""
ABSENCE, ABSENCE_DOUBT = math.log(0.95 / 0.05), 0.45
"""Log odds that nothing is there when nothing speaks for it, and their standard error: areas of
three patches or fewer can be missed, which was so on one composed slide in twenty or fewer."""
IMAGE_DOUBT = 0.5
"""Standard error of the log odds of one image's calibrated probability."""


@dataclass(frozen=True, slots=True)
class Sureness:
    """A probability and its 90 % interval."""

    probability: float
    interval: tuple[float, float]

    @classmethod
    def of(cls, log_odds: float, doubt: float) -> Sureness:
        """From log odds and their standard error; never surer than `MOST_SURE`."""
        low, middle, high = (
            min(max(1 / (1 + math.exp(-log_odds - z * doubt)), 1 - MOST_SURE), MOST_SURE)
            for z in (-Z_90, 0.0, Z_90)
        )
        return cls(middle, (min(low, MOST_SURE_LOW), high))

    @classmethod
    def of_area(cls, above_even: float) -> Sureness:
        """From a score: ten times fewer places by chance, ten times the odds."""
        return cls.of(math.log(10) * above_even, AREA_DOUBT)

    @classmethod
    def of_absence(cls, tumour_score: float) -> Sureness:
        """That there is no tumour, though a score speaks for it that much."""
        return cls.of(ABSENCE - math.log(10) * tumour_score, ABSENCE_DOUBT)

    @classmethod
    def of_image(cls, probability: float) -> Sureness:
        """From the calibrated probability of one image's class."""
        return cls.of(math.log(max(probability, 1e-6) / max(1 - probability, 1e-6)), IMAGE_DOUBT)
