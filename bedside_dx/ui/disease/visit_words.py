"""What a person types for a lesion at one visit: a size in mm, or a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.response import LesionState

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.disease.notes import Lesion


def state_words(t: Texts) -> dict[LesionState, str]:
    """Words for what is not a size, in the reader's language."""
    return {
        LesionState.GONE: t("gone"),
        LesionState.TOO_SMALL: t("too small"),
        LesionState.NOT_ASSESSED: t("not assessed"),
        LesionState.PRESENT: t("still present"),
        LesionState.PROGRESSION: t("clearly worse"),
        LesionState.FURTHER: t("worse again"),
        LesionState.EQUIVOCAL: t("equivocal"),
    }


def row_of_cell(lesion: Lesion, text: str) -> dict[str, str]:
    """A cell as a row of a table of lesions.

    A node is measured by its short axis, everything else by its longest diameter; a word is
    kept as the code of its state.
    """
    words = text.strip()
    state = words if words in set(LesionState) else ""
    size = "" if state else words
    return {
        "lesion": lesion.name.strip(),
        "organ": lesion.organ.strip(),
        "node": "yes" if lesion.is_node else "no",
        "target": "yes" if lesion.is_target else "no",
        "long_mm": "" if lesion.is_node else size,
        "short_mm": size if lesion.is_node else "",
        "slice_mm": "",
        "state": state,
    }


def cell_words(text: str, t: Texts) -> str:
    """A cell as it is read: the word of a state, or the size itself."""
    known = {state.value: word for state, word in state_words(t).items()}
    return known.get(text.strip(), text)


def typed_cell(words: str, t: Texts) -> str:
    """What was typed, with a state's word as its code."""
    known = {word.casefold(): state.value for state, word in state_words(t).items()}
    return known.get(words.strip().casefold(), words.strip())
