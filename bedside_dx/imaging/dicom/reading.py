"""Opening studies: headers first, a few at a time, pixels when they are asked for.

Nothing of a DICOM file is parsed in this process. Two workers do it, one for headers and one for
pixels, so that the first image need not wait for the last header.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import ImagingError
from bedside_dx.core.remark import Remark
from bedside_dx.core.scan import (
    OverlayPlane,
    Refused,
    Source,
    Study,
    ValueTable,
    Volume,
    affine_of,
)
from bedside_dx.imaging.dicom.directory import beside, sources_of
from bedside_dx.imaging.dicom.grouping import (
    Header,
    group,
    have_other_names,
    part_twins,
    patient_facts,
    twins,
)
from bedside_dx.isolation import sandbox
from bedside_dx.isolation.lasting import Answered, LastingWorker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.scan import Frame, Series
    from bedside_dx.isolation.sandbox import Json

ROOM = "bedside_dx.imaging.dicom"
LIMITS = sandbox.Limits(memory_bytes=6 * 2**30, seconds=60)
"""Of a worker, and of each thing that is asked of it."""

ALONE_SECONDS = 20
"""For one file, where a batch of them took its worker along."""

FIRST, MOST = 1, 32
"""Headers asked for at a time: one, so that something is seen at once, then twice as many."""

QUIET = frozenset(("scan.not-dicom", "scan.empty"))
"""What is counted, not listed, where it lies in a folder: text files, covers, viewers."""

CACHE_BYTES = 256 * 2**20

Pixels = NDArray[Any]


class ScanReader:
    """Opens studies and reads their images. Safe to ask from several threads.

    Parameters
    ----------
    limits
        Memory and time of each worker.
    """

    def __init__(self, limits: sandbox.Limits = LIMITS) -> None:
        self._headers = LastingWorker(limits, [f"{ROOM}.header"])
        self._pixels = LastingWorker(limits, [f"{ROOM}.pixels"])
        self._kept: dict[tuple[Source, int, str], Pixels] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the workers before they are needed; returns at once."""
        self._headers.start()
        self._pixels.start()

    def open(
        self,
        path: Path,
        on_study: Callable[[Study], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Study:
        """Open what lies at a path.

        Parameters
        ----------
        path
            A file, a folder, a zip or a DICOMDIR.
        on_study
            Called with what is known so far, the first time after the first header that can
            be used; its `is_complete` is False.

        Returns
        -------
        All of it. A file that could not be used is among its `refused`.

        Raises
        ------
        ImagingError
            Nothing at all could be used: with what is wrong with the only file, or
            ``scan.none-readable``, ``scan.no-dicom``, ``scan.none-listed``: a DICOMDIR
            without the files that it lists; or as `directory.sources_of`.
            ``scan.outside``: a DICOMDIR leads out of its folder.
        CancelledByUser
        """
        self.start()
        reading = _Reading(self._headers, path, cancel)
        self._forget(reading.sources)
        for is_news in reading.steps():
            if on_study and is_news and reading.headers:
                on_study(reading.study(is_complete=False))
        study = reading.study(is_complete=True)
        study = replace(study, stamp=stamp_of(study))
        if not study.series:
            raise _nothing(path, study, reading.missing)
        return study

    def stored(self, frame: Frame) -> Pixels:
        """One image as stored, colour as RGB; (rows, columns) or (rows, columns, 3).

        Raises
        ------
        ImagingError
            As `imaging.dicom.pixels.read_frame`, ``scan.replaced`` among it; ``scan.crashed``,
            ``scan.too-slow``, ``scan.no-memory``: decoding it took its worker along.
        """
        return self._array("pixels:read_frame", frame)

    def values(self, frame: Frame) -> Pixels:
        """One image in its series' unit: (rows, columns) float32, or (rows, columns, 3) uint8.

        Raises
        ------
        ImagingError
            As `stored`.
        """
        key = (frame.source, frame.number, frame.image)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None:
            return kept
        raw = self._array("pixels:read_shown", frame)
        if raw.ndim == 3:
            values = _eight_bits(raw)
        else:
            values = raw.astype(np.float32)
            if (frame.slope, frame.intercept) != (1.0, 0.0):
                values = values * np.float32(frame.slope) + np.float32(frame.intercept)
        with self._lock:
            self._kept[key] = values
            while sum(kept.nbytes for kept in self._kept.values()) > CACHE_BYTES:
                self._kept.pop(next(iter(self._kept)))
        return values

    def table(self, frame: Frame) -> ValueTable:
        """How a file shows its values, where it says so by a table (`Series.has_table`).

        Raises
        ------
        ImagingError
            ``scan.damaged``; or as `stored`.
        """
        answer = self.ask("pixels:read_table", frame.source, image=frame.image)
        first = int(cast("dict[str, Any]", answer.value)["first"])
        return ValueTable(first, as_array(answer))

    def overlay_planes(self, frame: Frame) -> tuple[OverlayPlane, ...]:
        """Drawings that an image brings along, by their groups.

        Raises
        ------
        ImagingError
            ``scan.damaged``; or as `stored`.
        """
        target, image = "overlay_planes:read_planes", frame.image
        answer = self.ask(target, frame.source, number=frame.number, image=image)
        heads = cast("dict[str, Any]", answer.value)["heads"]
        return tuple(
            OverlayPlane(group, label, drawn.shape, np.packbits(drawn))
            for (group, label), drawn in zip(heads, as_array(answer), strict=True)
        )

    def volume(
        self,
        series: Series,
        on_slice: Callable[[int], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Volume:
        """Stack the images of a series.

        Parameters
        ----------
        on_slice
            Called with the number of slices that are there.

        Returns
        -------
        Values as 16-bit integers where that loses nothing, else float32.

        Raises
        ------
        ImagingError
            ``scan.no-volume``: its images are uneven, coloured or lie nowhere; or as `stored`.
        CancelledByUser
        """
        affine = volume_affine(series)
        first = self.values(series.frames[0])
        is_whole = all(f.slope.is_integer() and f.intercept.is_integer() for f in series.frames)
        kind = np.int16 if is_whole and series.bits < 16 else np.float32
        stack: Pixels = np.empty((len(series.frames), *first.shape), kind)
        for at, frame in enumerate(series.frames):
            if cancel:
                cancel.raise_if_cancelled()
            values = first if at == 0 else self.values(frame)
            if values.shape != first.shape:
                raise ImagingError("scan.no-volume", path=frame.source.path)
            if kind is np.int16 and (values.min() < -32768 or values.max() > 32767):
                stack, kind = stack.astype(np.float32), np.float32
            stack[at] = values
            if on_slice:
                on_slice(at + 1)
        return Volume(stack, affine, series.unit, series.frame_of_reference)

    def ask(self, target: str, source: Source, **more: Json) -> Answered:
        """Have the worker for pixels do something with a file.

        Raises
        ------
        ImagingError
            What it refuses; ``scan.crashed``, ``scan.too-slow`` or ``scan.no-memory``.
        """
        arguments = {"path": str(source.path), "member": source.member, **more}
        answer = self._pixels.call(f"{ROOM}.{target}", arguments)
        if isinstance(answer, Answered):
            return answer
        code, values = _fault(answer)
        raise ImagingError(code, path=source.path, **values)

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._headers.close()
        self._pixels.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _array(self, target: str, frame: Frame) -> Pixels:
        return as_array(self.ask(target, frame.source, number=frame.number, image=frame.image))

    def _forget(self, sources: Sequence[Source]) -> None:
        """Keep no pixels of files that are opened anew: they may be others under the same names."""
        anew = set(sources)
        with self._lock:
            self._kept = {key: kept for key, kept in self._kept.items() if key[0] not in anew}


def stamp_of(study: Study) -> str:
    """Tell the files of a study from others that lie under the same names."""
    whole = hashlib.sha256()
    sources = {frame.source for series in study.series for frame in series.frames}
    for path in sorted({source.path for source in sources}):
        try:
            known = path.stat()
            what = (known.st_ino, known.st_size, known.st_mtime_ns)
        except OSError:
            what = ()
        whole.update(repr((str(path), what)).encode())
    return whole.hexdigest()


def as_array(answer: Answered) -> Pixels:
    """Have back an array that `imaging.dicom.pixels.packed` sent."""
    form = cast("dict[str, Any]", answer.value)
    values = np.frombuffer(answer.payload, np.dtype(form["dtype"]))
    return values.reshape(form["shape"])


def volume_affine(series: Series) -> NDArray[np.float64]:
    """Where a series' voxels lie.

    Raises
    ------
    ImagingError
        ``scan.no-volume``
    """
    planes = [frame.plane for frame in series.frames]
    first, last = (planes[0], planes[-1]) if planes else (None, None)
    if not series.is_volume or first is None or last is None:
        path = series.frames[0].source.path if series.frames else None
        raise ImagingError("scan.no-volume", path=path)
    step = np.subtract(last.origin, first.origin) / (len(planes) - 1)
    return affine_of(first, step)


def _eight_bits(colours: Pixels) -> Pixels:
    return (colours >> 8).astype(np.uint8) if colours.dtype == np.uint16 else colours[..., :3]


class _Reading:
    """Headers of one path, as they come."""

    def __init__(self, worker: LastingWorker, path: Path, cancel: Cancel | None) -> None:
        self._worker = worker
        self._path = path
        self._cancel = cancel
        self.sources = sources_of(path)
        self._is_listed = len(self.sources) == 1
        self.headers: list[Header] = []
        self.refused: list[Refused] = []
        self.ignored = 0
        self.missing = 0
        self._copies = 0
        self._conflicts: list[Refused] = []

    def steps(self) -> Iterator[bool]:
        """Read on; True where there is more to see since twice as long ago."""
        waiting, seen, count, shown = list(self.sources), set(self.sources), FIRST, 0
        while waiting:
            if self._cancel:
                self._cancel.raise_if_cancelled()
            batch, waiting = waiting[:count], waiting[count:]
            for source, facts in self._read(batch):
                more = self._take(source, facts)
                waiting += [one for one in more if one not in seen]
                seen.update(more)
            is_news = len(self.headers) >= max(1, 2 * shown)
            shown = len(self.headers) if is_news else shown
            count = min(2 * count, MOST)
            yield is_news
        self._settle_twins()

    def study(self, *, is_complete: bool) -> Study:
        headers = self.headers
        patients = patient_facts(headers)
        remarks: list[Remark] = []
        if len(patients) > 1:
            remarks.append(Remark("scan.several-patients", {"patients": len(patients)}))
        if have_other_names(headers):
            remarks.append(Remark("scan.other-names"))
        if self._copies:
            remarks.append(Remark("scan.copies", {"files": self._copies}))
        if self.missing:
            remarks.append(Remark("scan.listed-missing", {"files": self.missing}))
        return Study(
            self._path,
            patients,
            group(headers),
            (*self.refused, *self._conflicts),
            self.ignored,
            is_complete,
            tuple(remarks),
            next((day for h in headers if (day := h.text("day"))), ""),
        )

    def _read(self, batch: Sequence[Source]) -> list[tuple[Source, dict[str, Any]]]:
        """Headers of some files; each on its own where together they took the worker along."""
        files = [[str(source.path), source.member] for source in batch]
        seconds = ALONE_SECONDS if len(batch) == 1 else 0
        answer = self._worker.call(
            f"{ROOM}.header:read_headers", {"files": cast("Json", files)}, seconds
        )
        if isinstance(answer, Answered):
            facts = cast("list[dict[str, Any]]", answer.value)
            return list(zip(batch, facts, strict=True))
        if len(batch) > 1:
            return [found for source in batch for found in self._read([source])]
        code, values = _fault(answer)
        return [(batch[0], {"error": code, "values": values})]

    def _take(self, source: Source, facts: dict[str, Any]) -> list[Source]:
        """Keep a header, or why there is none; a DICOMDIR's list is returned."""
        if code := facts.get("error"):
            is_alone = self._is_listed and len(self.sources) == 1 and not self.headers
            if code in QUIET and not is_alone:
                self.ignored += 1
            else:
                self.refused.append(Refused(source, code, facts["values"]))
            return []
        if facts.get("directory"):
            return self._listed(source)
        self.headers.append(Header(source, facts))
        return []

    def _listed(self, directory: Source) -> list[Source]:
        arguments: dict[str, Json] = {"path": str(directory.path), "member": directory.member}
        answer = self._worker.call(f"{ROOM}.directory:read_directory", arguments)
        if not isinstance(answer, Answered):
            code, values = _fault(answer)
            if code == "scan.outside":
                raise ImagingError(code, path=directory.path)
            self.refused.append(Refused(directory, code, values))
            return []
        found = [beside(directory, parts) for parts in cast("list[list[str]]", answer.value)]
        if directory.member:
            there = [source for source in found if source in set(self.sources)]
        else:
            there = [source for source in found if source.path.is_file()]
        self.missing += len(found) - len(there)
        return there

    def _settle_twins(self) -> None:
        fingerprints: dict[Source, str] = {}
        for source in twins(self.headers):
            arguments: dict[str, Json] = {"path": str(source.path), "member": source.member}
            answer = self._worker.call(f"{ROOM}.header:fingerprint", arguments)
            said = str(answer.value) if isinstance(answer, Answered) else str(source)
            fingerprints[source] = said
        self.headers, self._conflicts, self._copies = part_twins(self.headers, fingerprints)


def _fault(answer: object) -> tuple[str, dict[str, Any]]:
    match answer:
        case sandbox.Refused(code, values):
            return code, dict(values)
        case sandbox.TimedOut(seconds):
            return "scan.too-slow", {"seconds": seconds}
        case sandbox.OutOfMemory():
            return "scan.no-memory", {}
        case _:
            return "scan.crashed", {}


def _nothing(path: Path, study: Study, missing: int) -> ImagingError:
    """Say why a study would be empty."""
    if missing and not study.refused:
        return ImagingError("scan.none-listed", path=path, files=missing)
    if len(study.refused) == 1:
        refused = study.refused[0]
        return ImagingError(refused.code, path=refused.source.path, **refused.values)
    if study.refused:
        return ImagingError("scan.none-readable", path=path, files=len(study.refused))
    return ImagingError("scan.no-dicom", path=path)
