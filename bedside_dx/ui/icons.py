"""Icons of the window: Phosphor (MIT), kept by qtawesome. The only import of qtawesome."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import qtawesome

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon


def icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """Phosphor icon by its name, for example ``"folder-open"``, in a colour."""
    made = qtawesome.icon(f"ph.{name}", color=color, color_disabled=disabled or color)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return cast("QIcon", made)
