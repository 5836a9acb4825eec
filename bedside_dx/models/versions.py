"""Which of two versions of a model is the newer one."""

from __future__ import annotations

import re


def is_newer(version: str, than: str) -> bool:
    """Compare by the numbers that versions begin with (``1.10`` is newer than ``1.9.2``).

    What follows the numbers does not count, so ``1.0-rc1`` is not newer than ``1.0``.
    """
    return _numbers(version) > _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part[:18]) for part in found[0].split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
