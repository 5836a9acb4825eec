"""How far a tumour has come: the words of TNM and the group they make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Site(StrEnum):
    """Where the tumour began."""

    BREAST = "breast"
    COLON = "colon"
    LUNG = "lung"


EDITIONS = (8, 7)
"""Editions of TNM that can be computed, the one taken without a choice first."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage group and what it was made of.

    Attributes
    ----------
    edition
        Of TNM: 7 or 8.
    t, n, m
        Categories without their letter and prefix, for example ``"2"``, ``"1mi"``, ``"0(i+)"``.
    group
        ``"0"``, ``"IIA"``, …; without its letter (``"III"``) where the categories give no more.
    remarks
        Codes of the sentences that belong beside it, see `bedside_dx.text`.
    """

    site: Site
    edition: int
    t: str
    n: str
    m: str
    group: str
    remarks: tuple[str, ...] = ()
