"""The anchors of the design, CIViC's own assertions, and pairs drawn from its evidence."""

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedside_dx import options
from bedside_dx.app.knowing import import_knowledge
from bedside_dx.cli import main
from bedside_dx.core.errors import TherapyError
from bedside_dx.core.therapy import Authority, Level, Options
from bedside_dx.therapy.shelf import FOLDER

KEYS = ["options", "excluded", "order_first", "unknown", "packs"]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what comes with the program."""
    monkeypatch.setenv(FOLDER, str(tmp_path))


@pytest.fixture(scope="module")
def with_civic(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """CIViC and OncoTree imported as well."""
    if not (shared_folder / "knowledge").is_dir():
        pytest.skip("shared data absent")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER, str(tmp_path_factory.mktemp("knowledge")))
        import_knowledge(shared_folder / "knowledge")
        yield shared_folder / "knowledge"


def ids(found: Options, therapy: str) -> set[str]:
    return {row.id for one in found.options if one.therapy == therapy for row in one.evidence}


def place(found: Options, therapy: str) -> int:
    return [one.therapy for one in found.options].index(therapy)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_t790m(with_civic: Path) -> None:
    found = options("NSCLC", ["EGFR T790M"])
    first = found.options[0]
    assert (first.therapy, first.level, first.tier) == ("Osimertinib", Level.A, "I-A")
    assert first.approval == (Authority.EMA, Authority.FDA)
    assert {"EID1592", "EID1867"} <= ids(found, "Osimertinib")
    erlotinib = next(one for one in found.excluded if one.therapy == "Erlotinib")
    assert erlotinib.reason.code == "therapy.excluded-resistance"
    assert erlotinib.evidence[0].id == "EID238"
    assert "Gefitinib" not in [one.therapy for one in found.options]


def test_t790m_excludes_first_generation_drugs_without_any_import(bare: None) -> None:
    found = options("NSCLC", ["EGFR T790M"])
    excluded = {one.therapy for one in found.excluded}
    assert {"Erlotinib", "Gefitinib", "Afatinib", "Dacomitinib"} <= excluded
    assert not excluded & {one.therapy for one in found.options}


@pytest.mark.parametrize(
    ("tumour", "alteration", "fails"),
    [("NSCLC", "EGFR C797S", "Osimertinib"), ("LUAD", "EGFR exon 20 insertion", "Afatinib")],
)
def test_what_is_known_of_a_gene_in_general_does_not_speak_for_a_resistant_alteration(
    bare: None, tumour: str, alteration: str, fails: str
) -> None:
    found = options(tumour, [alteration])
    assert found.options == ()
    general = next(one for one in found.excluded if one.therapy == "Gefitinib")
    assert general.reason.code == "therapy.excluded-general"
    assert general.reason.values is not None
    assert general.reason.values["therapy"] == fails
    assert general.evidence


def test_what_is_known_of_a_gene_in_general_speaks_for_other_alterations(bare: None) -> None:
    assert {"Gefitinib", "Osimertinib"} <= {
        one.therapy for one in options("LUAD", ["EGFR L861Q"]).options
    }


def test_her2(with_civic: Path) -> None:
    found = options("breast cancer", ["ERBB2 amplification"])
    assert "EID1122" in ids(found, "Trastuzumab")
    assert found.options[0].therapy == "Trastuzumab"
    neratinib = next(one for one in found.options if "Neratinib" in one.therapy)
    assert "EID1113" in {row.id for row in neratinib.evidence}
    assert neratinib.level is Level.A


@pytest.mark.parametrize("written", ["ALK fusion", "EML4-ALK", "ALK rearrangement"])
def test_alk(with_civic: Path, written: str) -> None:
    found = options("NSCLC", [written])
    assert {"EID1187", "EID1198", "EID1199"} <= ids(found, "Crizotinib")
    assert {"EID1282", "EID7284"} <= ids(found, "Alectinib")
    assert "EID7285" in ids(found, "Ceritinib")
    levels = {one.therapy: one.level for one in found.options}
    assert {levels[name] for name in ("Crizotinib", "Alectinib", "Ceritinib")} == {Level.A}
    assert place(found, "Alectinib") < place(found, "Crizotinib")


@pytest.mark.parametrize("old", ["Erlotinib", "Gefitinib", "Afatinib"])
def test_a_superseded_option_never_comes_before_its_successor(bare: None, old: str) -> None:
    found = options("NSCLC", ["EGFR L858R"])
    assert place(found, "Osimertinib") < place(found, old)
    one = found.options[place(found, old)]
    assert "therapy.why-superseded" in [step.code for step in one.why]


BOTH = (Authority.EMA, Authority.FDA)


@pytest.mark.parametrize(
    ("tumour", "alteration", "therapy", "line", "approval"),
    [
        ("NSCLC", "ALK fusion", "Alectinib", 1, BOTH),
        ("NSCLC", "EGFR exon 19 deletion", "Osimertinib", 1, BOTH),
        ("NSCLC", "KRAS G12C", "Sotorasib", 1, ()),
        ("NSCLC", "KRAS G12C", "Sotorasib", 2, BOTH),
        ("NSCLC", "MET exon 14 skipping", "Capmatinib", 1, (Authority.FDA,)),
        ("NSCLC", "EGFR exon 20 insertion", "Osimertinib", 1, None),
        ("melanoma", "BRAF V600K", "Vemurafenib", 1, (Authority.EMA,)),
        ("colon", "BRAF V600E", "Cetuximab + Encorafenib", 2, BOTH),
        ("colon", "KRAS G12C", "Adagrasib + Cetuximab", 2, (Authority.FDA,)),
        ("breast cancer", "ERBB2 amplification", "Trastuzumab Emtansine", 2, BOTH),
    ],
)
def test_an_approval_holds_for_its_line_and_authority(
    bare: None,
    tumour: str,
    alteration: str,
    therapy: str,
    line: int,
    approval: tuple[Authority, ...] | None,
) -> None:
    found = {one.therapy: one.approval for one in options(tumour, [alteration], line=line).options}
    assert found.get(therapy) == approval


def test_an_approval_does_not_reach_a_person_whom_it_excludes(bare: None) -> None:
    positive = options("breast cancer", ["BRCA1 mutation", "HER2 positive"])
    assert "Talazoparib" in {one.therapy for one in positive.excluded}
    for line in (1, 2):
        mutated = options("LUAD", ["PD-L1 TPS 60", "EGFR L858R"], ["ALK"], line=line)
        assert "Ipilimumab + Nivolumab" in {one.therapy for one in mutated.excluded}
        pembrolizumab = mutated.options[place(mutated, "Pembrolizumab")]
        assert not set(BOTH) & set(pembrolizumab.approval)
    first = options("LUAD", ["PD-L1 TPS 60", "EGFR L858R"], ["ALK"], line=1).options[0]
    assert first.therapy == "Osimertinib"


def test_the_approval_of_one_fact_does_not_lower_the_level_of_another(bare: None) -> None:
    found = options("LUAD", ["KRAS G12C"], line=2)
    sotorasib = found.options[place(found, "Sotorasib")]
    assert (sotorasib.approval, sotorasib.level, sotorasib.tier) == (BOTH, Level.A, "I-A")


def test_lapatinib_comes_behind_what_was_better_in_a_trial_against_it(bare: None) -> None:
    found = options("breast cancer", ["ERBB2 amplification"], line=2)
    assert place(found, "Trastuzumab Emtansine") < place(found, "Capecitabine + Lapatinib")


def test_ras_wild_type_opens_what_a_mutation_excludes(bare: None) -> None:
    wild = options("colon", [], ["RAS wild type", "BRAF"])
    assert {"Cetuximab", "Panitumumab"} <= {one.therapy for one in wild.options}
    mutated = options("colon", ["KRAS G13D"])
    assert not {"Cetuximab", "Panitumumab"} & {one.therapy for one in mutated.options}
    assert {"Cetuximab", "Panitumumab"} <= {one.therapy for one in mutated.excluded}


def test_what_was_not_tested_is_to_order_first(bare: None) -> None:
    found = options("lung adenocarcinoma", [])
    assert {"EGFR", "ALK", "ROS1", "BRAF"} <= {one.test for one in found.order_first}
    after = options("lung adenocarcinoma", [], ["EGFR", "ALK"])
    assert not {"EGFR", "ALK"} & {one.test for one in after.order_first}


@pytest.mark.parametrize(
    ("present", "negative"),
    [
        (["KRAS G12D"], ["RAS wild type"]),
        (["MSI-H", "MSS"], []),
        (["HER2+"], ["HER2 amplification"]),
        (["ALK fusion"], ["ALK"]),
        (["PD-L1 TPS 60", "PD-L1 TPS 0"], []),
        (["HER2 low", "HER2 positive"], []),
    ],
)
def test_contradictions_are_refused(bare: None, present: list[str], negative: list[str]) -> None:
    with pytest.raises(TherapyError):
        options("NSCLC", present, negative)


def test_what_is_unknown_is_said_with_the_nearest_names(bare: None) -> None:
    assert "EGFR" in options("NSCLC", ["EGFT L858R"]).unknown[0].nearest
    assert options("NSCLC", ["EGFR foo"]).unknown[0].nearest
    found = options("lung adenocarcinomma", ["EGFR T790M"])
    assert any("LUAD" in name for name in found.unknown[0].nearest)
    assert not found.options


def drugs(row: dict[str, str], together: bool) -> list[str]:
    names = sorted((d.strip() for d in row["drugs"].split(",")), key=str.casefold)
    names = [name[:1].upper() + name[1:] for name in names]
    return [" + ".join(names)] if together else names


def test_civics_predictive_assertions(with_civic: Path) -> None:
    rows = [
        row for row in table(with_civic / "nightly-AssertionSummaries.tsv")
        if row["assertion_type"] == "Predictive"
    ]  # fmt: skip
    assert len(rows) == 11
    for row in rows:
        found = options(row["disease"], [f"{row['gene']} {row['variant']}"])
        names = {one.therapy for one in found.options}
        wanted = drugs(row, "combination" in row["assertion_summary"])
        assert set(wanted) <= names, row["assertion_id"]


def test_pairs_drawn_from_civics_evidence(with_civic: Path) -> None:
    """Every pair is answered by its own evidence: among the options, or among the excluded."""
    rows = [
        row for row in table(with_civic / "nightly-ClinicalEvidenceSummaries.tsv")
        if row["evidence_type"] == "Predictive" and row["evidence_level"] in "AB"
        and row["rating"] and int(row["rating"]) >= 3 and row["evidence_status"] == "accepted"
        and row["evidence_direction"] == "Supports"
        and row["clinical_significance"] in ("Sensitivity/Response", "Resistance") and row["drugs"]
    ]  # fmt: skip
    missed = []
    for row in random.Random(7).sample(rows, 80):
        written = f"{row['gene']} {row['variant']}"
        wild = "WILD" in row["variant"].upper()
        found = options(row["disease"], [] if wild else [written], [written] if wild else [])
        where = found.options if row["clinical_significance"] != "Resistance" else found.excluded
        known = {line.id for one in (*found.options, *found.excluded) for line in one.evidence}
        said = {str(s.values.get("id", "")) for one in found.options for s in one.why}
        eid = f"EID{row['evidence_id']}"
        if eid not in known | said or not where:
            missed.append((eid, written, row["disease"], row["drugs"]))
    assert len(missed) / 80 <= 0.1, missed


@pytest.mark.parametrize("language", ["en", "fr"])
def test_at_a_terminal(bare: None, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["options", "--tumour", "NSCLC", "--alteration", "EGFR T790M", "--language", language]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "Osimertinib" in said
    assert "{" not in said
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == KEYS
    assert list(document["options"][0]) == [
        "therapy", "direction", "level", "tier", "tumour_match", "approval", "evidence", "why",
    ]  # fmt: skip
    assert list(document["excluded"][0]) == ["therapy", "reason", "evidence"]
    assert main(["options", "--tumour", "lungg", "--language", language]) == 4
    assert main([*words, "--negative", "EGFR"]) == 3


def test_conditions_of_an_approval_are_told() -> None:
    found = options("NSCLC", ["KRAS G12C"])
    adagrasib = next(one for one in found.options if one.therapy == "Adagrasib")
    notes = [step.values["note"] for step in adagrasib.why if step.code == "therapy.why-note"]
    assert any("conditional" in str(note) for note in notes)


@pytest.mark.parametrize(
    ("tumour", "found", "drug"),
    [
        ("NSCLC", ["EGFR T790M", "EGFR C797S"], "Osimertinib"),
        ("NSCLC", ["EGFR L858R", "EGFR C797S"], "Osimertinib"),
        ("LUAD", ["ALK fusion", "ALK G1202R"], "Crizotinib"),
        ("NSCLC", ["ALK fusion", "ALK I1171N"], "Alectinib"),
        ("LUAD", ["ROS1 fusion", "ROS1 G2032R"], "Crizotinib"),
    ],
)
def test_a_resistant_alteration_undoes_what_the_sensitive_one_beside_it_speaks_for(
    bare: None, tumour: str, found: list[str], drug: str
) -> None:
    answer = options(tumour, found)
    excluded = next(one for one in answer.excluded if one.therapy == drug)
    assert excluded.reason.code == "therapy.excluded-resistance"
    assert excluded.reason.values["biomarker"] == found[1]
    assert drug not in {one.therapy for one in answer.options}
    assert drug in {one.therapy for one in options(tumour, found[:1]).options}
    assert not answer.conflicts  # two findings, and no pack against another


def test_resistance_of_one_gene_says_nothing_of_what_another_speaks_for(bare: None) -> None:
    answer = options("breast cancer", ["HER2+", "PIK3CA H1047R"])
    assert "Trastuzumab" in {one.therapy for one in answer.options}


def test_an_approval_by_nobody_in_particular_stands_behind_the_stated_one(bare: None) -> None:
    """Pembrolizumab is approved with neither EGFR nor ALK altered: not before osimertinib."""
    found = options("LUAD", ["EGFR L858R", "PD-L1 TPS 60"], line=2)
    assert place(found, "Osimertinib") < place(found, "Pembrolizumab")
    pembrolizumab = found.options[place(found, "Pembrolizumab")]
    beyond = next(s for s in pembrolizumab.why if s.code == "therapy.why-beyond-approval")
    assert beyond.values["need"] == "EGFR wild type"
    assert pembrolizumab.approval == ()


def test_an_approval_for_later_lines_waits_where_the_line_was_not_stated(bare: None) -> None:
    unstated = options("PRAD", ["BRCA2 mutation"])
    assert place(unstated, "Enzalutamide") < place(unstated, "Olaparib")
    olaparib = unstated.options[place(unstated, "Olaparib")]
    assert "therapy.why-later-line" in {step.code for step in olaparib.why}
    assert olaparib.approval == BOTH
    assert options("PRAD", ["BRCA2 mutation"], line=2).options[0].therapy == "Olaparib"


def test_a_trial_in_solid_tumours_of_all_kinds_is_none_of_this_tumour(bare: None) -> None:
    found = options("COAD", ["BRCA1 mutation"])
    assert found.options[place(found, "Olaparib")].tier == "II-C"
    assert "BRCA1" not in {one.test for one in options("COAD").order_first}
    assert "NTRK1" in {one.test for one in options("COAD").order_first}  # approved in all kinds


@pytest.mark.parametrize(
    ("tumour", "grade", "is_option"),
    [
        ("GB", [], False),
        ("ASTR", ["WHO grade 2"], True),
        ("ODG", ["grade II"], True),
        ("ASTR", ["grade OMS 4"], False),
        ("ODG", ["WHO grade 3"], False),
    ],
)
def test_vorasidenib_is_for_gliomas_of_grade_2(
    bare: None, tumour: str, grade: list[str], is_option: bool
) -> None:
    found = options(tumour, ["IDH1 R132H", *grade])
    assert ("Vorasidenib" in {one.therapy for one in found.options}) is is_option
    assert ("Vorasidenib" in {one.therapy for one in found.excluded}) is not is_option


def test_a_grade_that_was_not_stated_is_asked_for(bare: None) -> None:
    found = options("ASTR", ["IDH1 R132H"])
    assert found.options[place(found, "Vorasidenib")].needs == ("WHO grade 2",)
    assert found.order_first[0].test == "WHO grade"


@pytest.mark.parametrize("absent", [["ER 0 %", "PR 0 %"], ["ER <1%"], ["RH négatifs"], ["HR-"]])
def test_no_endocrine_therapy_without_a_receptor(bare: None, absent: list[str]) -> None:
    found = options("IDC", [*absent, "HER2 0"])
    assert "Letrozole + Palbociclib" not in {one.therapy for one in found.options}


@pytest.mark.parametrize(
    "there", [["ER 90 %", "PR 0 %"], ["ER+", "PR-"], ["RE 5 %"], ["HR+/HER2-"]]
)
def test_one_receptor_is_enough(bare: None, there: list[str]) -> None:
    assert options("IDC", there).options[0].therapy == "Letrozole + Palbociclib"


def test_no_progesterone_receptor_alone_says_nothing_of_the_other(bare: None) -> None:
    assert "HR (ER, PR)" in {one.test for one in options("IDC", ["PR-"]).order_first}


def test_her2_low_opens_what_is_approved_for_it_and_is_not_positive(bare: None) -> None:
    for written in ("HER2 low", "HER2 1+", "HER2 2+ ISH-"):
        found = options("IDC", [written, "HR positive"], line=2)
        assert found.options[place(found, "Trastuzumab deruxtecan")].approval == BOTH
        assert "Trastuzumab" not in {one.therapy for one in found.options}
        assert "HER2" not in {one.test for one in found.order_first}


def test_a_marker_that_no_pack_knows_is_said_to_be_unknown(bare: None) -> None:
    assert [one.written for one in options("PRAD", ["HRD"]).unknown] == ["HRD"]
    assert options("LUAD", ["exon 19 deletion"]).unknown[0].nearest[0] == "EGFR exon 19 deletion"


def test_a_gene_without_an_alteration_is_named_as_its_wild_type(bare: None) -> None:
    gefitinib = next(o for o in options("LUAD", [], ["EGFR"]).excluded if o.therapy == "Gefitinib")
    assert gefitinib.reason.values["biomarker"] == "EGFR wild type"


def test_a_drug_for_the_wild_type_breaks_no_drug_for_the_mutation(with_civic: Path) -> None:
    """Panitumumab fails with KRAS mutations and works without: no word on drugs for them."""
    excluded = {one.therapy: one.reason.code for one in options("COAD", ["KRAS G12D"]).excluded}
    assert excluded["Panitumumab"] == "therapy.excluded-resistance"
    assert "therapy.excluded-general" not in excluded.values()


def test_msi_opens_pembrolizumab_in_any_solid_tumour_for_later_lines(bare: None) -> None:
    found = options("LUAD", ["MSI-H"], line=2)
    pembrolizumab = found.options[place(found, "Pembrolizumab")]
    assert Authority.FDA in pembrolizumab.approval
    first = options("LUAD", ["MSI-H"], line=1)
    assert first.options[place(first, "Pembrolizumab")].approval == ()


def test_a_mutation_that_nobody_named_is_asked_for(bare: None) -> None:
    first = options("LUAD", ["EGFR mutation"]).order_first[0]
    assert (first.test, first.why.code) == ("EGFR", "therapy.order-specifies")
    assert "Osimertinib" in str(first.why.values["therapies"])
    named = options("LUAD", ["EGFR mutation", "EGFR L858R"])
    assert "EGFR" not in {one.test for one in named.order_first}
