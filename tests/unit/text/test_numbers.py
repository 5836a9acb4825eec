"""Numbers as a French or an English reader writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.text.numbers import area, decimal, length, percent, percent_range, significant


@pytest.mark.parametrize(
    ("share", "english", "french"),
    [
        (0.0, "0%", "0\u202f%"),
        (0.004, "<1%", "<\u202f1\u202f%"),
        (0.934, "93%", "93\u202f%"),
        (0.9999, ">99%", ">\u202f99\u202f%"),
        (1.0, "100%", "100\u202f%"),
    ],
)
def test_percent(share: float, english: str, french: str) -> None:
    assert percent(share, "en") == english
    assert percent(share, "fr") == french


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0.2528, "0.2528", "0,2528"),
        (28.9744, "28.97", "28,97"),
        (1.5, "1.5", "1,5"),
        (1e-5, "0.00001", "0,00001"),
        (2.5e-12, "2.5e-12", "2,5e-12"),
        (0.0, "0", "0"),
        (12345.0, "12,345", "12\u202f345"),
    ],
)
def test_a_scale_keeps_the_digits_that_tell(value: float, english: str, french: str) -> None:
    assert significant(value, "en") == english
    assert significant(value, "fr") == french


@given(st.floats(0, 1))
def test_only_all_is_said_to_be_all(share: float) -> None:
    assert (percent(share, "en") == "100%") == (share == 1.0)
    assert (percent(share, "en") == "0%") == (share == 0.0)


def test_other_units() -> None:
    assert decimal(0.25, "fr") == "0,25"
    assert percent_range(0.921, 0.967, "en") == "92–97%"
    assert area(0.123, "en") == "0.12\u00a0mm²"
    assert length(1500, "fr") == "1,5\u00a0mm"
    assert length(100, "en") == "100\u00a0µm"


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_interval_is_never_narrowed(a: float, b: float) -> None:
    low, high = sorted((a, b))
    text = percent_range(low, high, "en").rstrip("%")
    first, *rest = (int(part) for part in text.split("–"))
    last = rest[0] if rest else first
    assert first <= low * 100 + 1e-9
    assert last >= high * 100 - 1e-9
