"""Trials of offline packs: import, look at, and hold against one person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.app.advising import installed_knowledge
from bedside_dx.app.saving import save_together
from bedside_dx.core.errors import TrialError
from bedside_dx.therapy.clinicaltrials_gov import read_export
from bedside_dx.therapy.trial_pack import read_pack, write_pack
from bedside_dx.therapy.trial_shelf import kept_packs, trials_folder
from bedside_dx.therapy.trials import match_trials

__all__ = ["find_trials", "import_trials", "keep_trials", "kept_packs", "open_pack"]

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bedside_dx.core.trials import Candidate, Matches, TrialPack
    from bedside_dx.text import Texts

MOST_BYTES = 2**28


def open_pack(path: Path) -> TrialPack:
    """A pack from its file.

    Raises
    ------
    TrialError
        ``trial.not-found``, ``trial.unreadable``, ``trial.checksum`` or ``trial.licence``.
    """
    try:
        return read_pack(_content(path))
    except TrialError as error:
        error.path = path
        raise


def import_trials(export: Path, output: Path, name: str, made: date, t: Texts) -> TrialPack:
    """Make a pack from an export of ClinicalTrials.gov; an earlier pack stays until it is whole.

    Raises
    ------
    TrialError
        ``trial.not-found`` or ``trial.not-an-export``: no pack was written.
    ReportError
        It could not be written.
    """
    try:
        pack = read_export(_content(export), name, made)
    except TrialError as error:
        error.path = export
        raise
    text = write_pack(pack)
    read_pack(text)  # what is written can be read
    save_together(
        output.parent, {output.name: lambda place: place.write_text(text, encoding="utf-8")}, t
    )
    return pack


def keep_trials(path: Path, t: Texts) -> Path:
    """Keep a pack, or an export of ClinicalTrials.gov, among this person's packs.

    Of the same name the newer takes the older's place once it is whole. An export's day is its
    newest entry's.

    Raises
    ------
    TrialError
        It is neither: nothing was kept.
    ReportError
        It could not be written: what was kept before stays.
    """
    content = _content(path)
    try:
        try:
            pack = read_pack(content)
        except TrialError as error:
            if error.code != "trial.unreadable":
                raise
            pack = _of_export(content, path.stem)
    except TrialError as error:
        error.path = path
        raise
    place = trials_folder() / f"{_file_name(pack.name)}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    text = write_pack(pack)
    save_together(place.parent, {place.name: lambda to: to.write_text(text, encoding="utf-8")}, t)
    return place


def _of_export(content: str, name: str) -> TrialPack:
    today = date.today()  # noqa: DTZ011 - a day of this desk
    pack = read_export(content, name, today)
    days = [trial.updated for trial in pack.trials if trial.updated is not None]
    return replace(pack, made=min(max(days, default=today), today))


def _file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "trials"


def find_trials(candidate: Candidate, packs: Sequence[Path]) -> Matches:
    """Every trial of some packs, sorted by what is still missing.

    Raises
    ------
    TrialError
        As `open_pack`.
    TherapyError
        ``therapy.contradiction``: what is stated of the biomarkers.
    """
    today = date.today()  # noqa: DTZ011 - a day of this desk
    trials = [open_pack(path) for path in packs]
    return match_trials(candidate, trials, today, installed_knowledge())


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as exc:
        raise TrialError("trial.not-found", path=path) from exc
    if len(content) > MOST_BYTES:
        raise TrialError("trial.unreadable", detail=f"> {MOST_BYTES} B")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise TrialError("trial.unreadable", detail="UTF-8") from exc
