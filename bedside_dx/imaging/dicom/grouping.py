"""From headers to series: who belongs together, in which order, and what is wrong with it.

Places decide, not names: images are sorted along the normal of their plane. Images that can't be
stacked (another size, orientation, frame of reference, phase) become series of their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from bedside_dx.core.case import Patient
from bedside_dx.core.remark import Remark
from bedside_dx.core.scan import Curve, Frame, Kind, Plane, Refused, Series, Source, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SAME_DIRECTION = 1e-3
"""Largest difference of a component of two directions that count as one; of pixel sizes in mm."""

ASIDE = 0.5
"""Pixels by which an image may lie beside the line through the first and the last one."""

EVEN = 0.02
"""Largest difference of two distances between slices, as a share, that count as the same."""
EVEN_MM = 0.01

GAP = 1.5
"""From how many times the usual distance on a slice is missing."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the worker read of one file; see `imaging.dicom.header`."""

    source: Source
    facts: Mapping[str, Any]

    def text(self, key: str) -> str:
        """One of its texts."""
        return str(self.facts.get(key, ""))


def patients_of(headers: Sequence[Header]) -> dict[Source, int]:
    """Number the patients: who has an identifier counts by it, else by name and day of birth.

    Two hospitals may give one identifier to two people: with two days of birth it is two people.
    """
    days: dict[str, set[str]] = defaultdict(set)
    for header in headers:
        identifier, _, born = _who(header)
        days[identifier] |= {born} if _birthday(born) else set()
    found: dict[tuple[str, ...], int] = {}
    numbers: dict[Source, int] = {}
    for header in headers:
        identifier, name, born = _who(header)
        own = (identifier,) if len(days[identifier]) < 2 else (identifier, born)
        key = own if identifier else ("", name.casefold(), born)
        numbers[header.source] = found.setdefault(key, len(found))
    return numbers


def patient_facts(headers: Sequence[Header]) -> tuple[Patient, ...]:
    """Who they are, in the order of `patients_of`; for the screen and the report only."""
    people: dict[int, Patient] = {}
    numbers = patients_of(headers)
    for header in headers:
        identifier, name, born = _who(header)
        people.setdefault(numbers[header.source], Patient(identifier, name, _birthday(born)))
    return tuple(people.values())


def have_other_names(headers: Sequence[Header]) -> bool:
    """Whether one of the patients is called by names that have no word in common."""
    names: dict[int, set[str]] = {}
    numbers = patients_of(headers)
    for header in headers:
        words = set(_who(header)[1].casefold().split())
        known = names.setdefault(numbers[header.source], words)
        if known and words and not known & words:
            return True
        names[numbers[header.source]] = known or words
    return False


def _who(header: Header) -> tuple[str, str, str]:
    identifier, name, born = cast("list[str]", header.facts["patient"])
    return identifier, name, born


