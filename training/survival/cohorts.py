"""The open cohorts as the Cox models see them: time in years, event, and one column a term."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

DAYS = 365.25
TIME, EVENT = "time", "event"
HORIZON = 5
"""Years after which the breast cohorts are censored."""
MOST_NODES = 19
"""Nodes above it count as so many: the 99th percentile of Rotterdam."""
KNOTS = (0.0, 1.0, 9.0)


def rotterdam(folder: Path) -> pd.DataFrame:
    """2,982 women, recurrence-free survival censored at five years.

    43 died without a recurrence after their follow-up for recurrence ended: for them the event
    is counted when they died (McLernon et al. 2023).
    """
    raw = pd.read_csv(folder / "survival_rotterdam.csv")
    late = (raw["recur"] == 0) & (raw["death"] == 1) & (raw["rtime"] < raw["dtime"])
    days = np.where(late, raw["dtime"], raw["rtime"])
    event = np.maximum(raw["recur"], raw["death"])
    return _breast(
        raw["size"] == "20-50", raw["size"] == ">50", raw["nodes"], raw["grade"], days, event
    )


def gbsg(folder: Path) -> pd.DataFrame:
    """686 women of another country, with the same terms."""
    raw = pd.read_csv(folder / "survival_gbsg.csv")
    size = raw["size"]
    return _breast(
        (size > 20) & (size <= 50), size > 50, raw["nodes"], raw["grade"], raw["rfstime"],
        raw["status"],
    )  # fmt: skip


def _breast(medium, large, nodes, grade, days, event) -> pd.DataFrame:
    few = np.minimum(nodes, MOST_NODES).astype(float)
    years = np.asarray(days) / DAYS
    return pd.DataFrame(
        {
            "size 20-50": np.asarray(medium, float),
            "size >50": np.asarray(large, float),
            "nodes": few,
            "nodes bent": bent(few),
            "grade 3": np.asarray(grade == 3, float),
            TIME: np.minimum(years, HORIZON),
            EVENT: (np.asarray(event) == 1) & (years <= HORIZON),
        }
    )


def bent(x: np.ndarray) -> np.ndarray:
    """Second term of a restricted cubic spline with `KNOTS`, scaled by their range squared."""
    first, middle, last = KNOTS
    cube = [np.maximum(np.asarray(x) - knot, 0) ** 3 for knot in KNOTS]
    width = last - middle
    curve = cube[0] - cube[1] * (last - first) / width + cube[2] * (middle - first) / width
    return curve / (last - first) ** 2


def colon(folder: Path) -> pd.DataFrame:
    """Stage III colon cancer, randomised to observation, levamisole or levamisole and 5-FU.

    Survival; people without a node count or a differentiation are left out.
    """
    raw = pd.read_csv(folder / "survival_colon.csv")
    raw = raw[(raw["etype"] == 2) & (raw["nodes"] >= 1)].dropna(subset=["nodes", "differ"])
    return pd.DataFrame(
        {
            "age": raw["age"] / 10,
            "male": raw["sex"].astype(float),
            "log nodes": np.log(raw["nodes"]),
            "poorly differentiated": (raw["differ"] == 3).astype(float),
            "beyond serosa": (raw["extent"] >= 3).astype(float),
            "obstruction": raw["obstruct"].astype(float),
            "adherence": raw["adhere"].astype(float),
            "lev": (raw["rx"] == "Lev").astype(float),
            "lev5fu": (raw["rx"] == "Lev+5FU").astype(float),
            TIME: np.maximum(raw["time"], 0.5) / DAYS,
            EVENT: raw["status"] == 1,
        }
    )
