"""Which T and N make which stage group, where nothing has spread further.

One grid a site and edition, written for this program; a dot means: no group. Facts of the UICC
and AJCC classifications of malignant tumours, 7th and 8th edition. The 7th follows the SEER
programme's reading, which also groups what is not fully subdivided ("III").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bedside_dx.core.disease import Site

NO_GROUP = "."


@dataclass(frozen=True)
class Grouping:
    """The stage groups of one site in one edition.

    Attributes
    ----------
    groups
        Group by row (T) and column (N); `NO_GROUP` where there is none.
    t, n
        Categories that exist, each with the row or column it stands in. One that a finer one
        would have to replace stands in several.
    m
        Categories of M that exist, each with its group; None where T and N decide.
    """

    groups: Mapping[tuple[str, str], str]
    t: Mapping[str, tuple[str, ...]]
    n: Mapping[str, tuple[str, ...]]
    m: Mapping[str, str | None]


def _grid(text: str) -> dict[tuple[str, str], str]:
    heading, *lines = (line.split() for line in text.strip().splitlines())
    return {
        (line[0], column): group
        for line in lines
        for column, group in zip(heading, line[1:], strict=True)
    }


def _categories(text: str) -> dict[str, tuple[str, ...]]:
    """Read ``"1=1a,1b 1a 1b 1c=1b"``: a category, and where it stands if not in its own place."""
    pairs = (word.partition("=") for word in text.split())
    return {name: tuple((places or name).split(",")) for name, _, places in pairs}


BREAST_T = "is 0 1 1mi=1 1a=1 1b=1 1c=1 2 3 4 4a=4 4b=4 4c=4 4d=4 x"
BREAST_N = (
    "0 0(i+)=0 0(i-)=0 0(mol+)=0 0(mol-)=0 1mi 1 1a=1 1b=1 1c=1 2 2a=2 2b=2 3 3a=3 3b=3 3c=3 x"
)
COLON_N = "0 1 1a=1 1b=1 1c=1 2 2a 2b x"

GROUPINGS: Mapping[tuple[Site, int], Grouping] = {
    (Site.BREAST, 7): Grouping(
        _grid("""
            0     1mi   1     2     3     x
        is  0     IB    IIA   IIIA  IIIC  0
        0   .     IB    IIA   IIIA  IIIC  .
        1   IA    IB    IIA   IIIA  IIIC  .
        2   IIA   IIB   IIB   IIIA  IIIC  .
        3   IIB   IIIA  IIIA  IIIA  IIIC  .
        4   IIIB  IIIB  IIIB  IIIB  IIIC  III
        x   .     .     .     III   IIIC  .
        """),
        _categories(BREAST_T),
        _categories(BREAST_N),
        {"0": None, "0(i+)": None, "1": "IV"},
    ),
    (Site.BREAST, 8): Grouping(
        _grid("""
            0     1mi   1     2     3     x
        is  0     .     .     .     .     .
        0   .     IB    IIA   IIIA  IIIC  .
        1   IA    IB    IIA   IIIA  IIIC  .
        2   IIA   IIB   IIB   IIIA  IIIC  .
        3   IIB   IIIA  IIIA  IIIA  IIIC  .
        4   IIIB  IIIB  IIIB  IIIB  IIIC  .
        x   .     .     .     .     IIIC  .
        """),
        _categories(BREAST_T),
        _categories(BREAST_N),
        {"0": None, "0(i+)": None, "1": "IV"},
    ),
    (Site.COLON, 7): Grouping(
        _grid("""
            0     1     2     2a    2b    x
        is  0     IIIA  III   IIIA  IIIB  0
        0   .     IIIA  III   IIIA  IIIB  .
        1   I     IIIA  III   IIIA  IIIB  .
        2   I     IIIA  IIIB  IIIB  IIIB  .
        3   IIA   IIIB  III   IIIB  IIIC  .
        4   II    IIIB  IIIC  IIIC  IIIC  .
        4a  IIB   IIIB  IIIC  IIIC  IIIC  .
        4b  IIC   IIIC  IIIC  IIIC  IIIC  .
        x   .     III   III   III   III   .
        """),
        _categories("is 0 1 2 3 4 4a 4b x"),
        _categories(COLON_N),
        {"0": None, "1": "IV", "1a": "IVA", "1b": "IVB"},
    ),
    (Site.COLON, 8): Grouping(
        _grid("""
            0     1     2a    2b    x
        is  0     .     .     .     .
        0   .     .     .     .     .
        1   I     IIIA  IIIA  IIIB  .
        2   I     IIIA  IIIB  IIIB  .
        3   IIA   IIIB  IIIB  IIIC  .
        4a  IIB   IIIB  IIIC  IIIC  .
        4b  IIC   IIIC  IIIC  IIIC  .
        x   .     .     .     .     .
        """),
        _categories("is 0 1 2 3 4=4a,4b 4a 4b x"),
        _categories("0 1 1a=1 1b=1 1c=1 2=2a,2b 2a 2b x"),
        {"0": None, "1": "IV", "1a": "IVA", "1b": "IVB", "1c": "IVC"},
    ),
    (Site.LUNG, 7): Grouping(
        _grid("""
            0     1     2     3     x
        is  0     IIA   IIIA  IIIB  0
        0   .     .     III   IIIB  .
        1   IA    IIA   IIIA  IIIB  .
        2   .     II    IIIA  IIIB  .
        2a  IB    IIA   IIIA  IIIB  .
        2b  IIA   IIB   IIIA  IIIB  .
        3   IIB   IIIA  IIIA  IIIB  .
        4   IIIA  IIIA  IIIB  IIIB  III
        x   .     .     III   IIIB  .
        """),
        _categories("is 0 1 1a=1 1b=1 2 2a 2b 3 4 x"),
        _categories("0 1 2 3 x"),
        {"0": None, "1": "IV", "1a": "IV", "1b": "IV"},
    ),
    (Site.LUNG, 8): Grouping(
        _grid("""
            0     1     2     3     x
        is  0     .     .     .     .
        0   .     .     .     .     .
        1a  IA1   IIB   IIIA  IIIB  .
        1b  IA2   IIB   IIIA  IIIB  .
        1c  IA3   IIB   IIIA  IIIB  .
        2a  IB    IIB   IIIA  IIIB  .
        2b  IIA   IIB   IIIA  IIIB  .
        3   IIB   IIIA  IIIB  IIIC  .
        4   IIIA  IIIA  IIIB  IIIC  .
        x   .     .     .     .     .
        """),
        _categories("is 0 1=1a,1b,1c 1mi=1a 1a 1b 1c 2=2a,2b 2a 2b 3 4 x"),
        _categories("0 1 2 3 x"),
        {"0": None, "1": "IV", "1a": "IVA", "1b": "IVA", "1c": "IVB"},
    ),
}
"""Every grouping that can be computed."""
