"""A site's table of labelled images: ``path,label`` and, if given, ``spacing_um,group``."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bedside_dx.core.errors import TableError
from bedside_dx.core.geometry import is_plausible

LARGEST = 200 * 2**20
"""Bytes that a table may have."""

SEPARATORS = ",;\t"
REQUIRED = ("path", "label")


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One row.

    Attributes
    ----------
    name
        The path as the table writes it.
    spacing_um
        µm per pixel of the image; None where the table does not say.
    group
        What belongs together (a patient, a slide); empty for an image on its own.
    """

    path: Path
    name: str
    label: str
    spacing_um: float | None
    group: str


def read_index(index: Path, classes: Sequence[str]) -> tuple[LabelledImage, ...]:
    """Read a table; other columns than the four are ignored.

    Paths are relative to the table's folder. Commas, semicolons or tabs separate, UTF-8 or
    the Windows code page of western Europe, so that what a spreadsheet saves will do.

    Raises
    ------
    TableError
        ``index.not-found``, ``index.not-a-table``, ``index.no-columns``, ``index.no-rows``,
        ``index.no-path``, ``index.unknown-label`` or ``index.bad-spacing``.
    """
    text = _text(index)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        rows = [(table.line_num, row) for row in table]
    except csv.Error as exc:
        raise TableError("index.not-a-table", path=index) from exc
    missing = [column for column in REQUIRED if column not in (table.fieldnames or ())]
    if missing:
        raise TableError("index.no-columns", path=index, columns=", ".join(missing))
    if not rows:
        raise TableError("index.no-rows", path=index)
    return tuple(_row(row, index, line, classes) for line, row in rows)


def _text(index: Path) -> str:
    try:
        with index.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as exc:
        raise TableError("index.not-found", path=index) from exc
    except OSError as exc:
        raise TableError("index.not-a-table", path=index) from exc
    if len(content) > LARGEST or b"\0" in content:
        raise TableError("index.not-a-table", path=index)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The separator that the heading uses most."""
    heading = text.partition("\n")[0]
    return max(SEPARATORS, key=heading.count)


def _row(
    row: Mapping[str, str | None], index: Path, line: int, classes: Sequence[str]
) -> LabelledImage:
    name, label, spacing, group = (
        (row.get(column) or "").strip() for column in (*REQUIRED, "spacing_um", "group")
    )
    if not name:
        raise TableError("index.no-path", path=index, line=line)
    if label not in classes:
        known = ", ".join(classes)
        raise TableError("index.unknown-label", path=index, line=line, label=label, known=known)
    return LabelledImage(index.parent / name, name, label, _spacing(spacing, index, line), group)


def _spacing(text: str, index: Path, line: int) -> float | None:
    if not text:
        return None
    try:
        spacing = float(text.replace(",", "."))
    except ValueError as exc:
        raise TableError("index.bad-spacing", path=index, line=line, value=text) from exc
    if not is_plausible(spacing):
        raise TableError("index.bad-spacing", path=index, line=line, value=text)
    return spacing
