"""Trials from a JSON export of ClinicalTrials.gov, API version 2.

Age, sex and conditions are fields there and are taken as they are. Everything else is free text:
what patterns find in its inclusion part becomes a criterion with the words it was read from, and
all of the text stays a criterion of its own that only a person can judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from bedside_dx.core.errors import TrialError
from bedside_dx.core.trials import Criterion, Kind, Trial, TrialPack

Table = Mapping[str, object]

LICENCE = "ClinicalTrials.gov terms"
MOST_QUOTED = 240
MOST_TEXT = 2000
MOST_PLACES = 40
ROMAN = ("0", "I", "II", "III", "IV")
A_YEAR = {
    "year": 1, "month": 12, "week": 52.18, "day": 365.25, "hour": 8766, "minute": 525_960,
}  # fmt: skip
"""How many of each unit of age make a year."""
STAGE = r"(?:IV|I{1,3})[ABC]?"
STAGES = re.compile(
    rf"\bstages?\s+({STAGE}(?:\s*(?:,|/|-|–|or|and|to|through)\s*(?:or\s+)?(?:stage\s+)?{STAGE})*)\b",
    re.IGNORECASE,
)
ECOG_RANGE = re.compile(
    r"\bECOG\b[^.;\n\d]{0,60}([0-4])\s*(?:-|–|to|or|and|,)\s*(?:[0-4]\s*,?\s*(?:or|and)?\s*)?([0-4])\b",
    re.IGNORECASE,
)
ECOG_MOST = re.compile(
    r"\bECOG\b[^.;\n\d]{0,60}(?:≤|<=|less than or equal to|up to)\s*([0-4])\b", re.IGNORECASE
)
ECOG_ONE = re.compile(r"\bECOG\b[^.;\n\d]{0,60}\b([0-4])\b", re.IGNORECASE)
NO_PRIOR = re.compile(
    r"\bno (?:prior|previous)\s+(?:lines? of\s+)?systemic\s+(?:anti-?cancer\s+)?"
    r"(?:therapy|treatment|chemotherapy)",
    re.IGNORECASE,
)
COUNTS = {"one": 1, "two": 2, "three": 3, "1": 1, "2": 2, "3": 3}
LEAST_LINES = re.compile(
    r"\bat least (one|two|three|[123])\s+(?:prior|previous)\s+lines?", re.IGNORECASE
)
MOST_LINES = re.compile(
    r"\bno more than (one|two|three|[123])\s+(?:prior|previous)\s+lines?", re.IGNORECASE
)
MARKER = re.compile(
    r"\b(EGFR|ALK|ROS1|BRAF|KRAS|NRAS|RAS|HER2|ERBB2|BRCA1|BRCA2|PIK3CA|MET|RET|NTRK[123]?)[\s-]+"
    r"(T790M|L858R|V600E|G12C|exon\s+\d+\s+\w+|mutat\w+|positive|amplif\w+|rearrange\w+|fusion\w*|"
    r"wild[\s-]?type|negative)",
)
NEGATED = re.compile(r"\b(no|not|without|absence|exclud\w+|lack\w*)\b", re.IGNORECASE)


def read_export(text: str, name: str, made: date) -> TrialPack:
    """A pack from an export: one study, or ``{"studies": […]}``.

    Raises
    ------
    TrialError
        ``trial.not-an-export`` with the study: none of it is used.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise TrialError("trial.not-an-export", detail="JSON") from exc
    trials: list[Trial] = []
    for number, study in enumerate(_studies(document), start=1):
        try:
            trials.append(_trial(study))
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise TrialError("trial.not-an-export", detail=f"{number}: {exc}") from exc
    ids = [trial.id for trial in trials]
    if len(set(ids)) != len(ids):
        raise TrialError("trial.not-an-export", detail="nctId")
    return TrialPack(name, made.isoformat(), made, LICENCE, tuple(trials))


def _studies(document: object) -> Sequence[Table]:
    match document:
        case {"studies": list()}:
            return cast("Sequence[Table]", cast("Table", document)["studies"])
        case {"protocolSection": dict()}:
            return [cast("Table", document)]
        case _:
            raise TrialError("trial.not-an-export", detail="studies")


def _trial(study: Table) -> Trial:
    protocol = cast("Table", study["protocolSection"])
    about = cast("Table", protocol["identificationModule"])
    status = cast("Table", protocol.get("statusModule", {}))
    eligibility = cast("Table", protocol.get("eligibilityModule", {}))
    conditions = cast("Table", protocol.get("conditionsModule", {}))
    design = cast("Table", protocol.get("designModule", {}))
    places = cast("Table", protocol.get("contactsLocationsModule", {}))
    identifier = str(about["nctId"]).strip()
    if not identifier:
        raise ValueError("nctId")
    named = tuple(map(str, cast("Sequence[str]", conditions.get("conditions", ()))))
    text = str(eligibility.get("eligibilityCriteria", ""))
    changed = cast("Mapping[str, str]", status.get("lastUpdatePostDateStruct", {}))
    return Trial(
        id=identifier,
        title=str(about.get("briefTitle", "")),
        status=str(status.get("overallStatus", "")),
        criteria=tuple(_criteria(eligibility, named, text)),
        phase=", ".join(map(str, cast("Sequence[str]", design.get("phases", ())))),
        conditions=named,
        updated=_day(changed.get("date", "")),
        places=tuple(_places(cast("Sequence[Table]", places.get("locations", ())))),
        eligibility=text[:MOST_TEXT],
    )


