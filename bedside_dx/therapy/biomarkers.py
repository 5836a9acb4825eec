"""Biomarkers as people write them, and as HGVS does, brought to one normal form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Biomarker, Finding, Kind
from bedside_dx.therapy.genes import ALIASES, GRADE, STATUS, TMB_HIGH

if TYPE_CHECKING:
    from collections.abc import Collection

AMINO = {
    "ALA": "A", "ARG": "R", "ASN": "N", "ASP": "D", "CYS": "C", "GLN": "Q", "GLU": "E",
    "GLY": "G", "HIS": "H", "ILE": "I", "LEU": "L", "LYS": "K", "MET": "M", "PHE": "F",
    "PRO": "P", "SER": "S", "THR": "T", "TRP": "W", "TYR": "Y", "VAL": "V", "TER": "*",
}  # fmt: skip
_LONG = re.compile("|".join(AMINO), re.IGNORECASE)
_CHANGE = re.compile(
    r"\(?([ACDEFGHIKLMNPQRSTVWY]\d+(?:_[A-Z]?\d+)?"
    r"(?:(?:DELINS|DEL|DUP|INS)[A-Z0-9]*|INST|FS\S*|[ACDEFGHIKLMNPQRSTVWY*X](?:FS\S*)?))\)?"
)
_CODON = re.compile(r"[ACDEFGHIKLMNPQRSTVWY](\d+)(?:/[ACDEFGHIKLMNPQRSTVWY]?(\d+))*")
_EXON = re.compile(r"(?:EXON|EX)\s*(\d+)(?:-(\d+))?\s*(.*)")
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)")
_BELOW = re.compile(r"[<≤]")
_WILD = re.compile(r"\b(WILD[ -]?TYPE|WT|NOT MUTATED|UNMUTATED|NON MUT\S*|SAUVAGE)\b")
_ABSENT = re.compile(
    r"\b(NEGATI\w*|NEG|ABSENT|NOT DETECTED|NOT AMPLIFIED|LOW|STABLE|MSS|PMMR|PROFICIENT|"
    r"NORMAL)\b|(?<=\w)-$|-\s*$"
)
_MUTATED = (
    r"^((ACTIVATING |GERMLINE |SOMATIC |PATHOGENIC |KINASE DOMAIN )*"
    r"(MUTATION|MUTATIONS|MUTATED|MUTANT|MUTEE?|MUT|VARIANT|GAIN-OF-FUNCTION|PATHOGENIC))$"
)
_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"\b(AMPLIFI\w*|COPY NUMBER GAIN|AMP)\b", Kind.AMPLIFICATION),
    (r"\b(FUSION\w*|REARRANG\w*|TRANSLOCATION\w*|REARRANGED|FUSIONNE\w*)\b", Kind.FUSION),
    (r"\bUNMETHYLAT\w*\b", Kind.OTHER),
    (r"\b(PROMOTER )?(HYPER)?METHYL\w*\b", Kind.METHYLATION),
    (r"\b(UNDER|LOW )EXPRESSION\b", Kind.OTHER),
    (r"\b(LOSS.*|DELETION|DELETERIOUS.*|BIALLELIC.*|INACTIVAT\w*|DELETED|PERTE.*|TRUNCAT\w*)",
     Kind.LOSS),
    (r"^(OVER|NUCLEAR )?EXPRESSION\b|^SUREXPRESSION\b|^OVEREXPRESSED\b", Kind.EXPRESSION),
    (_MUTATED, Kind.MUTATION),
)  # fmt: skip
_RECEPTOR = re.compile(
    r"(HR|RH|ER|RE|RO|PR|PGR|RP|H?ORMONE RECEPTORS?|O?ESTROGEN RECEPTOR|PROGESTERONE RECEPTOR|"
    r"RECEPTEURS? HORMONAUX)(?![A-Z0-9])(.*)"
)
_NO_RECEPTOR = re.compile(r"\b(NEGATI\w*|NEG|ABSENTS?|NOT DETECTED)\b|-\s*$")
_LEAST_RECEPTOR = 1.0
"""Percent of stained nuclei from which on a receptor counts as there (ASCO and CAP 2020)."""
_ISH = r"^2\s?\+\W*(?:D?ISH|FISH|CISH|SISH)\W*"
_HER2_LOW = re.compile(rf"\b(LOW|FAIBLE)\b|^1\s?\+$|{_ISH}(?:-|NEG\w*)$")
_HER2_NONE = re.compile(r"^0(/3)?$")
_HER2_NEGATIVE = re.compile(r"^(NEGATI\w*|NEG|-|NOT AMPLIFIED|NON AMPLIFIE)$")
_HER2_POSITIVE = re.compile(
    rf"^(POSITI\w*|POS|\+|3\s?\+|OVEREXPRESS\w*|AMP\w*)$|{_ISH}(?:\+|POS\w*|AMP\w*)$"
)
_GRADE = re.compile(r"(?:CNS )?(?:WHO |OMS )?(?:CNS )?GRADE(?: WHO| OMS)? ?(IV|III|II|I|[1-4])")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_SEVERAL = re.compile(r"((?:HR|RH|ER|RE|PR|RP|HER2)\s*[+-])(?:\s*[/,;]\s*|\s+|$)", re.IGNORECASE)
_ARTICLES = re.compile(r"\b(?:de l'|de la |de |du |of the |of |in )", re.IGNORECASE)
_NEGATIVE = re.compile(
    r"\b(NEGATI\w*|NEG|ABSENTE?|NOT DETECTED|NON DETECTEE?|NOT|NON|NO|SANS)\b|^-$"
)
_NOTHING = re.compile(r"(?:no|pas de|pas d'|absence de|absence d'|absence of)\s*\b", re.IGNORECASE)
_BEFORE_GENE = re.compile(
    r"(EXON|DEL|DELETION|INSERTION|MUTATION|FUSION|REARRANGEMENT|TRANSLOCATION|AMPLIFICATION|"
    r"LOSS|PERTE|OVEREXPRESSION|SUREXPRESSION)\b",
    re.IGNORECASE,
)
"""What stands before the gene where somebody writes "deletion of exon 19 of EGFR"."""
_WORDS = frozenset(
    {"ITD", "TKD", "AMP", "AMPLIFICATION", "FUSION", "MUTATION", "MUT", "POSITIVE", "VIII"}
)
_POSITIVE = re.compile(r"\b(POSITIVE?|POSITIF|3\+|HIGH|PRESENT|OVEREXPRESS\w*)\b|^\+$|^$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a written biomarker says: any of these, there or not there.

    Attributes
    ----------
    value
        A measured value, such as the percentage of PD-L1.
    """

    biomarkers: tuple[Biomarker, ...]
    present: bool = True
    value: float | None = None


