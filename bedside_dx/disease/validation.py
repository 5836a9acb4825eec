"""How a prognosis did on people whose course is known: who was ranked rightly, how many expected.

Times are in years; an event is True, a person lost from sight or still well is False.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Events = NDArray[np.bool_]
MOST_STEPS, SMALLEST_STEP = 50, 1e-8
"""Of a fit: it has come to its end when no coefficient moves further."""


@dataclass(frozen=True)
class CoxFit:
    """A proportional hazards fit.

    Attributes
    ----------
    coefficients
        Log hazard ratio of each term, (terms,).
    errors
        Their standard errors.
    """

    coefficients: Numbers
    errors: Numbers


def harrell_c(time: Numbers, event: Events, risk: Numbers) -> float:
    """Share of the pairs whose order is known that a risk orders rightly; ties count half.

    Harrell 1996. Of two people at the same time the one with the event went first.
    """
    first = np.flatnonzero(event)
    later = time[None, :] > time[first, None]
    later |= (time[None, :] == time[first, None]) & ~event[None, :]
    higher = risk[first, None] > risk[None, :]
    same = risk[first, None] == risk[None, :]
    right = np.count_nonzero(later & higher) + 0.5 * np.count_nonzero(later & same)
    return right / np.count_nonzero(later)


def kaplan_meier(time: Numbers, event: Events, year: float) -> float:
    """Share free of the event after so many years."""
    free = 1.0
    for moment in np.unique(time[event & (time <= year)]):
        free *= 1 - np.count_nonzero(event & (time == moment)) / np.count_nonzero(time >= moment)
    return free


def observed_over_expected(time: Numbers, event: Events, risk: Numbers, year: float) -> float:
    """Events that came by a year over those that were expected; 1 is right.

    Parameters
    ----------
    risk
        Predicted share with the event by then, (people,).
    """
    return (1 - kaplan_meier(time, event, year)) / float(np.mean(risk))


def fit_cox(terms: Numbers, time: Numbers, event: Events) -> CoxFit:
    """Fit proportional hazards, ties by Efron's rule.

    Parameters
    ----------
    terms
        (people, terms).

    Raises
    ------
    ValueError
        The fit does not converge.
    """
    order = np.argsort(-time, kind="stable")
    x, when, happened = terms[order], time[order], event[order]
    last = np.searchsorted(-when, -when, side="right") - 1  # the whole risk set of a moment
    moments = np.unique(when[happened])
    beta = np.zeros(x.shape[1])
    for _ in range(MOST_STEPS):
        score, information = _score(x, when, happened, last, moments, beta)
        step = np.linalg.solve(information, score)
        beta = beta + step
        if np.abs(step).max() < SMALLEST_STEP:
            return CoxFit(beta, np.sqrt(np.diag(np.linalg.inv(information))))
    raise ValueError("the fit does not come to an end: a term tells all events from the others")


def _score(
    x: Numbers, when: Numbers, happened: Events, last: NDArray[np.intp], moments: Numbers,
    beta: Numbers,
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """Gradient and information of the partial likelihood."""
    weight = np.exp(x @ beta)
    outer = x[:, :, None] * x[:, None, :]
    sums = [np.cumsum(part, axis=0)[last] for part in _weighted(weight, x, outer)]
    rows = np.flatnonzero(happened)
    place = np.searchsorted(moments, when[rows])
    tied = [_by_moment(part[rows], place, len(moments)) for part in _weighted(weight, x, outer)]
    count = np.bincount(place, minlength=len(moments))
    nth = _nth(place)
    share = (nth / count[place]).astype(np.float64)
    at = [
        whole[rows] - part[place] * share.reshape(-1, *[1] * (part.ndim - 1))
        for whole, part in zip(sums, tied, strict=True)
    ]
    mean = at[1] / at[0][:, None]
    spread = at[2] / at[0][:, None, None] - mean[:, :, None] * mean[:, None, :]
    return x[rows].sum(axis=0) - mean.sum(axis=0), spread.sum(axis=0)


def _weighted(weight: Numbers, x: Numbers, outer: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    return weight, weight[:, None] * x, weight[:, None, None] * outer


def _by_moment(part: Numbers, place: NDArray[np.intp], moments: int) -> Numbers:
    total = np.zeros((moments, *part.shape[1:]))
    np.add.at(total, place, part)
    return total


def _nth(place: NDArray[np.intp]) -> NDArray[np.intp]:
    """Which of its moment's events each is, from 0; rows of one moment lie together."""
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    return np.arange(len(place)) - np.repeat(starts, np.diff(np.append(starts, len(place))))
