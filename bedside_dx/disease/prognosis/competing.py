"""Deaths of the disease and of other causes together, as PREDICT counts them."""

from __future__ import annotations

import numpy as np

from bedside_dx.disease.prognosis.shape import Numbers, Risks


def yearly(cumulative: Numbers) -> Numbers:
    """What each year adds, along the last axis."""
    return np.diff(cumulative, axis=-1, prepend=0.0)


def competing_risks(disease: Numbers, other: Numbers) -> Risks:
    """Cumulative risks by cause from yearly hazards, (people, years) each.

    Each cause's survival is that of its summed hazards; the deaths of each year go to the
    causes as the two would have had them alone (Candido dos Reis 2017, Thurtle 2019).
    """
    alone = [-np.expm1(-np.cumsum(hazard, axis=-1)) for hazard in (disease, other)]
    together = 1 - (1 - alone[0]) * (1 - alone[1])
    added = [yearly(risk) for risk in alone]
    total = added[0] + added[1]
    share = np.divide(added[0], total, out=np.zeros_like(total), where=total > 0)
    of_disease = np.cumsum(yearly(together) * share, axis=-1)
    return Risks(of_disease, together - of_disease)
