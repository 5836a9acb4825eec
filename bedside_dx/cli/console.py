"""What the command line prints: results on standard output, all else on standard error."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.text import Texts


def write_any_character() -> None:
    """Let a terminal or pipe of an old code page get a "?" rather than an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_json(document: Mapping[str, object]) -> None:
    """Write one JSON document to standard output; escaped where that is not UTF-8."""
    escaped = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(document, ensure_ascii=escaped, indent=2))


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Write a table with columns as wide as they must be; the first row is its heading."""
    from rich.cells import cell_len, set_cell_size

    count = max(len(row) for row in rows)
    widths = [max(cell_len(row[at]) for row in rows if at < len(row)) for at in range(count)]
    for row in rows:
        cells = [set_cell_size(cell, widths[at]) for at, cell in enumerate(row)]
        print("  ".join(cells).rstrip())


def print_error(error: BedsideDxError, t: Texts) -> None:
    """Say what happened and what to do next."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    text, hint = t.error(error)
    console.print(text, style="bold red", markup=False)
    if hint:
        console.print(hint, markup=False)