def read_biomarker(written: str, genes: Collection[str]) -> Reading | None:
    """Bring what was written to its normal form; None where no gene or marker is recognised.

    Parameters
    ----------
    genes
        Symbols that may be meant, beside the common names.
    """
    text = _spelled(written)
    gene, joined, rest = text.partition("_")
    if joined and gene.upper() in genes:  # EGFR_T790M; in E746_A750del it stays
        text = f"{gene} {rest}"
    status = _read_status(text.upper())
    if status is not None:
        return status
    found = _split_gene(text, genes)
    if found is None:
        return None
    symbols, rest, partner = found
    if symbols == ("ERBB2",) and (reading := _read_her2(rest.upper())) is not None:
        return reading
    return _read_rest(symbols, rest, partner)


def apart(written: str) -> tuple[str, ...]:
    """``HR+/HER2-`` as the two findings that it is; anything else as it was written."""
    parts = _SEVERAL.findall(written.strip())
    whole = _SEVERAL.sub("", written.strip())
    return tuple(parts) if len(parts) > 1 and not whole else (written,)


def _spelled(written: str) -> str:
    """Without accents and typographic signs, the gene first."""
    bare = unicodedata.normalize("NFD", written.replace("’", "'"))
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    text = " ".join(bare.replace("::", "-").replace("–", "-").replace("−", "-").split())
    found = _NOTHING.match(text)
    if found is not None:
        text = f"{text[found.end() :]} not detected"
    if not _BEFORE_GENE.match(text):
        return text
    if found is not None:
        text = text.removesuffix(" not detected")
        return f"{_gene_first(text)} not detected"
    return _gene_first(text)


