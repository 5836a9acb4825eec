"""Labelled images, several at a time: what reading them has in common."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.imaging.probe_many import Probes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bedside_dx.app.labelled_set import LabelledImage
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.events import Emit

Made = TypeVar("Made")


def each_image(
    rows: Sequence[LabelledImage],
    work: Callable[[LabelledImage, bool], Made],
    *,
    emit: Emit,
    cancel: Cancel,
    threads: int,
) -> tuple[Made, ...]:
    """Work on every row, and tell how far it is; the first failure ends it.

    Parameters
    ----------
    work
        Takes the row, and whether its file is to be tried in a worker first.
    threads
        Images at a time; 0 means one for each processor core.

    Raises
    ------
    CancelledByUser
    """
    emit(StageProgress(Stage.PATCHES, 0, len(rows)))
    stop = threading.Event()
    probes = Probes([row.path for row in rows])

    def one(row: LabelledImage) -> tuple[Made, ...]:
        cancel.raise_if_cancelled()
        return () if stop.is_set() else (work(row, not probes.is_harmless(row.path)),)

    made: list[Made] = []
    workers = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(workers, thread_name_prefix="images") as pool:
        try:
            for result in pool.map(one, rows):
                made.extend(result)
                emit(StageProgress(Stage.PATCHES, len(made), len(rows)))
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
    return tuple(made)
