"""Scores of patches, kept while a slide is read, so that an interrupted reading can go on.

A journal is one file: a header with the key of the reading, then records of one size, each with a
checksum, only ever appended. After a power cut the records up to the first one that is not whole
are good; what follows is cut off. The file's name is a hash, and it holds no path, no patient and
no pixels. A process holds it alone.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Scores
from bedside_dx.core.results import EarlyCall
from bedside_dx.store.file_lock import is_still_at, try_lock

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

MAGIC = b"BDXJ"
FORMAT = 1
"""Raised when the file's layout changes: older files are then started afresh."""
HEADER = struct.Struct("<4sHHII32s")
"""Mark, format, numbers of classes, of numbers in an embedding and of patches, key."""
SUFFIX = ".bdxj"
FLUSH_EVERY_S = 1.0
BUDGET_BYTES = 512 * 2**20
"""Space that all journals together may take; the oldest go first."""
PATCH, EARLY = 0, 1
"""Kinds of record. An early call has its class as ``patch`` and its share as ``unfamiliarity``."""
KEPT_STATES = (PatchState.ANALYSED, PatchState.BLURRED, PatchState.EXPOSURE)
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)


@dataclass(frozen=True, slots=True)
class JournalKey:
    """What a reading is of: another slide, model or setting has another key.

    Attributes
    ----------
    digest
        32 bytes.
    patches
        Number of them.
    classes
        Ids of the model's classes.
    embedding
        Numbers in one embedding; 0 where none is kept.
    """

    digest: bytes
    patches: int
    classes: tuple[str, ...]
    embedding: int = 0

    @property
    def file_name(self) -> str:
        """Name of the journal's file."""
        return self.digest.hex()[:40] + SUFFIX

    @property
    def record(self) -> np.dtype[Any]:
        """Layout of one record; its checksum is last."""
        return np.dtype(
            [
                ("kind", "u1"),
                ("state", "u1"),
                ("patch", "<u4"),
                ("unfamiliarity", "<f4"),
                ("probabilities", "<f4", (len(self.classes),)),
                ("embedding", "<f2", (self.embedding,)),
                ("checksum", "<u4"),
            ]
        )

    @property
    def header(self) -> bytes:
        """First bytes of the file: another reading's differ."""
        sizes = (len(self.classes), self.embedding, self.patches)
        return HEADER.pack(MAGIC, FORMAT, *sizes, self.digest)


class Journal:
    """Scores of one reading, on disk; fulfils `core.ports.ScoreJournal`. Made by `open`.

    Attributes
    ----------
    kept, early, kept_on, fault
        As in `core.ports.ScoreJournal`.
    """

    def __init__(
        self, key: JournalKey, path: Path, descriptor: int | None, fault: str = ""
    ) -> None:
        self._key, self._path, self._descriptor = key, path, descriptor
        self._lock = threading.Lock()
        self._synced, self._is_new = time.monotonic(), False
        self._waiting = 0
        self.fault = fault
        self.early: EarlyCall | None = None
        self.kept = _scores(np.empty(0, key.record), key)
        self.kept_on = _day(time.time())

    @classmethod
    def open(
        cls, folder: Path, key: JournalKey, *, afresh: bool = False, budget: int = BUDGET_BYTES
    ) -> Self:
        """Open the journal of a reading, or begin one.

        Where nothing can be kept, `fault` says why; nothing is raised.

        Parameters
        ----------
        folder
            Where journals lie; made if there is none.
        afresh
            Throw away what an earlier run has kept.
        budget
            Bytes that all journals may take; older ones make room.
        """
        path = folder / key.file_name
        descriptor = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_room(folder, path, budget)
            descriptor = _open_alone(path)
            if descriptor is None:
                return cls(key, path, None, "locked")
            journal = cls(key, path, descriptor)
            journal._read_back(afresh=afresh)
        except OSError as exc:
            if descriptor is not None:
                os.close(descriptor)
            return cls(key, path, None, _cause(exc))
        return journal

    def record(self, scores: Scores) -> None:
        """Keep what became of some patches."""
        records = np.zeros(len(scores.patches), self._key.record)
        records["kind"] = PATCH
        records["state"] = scores.state
        records["patch"] = scores.patches
        records["unfamiliarity"] = scores.unfamiliarity
        records["probabilities"] = scores.probabilities
        if scores.embedding is not None:
            records["embedding"] = scores.embedding
        self._append(records)

    def record_early(self, call: EarlyCall) -> None:
        """Keep that the verdict was settled."""
        record = np.zeros(1, self._key.record)
        record["kind"] = EARLY
        record["patch"] = self._key.classes.index(call.class_id)
        record["unfamiliarity"] = call.share
        self._append(record)

    def flush(self) -> None:
        """Bring to the disk what was recorded, at most about once a second."""
        if time.monotonic() - self._synced >= FLUSH_EVERY_S:
            self._sync()

    def remove(self) -> None:
        """Throw the journal away: its reading is complete."""
        if self._descriptor is None:
            return
        with suppress(OSError):
            if sys.platform == "win32":  # there an open file can't be removed
                self._let_go()
            self._path.unlink(missing_ok=True)
        self._let_go()

    def close(self) -> None:
        """Let go of the file, with all that was recorded on the disk."""
        self._sync()
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _append(self, records: NDArray[np.void]) -> None:
        records["checksum"] = _checksums(records.tobytes(), records.itemsize)
        content = records.tobytes()
        with self._lock:
            if self._descriptor is None or self.fault:
                return
            try:
                self._waiting += len(content)
                if os.write(self._descriptor, content) < len(content):
                    self.fault = "full"
            except OSError as exc:
                self.fault = _cause(exc)

    def _sync(self) -> None:
        """Wait until the disk has it all. The lock stays free: workers go on meanwhile."""
        self._synced = time.monotonic()
        if self._descriptor is None or not self._waiting:
            return
        self._waiting = 0
        try:
            os.fsync(self._descriptor)
            if self._is_new:
                _sync_folder(self._path.parent)
                self._is_new = False
        except OSError as exc:
            self.fault = self.fault or _cause(exc)

    def _let_go(self) -> None:
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _read_back(self, *, afresh: bool) -> None:
        """Take over what an earlier run has kept, up to the first record that is not whole."""
        descriptor, key = self._descriptor, self._key
        if descriptor is None:
            return
        self.kept_on = _day(os.fstat(descriptor).st_mtime)
        content = b"" if afresh else _content(descriptor)
        if not content.startswith(key.header):
            content = key.header
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, content)
            self._is_new = True
        records = _good_records(content[HEADER.size :], key)
        end = HEADER.size + records.nbytes
        os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        self.kept = _scores(records[records["kind"] == PATCH], key)
        for call in records[records["kind"] == EARLY]:
            class_id = key.classes[int(call["patch"])]
            self.early = EarlyCall(class_id, float(call["unfamiliarity"]))


