"""Names written right to left, and letters that the typeface lacks."""

from __future__ import annotations

import unicodedata

import pytest

from bedside_dx.report.fonts import MISSING, markup, runs
from bedside_dx.report.scripts import drawn_order


def test_left_to_right_text_stays_as_it_is() -> None:
    assert drawn_order("Marie-Hélène Ångström-Чехов 山田") == "Marie-Hélène Ångström-Чехов 山田"


def test_hebrew_is_turned_and_its_numbers_are_not() -> None:
    assert drawn_order("שרה כהן (1958)") == "(1958) ןהכ הרש"


def test_hebrew_within_latin_stays_in_its_place() -> None:
    assert drawn_order("Ms שרה כהן, born 1958") == "Ms ןהכ הרש, born 1958"


def test_arabic_letters_are_joined() -> None:
    # alef (isolated), meem initial .. from right to left: ahmad
    drawn = drawn_order("أحمد")
    assert [unicodedata.name(letter) for letter in reversed(drawn)] == [
        "ARABIC LETTER ALEF WITH HAMZA ABOVE ISOLATED FORM",
        "ARABIC LETTER HAH INITIAL FORM",
        "ARABIC LETTER MEEM MEDIAL FORM",
        "ARABIC LETTER DAL FINAL FORM",
    ]


def test_lam_alef_is_one_letter() -> None:
    drawn = drawn_order("سلام")
    assert "ARABIC LIGATURE LAM WITH ALEF FINAL FORM" in map(unicodedata.name, drawn)
    assert len(drawn) == 3


@pytest.mark.parametrize("text", ["אב1", "א", "محمد 123", "a" + "ب" * 3, "()א[]", "بَ"])
def test_no_letter_is_lost(text: str) -> None:
    plain = "".join(unicodedata.normalize("NFKC", letter) for letter in drawn_order(text))
    mirrored = str.maketrans("()[]", ")(][")
    assert sorted(plain.translate(mirrored)) == sorted(text.translate(mirrored)) or sorted(
        plain
    ) == sorted(text)


def test_each_letter_gets_a_typeface_that_has_it() -> None:
    assert runs("Nguyễn Ωμέγα Чехов", "Inter-Regular") == [("Inter-Regular", "Nguyễn Ωμέγα Чехов")]
    assert [name for name, _ in runs("Aש", "Inter-Regular")] == ["Inter-Regular", "DejaVuSans"]
    assert runs("𒀀", "Inter-Regular") == [("Inter-Regular", MISSING)]


def test_the_parts_of_a_line_keep_their_order() -> None:
    assert drawn_order("שרה כהן · 1958 · 7") == "ןהכ הרש · 1958 · 7"


def test_markup_in_a_name_is_text() -> None:
    assert markup("<b>&") == "&lt;b&gt;&amp;"


def test_a_number_keeps_its_unit() -> None:
    assert markup("269 µm à 1,2 µm/px, 5\u202f%") == "269\u00a0µm à 1,2\u00a0µm/px, 5\u00a0%"
