"""Trials of a pack: imported, judged, sorted by what is missing, and never hidden."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.dosing import Sex
from bedside_dx.core.errors import TherapyError, TrialError
from bedside_dx.core.trials import Candidate, Criterion, Fit, Kind, Trial, TrialPack
from bedside_dx.therapy.clinicaltrials_gov import read_export
from bedside_dx.therapy.knowledge import load_knowledge
from bedside_dx.therapy.trial_pack import checksum, read_pack, write_pack
from bedside_dx.therapy.trials import judge, match_trials

EXPORT = Path(__file__).parent / "trials" / "export.json"
TODAY = date(2026, 11, 27)
KNOWLEDGE = load_knowledge()


@pytest.fixture
def pack() -> TrialPack:
    return read_export(EXPORT.read_text("utf-8"), "synthetic", date(2026, 11, 1))


def criterion(trial: Trial, kind: Kind) -> Criterion:
    return next(one for one in trial.criteria if one.kind is kind)


# ---------------------------------------------------------------- the importer


def test_fields_are_taken_and_text_is_quoted(pack: TrialPack) -> None:
    first = pack.trials[0]
    assert (first.id, first.status, first.phase) == ("SYNTH0001", "RECRUITING", "PHASE3")
    assert first.updated == date(2026, 9, 30)
    assert first.places == ("Lyon, France", "Leeds, United Kingdom")
    age = criterion(first, Kind.AGE)
    assert (age.low, age.high, age.quote) == (18, 80, "")
    ecog = criterion(first, Kind.ECOG)
    assert (ecog.low, ecog.high) == (0, 1)
    assert ecog.quote == "ECOG performance status 0-1"
    assert criterion(first, Kind.STAGE).any_of == ("IIIB", "IIIC", "IV")
    assert criterion(first, Kind.BIOMARKER).any_of == ("EGFR T790M",)
    lines = criterion(first, Kind.PRIOR_LINES)
    assert (lines.low, lines.high) == (1, None)
    assert first.criteria[-1].kind is Kind.TEXT


@pytest.mark.parametrize(
    ("written", "years"), [("6 Months", 0.5), ("N/A", None), ("", None), ("75 Years", 75)]
)
def test_an_age_is_read_in_its_unit(written: str, years: float | None) -> None:
    export = json.loads(EXPORT.read_text("utf-8"))
    module = export["studies"][0]["protocolSection"]["eligibilityModule"]
    module["maximumAge"] = written
    read = read_export(json.dumps(export), "synthetic", date(2026, 11, 1))
    assert criterion(read.trials[0], Kind.AGE).high == years


def test_an_age_that_can_t_be_read_refuses_the_export() -> None:
    """Left away it would let everybody in."""
    text = EXPORT.read_text("utf-8").replace("80 Years", "eighty")
    with pytest.raises(TrialError) as caught:
        read_export(text, "synthetic", date(2026, 11, 1))
    assert "eighty" in str(caught.value.values["detail"])


def test_exclusion_criteria_are_left_to_the_reader(pack: TrialPack) -> None:
    assert [one.any_of for one in pack.trials[0].criteria if one.kind is Kind.BIOMARKER] == [
        ("EGFR T790M",)
    ]


def test_wild_type_and_no_prior_therapy(pack: TrialPack) -> None:
    second = pack.trials[1]
    absent = [one for one in second.criteria if one.kind is Kind.BIOMARKER]
    assert [(one.any_of, one.excludes) for one in absent] == [(("EGFR",), True), (("ALK",), True)]
    ecog, lines = criterion(second, Kind.ECOG), criterion(second, Kind.PRIOR_LINES)
    assert (ecog.low, ecog.high, lines.low, lines.high) == (0, 2, 0, 0)


def test_other_ways_to_say_it(pack: TrialPack) -> None:
    third = pack.trials[2]
    assert criterion(third, Kind.SEX).any_of == ("female",)
    assert criterion(third, Kind.BIOMARKER).any_of == ("HER2",)
    lines = criterion(third, Kind.PRIOR_LINES)
    assert (lines.low, lines.high) == (0, 2)
    assert [one.kind for one in pack.trials[3].criteria] == [Kind.TUMOUR]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"studies": [{}]}', '{"studies": [{"protocolSection": {}}]}',
     '{"studies": 1}', '{"studies": [1]}', "[" * 3000,
     '{"studies": [{"protocolSection": {"identificationModule": {"nctId": " "}}}]}',
     '{"studies": [' + ", ".join(['{"protocolSection": {"identificationModule": {"nctId": "A"}}}'] * 2) + "]}"],
)  # fmt: skip
def test_what_is_no_export_is_refused_whole(text: str) -> None:
    with pytest.raises(TrialError) as caught:
        read_export(text, "x", TODAY)
    assert caught.value.code == "trial.not-an-export"


# ---------------------------------------------------------------- the pack


def test_a_pack_reads_back_as_it_was(pack: TrialPack) -> None:
    assert read_pack(write_pack(pack)) == pack


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: p.update(licence="GPL"), "trial.licence"),
        (lambda p: p["trials"][0].update(id=""), "trial.unreadable"),
        (lambda p: p["trials"][0].update(colour="red"), "trial.unreadable"),
        (lambda p: p["trials"][0]["criteria"][0].update(low=90), "trial.unreadable"),
        (lambda p: p["trials"][0]["criteria"][0].update(kind="wish"), "trial.unreadable"),
        (lambda p: p["trials"].append(p["trials"][0]), "trial.unreadable"),
        (lambda p: p.pop("made"), "trial.unreadable"),
    ],
)
def test_a_broken_row_refuses_the_whole_pack(pack: TrialPack, change: object, code: str) -> None:
    document = json.loads(write_pack(pack))
    change(document["pack"])  # type: ignore[operator]
    document["sha256"] = checksum(document["pack"])
    with pytest.raises(TrialError) as caught:
        read_pack(json.dumps(document))
    assert caught.value.code == code


def test_a_wrong_checksum_refuses_it(pack: TrialPack) -> None:
    with pytest.raises(TrialError) as caught:
        read_pack(write_pack(pack).replace("RECRUITING", "COMPLETED", 1))
    assert caught.value.code == "trial.checksum"


# ---------------------------------------------------------------- how it fits


@pytest.mark.parametrize(
    ("criterion", "candidate", "fit"),
    [
        (Criterion(Kind.AGE, 18, 75), Candidate(age=75), Fit.MET),
        (Criterion(Kind.AGE, 18, 75), Candidate(age=76), Fit.UNMET),
        (Criterion(Kind.AGE, 18), Candidate(), Fit.UNKNOWN),
        (Criterion(Kind.SEX, any_of=("female",)), Candidate(sex=Sex.MALE), Fit.UNMET),
        (Criterion(Kind.ECOG, 0, 1), Candidate(ecog=2), Fit.UNMET),
        (Criterion(Kind.PRIOR_LINES, 0, 0), Candidate(prior_lines=0), Fit.MET),
        (Criterion(Kind.STAGE, any_of=("III",)), Candidate(stage="IIIA"), Fit.MET),
        (Criterion(Kind.STAGE, any_of=("IIIA",)), Candidate(stage="III"), Fit.UNKNOWN),
        (Criterion(Kind.STAGE, any_of=("IV",)), Candidate(stage="II"), Fit.UNMET),
        (Criterion(Kind.STAGE, any_of=("IV",)), Candidate(stage="IIIA"), Fit.UNMET),
        (Criterion(Kind.TUMOUR, any_of=("Lung Cancer",)), Candidate(tumours=("LUAD",)), Fit.MET),
        (Criterion(Kind.TUMOUR, any_of=("LUAD",)), Candidate(tumours=("NSCLC",)), Fit.UNKNOWN),
        (Criterion(Kind.TUMOUR, any_of=("Breast Cancer",)), Candidate(tumours=("LUAD",)),
         Fit.UNMET),
        (Criterion(Kind.TUMOUR, any_of=("Solid Tumor",)), Candidate(tumours=("LUAD",)),
         Fit.MET),
        (Criterion(Kind.TUMOUR, any_of=("Unheard of",)), Candidate(tumours=("LUAD",)),
         Fit.UNKNOWN),
        (Criterion(Kind.BIOMARKER, any_of=("unheard of",)), Candidate(alterations=("ALK",)),
         Fit.UNKNOWN),
        (Criterion(Kind.BIOMARKER, any_of=("EGFR T790M",)),
         Candidate(alterations=("EGFR p.T790M",)), Fit.MET),
        (Criterion(Kind.BIOMARKER, any_of=("EGFR mutation",)),
         Candidate(alterations=("EGFR L858R",)), Fit.MET),
        (Criterion(Kind.BIOMARKER, any_of=("EGFR T790M",)),
         Candidate(alterations=("EGFR L858R",)), Fit.UNKNOWN),
        (Criterion(Kind.BIOMARKER, any_of=("HER2",)),
         Candidate(alterations=("ERBB2 amplification",)), Fit.MET),
        (Criterion(Kind.BIOMARKER, any_of=("ERBB2 amplification",)),
         Candidate(alterations=("ERBB2 mutation",)), Fit.UNKNOWN),
        (Criterion(Kind.BIOMARKER, any_of=("ALK fusion",)), Candidate(negatives=("ALK",)),
         Fit.UNMET),
        (Criterion(Kind.BIOMARKER, any_of=("ALK",), excludes=True),
         Candidate(negatives=("ALK",)), Fit.MET),
        (Criterion(Kind.BIOMARKER, any_of=("ALK",), excludes=True),
         Candidate(alterations=("ALK rearrangement",)), Fit.UNMET),
        (Criterion(Kind.BIOMARKER, any_of=("ALK",), excludes=True), Candidate(), Fit.UNKNOWN),
        (Criterion(Kind.TEXT), Candidate(), Fit.UNKNOWN),
    ],
)  # fmt: skip
def test_a_criterion_is_met_unmet_or_unknown(
    criterion: Criterion, candidate: Candidate, fit: Fit
) -> None:
    assert judge(criterion, candidate, KNOWLEDGE) is fit


LUNG = Candidate(
    age=61, sex=Sex.FEMALE, tumours=("LUAD",), stage="IVA", ecog=1,
    alterations=("EGFR T790M", "EGFR exon 19 deletion"), prior_lines=1,
)  # fmt: skip


def test_trials_are_sorted_by_what_is_missing(pack: TrialPack) -> None:
    """First and fourth: all met. Third: another tumour, HER2 unknown. Second:
    EGFR there and a line before, so two unmet."""
    found = match_trials(LUNG, [pack], TODAY, KNOWLEDGE)
    assert [one.trial.id for one in found.matches] == [
        "SYNTH0001", "SYNTH0004", "SYNTH0003", "SYNTH0002",
    ]  # fmt: skip
    best = found.matches[0]
    assert (len(best.of(Fit.MET)), best.of(Fit.UNMET), best.of(Fit.UNKNOWN)) == (6, (), ())


def test_nothing_known_hides_nothing(pack: TrialPack) -> None:
    found = match_trials(Candidate(), [pack], TODAY, KNOWLEDGE)
    assert len(found.matches) == 4
    assert all(not one.of(Fit.UNMET) for one in found.matches)
    assert found.missing[0].kind is Kind.TUMOUR
    assert found.missing[0].trials == 4


def test_what_would_settle_most_comes_first(pack: TrialPack) -> None:
    found = match_trials(replace(LUNG, ecog=None, alterations=()), [pack], TODAY, KNOWLEDGE)
    settled = {(one.kind, one.names): one.trials for one in found.missing}
    assert settled[Kind.ECOG, ()] == 1  # of the trials without an unmet criterion
    assert settled[Kind.BIOMARKER, ("EGFR T790M",)] == 1


def test_a_pack_older_than_a_year_is_called_old(pack: TrialPack) -> None:
    old = replace(pack, made=date(2025, 11, 20))
    assert match_trials(LUNG, [old], TODAY, KNOWLEDGE).old == ("synthetic",)
    assert match_trials(LUNG, [pack], TODAY, KNOWLEDGE).old == ()


def test_names_and_parents_are_oncotree_s(shared: Path) -> None:
    tree = json.loads((shared / "knowledge" / "oncotree_2025_10_03.json").read_text("utf-8"))
    known: dict[str, str] = {}

    def walk(place: object) -> None:
        if isinstance(place, dict):
            if "code" in place:
                known[place["code"]] = place.get("parent") or ""
            for inner in place.values():
                walk(inner)
        elif isinstance(place, list):
            for inner in place:
                walk(inner)

    walk(tree)
    ours = {tumour.code: tumour.parent for tumour in KNOWLEDGE.packs[0].tumours}
    assert {"LUAD", "BRCA", "COAD", "PRAD", "MEL", "GB"} <= set(ours)
    assert {code for code in ours if code not in known} == set()
    assert {code: parent for code, parent in ours.items() if known[code] != parent} == {}


@pytest.mark.parametrize(
    ("name", "other", "fit"),
    [
        ("lung adenocarcinoma", "NSCLC", Fit.MET),
        ("LUAD", "Carcinoma, Non-Small-Cell Lung", Fit.MET),
        ("NSCLC", "lung adenocarcinoma", Fit.UNKNOWN),
        ("SCLC", "NSCLC", Fit.UNMET),
        ("something new", "NSCLC", Fit.UNKNOWN),
        ("Something  New", "something new", Fit.MET),
    ],
)
def test_kinds_of_tumours(name: str, other: str, fit: Fit) -> None:
    wanted = Criterion(Kind.TUMOUR, any_of=(other,))
    assert judge(wanted, Candidate(tumours=(name,)), KNOWLEDGE) is fit


def test_a_tumour_has_all_its_classes() -> None:
    assert KNOWLEDGE.tree.parents("LUAD") == ("NSCLC", "LUNG", "TISSUE")
    assert KNOWLEDGE.tree.parents("TISSUE") == ()


def test_biomarkers_that_contradict_each_other_are_refused(pack: TrialPack) -> None:
    who = Candidate(alterations=("ALK fusion",), negatives=("ALK",))
    with pytest.raises(TherapyError) as caught:
        match_trials(who, [pack], TODAY, KNOWLEDGE)
    assert caught.value.code == "therapy.contradiction"


@given(
    st.sampled_from(["LUAD", "NSCLC", "Breast Cancer", "unheard of"]),
    st.one_of(st.none(), st.integers(0, 4)), st.one_of(st.none(), st.integers(0, 5)),
    st.sampled_from(["", "IV", "III", "IIIB"]),
)  # fmt: skip
def test_every_trial_is_always_there(
    tumour: str, ecog: int | None, lines: int | None, stage: str
) -> None:
    made = read_export(EXPORT.read_text("utf-8"), "synthetic", TODAY)
    who = Candidate(tumours=(tumour,), ecog=ecog, prior_lines=lines, stage=stage)
    found = match_trials(who, [made], TODAY, KNOWLEDGE)
    assert sorted(one.trial.id for one in found.matches) == sorted(t.id for t in made.trials)
    ranks = [(len(one.of(Fit.UNMET)), len(one.of(Fit.UNKNOWN))) for one in found.matches]
    assert ranks == sorted(ranks)
