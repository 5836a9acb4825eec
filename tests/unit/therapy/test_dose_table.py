"""The table of doses: every row has a source, and a broken table gives no dose."""

import pytest

from bedside_dx.core.errors import DoseError
from bedside_dx.text.messages import MESSAGES
from bedside_dx.therapy.dose_table import dose_table, read_table


def test_every_row_has_a_source_that_was_read() -> None:
    table = dose_table()
    assert len(table.rows) >= 40
    for row in table.rows:
        assert row.source.title
        assert row.source.place
        assert row.source.kind in {"label", "paper", "guideline"}
        assert row.setting in MESSAGES
    for drug in table.drugs:
        assert all(one.code in MESSAGES for one in drug.cautions)
        assert all(test.value for test in drug.tests)


def test_every_source_is_used() -> None:
    table = dose_table()
    used = {row.source.key for row in table.rows} | {
        "obesity",
        "lvef-50",
        "uracil",
        "doxorubicin-400",
    }
    for drug in table.drugs:
        used |= {source.key for source in drug.tests.values()}
        used |= {one.source.key for one in (*drug.reductions, *drug.cautions)}
        used |= {drug.limit.source.key} if drug.limit else set()
        used |= {drug.units_source.key} if drug.units_source else set()
    assert set(table.sources) - used == {"equivalence"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'source = "doxorubicin" },\n  { key = "doxorubicin-tac"',
            'source = "none" },\n  { key = "doxorubicin-tac"',
        ),
        ("schema_version = 1", "schema_version = 9"),
        ("share = 0.5", "share = 1.5"),
        ("amount = 175, ", ""),
        ('group = "taxane"', 'group = "taxane"\nwish = 1'),
        ("days = [1, 8, 15]", "days = [1, 8, 29]"),
        ('key = "oxaliplatin-metastatic"', 'key = "oxaliplatin-adjuvant"'),
    ],
)
def test_a_broken_table_gives_no_dose(old: str, new: str) -> None:
    from importlib.resources import files

    text = files("bedside_dx.therapy").joinpath("doses.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(DoseError) as caught:
        read_table(text.replace(old, new, 1))
    assert caught.value.code == "dose.table"
