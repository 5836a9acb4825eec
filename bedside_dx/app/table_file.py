"""Tables that people make: whatever a spreadsheet saves as CSV is read, and is written alike."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bedside_dx.core.cancel import Cancel

LARGEST = 200 * 2**20
"""Bytes that a table may have."""

WATCHED = 2000
"""Lines after which progress is told and a cancel is looked at."""
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
    lines
        Line of each row in its file, the heading being 1; empty where the table was typed.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    crowded: frozenset[int]
    separator: str
    lines: tuple[int, ...] = ()

    def line(self, at: int) -> int:
        """Line of the row at a place."""
        return self.lines[at] if self.lines else at + 2

    def only(self, places: Sequence[int]) -> Table:
        """Some rows, each still with its line."""
        return Table(
            self.columns,
            tuple(self.rows[at] for at in places),
            frozenset(new for new, at in enumerate(places) if at in self.crowded),
            self.separator,
            tuple(self.line(at) for at in places),
        )


def read_table(
    path: Path, watch: Callable[[float], None] | None = None, cancel: Cancel | None = None
) -> Table:
    """Read a table; the first row names its columns.

    Parameters
    ----------
    watch
        Told now and then which share of the table has been read, 0 to 1.

    Raises
    ------
    TableError
        ``table.not-found``, ``table.not-a-table``, ``table.same-name`` or ``table.no-rows``.
    CancelledByUser
        `cancel` was asked for.
    """
    text = table_text(table_content(path, "table"))
    separator = separator_of(text)
    try:
        (_, heading), *numbered = _filled(text, separator, watch, cancel)
    except (csv.Error, ValueError) as exc:
        raise TableError("table.not-a-table", path=path) from exc
    lines = [line for _, line in numbered]
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
    return Table(columns, rows, crowded, separator, tuple(number for number, _ in numbered))


def _filled(
    text: str, separator: str, watch: Callable[[float], None] | None, cancel: Cancel | None
) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, each with its line."""
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=separator)
    found: list[tuple[int, list[str]]] = []
    for line in reader:
        if any(line):
            found.append((reader.line_num, line))
        if reader.line_num % WATCHED == 0:
            if cancel is not None:
                cancel.raise_if_cancelled()
            if watch is not None:
                watch(stream.tell() / max(len(text), 1))
    return found


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
