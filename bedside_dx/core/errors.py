"""The one tree of errors that may leave a room.

An error carries a *code* and the values that belong to it; what a person reads is
looked up in `bedside_dx.text` by that code, in the reader's language.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Value = str | int | float


class Phrase(str):
    """Words inside an error that can be said in another language where they are shown.

    It is the English words, its placeholders filled; `bedside_dx.text` says the sentence in
    the reader's language instead.

    Parameters
    ----------
    sentence
        English, a key of the catalogue.
    **values
        What its placeholders stand for; they may be phrases themselves.
    """

    __slots__ = ("sentence", "values")

    sentence: str
    values: Mapping[str, Value]

    def __new__(cls, sentence: str, **values: Value) -> Self:
        """Fill the placeholders."""
        phrase = super().__new__(cls, sentence.format(**values) if values else sentence)
        phrase.sentence = sentence
        phrase.values = values
        return phrase


def trace_of(error: BaseException) -> str:
    """Where an exception came from, for logs: no message and no folder, they may name a patient."""
    frames = traceback.extract_tb(error.__traceback__)
    calls = " > ".join(f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    cause = f" from {trace_of(error.__cause__)}" if error.__cause__ is not None else ""
    return f"{type(error).__name__} at {calls}{cause}"


class BedsideDxError(Exception):
    """Something a person should read about, and can do something about.

    Parameters
    ----------
    code
        Key of the message, for example ``"slide.no-scale"``. Its text is in
        `bedside_dx.text.messages`, with a hint that says what to do next.
    path
        File the error is about, if any.
    **values
        What the message's placeholders stand for.
    """

    def __init__(self, code: str, *, path: Path | None = None, **values: Value) -> None:
        super().__init__(code, path, values)
        self.code = code
        self.path = path
        self.values: Mapping[str, Value] = values

    def __str__(self) -> str:
        """Return the code, for logs: a file's name may be a patient's."""
        return self.code


class SlideError(BedsideDxError):
    """A slide or image can't be opened or read."""


class ScaleError(SlideError):
    """The scale of a slide is missing, zero or absurd."""


class ImagingError(BedsideDxError):
    """A scan can't be opened or read."""


class MeasureError(BedsideDxError, ValueError):
    """Nothing can be measured on this image, or a lesion can't be followed as it was measured."""


class ModelError(BedsideDxError):
    """A model package is missing, damaged or does not fit."""


class ModelNotFound(ModelError, LookupError):
    """No model of that name is installed."""


class InferenceError(BedsideDxError):
    """An engine failed or returned something that is no result."""


class TableError(BedsideDxError):
    """A table that a person made can't be used."""


class CourseError(BedsideDxError, ValueError):
    """Lesions or sizes over time can't be judged as they are written."""


class DiseaseFileError(BedsideDxError, ValueError):
    """A file that describes a patient's disease can't be used."""


class TherapyFileError(BedsideDxError, ValueError):
    """A file that says what is proposed for a patient can't be used."""


class StagingError(BedsideDxError, ValueError):
    """T, N and M do not make a stage group."""


class PrognosisError(BedsideDxError, ValueError):
    """A prognosis model may not be used for this person, or not with these inputs."""


class KnowledgeError(BedsideDxError, ValueError):
    """A knowledge pack can't be read or trusted; what was installed before stays."""


class TherapyError(BedsideDxError, ValueError):
    """Findings contradict each other, so no options are given."""


class DoseError(BedsideDxError, ValueError):
    """A dose can't be worked out from what was stated."""


class PlanError(BedsideDxError, ValueError):
    """A therapy plan can't be read, or can't be changed so."""


class TrialError(BedsideDxError, ValueError):
    """A pack of trials, or what is asked of it, can't be read."""


class StoreError(BedsideDxError, OSError):
    """What is kept on disk can't be read, written or trusted."""


class ReportError(BedsideDxError):
    """A document could not be made."""


class SettingsError(BedsideDxError, ValueError):
    """A setting or argument is outside what is allowed."""
