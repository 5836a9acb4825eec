"""The typefaces of documents: Inter, and what stands in for scripts that it lacks."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import cast
from xml.sax.saxutils import escape

import matplotlib as mpl
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

import bedside_dx
from bedside_dx.report.scripts import drawn_order

REGULAR, MEDIUM, SEMIBOLD = "Inter-Regular", "Inter-Medium", "Inter-SemiBold"
DISPLAY = "InterDisplay-SemiBold"
STAND_IN = "DejaVuSans"
"""Hebrew, Arabic, Armenian, Georgian and more; it comes with matplotlib."""

SYSTEM_FONTS = (
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/usr/share/fonts/truetype/lohit-devanagari/Lohit-Devanagari.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/msgothic.ttc",
    "C:/Windows/Fonts/malgun.ttf",
    "C:/Windows/Fonts/Nirmala.ttf",
)
"""Where systems keep typefaces for scripts too large to ship; those that are there are used."""

MISSING = "□"
"""Drawn for a letter that no typeface at hand has: a name is never silently shortened."""

BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:µm|mm|px|s)\b)")


@cache
def font_folder() -> Path:
    """Folder of the fonts: inside an installed package, beside it in a checkout."""
    package = Path(bedside_dx.__file__).parent
    inside = package / "assets" / "fonts"
    return inside if inside.is_dir() else package.parent / "assets" / "fonts"


def font_file(name: str) -> Path:
    """File of one weight, for example ``"Inter-SemiBold"``."""
    return font_folder() / f"{name}.ttf"


@cache
def register_fonts() -> None:
    """Make the typefaces known to the PDF library, once."""
    for name in (REGULAR, MEDIUM, SEMIBOLD, DISPLAY):
        _register(TTFont(name, str(font_file(name))))
    stand_in = Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{STAND_IN}.ttf"
    _register(TTFont(STAND_IN, str(stand_in)))


def _register(font: TTFont) -> None:
    pdfmetrics.registerFont(font)  # pyright: ignore[reportUnknownMemberType] - untyped stub


def runs(text: str, font: str) -> list[tuple[str, str]]:
    """Cut one line into runs of letters that one typeface has.

    Returns
    -------
    Pairs of typeface and letters, in the order in which they are drawn.
    """
    register_fonts()
    letters = [(font_of(one, font), one) for one in drawn_order(text)]
    letters = [(name or font, one if name else MISSING) for name, one in letters]
    groups = groupby(letters, key=lambda pair: pair[0])
    return [(name, "".join(one for _, one in group)) for name, group in groups]


def font_of(letter: str, font: str) -> str | None:
    """Typeface that has a letter, or None."""
    for name in (font, STAND_IN):
        if ord(letter) in _letters_of(name):
            return name
    return next((name for name in _system_fonts() if ord(letter) in _letters_of(name)), None)


def has_missing_letters(text: str) -> bool:
    """Whether a letter of the text is in no typeface at hand."""
    return any(font_of(letter, REGULAR) is None for letter in drawn_order(text))


@cache
def _system_fonts() -> tuple[str, ...]:
    """Typefaces of this system that the PDF library can embed, looked for when first needed."""
    names: list[str] = []
    for path in map(Path, SYSTEM_FONTS):
        if path.is_file():
            with suppress(TTFError, OSError):  # one with other outlines or rights is no help
                _register(TTFont(path.stem, str(path)))
                names.append(path.stem)
    return tuple(names)


def markup(text: str, font: str = REGULAR) -> str:
    """Text as a paragraph's markup: escaped, in typefaces that have its letters.

    A narrow no-break space becomes a no-break space, for the PDF library breaks lines at
    the former; a number keeps its unit.
    """
    plain = BEFORE_UNIT.sub("\u00a0", text.replace("\u202f", "\u00a0"))
    parts = [
        escape(letters) if name == font else f'<font name="{name}">{escape(letters)}</font>'
        for name, letters in runs(plain, font)
    ]
    return "".join(parts)


def width_of(text: str, font: str, size: float) -> float:
    """Width of a line in points."""
    return sum(pdfmetrics.stringWidth(letters, name, size) for name, letters in runs(text, font))


@cache
def _letters_of(name: str) -> frozenset[int]:
    register_fonts()
    face = cast("TTFont", pdfmetrics.getFont(name)).face
    return frozenset(face.charToGlyph)
