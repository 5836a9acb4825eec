"""A patient's disease as a person writes it down: a TOML file becomes a disease picture.

What the slide gave is asked for with ``"slide"`` and counts only where the same table says, under
``confirmed``, which value a person has checked. docs/disease.md describes the file.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bedside_dx.app.following import follow_sizes, judge_lesions
from bedside_dx.app.following_tables import SIZES, check_columns
from bedside_dx.app.offering import confirmed_entry, offers
from bedside_dx.app.prognosing import entries_of, model_facts, prognosis_of, stage, what_if
from bedside_dx.app.table_file import read_table
from bedside_dx.core.course import Quantity
from bedside_dx.core.disease import EDITIONS
from bedside_dx.core.disease_picture import DiseasePicture, LeftOut, Offer
from bedside_dx.core.errors import BedsideDxError, DiseaseFileError
from bedside_dx.core.prognosis import Provenance
from bedside_dx.text.course_words import left_out_words
from bedside_dx.text.disease_words import assumed_words, remark_words, sentence_of
from bedside_dx.text.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from bedside_dx.app.following_tables import BadRow
    from bedside_dx.app.table_file import Table as Sizes
    from bedside_dx.core.course import Outlook
    from bedside_dx.core.disease import Stage
    from bedside_dx.core.errors import CourseError
    from bedside_dx.core.prognosis import Entry, Prognosis, WhatIf
    from bedside_dx.core.response import ResponseCourse
    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts

Table = dict[str, Any]
Found = TypeVar("Found")

SLIDE = "slide"
"""Stands for a value that the slide gave."""
TABLES = {"schema_version": int, "stage": dict, "model": list, "response": list, "course": list}
KEYS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "stage": {"site": str, "t": str, "n": str, "m": str, "edition": int, "confirmed": dict},
    "model": {
        "name": str, "version": str, "regimen": str, "year": int, "inputs": dict,
        "confirmed": dict,
    },
    "response": {"table": str, "patient": str, "irecist": bool, "units_checked": bool},
    "course": {
        "table": str, "patient": str, "quantity": str, "ahead_days": (int, float),
        "slide_day": (int, float, str, date), "confirmed": dict,
    },
}  # fmt: skip
NEEDED = {
    "stage": ("site", "t", "n", "m"), "model": ("name", "inputs"), "response": ("table",),
    "course": ("table", "quantity"),
}  # fmt: skip
LARGEST = 2**20
VERSION = 1
TOLERANCE = 0.05
"""mm by which a confirmed value may differ from the one offered: both have one decimal."""


def read_disease(
    path: Path, t: Texts, report: Report | None = None, tell: Callable[[str], None] | None = None
) -> DiseasePicture:
    """Work out the disease that a file describes.

    Parameters
    ----------
    report
        Of the slide; None before it was read: then what does not depend on it is worked out,
        so that a slip is told before the long work.
    tell
        Told what is to be borne in mind: warnings of models, rows that could not be read.

    Raises
    ------
    DiseaseFileError
        Its words name the table and the key.
    """
    document = _document(path)
    found = document.get("stage")
    whats: list[WhatIf] = []
    scores: list[Prognosis] = []
    for at, one in enumerate(document.get("model", []), start=1):
        made = _Asking(path, f"model {at}", one, t, report).model()
        if made is not None:
            (scores if made[1] is None else whats).append(cast("Any", made[1] or made[0]))
    left_out: list[LeftOut] = []
    responses = [
        _Asking(path, f"response {at}", one, t, report, left_out).response()
        for at, one in enumerate(document.get("response", []), start=1)
    ]
    outlooks = [
        _Asking(path, f"course {at}", one, t, report, left_out).course()
        for at, one in enumerate(document.get("course", []), start=1)
    ]
    staged = None if found is None else _Asking(path, "stage", found, t, report).stage()
    picture = DiseasePicture(
        staged, tuple(whats), tuple(scores), tuple(responses), tuple(outlooks), tuple(left_out)
    )
    if tell is not None:
        for sentence in _to_bear_in_mind(picture, t):
            tell(sentence)
    return picture


def _to_bear_in_mind(picture: DiseasePicture, t: Texts) -> list[str]:
    """Remarks of the stage and of each model with its name, then rows that could not be read."""
    said = [] if picture.stage is None else [sentence_of(one, t) for one in picture.stage.remarks]
    for one in (*(each.prognosis for each in picture.what_ifs), *picture.scores):
        title = t(one.model.title)
        sentences = [*(remark_words(remark, t) for remark in one.remarks), assumed_words(one, t)]
        said += [t("{name}: {said}", name=title, said=words) for words in sentences if words]
    return [*said, *(left_out_words(one, t) for one in picture.left_out)]


class _Asking:
    """One table of the file on its way to a part of the picture; errors name it."""

    def __init__(
        self, path: Path, name: str, table: Table, t: Texts, report: Report | None,
        left_out: list[LeftOut] | None = None,
    ) -> None:  # fmt: skip
        self._path, self._name, self._table = path, name, table
        self._t, self._report = t, report
        self._left_out = [] if left_out is None else left_out
        _check_keys(path, name, table)

    def stage(self) -> Stage | None:
        table = self._table
        t_category, edition = table["t"], table.get("edition", EDITIONS[0])
        if t_category == SLIDE:
            if self._report is None:
                return None
            offer = self._confirmed("t", organ=table["site"], edition=edition)
            t_category = offer.choice
        try:
            return stage(table["site"], t_category, table["n"], table["m"], edition)
        except BedsideDxError as error:
            raise self._refused("site, edition, t, n, m", error) from error

    def model(self) -> tuple[Prognosis, WhatIf | None] | None:
        """The prognosis, and what would change it where the model has curves."""
        table = self._table
        stated: Table = table["inputs"]
        asked = [key for key, value in stated.items() if value == SLIDE]
        name, version = table["name"], table.get("version")
        try:
            facts = model_facts(name, version)
            typed = {key: value for key, value in stated.items() if value != SLIDE}
            entries: dict[str, Entry] = entries_of(name, version, typed, confirmed=self._slips())
            if asked and self._report is None:
                return None
            for key in asked:
                if key not in {wanted.key for wanted in facts.inputs}:
                    names = ", ".join(wanted.key for wanted in facts.inputs)
                    raise self._error("disease-file.unknown-key", f"inputs.{key}", known=names)
                entries[key] = confirmed_entry(self._confirmed(key), facts.input(key))
            regimen = table.get("regimen")
            if not facts.horizons:
                return prognosis_of(name, version, entries, regimen), None
            found = what_if(name, version, entries, regimen, year=table.get("year"))
        except DiseaseFileError:
            raise
        except BedsideDxError as error:
            key = str(error.values.get("key", ""))
            raise self._refused(f"inputs.{key}" if key else "name, inputs", error) from error
        return found.prognosis, found

    def response(self) -> ResponseCourse:
        table = self._table
        try:
            found = judge_lesions(
                self._beside(table["table"]),
                immune=table.get("irecist", False),
                units_checked=table.get("units_checked", False),
            )
        except BedsideDxError as error:
            raise self._refused("table", error) from error
        judged = {one.patient: one for one in found.judged}
        return self._of_patient(judged, found.refused, found.bad_rows)

    def course(self) -> Outlook:
        table = self._table
        if table["quantity"] not in set(Quantity):
            raise self._error("disease-file.bad-value", "quantity", allowed=", ".join(Quantity))
        try:
            found = follow_sizes(
                self._sizes(), Quantity(table["quantity"]), table.get("ahead_days")
            )
        except DiseaseFileError:
            raise
        except BedsideDxError as error:
            raise self._refused("table", error) from error
        of_all = {one.course.patient: one for one in found.outlooks}
        return self._of_patient(of_all, found.refused, found.bad_rows)

    def _sizes(self) -> Path | Sizes:
        """The table, with the slide's own size as one more visit where that is asked for."""
        path, table = self._beside(self._table["table"]), self._table
        if "slide_day" not in table:
            return path
        if table["quantity"] != Quantity.LESION_MM:
            only = Quantity.LESION_MM.value
            raise self._error("disease-file.bad-value", "quantity", allowed=f'"{only}"')
        if self._report is None:
            return path
        offer = self._confirmed(Quantity.LESION_MM.value)
        sizes = read_table(path)
        check_columns(sizes, path, SIZES)
        patient = self._which(dict.fromkeys(row["id"] for row in sizes.rows))
        seen = {
            "id": patient, "day": str(table["slide_day"]), "value": f"{offer.value:g}",
            "source": Provenance.AI_DERIVED.value,
        }  # fmt: skip
        last = sizes.line(len(sizes.rows) - 1) + 1
        lines = (*(sizes.line(at) for at in range(len(sizes.rows))), last)
        return replace(sizes, rows=(*sizes.rows, seen), lines=lines)

    def _of_patient(
        self,
        judged: Mapping[str, Found],
        refused: Mapping[str, CourseError],
        bad_rows: Sequence[BadRow],
    ) -> Found:
        """The patient named; without a name the only one."""
        patient = self._which([*judged, *refused])
        name = self._table["table"]
        self._left_out.extend(
            LeftOut(name, row.line, row.error) for row in bad_rows if row.patient in ("", patient)
        )
        if patient in refused:
            raise self._refused("table", refused[patient])
        return judged[patient]

    def _which(self, known: Collection[str]) -> str:
        patient: str | None = self._table.get("patient")
        names = list(known)
        if patient is None and len(names) == 1:
            patient = names[0]
        if patient is None or patient not in names:
            said = ", ".join(name or "–" for name in names[:10]) or "–"
            raise self._error("disease-file.which-patient", "patient", known=said)
        return patient

    def _slips(self) -> list[str]:
        """Inputs a person typed and confirmed: their value is stated twice."""
        inputs, confirmed = self._table["inputs"], self._table.get("confirmed", {})
        return [key for key in confirmed if inputs.get(key) == confirmed[key]]

    def _confirmed(self, key: str, **about: Any) -> Offer:
        """What the slide gave, where a person has confirmed that very value."""
        assert self._report is not None
        found = offers(self._report, (key,), **about)
        if not found:
            raise self._error("disease-file.not-offered", key)
        (offer,) = found
        said = offer.choice or decimal(offer.value, self._t.language, 1)
        stated = self._table.get("confirmed", {}).get(key)
        words = remark_words(offer.says, self._t)
        if stated is None:
            raise self._error("disease-file.unconfirmed", key, value=said, says=words)
        if not _agrees(stated, offer):
            raise self._error(
                "disease-file.other-value", key, value=said, stated=str(stated), says=words
            )
        return offer

    def _beside(self, name: str) -> Path:
        return self._path.parent / name

    def _refused(self, key: str, error: BedsideDxError) -> DiseaseFileError:
        what, hint = self._t.error(error)
        return self._error("disease-file.refused", key, what=what, advice=hint)

    def _error(self, code: str, key: str, **values: str) -> DiseaseFileError:
        return DiseaseFileError(code, path=self._path, table=self._name, key=key, **values)