def _places(locations: Sequence[Table]) -> list[str]:
    said = (
        ", ".join(str(one[key]) for key in ("city", "country") if one.get(key)) for one in locations
    )
    return list(dict.fromkeys(place for place in said if place))[:MOST_PLACES]


def _criteria(eligibility: Table, conditions: tuple[str, ...], text: str) -> Iterator[Criterion]:
    low, high = _years(eligibility.get("minimumAge")), _years(eligibility.get("maximumAge"))
    if low is not None or high is not None:
        yield Criterion(Kind.AGE, low, high)
    sex = str(eligibility.get("sex", "ALL")).casefold()
    if sex in ("female", "male"):
        yield Criterion(Kind.SEX, any_of=(sex,))
    if conditions:
        yield Criterion(Kind.TUMOUR, any_of=conditions)
    included = re.split(r"exclusion criteria", text, maxsplit=1, flags=re.IGNORECASE)[0]
    sentences = [one.strip(" *•-\t") for one in re.split(r"\n+|(?<=[.;])\s+", included)]
    for kind, found in (
        (Kind.ECOG, _ecog(sentences)),
        (Kind.STAGE, _stage(sentences)),
        (Kind.PRIOR_LINES, _lines(sentences)),
    ):
        if found is not None:
            low, high, any_of, quote = found
            yield Criterion(kind, low, high, any_of, quote=quote[:MOST_QUOTED])
    yield from _markers(sentences)
    if text:
        yield Criterion(Kind.TEXT)


Found = tuple[float | None, float | None, tuple[str, ...], str]


def _ecog(sentences: Sequence[str]) -> Found | None:
    for one in sentences:
        if found := ECOG_MOST.search(one):
            return 0, float(found[1]), (), one
        if found := ECOG_RANGE.search(one):
            low, high = sorted((float(found[1]), float(found[2])))
            return low, high, (), one
        if found := ECOG_ONE.search(one):
            return float(found[1]), float(found[1]), (), one
    return None


def _stage(sentences: Sequence[str]) -> Found | None:
    for one in sentences:
        if NEGATED.search(one):
            continue
        if found := STAGES.search(one):
            return None, None, _expanded(found[1].upper()), one
    return None


def _expanded(text: str) -> tuple[str, ...]:
    """Stages of "IIIB to IV": the ends, and whole groups between them."""
    stages = re.findall(STAGE, text)
    if len(stages) == 2 and re.search(r"-|–|TO|THROUGH", text):
        first, last = (ROMAN.index(one.rstrip("ABC")) for one in stages)
        between = ROMAN[first + 1 : last]
        rest = _letters_from(stages[0])
        return (*rest, *between, stages[1])
    return tuple(dict.fromkeys(stages))


def _letters_from(stage: str) -> tuple[str, ...]:
    """IIIB to the end of its group: IIIB and IIIC; a stage without a letter is itself."""
    group, letter = stage.rstrip("ABC"), stage[len(stage.rstrip("ABC")) :]
    return tuple(group + one for one in "ABC" if one >= letter) if letter else (stage,)


def _lines(sentences: Sequence[str]) -> Found | None:
    for one in sentences:
        if NO_PRIOR.search(one):
            return 0, 0, (), one
        if found := LEAST_LINES.search(one):
            return COUNTS[found[1].casefold()], None, (), one
        if found := MOST_LINES.search(one):
            return 0, COUNTS[found[1].casefold()], (), one
    return None


def _markers(sentences: Sequence[str]) -> Iterator[Criterion]:
    """Biomarkers of the inclusion part; a sentence that negates is left to the reader."""
    for one in sentences:
        if NEGATED.search(one):
            continue
        wanted: list[str] = []
        absent: list[str] = []
        for gene, what in MARKER.findall(one):
            if re.match(r"wild|negative", what):
                absent.append(gene)
            else:
                wanted.append(f"{gene} {_what(what)}".strip())
        if wanted:
            yield Criterion(Kind.BIOMARKER, any_of=tuple(dict.fromkeys(wanted)),
                            quote=one[:MOST_QUOTED])  # fmt: skip
        for gene in dict.fromkeys(absent):
            yield Criterion(Kind.BIOMARKER, any_of=(gene,), excludes=True, quote=one[:MOST_QUOTED])


def _what(word: str) -> str:
    for begin, name in (("mutat", "mutation"), ("amplif", "amplification"), ("positive", ""),
                        ("rearrange", "fusion"), ("fusion", "fusion")):  # fmt: skip
        if word.startswith(begin):
            return name
    return word


def _years(text: object) -> float | None:
    """Years of "18 Years" and "6 Months"; None where the field is empty or "N/A".

    Raises
    ------
    ValueError
        Something else stands there: no age is guessed, and none is left away.
    """
    said = str(text or "").strip()
    if said.casefold() in ("", "n/a"):
        return None
    found = re.fullmatch(r"(\d+)\s*(year|month|week|day|hour|minute)s?", said, re.IGNORECASE)
    if found is None:
        raise ValueError(said[:40])
    return round(int(found[1]) / A_YEAR[found[2].lower()], 4)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
