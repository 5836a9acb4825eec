"""T, N and M to a stage group, in a named edition; what makes none is refused with the reason."""

from __future__ import annotations

import re

from bedside_dx.core.disease import EDITIONS, Site, Stage
from bedside_dx.core.errors import StagingError
from bedside_dx.disease.stage_grids import GROUPINGS, NO_GROUP, Grouping

PREFIX = re.compile(r"^(?P<how>[yra]*[cp]?)(?P<letter>[tnm])?(?P<rest>.+)$")
"""``ypT2``: after treatment (y), at recurrence (r), at autopsy (a), clinical or pathological."""
SPELLINGS = {"i+": "(i+)", "i-": "(i-)", "m+": "(mol+)", "m-": "(mol-)", "mol+": "(mol+)",
             "mol-": "(mol-)"}  # fmt: skip
"""Ways of writing what was found by stain or molecule alone, and the one kept."""
ASIDE = re.compile(r"\((?:m|\d+|sn|f)\)$")
"""What a report adds and no group depends on: several tumours, sentinel node, needle."""
IN_SITU = re.compile(r"^is\(?(dcis|paget|lcis|ais|scis)?\)?$")


def stage_group(site: Site, t: str, n: str, m: str, edition: int = EDITIONS[0]) -> Stage:
    """Make the stage group of T, N and M.

    Parameters
    ----------
    t, n, m
        As a report writes them: ``"pT2"``, ``"N1mi"``, ``"cM0(i+)"``, ``"4d"``.
    edition
        Of TNM, see `core.disease.EDITIONS`.

    Raises
    ------
    StagingError
        ``staging.edition``, ``staging.category``, ``staging.no-tumour``, ``staging.occult``,
        ``staging.unknown-t``, ``staging.unknown-n``, ``staging.in-situ-with-nodes``,
        ``staging.subdivide`` or ``staging.no-group``.
    """
    if (site, edition) not in GROUPINGS:
        raise StagingError(
            "staging.edition", edition=str(edition), known=", ".join(map(str, EDITIONS))
        )
    grouping = GROUPINGS[site, edition]
    treated, t, n, m = _read(t, n, m)
    for letter, category, known in (
        ("T", t, grouping.t),
        ("N", n, grouping.n),
        ("M", m, grouping.m),
    ):
        if category not in known:
            names = ", ".join(letter + name for name in known)
            raise StagingError(
                "staging.category", category=letter + category, edition=edition, known=names
            )
    group = grouping.m[m] or _local_group(site, grouping, t, n)
    return Stage(site, edition, t, n, m, group, _remarks(site, edition, treated))


def _read(t: str, n: str, m: str) -> tuple[bool, str, str, str]:
    """Categories in one spelling, and whether they were taken after treatment (``y``)."""
    read = [_category(text, letter) for text, letter in ((t, "t"), (n, "n"), (m, "m"))]
    return any("y" in how for how, _ in read), read[0][1], read[1][1], read[2][1]


def _category(text: str, letter: str) -> tuple[str, str]:
    found = PREFIX.match("".join(text.split()).casefold())
    if found is None or found["letter"] not in (None, letter):
        raise StagingError("staging.unreadable", text=text.strip() or "–", letter=letter.upper())
    stated = ASIDE.sub("", found["rest"])
    rest = "is" if IN_SITU.match(stated) else stated
    stem, sign = rest.rstrip("()+-imol"), rest.strip("0()")
    return found["how"], stem + SPELLINGS[sign] if sign in SPELLINGS else rest


def _local_group(site: Site, grouping: Grouping, t: str, n: str) -> str:
    """Group of a tumour that has not spread beyond its nodes."""
    groups = {grouping.groups[row, column] for row in grouping.t[t] for column in grouping.n[n]}
    if len(groups) > 1:
        finer = [f"T{row}" for row in grouping.t[t] if len(grouping.t[t]) > 1]
        finer += [f"N{column}" for column in grouping.n[n] if len(grouping.n[n]) > 1]
        raise StagingError("staging.subdivide", t=f"T{t}", n=f"N{n}", finer=", ".join(finer))
    (group,) = groups
    if group == NO_GROUP:
        raise StagingError(_why_no_group(site, t, n), t=f"T{t}", n=f"N{n}")
    return group


def _why_no_group(site: Site, t: str, n: str) -> str:
    spread = not n.startswith(("0", "x"))
    if t == "x" and site is Site.LUNG and n == "0":
        return "staging.occult"
    if t == "x":
        return "staging.unknown-t"
    if t == "is" and spread:
        return "staging.in-situ-with-nodes"
    if n == "x":
        return "staging.unknown-n"
    if t == "0" and not spread:
        return "staging.no-tumour"
    return "staging.no-group"


def _remarks(site: Site, edition: int, treated: bool) -> tuple[str, ...]:
    remarks = ["staging.not-prognostic"] if (site, edition) == (Site.BREAST, 8) else []
    if site is Site.LUNG:
        remarks.append("staging.lung-ninth")
    elif edition == 7:
        remarks.append("staging.older-edition")
    if treated:
        remarks.append("staging.after-treatment")
    return tuple(remarks)
