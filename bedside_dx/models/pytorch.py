"""The only way to PyTorch, an extra: for TorchScript in at import and out at export.

Loading and tracing run what a file says, so all of it happens in a process of its own without
network, with bounded memory and time. Everything else in the program runs ONNX graphs.
"""

from __future__ import annotations

import importlib
from typing import Any

from bedside_dx.core.errors import ModelError


def load_torch() -> Any:
    """Import PyTorch, on one thread.

    Raises
    ------
    ModelError
        ``exchange.extra-missing``.
    """
    # By name: it is absent where types and rules are checked.
    try:
        torch = importlib.import_module("torch")
    except ImportError as exc:
        raise ModelError("exchange.extra-missing", extra="wsinfer") from exc
    torch.set_num_threads(1)
    return torch
