"""Tumours by their names and OncoTree codes, with what each is a kind of.

A short list for the tumours that this program treats (OncoTree 2025-10-03, CC BY 4.0: codes and
parents). A name that is not in it counts as itself, and what it belongs to as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

PARENTS = {
    "LUAD": "NSCLC", "LUSC": "NSCLC", "NSCLC": "LUNG", "SCLC": "LNET", "LNET": "LUNG", "LUNG": "",
    "IDC": "BRCA", "ILC": "BRCA", "BRCA": "BREAST", "BREAST": "",
    "COAD": "COADREAD", "READ": "COADREAD", "COADREAD": "BOWEL", "BOWEL": "",
    "PRAD": "PROSTATE", "PROSTATE": "",
    "MEL": "SKIN", "SKIN": "",
    "GB": "ADIFG", "ADIFG": "DIFG", "DIFG": "BRAIN", "BRAIN": "",
}  # fmt: skip
NAMES = {
    "LUAD": ("lung adenocarcinoma", "adenocarcinoma of lung", "adénocarcinome pulmonaire"),
    "LUSC": ("lung squamous cell carcinoma", "squamous cell lung cancer"),
    "NSCLC": (
        "non-small cell lung cancer", "non small cell lung cancer", "nsclc", "lung nsclc",
        "non-small cell lung carcinoma", "carcinoma, non-small-cell lung", "cbnpc",
    ),
    "SCLC": ("small cell lung cancer", "small cell lung carcinoma"),
    "LUNG": ("lung", "lung cancer", "lung neoplasms", "cancer du poumon"),
    "IDC": ("breast invasive ductal carcinoma", "invasive ductal carcinoma"),
    "ILC": ("breast invasive lobular carcinoma", "invasive lobular carcinoma"),
    "BRCA": ("invasive breast carcinoma", "invasive breast cancer"),
    "BREAST": ("breast", "breast cancer", "breast neoplasms", "breast carcinoma",
               "cancer du sein"),
    "COAD": ("colon adenocarcinoma", "colon cancer", "colon", "cancer du côlon"),
    "READ": ("rectal adenocarcinoma", "rectal cancer"),
    "COADREAD": ("colorectal adenocarcinoma", "colorectal cancer", "colorectal neoplasms",
                 "cancer colorectal"),
    "BOWEL": ("bowel",),
    "PRAD": ("prostate adenocarcinoma",),
    "PROSTATE": ("prostate", "prostate cancer"),
    "MEL": ("melanoma", "cutaneous melanoma", "mélanome"),
    "GB": ("glioblastoma",),
    "DIFG": ("diffuse glioma", "glioma", "gliome"),
    "BRAIN": ("brain", "brain tumor", "brain tumour"),
}  # fmt: skip
_CODES = {name: code for code, names in NAMES.items() for name in (code.casefold(), *names)}


def code_of(name: str) -> str:
    """OncoTree code of a name; empty for a name that is not in the list."""
    return _CODES.get(" ".join(name.casefold().split()), "")


def lineage(code: str) -> tuple[str, ...]:
    """A code and what it is a kind of, the closest first."""
    found: list[str] = []
    while code:
        found.append(code)
        code = PARENTS.get(code, "")
    return tuple(found)


def is_kind_of(name: str, other: str) -> bool | None:
    """Whether one tumour is a kind of another; None where that can't be told.

    It can't where a name is not in the list, or where the other is the narrower of the two: the
    person may have it.
    """
    if " ".join(name.casefold().split()) == " ".join(other.casefold().split()):
        return True
    one, two = code_of(name), code_of(other)
    if not one or not two:
        return None
    if two in lineage(one):
        return True
    return None if one in lineage(two) else False


def any_kind_of(names: Iterable[str], others: Iterable[str]) -> bool | None:
    """Whether some tumour is a kind of some other: yes before unknown before no."""
    wanted = tuple(others)
    found = [is_kind_of(name, other) for name in names for other in wanted]
    if any(found):
        return True
    return None if not found or None in found else False
