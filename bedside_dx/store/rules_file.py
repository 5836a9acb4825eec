"""The site's rules on disk: `rules.toml`, and beside it the log of every change that led to them.

The log's length and last hash are anchored in `rules.toml`, whose limits must be those that the
log leads to. So an edited row, a missing row, a cut tail and a limit that nobody is on record for
are all found, and then no rules are given.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import platformdirs

from bedside_dx.core.errors import StoreError
from bedside_dx.core.rules import RuleChange, Rules, SiteRules, Value, changed_keys
from bedside_dx.store.file_lock import locked
from bedside_dx.store.rules_log import START, Log, read_log, replay, write_log
from bedside_dx.store.text_file import read_text, write_text

PLACE = "BEDSIDE_DX_RULES"
"""Environment variable: path of the file."""
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class _Stated:
    """What `rules.toml` says: limits that are not as usual, and the anchor of the log."""

    limits: dict[str, object]
    count: int
    head: str


def rules_path() -> Path:
    """Where the rules lie; there need be no file.

    `PLACE` says so; else it is the site's file if there is one, else this person's.
    """
    if place := os.environ.get(PLACE):
        return Path(place)
    site = platformdirs.site_config_path("bedside-dx", appauthor=False) / "rules.toml"
    if site.exists():
        return site
    return platformdirs.user_config_path("bedside-dx", appauthor=False) / "rules.toml"


def log_path(path: Path) -> Path:
    """The log beside a rules file."""
    return path.with_name(f"{path.stem}.history.jsonl")


def read_rules(path: Path) -> SiteRules:
    """Read the rules, and hold them against their log.

    Raises
    ------
    StoreError
        ``rules.history-edited``, ``rules.history-cut``, ``rules.not-in-history``,
        ``store.unreadable``: they can't be trusted, so none are given.
    """
    log = _trusted(path)
    return SiteRules(replay(log.changes), log.changes)


def change_rule(path: Path, key: str, value: Value, who: str, why: str) -> SiteRules:
    """Set one limit to a value that is allowed, and write down who did and why.

    Raises
    ------
    StoreError
        As `read_rules`; ``store.not-written``, ``store.busy``: all is as before.
    """
    with _written(path):
        log = _trusted(path)
        return _append(path, log, key, replay(log.changes).value(key), value, who, why)


def restart(path: Path, who: str, why: str) -> SiteRules:
    """Begin a new history with the usual limits; the old files are put aside, not thrown away.

    Raises
    ------
    StoreError
        ``store.not-written``, ``store.busy``.
    """
    with _written(path):
        until = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        for old in (log_path(path), path):
            if old.exists():
                old.replace(old.with_name(f"{old.stem}.until-{until}{old.suffix}"))
        return _append(path, Log(), "", False, False, who, why)


@contextmanager
def _written(path: Path) -> Generator[None]:
    try:
        with locked(path):
            yield
    except StoreError:
        raise
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise StoreError("store.not-written", path=path, detail=detail) from exc


def _trusted(path: Path) -> Log:
    """The log, once found to be whole.

    It may be one row ahead: the log is written first, and power can fail in between. That
    change was made by someone on record, so it holds.
    """
    log, stated = read_log(log_path(path)), _stated(path)
    anchored = log.hashes[stated.count - 1 : stated.count] if stated.count else (START,)
    if not stated.count <= len(log.changes) <= stated.count + 1 or anchored != (stated.head,):
        raise StoreError("rules.history-cut", path=log_path(path))
    if stated.limits != _differing(replay(log.changes[: stated.count])):
        raise StoreError("rules.not-in-history", path=path)
    return log


def _stated(path: Path) -> _Stated:
    text = read_text(path)
    if text is None:
        return _Stated({}, 0, START)
    import tomllib  # noqa: PLC0415 - most sites have no rules of their own, and every window asks

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise StoreError("store.unreadable", path=path, detail=str(exc)) from exc
    match document:
        case {
            "schema_version": 1,
            "rules": dict(),
            "changes": {"count": int() as count, "head": str() as head},
        } if count > 0:
            return _Stated(cast("dict[str, object]", document["rules"]), count, head)
        case _:
            raise StoreError("store.unreadable", path=path, detail="rules, changes")


def _differing(rules: Rules) -> dict[str, Value]:
    return {key: rules.value(key) for key in changed_keys(rules)}


def _append(
    path: Path, log: Log, key: str, before: Value, after: Value, who: str, why: str
) -> SiteRules:
    """Write the log first: no limit is ever in force without its row."""
    now = datetime.now(UTC).replace(microsecond=0)
    longer = log.with_change(RuleChange(len(log.changes) + 1, now, who, key, before, after, why))
    rules = replay(longer.changes)
    write_log(log_path(path), longer)
    write_text(path, _toml(rules, longer))
    return SiteRules(rules, longer.changes)


def _toml(rules: Rules, log: Log) -> str:
    limits = "".join(f"{k} = {json.dumps(v)}\n" for k, v in _differing(rules).items())
    return (
        "# Limits of bedside_dx at this site that are not as usual. Change them in the window\n"
        "# or with `bedside-dx rules set`: an edit by hand is found, and no verdict is given.\n"
        f"schema_version = {SCHEMA_VERSION}\n\n[rules]\n{limits}\n"
        f'[changes]\ncount = {len(log.changes)}\nhead = "{log.head}"\n'
    )
