"""argparse's own words in the reader's language.

It asks gettext for them, by their English; here it is handed our catalogue instead.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from bedside_dx.text import Texts

SAID = frozenset(
    {
        mark("usage: "),
        mark("options"),
        mark("positional arguments"),
        mark("show this help message and exit"),
        mark("%(prog)s: error: %(message)s\n"),
        mark("argument %(argument_name)s: %(message)s"),
        mark("the following arguments are required: %s"),
        mark("unrecognized arguments: %s"),
        mark("invalid choice: %(value)r (choose from %(choices)s)"),
        mark("unknown parser %(parser_name)r (choices: %(choices)s)"),
        mark("ambiguous option: %(option)s could match %(matches)s"),
        mark("ignored explicit argument %r"),
        mark("not allowed with argument %s"),
        mark("one of the arguments %s is required"),
        mark("expected one argument"),
        mark("expected at most one argument"),
        mark("expected at least one argument"),
        mark("invalid %(type)s value: %(value)r"),
        mark("can't open '%(filename)s': %(error)s"),
    }
)
"""Sentences of argparse that this program's users can meet."""


def speak(t: Texts) -> None:
    """Let argparse say its words in this language, from now on."""

    def one(sentence: str) -> str:
        return t(sentence) if sentence in SAID else sentence

    def one_or_many(one: str, many: str, n: int) -> str:
        if one == "expected %s argument":
            return t.plural("expected %s argument", "expected %s arguments", n)
        return one if n == 1 else many

    for name, word in (("_", one), ("ngettext", one_or_many)):
        setattr(argparse, name, word)
