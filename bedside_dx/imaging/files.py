"""The files a slide is made of: are they there, are they still the same, what is their hash."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import Self

from bedside_dx.core.errors import SlideError

PREAMBLE = 128
"""Bytes before the mark of a DICOM file."""
PROBES, PROBE_BYTES = 4, 2**20
"""Places of a file that `Files.quick_fingerprint` reads, from its first to its last bytes, and how
much of each."""

LEFT_BY_DESKTOPS = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


class Files:
    """The files of one slide, stamped when they were found.

    Attributes
    ----------
    path
        As the user gave it: a file or a folder.
    main
        The file to open.
    """

    def __init__(self, path: Path, main: Path, others: tuple[Path, ...] = ()) -> None:
        self.path = path
        self.main = main
        self._stamps = {file: self._stamp(file) for file in (main, *others)}
        self._lock = threading.Lock()
        self._fingerprint = ""

    @classmethod
    def of(cls, path: Path) -> Self:
        """Find the files that belong to a path.

        Raises
        ------
        SlideError
            ``slide.not-found``, ``slide.no-access``, ``slide.empty`` or ``slide.empty-folder``;
            ``slide.unsupported`` for a pipe or a device; for DICOM also
            ``slide.two-patients``, ``slide.several-slides``, ``slide.not-a-slide`` or
            ``slide.no-slide-in-folder``.
        """
        mode = _state(path, path).st_mode
        if stat.S_ISDIR(mode):
            if _holds_nothing(path):
                raise SlideError("slide.empty-folder", path=path)
            return cls._of_dicom(path)
        if not stat.S_ISREG(mode):
            raise SlideError("slide.unsupported", path=path)
        if _head(path) == b"":
            raise SlideError("slide.empty", path=path)
        if _head(path)[PREAMBLE:] == b"DICM":
            return cls._of_dicom(path)
        return cls(path, path, _companions(path))

    @classmethod
    def _of_dicom(cls, path: Path) -> Self:
        from bedside_dx.imaging.dicom.series import files_of_slide  # noqa: PLC0415  (slow to load)

        try:
            main, *others = files_of_slide(path)
        except OSError as exc:
            raise SlideError("slide.no-access", path=path, detail=str(exc.strerror)) from exc
        return cls(path, main, tuple(others))

    @property
    def all(self) -> tuple[Path, ...]:
        """All of them, the one to open first."""
        return tuple(self._stamps)

    def fingerprint(self) -> str:
        """Sha256 of the content, as hex; of several files, of their sorted hashes.

        Reads everything once; later calls return at once.
        """
        with self._lock:
            if not self._fingerprint:
                self._fingerprint = self._hash()
            return self._fingerprint

    def quick_fingerprint(self) -> str:
        """Sha256 of each file's size, time of change and some of its content, as hex.

        It takes milliseconds. It tells whether a slide is the one that was read before, not
        whether every byte is the same: `fingerprint` does.

        Raises
        ------
        SlideError
            ``slide.changed``
        """
        parts = [self._quick(file) for file in sorted(self._stamps)]
        return hashlib.sha256("".join(parts).encode()).hexdigest()

    def check_unchanged(self) -> None:
        """Compare size, time and identity of each file with those at the start.

        Raises
        ------
        SlideError
            ``slide.changed``
        """
        for file, stamp in self._stamps.items():
            try:
                now = self._stamp(file)
            except SlideError as exc:
                raise SlideError("slide.changed", path=self.path) from exc
            if now != stamp:
                raise SlideError("slide.changed", path=self.path)

    def _hash(self) -> str:
        hashes = sorted(self._sha256(file) for file in self._stamps)
        if len(hashes) == 1:
            return hashes[0]
        return hashlib.sha256("".join(hashes).encode()).hexdigest()

    def _sha256(self, file: Path) -> str:
        try:
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as exc:
            raise SlideError("slide.changed", path=self.path) from exc

    def _quick(self, file: Path) -> str:
        length, changed, _ = self._stamps[file]
        digest = hashlib.sha256(f"{length} {changed}".encode())
        try:
            with file.open("rb") as stream:
                for at in range(PROBES):
                    stream.seek(max(0, length - PROBE_BYTES) * at // (PROBES - 1))
                    digest.update(stream.read(PROBE_BYTES))
        except OSError as exc:
            raise SlideError("slide.changed", path=self.path) from exc
        return digest.hexdigest()

    def _stamp(self, file: Path) -> tuple[int, int, int]:
        """What changes when a file is written to or replaced."""
        state = _state(file, self.path)
        return state.st_size, state.st_mtime_ns, state.st_ino


def _state(file: Path, path: Path) -> os.stat_result:
    try:
        return file.stat()
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise SlideError("slide.not-found", path=path) from exc
    except (OSError, ValueError) as exc:
        raise SlideError("slide.no-access", path=path, detail=str(exc)) from exc


def _head(path: Path) -> bytes:
    """First bytes, enough to tell DICOM from all else."""
    try:
        with path.open("rb") as file:
            return file.read(PREAMBLE + 4)
    except OSError as exc:
        raise SlideError("slide.no-access", path=path, detail=str(exc.strerror)) from exc


def _companions(path: Path) -> tuple[Path, ...]:
    """Files that hold the pixels of a MIRAX slide, in the folder beside it."""
    folder = path.with_suffix("")
    if path.suffix.lower() != ".mrxs" or not folder.is_dir():
        return ()
    return tuple(sorted(file for file in folder.iterdir() if file.is_file()))


def _holds_nothing(folder: Path) -> bool:
    """Whether there is no file in a folder nor below it, but for those that desktops leave."""

    def refuse(error: OSError) -> None:
        raise SlideError("slide.no-access", path=folder) from error

    walk = os.walk(folder, onerror=refuse)
    return not any(set(names) - LEFT_BY_DESKTOPS for _, _, names in walk)
