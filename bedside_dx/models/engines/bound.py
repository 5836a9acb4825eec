"""ONNX Runtime with its inputs and outputs bound to a device: nothing is allocated anew.

A few slots, each with buffers of its own, go round among the threads that ask. While one runs
another is filled, and whoever finds none free has time to read: that keeps a graphics card busy
without a queue of pictures that fills the memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from queue import LifoQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

IN_FLIGHT = 2
"""Runs on the device at a time: one computes while the other is copied."""


class BoundRuns:
    """Runs a session on bound buffers; at most `in_flight` at a time, from any thread.

    Parameters
    ----------
    values
        ``onnxruntime.OrtValue``: the engine's only import is in its own file.
    device
        Name of the device that buffers lie on: ``"cuda"``, ``"dml"``, ``"cpu"``.
    """

    def __init__(self, session: Any, values: Any, device: str, in_flight: int = IN_FLIGHT) -> None:
        self._free: LifoQueue[_Slot] = LifoQueue()
        for _ in range(in_flight):
            self._free.put(_Slot(session, values, device))

    def run(
        self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]], options: Any
    ) -> list[NDArray[Any]]:
        """Wait for a slot and run the graph on it."""
        slot = self._free.get()
        try:
            return slot.run(outputs, feed, options)
        finally:
            self._free.put(slot)


class _Slot:
    """Buffers on the device for one run at a time."""

    def __init__(self, session: Any, values: Any, device: str) -> None:
        self._session, self._values, self._device = session, values, device
        self._kept: dict[str, Any] = {}

    def run(
        self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]], options: Any
    ) -> list[NDArray[Any]]:
        binding = self._session.io_binding()
        for name, array in feed.items():
            binding.bind_ortvalue_input(name, self._on_device(name, np.ascontiguousarray(array)))
        for name in outputs:
            binding.bind_output(name, self._device)
        self._session.run_with_iobinding(binding, options)
        return [np.array(array) for array in binding.copy_outputs_to_cpu()]

    def _on_device(self, name: str, array: NDArray[Any]) -> Any:
        """Copy into the buffer of the last run where it has the same shape, else into a new one."""
        kept = self._kept.get(name)
        if kept is not None and tuple(kept.shape()) == array.shape:
            kept.update_inplace(array)
        else:
            # On the processor the buffer would be the caller's own memory: it is copied.
            kept = self._values.ortvalue_from_numpy(array.copy(), self._device, 0)
            self._kept[name] = kept
        return kept
