"""Parts of the program that importing needs and diagnosing does not."""

from __future__ import annotations

from importlib.util import find_spec

from bedside_dx.core.errors import ModelError

EXTRAS = {"exchange": ("onnx", "tomli_w"), "wsinfer": ("onnx", "tomli_w", "torch")}
"""Packages by the extra that installs them."""


def check_extra(extra: str) -> None:
    """See that an extra is installed, before long work.

    Raises
    ------
    ModelError
        ``exchange.extra-missing``.
    """
    if any(find_spec(package) is None for package in EXTRAS[extra]):
        raise ModelError("exchange.extra-missing", extra=extra)