def _birthday(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def group(headers: Sequence[Header]) -> tuple[Series, ...]:
    """Sort headers into series, those of most images first."""
    patients = patients_of(headers)
    alike: dict[tuple[object, ...], list[Header]] = defaultdict(list)
    for header in headers:
        alike[_stack_key(header, patients)].append(header)
    stacks = {
        (*key, number): members
        for key, same in alike.items()
        for number, members in enumerate(_by_direction_and_phase(same))
    }
    by_series: dict[object, int] = defaultdict(int)
    frames_of: dict[object, set[str]] = defaultdict(set)
    for key, members in stacks.items():
        by_series[key[:2]] += 1
        frames_of[key[:2]] |= {h.text("frame") for h in members if h.text("kind") == "images"}
    series = [
        _series(number, key, members, is_mixed=len(frames_of[key[:2]]) > 1)
        for number, (key, members) in enumerate(stacks.items(), 1)
    ]
    series.sort(key=lambda one: (one.patient, one.kind is not Kind.IMAGES, -len(one.frames)))
    return tuple(series)


def _stack_key(header: Header, patients: Mapping[Source, int]) -> tuple[object, ...]:
    facts = header.facts
    whose = patients[header.source]
    uid = header.text("series") or header.text("instance") or str(header.source)
    if facts["kind"] != "images":
        return (whose, uid, facts["kind"], header.source)
    frames = cast("list[list[Any]]", facts["frames"])
    if len(frames) > 1:  # a file of many images is a stack by itself
        return (whose, uid, "images", header.source)
    size = (facts["rows"], facts["columns"], facts["colour"], facts["inverted"], facts["unit"])
    return (whose, uid, "images", size, header.text("frame"))


def _by_direction_and_phase(members: Sequence[Header]) -> list[list[Header]]:
    """Part images that lie across each other or have pixels of another size, and phases."""
    stacks: list[tuple[np.ndarray | None, list[Header]]] = []
    for member in members:
        frames = cast("list[list[Any]]", member.facts.get("frames", []))
        place = frames[0][1] if frames else None
        lies = np.asarray(place[3:]) if place else None
        stack = next((stack for known, stack in stacks if _same_direction(known, lies)), None)
        if stack is None:
            stacks.append((lies, [member]))
        else:
            stack.append(member)
    return [part for _, stack in stacks for part in _by_phase(stack)]


def _same_direction(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return float(np.abs(one - other).max()) < SAME_DIRECTION


def _by_phase(members: list[Header]) -> list[list[Header]]:
    """Part images by what was varied, only where they lie at the same places otherwise."""
    if len(members) == 1 or members[0].text("kind") != "images":
        return [members]
    places = {tuple(cast("list[float]", member.facts["frames"][0][1] or ())) for member in members}
    if len(places) == len(members):
        return [members]
    phases: dict[str, list[Header]] = defaultdict(list)
    for member in members:
        phases[member.text("phase")].append(member)
    # Where what was varied differs from image to image it does not part them.
    return [members] if len(phases) == len(members) else list(phases.values())


def _series(
    number: int, key: tuple[object, ...], members: Sequence[Header], *, is_mixed: bool
) -> Series:
    first = members[0]
    facts = first.facts
    frames, between, remarks = order(_frames(members))
    remarks = [*remarks, *_remarks_on_files(members)]
    if is_mixed:
        remarks.append(Remark("scan.mixed-frames-of-reference"))
    return Series(
        key=str(number),
        patient=cast("int", key[0]),
        modality=first.text("modality"),
        kind=Kind(first.text("kind")),
        frames=frames,
        rows=int(facts.get("rows", 0)),
        columns=int(facts.get("columns", 0)),
        body_part=first.text("body_part"),
        description=first.text("description"),
        frame_of_reference=first.text("frame"),
        is_colour=bool(facts.get("colour", False)),
        is_inverted=bool(facts.get("inverted", False)),
        bits=int(facts.get("bits", 0)),
        syntax=first.text("syntax"),
        unit=first.text("unit"),
        aspect=float(facts.get("aspect", 1.0)),
        between=between,
        overlays=max(int(member.facts.get("overlays", 0)) for member in members),
        object_kind=first.text("object"),
        refers_to=tuple(cast("list[str]", facts.get("refers_to", []))),
        own_name=first.text("series"),
        study=first.text("study"),
        has_table=bool(facts.get("table", False)),
        remarks=tuple(remarks),
    )


def _frames(members: Iterable[Header]) -> list[Frame]:
    frames: list[Frame] = []
    for member in members:
        stored = cast("list[list[Any]]", member.facts.get("frames", [])) or [
            [0, None, None, 1, 0, []]
        ]
        for number, place, instance, slope, intercept, windows in stored:
            frames.append(
                Frame(
                    member.source,
                    number,
                    plane_of(place),
                    instance,
                    slope,
                    intercept,
                    tuple(Window(c, w, name, Curve(curve)) for c, w, name, curve in windows),
                    member.text("instance"),
                )
            )
    return frames


def plane_of(place: list[float] | None) -> Plane | None:
    """Plane of the twelve numbers that the worker gives; None where there are none."""
    if not place:
        return None
    vectors = [(place[at], place[at + 1], place[at + 2]) for at in (0, 3, 6)]
    return Plane(vectors[0], vectors[1], vectors[2], (place[9], place[10]))


def order(frames: list[Frame]) -> tuple[tuple[Frame, ...], float | None, list[Remark]]:
    """Sort images along their normal.

    Returns
    -------
    The images in order, mm from one to the next where that is even, and what is remarkable.
    """
    planes = [frame.plane for frame in frames if frame.plane]
    if len(planes) < len(frames) or not _parallel(planes):
        by_number = sorted(frames, key=lambda f: (f.instance is None, f.instance or 0, f.number))
        remarks = [Remark("scan.no-places")] if len(frames) > 1 and not planes else []
        return tuple(by_number), None, remarks
    normal = planes[0].normal
    depth = {id(f): float(normal @ np.asarray(f.plane.origin)) for f in frames if f.plane}
    ordered = sorted(frames, key=lambda f: (depth[id(f)], f.instance or 0, f.number))
    steps = np.diff([depth[id(frame)] for frame in ordered])
    return tuple(ordered), *_evenness(steps, ordered)


def _parallel(planes: Sequence[Plane]) -> bool:
    first = np.concatenate([planes[0].along_row, planes[0].along_column, planes[0].spacing])
    return all(
        np.abs(np.concatenate([p.along_row, p.along_column, p.spacing]) - first).max()
        < SAME_DIRECTION
        for p in planes
    )


def _evenness(steps: np.ndarray, ordered: Sequence[Frame]) -> tuple[float | None, list[Remark]]:
    if not len(steps):
        return None, []
    remarks: list[Remark] = []
    same_place = int((np.abs(steps) < EVEN_MM).sum())
    if same_place:
        remarks.append(Remark("scan.same-place", {"images": same_place}))
    apart = steps[np.abs(steps) >= EVEN_MM]
    if not len(apart):
        return None, remarks
    usual = float(np.median(apart))
    missing = int(sum(round(step / usual) - 1 for step in apart if step > GAP * usual))
    if missing:
        remarks.append(Remark("scan.gaps", {"slices": missing}))
    is_even = bool((np.abs(apart - usual) <= max(EVEN * usual, EVEN_MM)).all())
    if not is_even and not missing:
        remarks.append(
            Remark("scan.uneven", {"least": float(apart.min()), "most": float(apart.max())})
        )
    planes = [frame.plane for frame in ordered if frame.plane]
    aside = 0 if same_place else _aside(planes)
    if aside:
        remarks.append(Remark("scan.aside", {"images": aside}))
    elif _sheared(planes):
        remarks.append(Remark("scan.tilted"))
    return (usual if is_even and not same_place and not aside else None), remarks


def _aside(planes: Sequence[Plane]) -> int:
    """Number of images that lie beside the line through the first and the last of them."""
    origins = np.array([plane.origin for plane in planes])
    step = origins[-1] - origins[0]
    depths = (origins - origins[0]) @ planes[0].normal
    line = origins[0] + depths[:, None] / depths[-1] * step
    return int((np.linalg.norm(origins - line, axis=1) > ASIDE * min(planes[0].spacing)).sum())


def _sheared(planes: Sequence[Plane]) -> bool:
    """Whether images are not stacked along their normal: a tilted gantry."""
    step = np.subtract(planes[-1].origin, planes[0].origin)
    length = float(np.linalg.norm(step))
    return length > 0 and float(abs(planes[0].normal @ step)) / length < 0.9998


def _remarks_on_files(members: Sequence[Header]) -> list[Remark]:
    remarks: list[Remark] = []
    burned = {member.text("burned") for member in members}
    if "yes" in burned:
        remarks.append(Remark("scan.burned-in"))
    elif "maybe" in burned:
        remarks.append(Remark("scan.may-be-burned-in"))
    flaws = [flaw for m in members for flaw in cast("list[str]", m.facts.get("flaws", []))]
    remarks += [Remark(flaw) for flaw in dict.fromkeys(flaws)]
    if any(member.facts.get("lossy") for member in members):
        remarks.append(Remark("scan.lossy"))
    return remarks


def part_twins(
    headers: Sequence[Header], fingerprints: Mapping[Source, str]
) -> tuple[list[Header], list[Refused], int]:
    """Files that claim to be the same image: exact copies are left out, others are refused.

    Returns
    -------
    Headers to go on with, files in conflict, and the number of copies.
    """
    by_name: dict[str, list[Header]] = defaultdict(list)
    for header in headers:
        by_name[header.text("instance") or str(header.source)].append(header)
    kept: list[Header] = []
    refused: list[Refused] = []
    copies = 0
    for same in by_name.values():
        contents = {fingerprints.get(header.source, "") for header in same}
        if len(same) > 1 and len(contents) > 1:
            refused += [Refused(header.source, "scan.conflict") for header in same]
            continue
        kept.append(same[0])
        copies += len(same) - 1
    return kept, refused, copies


def twins(headers: Sequence[Header]) -> list[Source]:
    """Files whose name of the image is claimed by another file as well."""
    seen: dict[str, list[Source]] = defaultdict(list)
    for header in headers:
        if name := header.text("instance"):
            seen[name].append(header.source)
    return [source for sources in seen.values() if len(sources) > 1 for source in sources]
