"""Letters in the order and form in which they are drawn, for names written right to left.

A PDF library draws letters one after the other, left to right. So Arabic letters are
replaced by their joined forms (Unicode's presentation forms), and right-to-left runs are
turned round, their numbers and Latin words kept as they are. One line at a time.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby

RIGHT_TO_LEFT = frozenset({"R", "AL"})
LEFT_TO_RIGHT = frozenset({"L", "EN", "AN"})
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
SEPARATOR = " · "
LAM = "\u0644"


def has_right_to_left(text: str) -> bool:
    """Whether any letter runs right to left."""
    return any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)


def drawn_order(text: str) -> str:
    """Letters of one line from left to right, joined where their script joins them.

    The parts of a line that middle dots separate keep their order.
    """
    text = unicodedata.normalize("NFC", text)
    if not has_right_to_left(text):
        return text
    parts = (_part_as_drawn(part) for part in text.split(SEPARATOR))
    return SEPARATOR.join(parts)


def _part_as_drawn(part: str) -> str:
    return "".join(_runs_as_drawn(_joined(part))) if has_right_to_left(part) else part


def _runs_as_drawn(text: str) -> list[str]:
    is_right_to_left = _resolved_directions(text)
    at = 0
    runs: list[str] = []
    for turned, group in groupby(is_right_to_left):
        size = len(list(group))
        run = text[at : at + size]
        runs.append("".join(reversed(_clusters(run))).translate(MIRRORED) if turned else run)
        at += size
    starts = next(d for d in map(_strong, text) if d is not None)
    return runs[::-1] if starts else runs


def _strong(letter: str) -> bool | None:
    """Whether a letter runs right to left; None where its neighbours decide."""
    kind = unicodedata.bidirectional(letter)
    return True if kind in RIGHT_TO_LEFT else False if kind == "L" else None


def _resolved_directions(text: str) -> list[bool]:
    """Direction of each letter: spaces and signs follow both neighbours, else the line."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    line = next(d for d in map(_strong, text) if d is not None)
    known = [k in RIGHT_TO_LEFT if k in RIGHT_TO_LEFT | LEFT_TO_RIGHT else None for k in kinds]
    resolved: list[bool] = []
    for i, direction in enumerate(known):
        before = next((d for d in reversed(known[:i]) if d is not None), line)
        after = next((d for d in known[i + 1 :] if d is not None), line)
        agreed = before if before == after else line
        if kinds[i] == "NSM":
            agreed = before
        resolved.append(agreed if direction is None else direction)
    return resolved


def _clusters(run: str) -> list[str]:
    """Letters with the marks that sit on them."""
    clusters: list[str] = []
    for letter in run:
        if clusters and unicodedata.combining(letter):
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return clusters


@cache
def _forms() -> dict[tuple[str, str], str]:
    """Presentation form by base letters and kind: isolated, initial, medial, final."""
    forms: dict[tuple[str, str], str] = {}
    for code in (*range(0xFB50, 0xFDFB), *range(0xFE70, 0xFEFD)):
        kind, *bases = unicodedata.decomposition(chr(code)).split()[:3] or ("",)
        letters = "".join(chr(int(base, 16)) for base in bases)
        if kind.startswith("<") and letters and not letters.startswith(" "):
            forms.setdefault((letters, kind.strip("<>")), chr(code))
    return forms


def _joined(text: str) -> str:
    """Replace Arabic letters by the form that their neighbours ask for."""
    forms = _forms()
    letters = _with_ligatures(text)
    bodies = [i for i, one in enumerate(letters) if not unicodedata.combining(one[0])]
    out = list(letters)
    for place, i in enumerate(bodies):
        before = letters[bodies[place - 1]] if place else ""
        after = letters[bodies[place + 1]] if place + 1 < len(bodies) else ""
        joins_before = (before, "initial") in forms and (letters[i], "final") in forms
        joins_after = (letters[i], "initial") in forms and (after, "final") in forms
        kind = ("isolated", "initial", "final", "medial")[2 * joins_before + joins_after]
        out[i] = forms.get((letters[i], kind), letters[i])
    return "".join(out)


def _with_ligatures(text: str) -> list[str]:
    """Single letters; lam and alef, which are written as one, as one."""
    letters: list[str] = []
    for letter in text:
        if letters and letters[-1] == LAM and (LAM + letter, "isolated") in _forms():
            is_alef = unicodedata.name(letter, "").startswith("ARABIC LETTER ALEF")
            if is_alef and "MAKSURA" not in unicodedata.name(letter):
                letters[-1] += letter
                continue
        letters.append(letter)
    return letters
