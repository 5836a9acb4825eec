"""Whatever stands in a table: each row ends in a number or in a reason, in both languages."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.disease.prognosis.registry import MODELS
from bedside_dx.disease.prognosis.shape import Model
from bedside_dx.disease.prognosis.table import compute_rows, output_columns
from bedside_dx.text import texts

JUNK = (
    "", "9", "0", "1", "2", "3", "-1", "1e9", "nan", "inf", "-inf", "1e400", "2,5", "0x10", "1_000",
    "20 (15-26)", "20(15-x)", "50.5", "é", "10", "15", "5", "8" * 400, "s", "rh10ctb", "size grade",
)  # fmt: skip
OTHERS = ("version", "regimen", "year", "ai_derived", "confirmed")


def row_of(model: Model) -> st.SearchStrategy[dict[str, str]]:
    """A row that could be computed, with up to three cells replaced."""
    sound = {
        wanted.key: st.sampled_from([f"{code:g}" for code in wanted.choices])
        if wanted.choices
        else st.integers(math.ceil(wanted.low), int(wanted.high)).map(str)
        for wanted in model.facts.inputs
    }
    sound["year"] = st.integers(1, max(model.facts.longest, 1)).map(str)
    spoilt = st.dictionaries(st.sampled_from([*sound, *OTHERS]), st.sampled_from(JUNK), max_size=3)
    return st.tuples(st.fixed_dictionaries(sound), spoilt).map(lambda two: {**two[0], **two[1]})


@pytest.mark.parametrize("model", MODELS, ids=lambda m: f"{m.facts.key} {m.facts.version}")
@settings(max_examples=15)
@given(data=st.data())
def test_each_row_ends_in_numbers_or_a_reason(model: Model, data: st.DataObject) -> None:
    rows = data.draw(st.lists(row_of(model), min_size=1, max_size=12))
    results = compute_rows(model.facts.key, rows, model.facts.version)
    assert len(results) == len(rows)
    for result in results:
        if result.error is None:
            assert set(result.numbers) <= set(output_columns(model))
            assert all(math.isfinite(number) for number in result.numbers.values())
            continue
        assert not result.numbers
        for language in ("en", "fr"):
            text, hint = texts(language).error(result.error)
            assert text
            assert "{" not in text + hint
