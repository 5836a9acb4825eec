"""The site's rules: what holds here, who made it so, and changing it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bedside_dx.core.errors import SettingsError
from bedside_dx.core.rules import LIMITS, Kind
from bedside_dx.store import rules_file
from bedside_dx.text.rule_words import LIMIT_WORDS, limit_range, limit_value

if TYPE_CHECKING:
    from bedside_dx.core.rules import Limit, SiteRules, Value
    from bedside_dx.core.settings import Settings
    from bedside_dx.text import Texts

MOST_LETTERS = 200
"""Of a name, and of a reason: they stand in reports."""
ON = frozenset({"on", "true", "yes", "1", "oui", "vrai"})
OFF = frozenset({"off", "false", "no", "0", "non", "faux"})


def site_rules() -> SiteRules:
    """The rules of this site, with their history.

    Raises
    ------
    StoreError
        They can't be read or trusted: then no verdict may be given.
    """
    return rules_file.read_rules(rules_file.rules_path())


def with_site_rules(settings: Settings) -> Settings:
    """Settings with the rules of this site.

    Raises
    ------
    StoreError
        As `site_rules`.
    """
    site = site_rules()
    return replace(settings, rules=site.rules, rule_changes=site.in_force)


def set_rule(key: str, text: str, who: str, why: str, t: Texts) -> SiteRules:
    """Change one limit, on record.

    Parameters
    ----------
    text
        As a person types it: "0.95", "95 %", "0,95", "on".

    Raises
    ------
    SettingsError
        ``rules.unknown``, ``rules.no-name``, ``rules.too-long``, ``rules.same``,
        ``settings.bad``: nothing was changed.
    StoreError
        The rules can't be trusted or written; all is as before.
    """
    limit = _limit(key)
    return _change(limit, typed_value(limit, text, t), who, why, t)


def reset_rule(key: str, who: str, why: str, t: Texts) -> SiteRules:
    """Set one limit back to what is usual; raises as `set_rule`."""
    limit = _limit(key)
    return _change(limit, limit.default, who, why, t)


def restart_rules(who: str, why: str) -> SiteRules:
    """Begin a new history with the usual limits; the old files are put aside.

    Raises
    ------
    SettingsError
        ``rules.no-name``, ``rules.too-long``.
    StoreError
        Nothing could be written.
    """
    return rules_file.restart(rules_file.rules_path(), *_on_record(who, why))


def typed_value(limit: Limit, text: str, t: Texts) -> Value:
    """Read a value as a person types it.

    Raises
    ------
    SettingsError
        ``settings.bad``: it is none, or outside the allowed range.
    """
    value = _switched(text) if limit.kind is Kind.SWITCH else _number(text)
    if value is not None and limit.kind is Kind.SHARE and "%" in text:
        value /= 100
    if value is None or not limit.allows(value):
        name, allowed = t(LIMIT_WORDS[limit.key].label), limit_range(limit, t)
        raise SettingsError("settings.bad", name=name, value=text.strip() or "–", allowed=allowed)
    return value


def _limit(key: str) -> Limit:
    if key not in LIMITS:
        raise SettingsError("rules.unknown", key=key, known=", ".join(LIMITS))
    return LIMITS[key]


def _on_record(who: str, why: str) -> tuple[str, str]:
    """Name and reason as one line each."""
    said = tuple(" ".join(text.encode("utf-8", "replace").decode().split()) for text in (who, why))
    if not all(said):
        raise SettingsError("rules.no-name")
    if max(map(len, said)) > MOST_LETTERS:
        raise SettingsError("rules.too-long", most=MOST_LETTERS)
    return said[0], said[1]


def _change(limit: Limit, value: Value, who: str, why: str, t: Texts) -> SiteRules:
    name, reason = _on_record(who, why)
    path = rules_file.rules_path()
    if rules_file.read_rules(path).rules.value(limit.key) == value:
        label, written = t(LIMIT_WORDS[limit.key].label), limit_value(limit, value, t)
        raise SettingsError("rules.same", label=label, value=written)
    return rules_file.change_rule(path, limit.key, value, name, reason)


def _switched(text: str) -> bool | None:
    word = text.strip().casefold()
    return True if word in ON else False if word in OFF else None


def _number(text: str) -> float | None:
    try:
        return float(text.replace("%", "").replace("\u202f", "").strip().replace(",", "."))
    except ValueError:
        return None
