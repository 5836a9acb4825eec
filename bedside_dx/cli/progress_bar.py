"""How far a job is, as a terminal shows it. Apart, as rich takes its time to load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bedside_dx.core.events import FindingsGrew, NotResumable, Resumed, Stage, StageProgress
from bedside_dx.text.words import not_resumable_words, resumed_words, status_word

if TYPE_CHECKING:
    from types import TracebackType

    from bedside_dx.core.events import Event
    from bedside_dx.text import Texts


def stage_name(stage: Stage, t: Texts) -> str:
    """Words of a stage of the main job."""
    return {
        Stage.OPENING: t("Opening"),
        Stage.TISSUE: t("Finding tissue"),
        Stage.PATCHES: t("Analysing"),
        Stage.CONCLUDING: t("Concluding"),
        Stage.REPORTING: t("Writing the report"),
        Stage.MEASURING: t("Measuring this machine"),
    }[stage]


class ProgressBar:
    """A progress bar that listens to the events of a job; quiet where nobody looks."""

    def __init__(self, t: Texts, *, quiet: bool = False) -> None:
        console = Console(stderr=True)
        self._t, self._quiet = t, quiet
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[so_far]}", style="dim"),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=None, so_far="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def emit(self, event: Event) -> None:
        """Take an event of the running job; may be called from any thread."""
        match event:
            case StageProgress(stage, done, total):
                description = stage_name(stage, self._t)
                self._progress.update(
                    self._task, description=description, completed=done, total=total
                )
            case FindingsGrew(so_far=so_far):
                word = status_word(so_far.status, self._t)
                words = (
                    self._t("settled: {word}", word=word)
                    if so_far.is_stable
                    else self._t("so far: {word}", word=word)
                )
                self._progress.update(self._task, so_far=words)
            case Resumed():
                self.say(resumed_words(event, self._t))
            case NotResumable():
                self.say(not_resumable_words(event, self._t))
            case _:
                pass

    def say(self, sentence: str) -> None:
        """Write a line above the bar; without a terminal as well."""
        if not self._quiet:
            self._progress.console.print(sentence, markup=False, highlight=False, soft_wrap=True)
