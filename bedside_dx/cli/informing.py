"""`bedside-dx info`: what a file says about itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import add_spacing
from bedside_dx.text.words import spacing_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.results import SlideFacts
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("info", parents=[shared], help=t("say what a slide holds"))
    parser.add_argument("slide", type=Path, help=t("slide, image or DICOM folder"))
    add_spacing(parser, t)
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Describe one slide."""
    from bedside_dx.app.reading import open_slide

    with open_slide(args.slide, spacing=args.spacing) as slide:
        facts = slide.facts()
        if args.json:
            print_json(_document(facts, slide.downsamples, slide.associated))
            return int(Exit.DONE)
        print("\n  ".join(_lines(facts, slide.downsamples, slide.associated, t)))
    return int(Exit.DONE)


def _document(
    facts: SlideFacts, downsamples: tuple[float, ...], associated: tuple[str, ...]
) -> dict[str, object]:
    spacing = facts.spacing
    return {
        "file": facts.path.name,
        "format": facts.format,
        "width_px": facts.size.width,
        "height_px": facts.size.height,
        "spacing_um_px": spacing.um_per_px if spacing else None,
        "spacing_source": spacing.source if spacing else None,
        "spacing_detail": spacing.detail if spacing else None,
        "downsamples": list(downsamples),
        "associated_images": list(associated),
        "sha256": facts.fingerprint,
    }


def _lines(
    facts: SlideFacts, downsamples: tuple[float, ...], associated: tuple[str, ...], t: Texts
) -> list[str]:
    size = facts.size
    levels = ", ".join(f"1:{downsample:g}" for downsample in downsamples)
    return [
        facts.path.name,
        t("Format: {format}", format=facts.format),
        t("Size: {width:count} × {height:count} px", width=size.width, height=size.height),
        t("Scale: {scale}", scale=spacing_words(facts.spacing, t)),
        t("Levels: {levels}", levels=levels),
        t("Further images: {names}", names=", ".join(associated) or "–"),
        f"sha256 {facts.fingerprint}",
    ]