def _gene_first(text: str) -> str:
    *before, last = _ARTICLES.sub("", text).split()
    return " ".join((last, *before))


def findings(reading: Reading, written: str, *, negative: bool) -> tuple[Finding, ...]:
    """What a reading says of one person; under ``negative`` a wild type stays a wild type."""
    present = reading.present and not negative
    return tuple(Finding(one, present, written, reading.value) for one in reading.biomarkers)


def read_alteration(symbol: str, alteration: str) -> tuple[Biomarker, ...]:
    """Biomarkers of a pack's row, of which any makes it apply."""
    if not symbol and not alteration:
        return (Biomarker("", Kind.NONE),)
    status = None
    if symbol.upper() in STATUS:
        status = _read_status(f"{symbol} {alteration}".strip().upper())
    if status is None:
        status = _read_status(alteration.upper()) if not symbol else None
    if status is not None:
        return status.biomarkers
    reading = _read_rest((symbol,), alteration, "", row=True)
    if not reading.present and reading.biomarkers[0].kind is Kind.MUTATION:
        return tuple(Biomarker(one.gene, Kind.WILD_TYPE) for one in reading.biomarkers)
    return reading.biomarkers


def _read_status(text: str) -> Reading | None:  # noqa: PLR0911  (one line a marker)
    name = text.replace("(", " ").replace(")", " ").strip()
    if re.search(r"\b(MSI-?H|MSI HIGH|D-?MMR|MMR-?D|MMR DEFICIEN\w*|MISMATCH REPAIR DEFICIEN\w*|"
                 r"MICROSATELLITE INSTAB\w*|DEFICIENT MISMATCH REPAIR)", name):  # fmt: skip
        return Reading((Biomarker("MSI", Kind.STATUS),))
    if re.search(
        r"^(MSS|MSI-?L|PMMR|MMR-?P|MMR (?:INTACT|PROFICIENT))\b|MICROSATELLITES? STABLE", name
    ):
        return Reading((Biomarker("MSI", Kind.STATUS),), present=False)
    if re.match(r"MSI\b", name):
        return Reading((Biomarker("MSI", Kind.STATUS),), present=not _ABSENT.search(name))
    grade = _GRADE.fullmatch(name)
    if grade is not None:
        value = float(_ROMAN.get(grade[1]) or grade[1])
        return Reading((Biomarker(GRADE, Kind.STATUS, least=value),), value=value)
    if re.match(r"(TMB|TUMOU?R MUTATIONAL BURDEN)", name):
        return _measured("TMB", name, TMB_HIGH)
    if re.match(r"(HRD|HOMOLOGOUS RECOMBINATION DEFICIEN)", name):
        return Reading((Biomarker("HRD", Kind.STATUS),), present=not _ABSENT.search(name))
    if re.match(r"(PD-?L1|CD274)\b", name):
        score = "CPS" if "CPS" in name else "TPS"
        return _measured(f"PD-L1 {score}", name, 50.0 if "HIGH" in name else 1.0)
    if re.match(r"HER2[ -]LOW\b", name):
        return Reading((Biomarker("HER2-low", Kind.STATUS),))
    receptor = _RECEPTOR.match(name)
    return _read_receptor(receptor[2]) if receptor else None