def _day(moment: float) -> date:
    """Day of a time in s since 1970, where this machine stands."""
    return datetime.fromtimestamp(moment, UTC).astimezone().date()


def _content(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    parts: list[bytes] = []
    while part := os.read(descriptor, 2**24):
        parts.append(part)
    return b"".join(parts)


def _good_records(content: bytes, key: JournalKey) -> NDArray[np.void]:
    """Records up to the first one that is not whole, or says what can't be."""
    layout = key.record
    count = len(content) // layout.itemsize
    records = np.frombuffer(content, layout, count)
    sums = _checksums(content, layout.itemsize)
    is_patch = (records["kind"] == PATCH) & (records["patch"] < key.patches)
    is_patch &= np.isin(records["state"], KEPT_STATES)
    is_early = (records["kind"] == EARLY) & (records["patch"] < len(key.classes))
    bad = np.flatnonzero((sums != records["checksum"]) | ~(is_patch | is_early))
    return records[: int(bad[0])] if len(bad) else records


def _checksums(content: bytes, size: int) -> NDArray[np.uint32]:
    """Checksum of each whole record, which is its last four bytes."""
    view, places = memoryview(content), range(0, len(content) // size * size, size)
    return np.array([zlib.crc32(view[at : at + size - 4]) for at in places], np.uint32)


def _scores(records: NDArray[np.void], key: JournalKey) -> Scores:
    _, first = np.unique(records["patch"], return_index=True)
    once = records[np.sort(first)]
    return Scores(
        once["patch"].astype(np.int64),
        once["state"].copy(),
        once["probabilities"].copy(),
        once["unfamiliarity"].copy(),
        once["embedding"].copy() if key.embedding else None,
    )


def _open_alone(path: Path) -> int | None:
    """Open a file and lock it; None where another process holds it."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    while True:
        descriptor = os.open(path, flags, 0o600)
        if not try_lock(descriptor):
            os.close(descriptor)
            return None
        if is_still_at(descriptor, path):
            return descriptor
        os.close(descriptor)  # its last owner removed it in between


def _make_room(folder: Path, path: Path, budget: int) -> None:
    """Remove the oldest journals until the rest fits; those in use stay."""
    files = [(file.stat(), file) for file in folder.glob("*" + SUFFIX) if file != path]
    total = sum(state.st_size for state, _ in files)
    for state, file in sorted(files, key=lambda pair: pair[0].st_mtime):
        if total <= budget:
            return
        with suppress(OSError):
            descriptor = _open_alone(file)
            if descriptor is None:
                continue
            os.close(descriptor)
            file.unlink(missing_ok=True)
            total -= state.st_size


def _sync_folder(folder: Path) -> None:
    """Make a new file's name outlast a power cut, where the system can be asked to."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cause(exc: OSError) -> str:
    return "full" if exc.errno in FULL else "refused"
