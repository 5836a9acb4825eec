"""`bedside-dx diagnose STUDY --model NAME` where the model marks volumes and gives no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.stopping import cancelled_by_signal
from bedside_dx.core.results import Reason
from bedside_dx.text.mark_words import limits_of, mark_words, marks_sentence

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.case import Case
    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.core.settings import Settings
    from bedside_dx.text import Texts


def mark_one(args: argparse.Namespace, settings: Settings, case: Case, t: Texts) -> int:
    """Mark one study and say how much of it was marked."""
    from bedside_dx.app.marking import check_flags, mark_scan, marks_values, save_marks
    from bedside_dx.cli.progress_bar import ProgressBar

    check_flags(
        has_spacing=args.spacing is not None, has_disease=bool(args.disease), model=args.model
    )
    with cancelled_by_signal() as cancel, ProgressBar(t, quiet=args.quiet) as bar:
        scan = mark_scan(
            args.slide, args.model, case=case, settings=settings, emit=bar.emit, cancel=cancel
        )
    written = save_marks(scan, args.out, settings.language) if args.out else ()
    if args.json:
        print_json(marks_values(scan, settings.language))
        return int(Exit.DONE)
    print("\n".join(mark_lines(scan, t)))
    if written:
        print("  " + t("Report: {folder}", folder=written[0].parent))
    return int(Exit.DONE)


def mark_lines(scan: MarkedScan, t: Texts) -> list[str]:
    """What was marked, what that rests on, and what it does not mean."""
    card = scan.card
    lines = [marks_sentence(t)]
    pairs = zip(card.classes, scan.marked.marks, strict=True)
    lines += ["  " + mark_words(one, mark, t) for one, mark in pairs]
    slices = len(scan.volume.values)
    lines.append("  " + t("{slices:count} slices of one series were read.", slices=slices))
    lines += ["  - " + t.reason(Reason(one.code, one.values)) for one in scan.remarks]
    lines += ["  - " + limit for limit in limits_of(card, t)]
    name = f"{card.name} {card.version}"
    return [*lines, f"  {name} · " + t("AI-generated, not verified. Research use only.")]
