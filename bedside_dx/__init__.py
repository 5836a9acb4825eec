"""bedside_dx: a slide or scan in, a verdict that knows its limits out. Research use only.

>>> import bedside_dx as bdx
>>> report = bdx.examine(Path("slide.svs"), "colon-he")  # doctest: +SKIP
>>> report.diagnosis.status  # doctest: +SKIP
<Status.PRESENT: 'present'>

Names are loaded when they are first used: importing the package is quick and loads no
Qt, no OpenSlide and no onnxruntime.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "Case": "bedside_dx.core.case",
    "Patient": "bedside_dx.core.case",
    "Settings": "bedside_dx.core.settings",
    "BedsideDxError": "bedside_dx.core.errors",
    "Report": "bedside_dx.core.results",
    "Status": "bedside_dx.core.verdict",
    "course": "bedside_dx.app.following",
    "dose": "bedside_dx.app.dosing",
    "examine": "bedside_dx.app.examining",
    "options": "bedside_dx.app.advising",
    "open_slide": "bedside_dx.app.reading",
    "prognosis": "bedside_dx.app.prognosing",
    "response": "bedside_dx.app.following",
    "save_report": "bedside_dx.app.sharing",
    "stage": "bedside_dx.app.prognosing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
