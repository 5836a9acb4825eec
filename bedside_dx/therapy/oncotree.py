"""OncoTree's tree of tumours (CC BY 4.0), as its site offers it, to the tumours of a pack."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from bedside_dx.core.errors import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

COLUMNS = ("code", "parent", "name")
DEEPEST = 20


def oncotree_file(folder: Path) -> Path | None:
    """The tree in a folder, the newest name; None where there is none."""
    return max(folder.glob("oncotree*.json"), default=None)


def oncotree_rows(path: Path, today: date) -> tuple[tuple[str, ...], list[dict[str, str]], str]:
    """Columns, rows and the tree's day, read from its name.

    Raises
    ------
    KnowledgeError
        ``knowledge.unreadable``
    """
    try:
        said = cast("Mapping[str, Any]", json.loads(path.read_bytes()))
        rows = list(_walk(said, 0))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise KnowledgeError("knowledge.unreadable", path=path) from exc
    day = re.search(r"(\d{4})_(\d{2})_(\d{2})", path.name)
    return COLUMNS, rows, "-".join(day.groups()) if day else today.isoformat()


def _walk(nodes: Mapping[str, Any], depth: int) -> Iterator[dict[str, str]]:
    if depth > DEEPEST:
        raise ValueError(depth)
    for code, node in nodes.items():
        yield {"code": code, "parent": str(node["parent"] or ""), "name": str(node["name"])}
        yield from _walk(node["children"], depth + 1)
