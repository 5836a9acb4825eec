"""The log of changes to the site's rules: a JSON object a line, chained by their hashes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from bedside_dx.core.errors import StoreError
from bedside_dx.core.rules import DEFAULT_RULES, LIMITS, RuleChange, Rules
from bedside_dx.store.text_file import read_text, write_text

START = "0" * 64
"""What stands for the hash before the first."""

Row = dict[str, object]


@dataclass(frozen=True)
class Log:
    """Changes, oldest first, and the hash of each row."""

    changes: tuple[RuleChange, ...] = ()
    hashes: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """Hash of the last row."""
        return self.hashes[-1] if self.hashes else START

    def with_change(self, change: RuleChange) -> Log:
        """The log with one more row."""
        row = _hash(_row(change), self.head)
        return Log((*self.changes, change), (*self.hashes, row))


def replay(changes: Sequence[RuleChange]) -> Rules:
    """Limits that some changes lead to, from the usual ones on."""
    rules = DEFAULT_RULES
    for change in changes:
        rules = replace(rules, **{change.key: change.after}) if change.key else DEFAULT_RULES
    return rules


def read_log(path: Path) -> Log:
    """Read the log and hold every row against its hash.

    Raises
    ------
    StoreError
        ``rules.history-edited`` with the line; ``store.unreadable``.
    """
    log = Log()
    for number, line in enumerate((read_text(path) or "").split("\n")[:-1], start=1):
        row = _parsed(line)
        change = None if row is None else _change(row)
        if row is None or change is None or change.number != number:
            raise StoreError("rules.history-edited", path=path, line=number)
        log = log.with_change(change)
        if log.head != row["hash"]:
            raise StoreError("rules.history-edited", path=path, line=number)
    return log


def write_log(path: Path, log: Log) -> None:
    """Write all rows.

    Raises
    ------
    OSError
        It could not be written; the old log is as it was.
    """
    rows = (
        _row(change) | {"hash": row_hash}
        for change, row_hash in zip(log.changes, log.hashes, strict=True)
    )
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _row(change: RuleChange) -> Row:
    row: Row = asdict(change)
    row["when"] = change.when.isoformat()
    return row


def _hash(row: Mapping[str, object], before: str) -> str:
    import hashlib  # noqa: PLC0415 - loads OpenSSL; most sites have no log, and every window asks

    text = before + json.dumps(row, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _parsed(line: str) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return cast("Row", row) if isinstance(row, dict) else None


def _change(row: Row) -> RuleChange | None:
    match row:
        case {
            "number": int() as number, "when": str() as when, "who": str() as who,
            "key": str() as key, "before": bool() | int() | float() as before,
            "after": bool() | int() | float() as after, "why": str() as why, "hash": str(),
        } if not key or (key in LIMITS and LIMITS[key].allows(after)):  # fmt: skip
            try:
                moment = datetime.fromisoformat(when)
            except ValueError:
                return None
            return RuleChange(number, moment, who, key, before, after, why)
        case _:
            return None
