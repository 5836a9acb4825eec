"""One gettext catalogue for the whole program.

The English sentence is the key. `pybabel extract` finds it in calls of a `Texts` object
named ``t`` (``t("Open a slide")``), in `mark` where a sentence is only declared, and where an
error or a package's flaw is given words (``Phrase(…)``, ``Flaw(…)``, ``table.flaw(key, …)``).
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from bedside_dx.core.errors import Phrase
from bedside_dx.text import numbers

if TYPE_CHECKING:
    from bedside_dx.core.checks import Check
    from bedside_dx.core.errors import BedsideDxError, Value
    from bedside_dx.core.results import Reason
    from bedside_dx.text.message import Message

LANGUAGES = ("en", "fr")
DOMAIN = "bedside_dx"
LOCALE_DIR = Path(__file__).parent / "locale"


KINDS: Mapping[str, Callable[[float, str], str]] = {
    "percent": numbers.percent,
    "decimal": numbers.decimal,
    "scale": numbers.significant,
    "area": numbers.area,
    "length": numbers.length,
    "count": lambda value, language: numbers.count(int(value), language),
}
"""Kinds of number that a placeholder may name, and who writes them."""


def _message(code: str) -> Message:
    """Sentences of a code. Their tables load with the first one: a window that opens needs none."""
    from bedside_dx.text.messages import MESSAGES  # noqa: PLC0415 - see above

    return MESSAGES[code]


class _Numbers(Formatter):
    """`str.format` with specs for numbers in the reader's language: ``{share:percent}``."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec == "day" and isinstance(value, date):
            return numbers.day(value, self._language)
        write = KINDS.get(format_spec)
        if write is not None and isinstance(value, int | float):
            return write(value, self._language)
        return super().format_field(value, format_spec)


class Texts:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = (
            gettext.NullTranslations()
            if language == "en"
            else gettext.translation(DOMAIN, LOCALE_DIR, [language])
        )
        self._formatter = _Numbers(language)

    def __call__(self, sentence: str, /, **values: object) -> str:
        """Translate an English sentence and fill its placeholders.

        A placeholder may name a kind of number: ``percent`` (a share of 0 to 1),
        ``decimal``, ``scale`` (µm/px), ``area`` (mm²), ``length`` (µm) or ``count``; or it
        is a ``day``.
        """
        translated = self._catalogue.gettext(sentence)
        return self._formatter.vformat(translated, (), values) if values else translated

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Translate a sentence that depends on a number, also given to it as ``{n}``."""
        sentence = self._catalogue.ngettext(one, many, n)
        return self._formatter.vformat(sentence, (), {"n": n, **values})

    def of(self, by_language: Mapping[str, str]) -> str:
        """Pick the text of this language from a model's or pack's own labels."""
        return by_language.get(self.language) or by_language["en"]

    def phrase(self, phrase: Phrase) -> str:
        """Say a phrase in this language."""
        return self(phrase.sentence, **self._said(phrase.values))

    def _said(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Values as they are shown: phrases in this language."""
        return {
            name: self.phrase(value) if isinstance(value, Phrase) else value
            for name, value in values.items()
        }

    def error(self, error: BedsideDxError) -> tuple[str, str]:
        """What happened, and what to do next."""
        message = _message(error.code)
        values = {"file": error.path.name if error.path else "", **self._said(error.values)}
        return self(message.text, **values), self(message.hint, **values) if message.hint else ""

    def reason(self, reason: Reason) -> str:
        """Words of a reason or of a next step."""
        values = {
            name: self.of(value) if isinstance(value, Mapping) else value
            for name, value in reason.values.items()
        }
        return self(_message(reason.code).text, **values)

    def check(self, check: Check) -> str:
        """Words of one finding of the self-check; with what to do where it is not in order."""
        message = _message(check.code)
        found = self(message.text, **self._said(check.values))
        if check.is_ok or not message.hint:
            return found
        return self("{found} {advice}", found=found, advice=self(message.hint))


@cache
def texts(language: str) -> Texts:
    """Words of a language, loaded once."""
    return Texts(language)


def system_language() -> str:
    """Language of this machine: French where it is set so, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "fr" if value.lower().startswith("fr") else "en"
    return "fr" if (locale.getlocale()[0] or "").lower().startswith("fr") else "en"