def _read_receptor(rest: str) -> Reading:
    """A receptor of hormones, by its words or the percentage of stained nuclei."""
    share = _NUMBER.search(rest)
    absent = bool(_NO_RECEPTOR.search(rest))
    if share is not None:
        value = float(share[1].replace(",", "."))
        absent = absent or value < _LEAST_RECEPTOR
        absent = absent or (bool(_BELOW.search(rest)) and value <= _LEAST_RECEPTOR)
    return Reading((Biomarker("HR", Kind.STATUS),), present=not absent)


def _measured(marker: str, text: str, usual: float) -> Reading:
    """A marker with a number: measured in a person, the least in a row."""
    rest = re.sub(r"^(TMB-?H?|PD-?L1|CD274)", "", text)
    number = _NUMBER.search(rest)
    if number is None:
        present = not _ABSENT.search(text)
        return Reading((Biomarker(marker, Kind.STATUS, least=usual),), present=present)
    value = float(number[1].replace(",", "."))
    if _BELOW.search(rest):
        return Reading((Biomarker(marker, Kind.STATUS, least=value),), present=False)
    least = value if value > 0 else usual
    return Reading((Biomarker(marker, Kind.STATUS, least=least),), present=value > 0, value=value)


def _read_her2(rest: str) -> Reading | None:
    """HER2 as a pathologist scores it; None where it is something else, or 2+ and nothing more."""
    score = re.sub(r"^[:=]?\s*(?:(?:IHC|SCORE|STATUS|STATUT)\s+)*", "", rest)
    amplified, low = Biomarker("ERBB2", Kind.AMPLIFICATION), Biomarker("HER2-low", Kind.STATUS)
    meanings = (
        (_HER2_LOW, Reading((low,))),
        (_HER2_NONE, Reading((amplified, low), present=False)),
        (_HER2_NEGATIVE, Reading((amplified,), present=False)),
        (_HER2_POSITIVE, Reading((amplified,))),
    )
    return next((reading for pattern, reading in meanings if pattern.search(score)), None)


def _split_gene(text: str, genes: Collection[str]) -> tuple[tuple[str, ...], str, str] | None:
    """Gene, what follows, and the partner of a fusion such as EML4-ALK."""
    upper = text.upper()
    for alias in sorted(ALIASES, key=len, reverse=True):
        if re.match(rf"{re.escape(alias)}(?![\w/])", upper):
            rest = text[len(alias) :].strip(" ,:")
            partner = "BCR" if alias.startswith("BCR") else ""
            return ALIASES[alias], rest.lstrip("-").strip() if rest != "-" else rest, partner
    token, _, rest = text.partition(" ")
    sign = token[-1:] if token[-1:] in "+-" else ""
    symbol = token.rstrip("+-").upper()
    if symbol in genes:
        return (symbol,), f"{sign} {rest}".strip(), ""
    before, dash, after = symbol.partition("-")
    if dash and before in genes and after in _WORDS:
        return (before,), f"{after} {rest}".strip(), ""
    if dash and after in genes:
        return (after,), f"FUSION {rest}".strip(), before
    if dash and before in genes:
        return (before,), f"FUSION {rest}".strip(), after
    return None


def _read_rest(symbols: tuple[str, ...], rest: str, partner: str, *, row: bool = False) -> Reading:
    text = _LONG.sub(lambda found: AMINO[found[0].upper()], rest) if "p." in rest else rest
    upper = re.sub(r"\bP\.", "", text.upper()).strip()
    upper = re.sub(r"^(C\.\S+|[NE][MN][_S]\S+:)\s*", "", upper).strip()
    if not row:  # not methylated, in one word
        upper = upper.replace("UNMETHYL", "NOT METHYL")
    absent = bool(_WILD.search(upper)) or (not row and _is_negative(upper))
    if absent and not row and not _WILD.search(upper):
        upper = _NEGATIVE.sub(" ", upper).strip() or upper
    each = [one for symbol in symbols for one in _read_one(symbol, upper, partner, row=row)]
    return Reading(tuple(each), present=not absent)


