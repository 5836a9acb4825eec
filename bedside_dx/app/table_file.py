"""Tables that people make: whatever a spreadsheet saves as CSV is read, and is written alike."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LARGEST = 200 * 2**20
"""Bytes that a table may have."""

SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Table:
    """Rows by column.

    Attributes
    ----------
    rows
        Text by column, trimmed; a short row has empty cells.
    crowded
        Places of rows that have more cells than there are columns: none of their cells can be
        trusted (a decimal comma between commas looks so).
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    crowded: frozenset[int]
    separator: str


def read_table(path: Path) -> Table:
    """Read a table; the first row names its columns.

    Raises
    ------
    TableError
        ``table.not-found``, ``table.not-a-table``, ``table.same-name`` or ``table.no-rows``.
    """
    text = table_text(table_content(path, "table"))
    separator = separator_of(text)
    try:
        heading, *lines = [
            line
            for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            if any(line)
        ]
    except (csv.Error, ValueError) as exc:
        raise TableError("table.not-a-table", path=path) from exc
    columns = tuple(name.strip() for name in heading)
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise TableError("table.same-name", path=path, column=twice or "–")
    if not lines:
        raise TableError("table.no-rows", path=path)
    rows = tuple(
        {name: line[at].strip() if at < len(line) else "" for at, name in enumerate(columns)}
        for line in lines
    )
    crowded = frozenset(at for at, line in enumerate(lines) if len(line) > len(columns))
    return Table(columns, rows, crowded, separator)


def write_table(
    path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]], separator: str
) -> None:
    """Write a table in UTF-8; raises OSError."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, delimiter=separator, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def table_content(path: Path, kind: str) -> bytes:
    """Bytes of a table.

    Raises
    ------
    TableError
        ``KIND.not-found`` or ``KIND.not-a-table``.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as exc:
        raise TableError(f"{kind}.not-found", path=path) from exc
    except OSError as exc:
        raise TableError(f"{kind}.not-a-table", path=path) from exc
    if len(content) > LARGEST or b"\0" in content:
        raise TableError(f"{kind}.not-a-table", path=path)
    return content


def table_text(content: bytes) -> str:
    """Text of a table: UTF-8, or the Windows code page of western Europe."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def separator_of(text: str) -> str:
    """The separator that the heading uses most."""
    heading = text.partition("\n")[0]
    return max(SEPARATORS, key=heading.count)
