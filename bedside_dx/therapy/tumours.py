"""The tree of tumours, by OncoTree's codes, and the names people have for them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import TumourMatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = "TISSUE"
RECEPTORS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "her2-receptor positive breast cancer": ("BRCA", ("HER2 positive",)),
    "her2 positive breast cancer": ("BRCA", ("HER2 positive",)),
    "her2+ breast cancer": ("BRCA", ("HER2 positive",)),
    "her2-receptor negative breast cancer": ("BRCA", ("HER2 negative",)),
    "her2 negative breast cancer": ("BRCA", ("HER2 negative",)),
    "estrogen-receptor positive breast cancer": ("BRCA", ("HR positive",)),
    "hr positive breast cancer": ("BRCA", ("HR positive",)),
    "hr+ breast cancer": ("BRCA", ("HR positive",)),
    "triple-receptor negative breast cancer": ("BRCA", ("HR negative", "HER2 negative")),
    "triple negative breast cancer": ("BRCA", ("HR negative", "HER2 negative")),
    "triple-negative breast cancer": ("BRCA", ("HR negative", "HER2 negative")),
    "tnbc": ("BRCA", ("HR negative", "HER2 negative")),
    "cancer du sein triple négatif": ("BRCA", ("HR negative", "HER2 negative")),
}
"""Tumours that are named by their receptors: the code, and the findings the name holds."""


GRADES: Mapping[str, tuple[str, ...]] = {"GB": ("WHO grade 4",)}
"""Findings that a tumour holds by its definition (WHO 2021), by OncoTree's code."""


@dataclass(frozen=True, slots=True)
class Tumour:
    """One node of the tree."""

    code: str
    parent: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """What a written tumour stands for, with the findings that its name holds."""

    code: str
    implied: tuple[str, ...] = ()


class TumourTree:
    """All tumours that the packs know; of a code that several name, the first counts."""

    def __init__(self, tumours: Iterable[Tumour]) -> None:
        self._by_code: dict[str, Tumour] = {}
        self._names: dict[str, str] = {}
        known = list(tumours)
        for tumour in known:
            self._by_code.setdefault(tumour.code, tumour)
        for tumour in known:  # a code first, then common names, then the tree's own
            self._names.setdefault(_plain(tumour.code), tumour.code)
        for tumour in known:
            for name in (*tumour.aliases, tumour.name):
                self._names.setdefault(_plain(name), tumour.code)
        for place in ("breast", "prostate"):  # where a place has one usual cancer it is meant
            code = {"breast": "BRCA", "prostate": "PRAD"}[place]
            if code in self._by_code:
                self._names[place] = code

    def __contains__(self, code: object) -> bool:
        """Whether there is such a code."""
        return code in self._by_code

    @property
    def names(self) -> tuple[str, ...]:
        """``Lung adenocarcinoma (LUAD)``: every tumour once, by name."""
        named = (f"{one.name} ({code})" for code, one in self._by_code.items() if code != ROOT)
        return tuple(sorted(named, key=str.casefold))

    def name(self, code: str) -> str:
        """Name of a tumour."""
        return self._by_code[code].name if code in self._by_code else code

    def find(self, written: str) -> Named | None:
        """The tumour that is meant; None where no pack knows it.

        ``Lung adenocarcinoma (LUAD)`` as well, as `names` and `nearest` write it.
        """
        in_brackets = written.strip().removesuffix(")").rpartition("(")[2]
        if written.strip().endswith(")") and in_brackets in self._by_code:
            return Named(in_brackets)
        plain = _plain(written)
        if plain in _RECEPTORS:
            code, implied = _RECEPTORS[plain]
            return Named(code, implied)
        code = self._names.get(plain) or self._names.get(plain.removesuffix("s"))
        return Named(code) if code else None

    def nearest(self, written: str, count: int = 5) -> tuple[str, ...]:
        """Names that could have been meant, the nearest first."""
        plain = _plain(written)
        close = difflib.get_close_matches(plain, [*self._names, *_RECEPTORS], count * 2, 0.5)
        words = {word for word in plain.split() if len(word) > 3}
        close += [name for name in self._names if words & set(name.split())]
        found: dict[str, str] = {}
        for name in close:
            code = self._names.get(name) or _RECEPTORS[name][0]
            found.setdefault(code, f"{self.name(code)} ({code})")
        return tuple(found.values())[:count]

    def parents(self, code: str) -> tuple[str, ...]:
        """A tumour's classes, the closest first, the tissue as a whole last."""
        line: list[str] = []
        while code in self._by_code:
            code = self._by_code[code].parent
            if not code or code in line:  # a tree that bites its tail
                break
            line.append(code)
        return tuple(line)

    def match(self, person: str, fact: str) -> TumourMatch:
        """How close a fact's tumour is to a person's."""
        if person == fact:
            return TumourMatch.SAME
        if fact in self.parents(person):
            return TumourMatch.PARENT
        return TumourMatch.SUBTYPE if person in self.parents(fact) else TumourMatch.OTHER


def _plain(name: str) -> str:
    apart = name.casefold().replace("’", "'").translate(_JOINS)
    return " ".join(apart.split())


_JOINS = str.maketrans("–-_", "   ")
_RECEPTORS = {_plain(name): named for name, named in RECEPTORS.items()}
