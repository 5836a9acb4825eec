"""Names of genes and markers, and where the exons of a few of them lie.

Sources: symbols by HGNC; codon ranges of exons by the reference transcripts that CIViC names
(EGFR ENST00000275493, KIT ENST00000288135, KRAS ENST00000256078 and so on), rounded outwards to
whole codons.
"""

from __future__ import annotations

from collections.abc import Mapping

ALIASES: Mapping[str, tuple[str, ...]] = {
    "HER2": ("ERBB2",), "HER-2": ("ERBB2",), "NEU": ("ERBB2",), "HER2/NEU": ("ERBB2",),
    "ERBB2/HER2": ("ERBB2",), "HER2/ERBB2": ("ERBB2",),
    "HER1": ("EGFR",), "ERBB1": ("EGFR",), "HER3": ("ERBB3",), "B-RAF": ("BRAF",),
    "K-RAS": ("KRAS",), "N-RAS": ("NRAS",), "H-RAS": ("HRAS",), "C-KIT": ("KIT",),
    "C-MET": ("MET",), "BRCA": ("BRCA1", "BRCA2"), "BRCA1/2": ("BRCA1", "BRCA2"),
    "RAS": ("KRAS", "NRAS"), "KRAS/NRAS": ("KRAS", "NRAS"), "NTRK": ("NTRK1", "NTRK2", "NTRK3"),
    "NTRK1/2/3": ("NTRK1", "NTRK2", "NTRK3"), "IDH": ("IDH1", "IDH2"),
    "IDH1/2": ("IDH1", "IDH2"), "FGFR": ("FGFR1", "FGFR2", "FGFR3"), "CD20": ("MS4A1",),
    "BCR-ABL": ("ABL1",), "BCR-ABL1": ("ABL1",), "BCR::ABL1": ("ABL1",), "ABL": ("ABL1",),
    "P53": ("TP53",), "P16": ("CDKN2A",), "NEUREGULIN": ("NRG1",),
    "PTEN/PI3K": ("PTEN", "PIK3CA"), "PI3K": ("PIK3CA",), "AKT": ("AKT1",),
}  # fmt: skip
"""Common names, in capitals, and the symbols they stand for."""

STATUS: Mapping[str, str] = {
    "MSI": "MSI", "MMR": "MSI", "DMMR": "MSI", "TMB": "TMB", "HRD": "HRD",
    "PD-L1": "PD-L1", "PDL1": "PD-L1", "CD274": "PD-L1", "HR": "HR", "ER": "HR", "PR": "HR",
    "PGR": "HR", "HER2-LOW": "HER2-low",
}  # fmt: skip
"""Markers of a whole tumour, in capitals, and the name they go by here."""

GRADE = "WHO grade"
"""Of a tumour of the central nervous system, 1 to 4."""

TMB_HIGH = 10.0
"""Mutations per megabase from which on the burden counts as high (KEYNOTE-158, the FDA's cut)."""

EXONS: Mapping[str, Mapping[int, tuple[int, int]]] = {
    "EGFR": {18: (688, 728), 19: (729, 761), 20: (762, 823), 21: (824, 875)},
    "ERBB2": {20: (770, 831)},
    "KIT": {9: (449, 514), 11: (550, 591), 13: (627, 664), 14: (664, 714), 17: (788, 828)},
    "PDGFRA": {12: (552, 596), 14: (632, 668), 18: (814, 854)},
    "KRAS": {2: (1, 37), 3: (38, 97), 4: (98, 150)},
    "NRAS": {2: (1, 37), 3: (38, 97), 4: (98, 150)},
    "HRAS": {2: (1, 37), 3: (38, 97), 4: (98, 150)},
    "BRAF": {11: (439, 478), 15: (581, 620)},
    "PIK3CA": {9: (514, 555), 20: (979, 1068)},
    "MET": {14: (963, 1010)},
    "IDH1": {4: (40, 138)},
    "IDH2": {4: (125, 178)},
}
"""First and last codon of an exon."""

SUPPRESSORS = frozenset({
    "BRCA1", "BRCA2", "PALB2", "ATM", "BARD1", "BRIP1", "CDK12", "CHEK1", "CHEK2", "FANCL",
    "RAD51B", "RAD51C", "RAD51D", "RAD54L", "PTEN", "NF1", "NF2", "TSC1", "TSC2", "MLH1", "MSH2",
    "MSH6", "PMS2", "ARID1A", "SMARCB1", "STK11", "VHL", "RB1", "TP53", "PTCH1", "BAP1",
})  # fmt: skip
"""Genes in which "mutated" in a report means that their function is lost."""
