"""`bedside-dx models calibrate`: an imported model on a site's own labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import add_place_options, settings_from
from bedside_dx.cli.stopping import cancelled_by_signal
from bedside_dx.cli.tuning import measure_installed
from bedside_dx.text.numbers import fixed

if TYPE_CHECKING:
    import argparse

    from bedside_dx.app.calibrating import Calibrated
    from bedside_dx.text import Texts


def add_to(actions: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the action to the verb `models`."""
    calibrating = actions.add_parser(
        "calibrate",
        parents=[shared],
        help=t("calibrate an imported model on labelled images of this site"),
    )
    calibrating.add_argument("name")
    calibrating.add_argument(
        "--index",
        type=Path,
        required=True,
        metavar="CSV",
        help=t("table with the columns path, label and, if you like, spacing_um and group"),
    )
    calibrating.add_argument("--quiet", action="store_true", help=t("no progress bar"))
    add_place_options(calibrating, t)
    calibrating.set_defaults(run=calibrate_model)


def calibrate_model(args: argparse.Namespace, t: Texts) -> int:
    """Calibrate an imported model, and install it as its next version."""
    from bedside_dx.app.calibrating import calibrate_model as calibrate
    from bedside_dx.cli.progress_bar import ProgressBar

    settings = settings_from(args)
    with cancelled_by_signal() as cancel, ProgressBar(t, quiet=args.quiet) as bar:
        done = calibrate(
            args.name,
            args.index,
            emit=bar.emit,
            cancel=cancel,
            provider=settings.provider,
            threads=settings.threads,
        )
    for line in _lines(done, t):
        print(line)
    measure_installed(done.card.name, t, quiet=args.quiet)
    return int(Exit.DONE)


def _lines(done: Calibrated, t: Texts) -> list[str]:
    found, card = done.found, done.card
    lines = [
        t(
            "{name} {version} is installed, calibrated on {count:count} images.",
            name=card.name,
            version=card.version,
            count=found.images,
        ),
        t("Temperature: {value}", value=fixed(found.temperature, t.language, 2)),
        t(
            "Calibration error on the half it was not fitted on: {value}",
            value=fixed(found.error, t.language, 3),
        ),
        t("It abstains below {share:percent}.", share=found.abstain_below),
    ]
    if done.has_new_gate:
        lines.append(t("It now tells tissue that is unlike these images."))
    if done.unreadable:
        lines.append(t("Left out, not readable: {n:count}", n=done.unreadable))
    back = t("Back to version {version}: bedside-dx models rollback {name}",
             version=done.before, name=card.name)  # fmt: skip
    return [*lines, back]
