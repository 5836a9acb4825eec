"""Biomarkers as people and HGVS write them come to one normal form."""

import pytest

from bedside_dx.therapy.biomarkers import read_biomarker

GENES = frozenset({"EGFR", "ALK", "KRAS", "BRAF", "MET", "FLT3", "ERBB2", "IDH1", "MGMT"})


@pytest.mark.parametrize(
    ("written", "label", "present"),
    [
        ("EGFR T790M", "EGFR T790M", True),
        ("EGFR p.Thr790Met", "EGFR T790M", True),
        ("EGFR p.(Thr790Met)", "EGFR T790M", True),
        ("EGFR NM_005228.5:p.Leu858Arg", "EGFR L858R", True),
        ("EGFR exon 19 deletion", "EGFR exon 19 deletion", True),
        ("EGFR del19", "EGFR exon 19 deletion", True),
        ("EGFR ex19del", "EGFR exon 19 deletion", True),
        ("HER2 amplification", "ERBB2 amplification", True),
        ("HER2+", "ERBB2 amplification", True),
        ("HER2-", "ERBB2 amplification", False),
        ("HER2 negative", "ERBB2 amplification", False),
        ("HER2 low", "HER2-low", True),
        ("EML4-ALK", "EML4-ALK", True),
        ("EML4::ALK fusion", "EML4-ALK", True),
        ("ALK+", "ALK fusion", True),
        ("ALK rearrangement", "ALK fusion", True),
        ("dMMR", "MSI-H", True),
        ("MSI-H", "MSI-H", True),
        ("MSS", "MSI-H", False),
        ("TMB-H", "TMB-H", True),
        ("HRD", "HRD", True),
        ("PD-L1 TPS 60%", "PD-L1 TPS ≥ 60", True),
        ("PD-L1 CPS 10", "PD-L1 CPS ≥ 10", True),
        ("PD-L1 <1%", "PD-L1 TPS ≥ 1", False),
        ("ER+", "HR+", True),
        ("HR-", "HR+", False),
        ("KRAS wt", "KRAS mutation", False),
        ("BRAF V600", "BRAF V600", True),
        ("MET exon 14 skipping", "MET exon 14 skipping", True),
        ("FLT3-ITD", "FLT3 ITD", True),
        ("MGMT promoter methylation", "MGMT methylation", True),
        ("MSI", "MSI-H", True),
        ("MSI stable", "MSI-H", False),
        ("ER 0 %", "HR+", False),
        ("ER 0/8", "HR+", False),
        ("ER 0,5 %", "HR+", False),
        ("ER low positive", "HR+", True),
        ("RE 90 %", "HR+", True),
        ("HER2 2+ FISH+", "ERBB2 amplification", True),
        ("HER2:3+", "ERBB2 amplification", True),
        ("HER2 IHC 1+", "HER2-low", True),
        ("ALK réarrangé", "ALK fusion", True),
        ("EGFR muté", "EGFR mutation", True),
        ("KRAS non muté", "KRAS mutation", False),
        ("délétion de l’exon 19 de l’EGFR", "EGFR exon 19 deletion", True),
        ("deletion in exon 19 of EGFR", "EGFR exon 19 deletion", True),
        ("MGMT unmethylated", "MGMT methylation", False),
        ("MGMT non méthylé", "MGMT methylation", False),
        ("MET not amplified", "MET amplification", False),
        ("ALK non réarrangé", "ALK fusion", False),
        ("ALK not rearranged", "ALK fusion", False),
        ("no ALK fusion", "ALK fusion", False),
        ("pas de mutation EGFR", "EGFR mutation", False),
        ("absence de fusion ALK", "ALK fusion", False),
        ("CNS WHO grade 2", "WHO grade 2", True),
        ("grade IV", "WHO grade 4", True),
    ],
)
def test_names_are_brought_to_one_form(written: str, label: str, present: bool) -> None:
    reading = read_biomarker(written, GENES)
    assert reading is not None
    assert (reading.biomarkers[0].label, reading.present) == (label, present)


def test_ras_is_two_genes() -> None:
    reading = read_biomarker("RAS wild type", GENES)
    assert reading is not None
    assert [one.gene for one in reading.biomarkers] == ["KRAS", "NRAS"]
    assert not reading.present


def test_an_unknown_gene_is_none() -> None:
    assert read_biomarker("EGFT L858R", GENES) is None