def _is_negative(upper: str) -> bool:
    """Whether words say that it is not there: ``not amplified``, ``non réarrangé``."""
    return bool(_NEGATIVE.search(upper))


def _read_one(gene: str, text: str, partner: str, *, row: bool) -> tuple[Biomarker, ...]:
    """One gene's part, in the order from the most to the least particular."""
    if _WILD.search(text) or text == "WILDTYPE":
        return (Biomarker(gene, Kind.WILD_TYPE if row else Kind.MUTATION),)
    both = re.fullmatch(r"EX(?:ON )?\s*19 DEL\S*[ /,]+(?:OR )?L858R", text)
    if both:
        return (_exon(gene, 19, "DEL"), _change(gene, "L858R"))
    text = re.sub(r"^DEL(?:ETION)?\s*19$", "EXON 19 DELETION", text)
    exon = _EXON.search(text)
    if exon:
        return tuple(
            _exon(gene, number, exon[3] or text[: exon.start()])
            for number in range(int(exon[1]), int(exon[2] or exon[1]) + 1)
        )
    text = text.removeprefix(f"{gene} ")
    changes = [change for part in text.replace(",", " ").split() if (change := _whole(part))]
    if changes:
        return tuple(_change(gene, change) for change in changes)
    codon = _CODON.fullmatch(text.removesuffix(" MUTATION").removesuffix(" MUTATIONS").strip())
    if codon:
        numbers = tuple(int(n) for n in re.findall(r"\d+", codon[0]))
        return (Biomarker(gene, Kind.CODON, codon[0], numbers),)
    return (_in_words(gene, text, partner, row=row),)


def _in_words(gene: str, text: str, partner: str, *, row: bool) -> Biomarker:
    other = re.fullmatch(r"([A-Z0-9]+)-([A-Z0-9]+)(\s+E\d+-E\d+)?", text)
    if other and gene in (other[1], other[2]):
        return Biomarker(gene, Kind.FUSION, other[1] if other[2] == gene else other[2])
    for pattern, kind in _KINDS:
        if re.search(pattern, text):
            if kind is Kind.OTHER:
                break
            return Biomarker(gene, kind, partner if kind is Kind.FUSION else "")
    if partner and not text:
        return Biomarker(gene, Kind.FUSION, partner)
    if not row and (not text or _is_negative(text)):
        return Biomarker(gene, Kind.ANY)
    if not row and _POSITIVE.search(text):
        return Biomarker(gene, _usual_kind(gene))
    return Biomarker(gene, Kind.OTHER, text)


def _usual_kind(gene: str) -> Kind:
    """What "positive" means for a gene in a pathologist's report."""
    if gene in {"ALK", "ROS1", "RET", "NTRK1", "NTRK2", "NTRK3", "NRG1", "ABL1"}:
        return Kind.FUSION
    return Kind.AMPLIFICATION if gene == "ERBB2" else Kind.MUTATION


def _whole(part: str) -> str:
    found = _CHANGE.fullmatch(part)
    return found[1] if found else ""


def _change(gene: str, change: str) -> Biomarker:
    numbers = tuple(
        int(n) for n in re.findall(r"(?<=[A-Z_])\d+", change.split("INS", maxsplit=1)[0])[:2]
    )
    return Biomarker(gene, Kind.CHANGE, change, numbers)


def _exon(gene: str, number: int, rest: str) -> Biomarker:
    words = (
        ("DEL", "deletion"), ("INS", "insertion"), ("SKIP", "skipping"), ("DUP", "insertion"),
    )  # fmt: skip
    detail = next((word for start, word in words if start in rest), "mutation")
    if gene == "MET" and number == 14:  # every such alteration skips the exon
        detail = "skipping"
    return Biomarker(gene, Kind.EXON, detail, exon=number)
