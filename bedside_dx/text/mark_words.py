"""What a network marked in a volume, in words: for the window and the terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside_dx.core.marks import Mark, MarkClass, VolumeCard
    from bedside_dx.text.catalogue import Texts


def marks_sentence(t: Texts) -> str:
    """That there is no verdict."""
    return t("This model marks and measures. It makes no diagnosis.")


def mark_words(one: MarkClass, mark: Mark, t: Texts) -> str:
    """How much was marked of one class, and where."""
    label = t.of(one.label)
    if mark.slices is None:
        return t("{label}: nothing was marked.", label=label)
    first, last = (at + 1 for at in mark.slices)
    return t(
        "{label}: {ml:decimal} ml marked, slices {first:count} to {last:count}.",
        label=label,
        ml=mark.ml,
        first=first,
        last=last,
    )


def limits_of(card: VolumeCard, t: Texts) -> tuple[str, ...]:
    """What its makers say that a network is not for, in the reader's language or in English."""
    return card.limits.get(t.language) or card.limits.get("en", ())
