"""The jobs that an analysis runs in a thread: a slide, a series, or a network on a volume.

What they need is loaded in that thread: the window need not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bedside_dx.app.sharing_cores import beside_a_screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.app.reading import Slide
    from bedside_dx.app.scanning import ScanReader
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.case import Case
    from bedside_dx.core.events import Emit
    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.core.results import Report
    from bedside_dx.core.scan import Series, Study
    from bedside_dx.core.settings import Settings
    from bedside_dx.ui.examination import Examination

    Job = Callable[[Emit, Cancel], Report | MarkedScan]
    Tell = Callable[["EngineLoaded"], None]


@dataclass(frozen=True)
class EngineLoaded:
    """The model is loaded: this engine really runs."""

    engine: str


def job_for(
    examination: Examination, settings: Settings, scans: Callable[[], ScanReader], tell: Tell
) -> Job | None:
    """Make the job that reads an examination with the model chosen for it.

    Parameters
    ----------
    settings
        What holds for it.
    scans
        Hands out what reads slices; asked for scans only.
    tell
        Is told the engine once it is loaded; called in the thread of the job.

    Returns
    -------
    None where no model is chosen, or nothing is open.
    """
    card, case, study = examination.choice, examination.case, examination.study
    if card is None:
        return None
    if study is not None and (series := examination.series) is not None:
        if examination.network is not None:
            return _volume_job(study, series, card.name, case, settings, scans(), tell)
        part = examination.stated_part()
        return _scan_job(study, series, card.name, case, part, settings, scans(), tell)
    slide = examination.slide
    return _slide_job(slide, card.name, case, settings, tell) if slide else None


def _volume_job(
    study: Study,
    series: Series,
    name: str,
    case: Case,
    settings: Settings,
    reader: ScanReader,
    tell: Tell,
) -> Job:
    def job(emit: Emit, cancel: Cancel) -> MarkedScan:
        from bedside_dx.app.marking import load_network, mark_series  # noqa: PLC0415 - see above

        network = load_network(name, beside_a_screen(settings))
        tell(EngineLoaded(f"{network.engine} · {network.provider}"))
        return mark_series(reader, study, series, network, case=case, emit=emit, cancel=cancel)

    return job


def _scan_job(
    study: Study,
    series: Series,
    name: str,
    case: Case,
    part: str,
    settings: Settings,
    reader: ScanReader,
    tell: Tell,
) -> Job:
    def job(emit: Emit, cancel: Cancel) -> Report:
        from bedside_dx.app.choosing import load_model  # noqa: PLC0415 - see above
        from bedside_dx.app.scanning import diagnose_series  # noqa: PLC0415 - see above

        classifier = load_model(name, settings)
        tell(EngineLoaded(f"{classifier.engine} · {classifier.provider}"))
        return diagnose_series(
            reader,
            study,
            series,
            classifier,
            case=case,
            settings=beside_a_screen(settings, classifier.pace.workers),
            part=part,
            emit=emit,
            cancel=cancel,
        )

    return job


def _slide_job(slide: Slide, name: str, case: Case, settings: Settings, tell: Tell) -> Job:
    def job(emit: Emit, cancel: Cancel) -> Report:
        from bedside_dx.app.choosing import load_model  # noqa: PLC0415 - see above
        from bedside_dx.app.pipeline import diagnose  # noqa: PLC0415 - see above
        from bedside_dx.app.resuming import Resuming  # noqa: PLC0415 - see above

        with Resuming() as resuming:
            classifier = load_model(name, settings, partial(resuming.as_begun, slide))
            tell(EngineLoaded(f"{classifier.engine} · {classifier.provider}"))
            report = diagnose(
                case,
                slide,
                classifier,
                settings=beside_a_screen(settings, classifier.pace.workers),
                emit=emit,
                cancel=cancel,
                resuming=resuming,
            )
            resuming.finish(report)
        return report

    return job
