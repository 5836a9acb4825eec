"""A site's table of labelled images.

``path,label`` and, if given, ``spacing_um,group,familiar,subgroup`` and any column ``by_…``.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bedside_dx.app.table_file import separator_of, table_content, table_text
from bedside_dx.core.errors import TableError
from bedside_dx.core.evaluation import IndexFacts
from bedside_dx.core.geometry import is_plausible

REQUIRED = ("path", "label")
SUBGROUP, SPLITTING = "subgroup", "by_"
"""A column that splits the images, and how the names of others begin."""

FAMILIAR = {
    "": True, "yes": True, "oui": True, "true": True, "1": True,
    "no": False, "non": False, "false": False, "0": False,
}  # fmt: skip
"""What may stand in the column ``familiar``."""


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One row.

    Attributes
    ----------
    name
        The path as the table writes it.
    spacing_um
        µm per pixel of the image; None where the table does not say.
    label
        Empty where the image is of another kind than the model's.
    group
        What belongs together (a patient, a slide); empty for an image on its own.
    familiar
        False for an image of another kind, there to try the gate with.
    subgroups
        Value by splitting column.
    """

    path: Path
    name: str
    label: str
    spacing_um: float | None
    group: str
    familiar: bool
    subgroups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A whole table.

    Attributes
    ----------
    columns
        Names of the columns that split the images, in the table's order.
    """

    images: tuple[LabelledImage, ...]
    columns: tuple[str, ...]
    facts: IndexFacts


def read_index(index: Path, classes: Sequence[str]) -> LabelledSet:
    """Read a table; columns that it does not know are ignored.

    Paths are relative to the table's folder. Commas, semicolons or tabs separate, UTF-8 or
    the Windows code page of western Europe, so that what a spreadsheet saves will do.

    Raises
    ------
    TableError
        ``index.not-found``, ``index.not-a-table``, ``index.no-columns``, ``index.no-rows``,
        ``index.no-path``, ``index.unknown-label``, ``index.bad-spacing``,
        ``index.bad-familiar`` or ``index.none-familiar``.
    """
    content = table_content(index, "index")
    text = table_text(content)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    try:
        rows = [(table.line_num, row) for row in table]
    except csv.Error as exc:
        raise TableError("index.not-a-table", path=index) from exc
    missing = [column for column in REQUIRED if column not in (table.fieldnames or ())]
    if missing:
        raise TableError("index.no-columns", path=index, columns=", ".join(missing))
    if not rows:
        raise TableError("index.no-rows", path=index)
    columns = tuple(c for c in table.fieldnames or () if _splits(c))
    images = tuple(_row(row, index, line, classes, columns) for line, row in rows)
    if not any(image.familiar for image in images):
        raise TableError("index.none-familiar", path=index)
    facts = IndexFacts(index.name, hashlib.sha256(content).hexdigest(), len(images))
    return LabelledSet(images, columns, facts)


def _splits(column: str) -> bool:
    return column == SUBGROUP or (column.startswith(SPLITTING) and column != SPLITTING)


def _row(
    row: Mapping[str, str | None],
    index: Path,
    line: int,
    classes: Sequence[str],
    columns: Sequence[str],
) -> LabelledImage:
    name, label, spacing, group, kind = (
        (row.get(column) or "").strip() for column in (*REQUIRED, "spacing_um", "group", "familiar")
    )
    if not name:
        raise TableError("index.no-path", path=index, line=line)
    familiar = FAMILIAR.get(kind.lower())
    if familiar is None:
        raise TableError("index.bad-familiar", path=index, line=line, value=kind)
    if familiar and label not in classes:
        known = ", ".join(classes)
        raise TableError("index.unknown-label", path=index, line=line, label=label, known=known)
    return LabelledImage(
        path=index.parent / name,
        name=name,
        label=label if familiar else "",
        spacing_um=_spacing(spacing, index, line),
        group=group,
        familiar=familiar,
        subgroups={column: (row.get(column) or "").strip() for column in columns},
    )


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