def _agrees(stated: object, offer: Offer) -> bool:
    if offer.choice:
        return str(stated).strip().upper().removeprefix("T") == offer.choice.upper()
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return False
    return abs(stated - offer.value) <= TOLERANCE


def _document(path: Path) -> Table:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise DiseaseFileError("disease-file.unreadable", path=path, detail="> 1 MiB")
        document = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError as exc:
        raise DiseaseFileError("disease-file.not-found", path=path) from exc
    except (OSError, ValueError) as exc:
        detail = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise DiseaseFileError("disease-file.unreadable", path=path, detail=detail or "–") from exc
    if document.get("schema_version") != VERSION:
        raise DiseaseFileError("disease-file.version", path=path, table="–", key="schema_version")
    _check_known(path, "–", document, TABLES)
    for name in ("model", "response", "course"):
        if not all(isinstance(one, dict) for one in document.get(name, [])):
            raise DiseaseFileError(
                "disease-file.bad-value", path=path, table=name, key=name, allowed=f"[[{name}]]"
            )
    if not set(document) - {"schema_version"}:
        raise DiseaseFileError(
            "disease-file.empty", path=path, known="stage, model, response, course"
        )
    return document


def _check_keys(path: Path, name: str, table: Table) -> None:
    kind = name.split(maxsplit=1)[0]
    _check_known(path, name, table, KEYS[kind])
    missing = next((key for key in NEEDED[kind] if key not in table), None)
    if missing is not None:
        raise DiseaseFileError("disease-file.missing", path=path, table=name, key=missing)
    for key, value in table.get("inputs", {}).items():
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise DiseaseFileError(
                "disease-file.bad-value", path=path, table=name, key=f"inputs.{key}", allowed="1"
            )


def _check_known(
    path: Path, name: str, table: Table, known: Mapping[str, type | tuple[type, ...]]
) -> None:
    for key, value in table.items():
        if key not in known:
            raise DiseaseFileError(
                "disease-file.unknown-key", path=path, table=name, key=key, known=", ".join(known)
            )
        is_flag = isinstance(value, bool) and known[key] is not bool
        if is_flag or not isinstance(value, known[key]):
            kinds = known[key] if isinstance(known[key], tuple) else (known[key],)
            allowed = WORDS[cast("tuple[type, ...]", kinds)[0]]
            raise DiseaseFileError(
                "disease-file.bad-value", path=path, table=name, key=key, allowed=allowed
            )


WORDS = {str: '"…"', int: "1", dict: "{ … }", list: "[[…]]", bool: "true, false"}
"""What a value of a kind looks like in TOML."""
