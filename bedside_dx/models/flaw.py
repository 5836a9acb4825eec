"""What is wrong with a package, before it is known which package it is."""

from __future__ import annotations

from bedside_dx.core.errors import Phrase, Value


class Flaw(ValueError):
    """A part of a package is not as it must be.

    Its words name the place and the fault ("manifest.toml: version is missing"), in English,
    and can be said in the reader's language where they are shown. It never leaves the room:
    `bedside_dx.models.package` turns it into a ModelError.

    Parameters
    ----------
    sentence
        English, with placeholders: a key of the catalogue.
    **values
        What the placeholders stand for.
    """

    def __init__(self, sentence: str, **values: Value) -> None:
        self.phrase = Phrase(sentence, **values)
        super().__init__(self.phrase)
