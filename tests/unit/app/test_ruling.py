"""Changing the site's rules: what a person may type, and what is refused."""

from pathlib import Path

import pytest

from bedside_dx.app.ruling import (
    reset_rule,
    restart_rules,
    set_rule,
    site_rules,
    typed_value,
    with_site_rules,
)
from bedside_dx.core.errors import SettingsError
from bedside_dx.core.rules import LIMITS, Rules
from bedside_dx.core.settings import Settings
from bedside_dx.text import texts

EN = texts("en")


@pytest.fixture(autouse=True)
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDSIDE_DX_RULES", str(tmp_path / "rules.toml"))


@pytest.mark.parametrize("text", ["0.95", "0,95", "95%", "95 %", " 95\u202f% "])
def test_a_share_may_be_typed_as_one_likes(text: str) -> None:
    assert typed_value(LIMITS["coverage"], text, EN) == pytest.approx(0.95)


@pytest.mark.parametrize(("text", "value"), [("on", True), ("Oui", True), ("OFF", False)])
def test_a_switch_is_on_or_off(text: str, value: bool) -> None:
    assert typed_value(LIMITS["empty_set_abstains"], text, EN) is value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("coverage", "95"), ("coverage", "0.5"), ("coverage", "100 %"), ("coverage", ""),
        ("coverage", "nan"), ("coverage", "inf"), ("coverage", "on"), ("most_lost", "-1"),
        ("most_lost", "0.31"), ("empty_set_abstains", "maybe"), ("tumour_area", "1e9"),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_refused_with_the_range(key: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        set_rule(key, text, "Dr A", "x", EN)
    assert caught.value.code == "settings.bad"
    assert " or " in str(caught.value.values["allowed"]) or " to " in str(
        caught.value.values["allowed"]
    )
    assert not site_rules().history


@pytest.mark.parametrize(("who", "why"), [("", "x"), ("Dr A", " "), ("\n\t", "x")])
def test_nobody_changes_anything_without_a_name_and_a_reason(who: str, why: str) -> None:
    for change in (
        lambda: set_rule("coverage", "0.95", who, why, EN),
        lambda: reset_rule("coverage", who, why, EN),
        lambda: restart_rules(who, why),
    ):
        with pytest.raises(SettingsError) as caught:
            change()
        assert caught.value.code == "rules.no-name"
    assert not site_rules().history


def test_a_name_or_reason_must_fit_a_report() -> None:
    for who, why in (("A" * 201, "x"), ("Dr A", "x" * 201)):
        with pytest.raises(SettingsError) as caught:
            set_rule("coverage", "0.95", who, why, EN)
        assert caught.value.code == "rules.too-long"


def test_no_change_is_no_change() -> None:
    for change in (
        lambda: set_rule("coverage", "90 %", "Dr A", "x", EN),
        lambda: reset_rule("coverage", "Dr A", "x", EN),
    ):
        with pytest.raises(SettingsError) as caught:
            change()
        assert caught.value.code == "rules.same"


def test_an_unknown_limit_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError) as caught:
        set_rule("certainty", "1", "Dr A", "x", EN)
    assert caught.value.code == "rules.unknown"
    assert "coverage" in EN.error(caught.value)[1]


def test_settings_get_the_sites_rules_and_who_made_them_so() -> None:
    set_rule("coverage", "95 %", "Dr A\n Zoé", "tumour  board", EN)
    settings = with_site_rules(Settings())
    assert settings.rules == Rules(coverage=0.95)
    assert [(c.who, c.why) for c in settings.rule_changes] == [("Dr A Zoé", "tumour board")]
    reset_rule("coverage", "Dr B", "as before", EN)
    assert with_site_rules(Settings()) == Settings()
    assert len(site_rules().history) == 2
