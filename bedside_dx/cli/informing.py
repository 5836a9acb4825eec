"""`bedside-dx info`: what a file says about itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import add_spacing
from bedside_dx.cli.scan_lines import study_document, study_lines
from bedside_dx.text.words import reading_words, spacing_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.app.reading import Slide
    from bedside_dx.core.results import SlideFacts
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("info", parents=[shared], help=t("say what a slide or scan holds"))
    parser.add_argument("slide", type=Path, help=t("slide, image, or DICOM file, folder or zip"))
    add_spacing(parser, t)
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Describe one slide or study."""
    from bedside_dx.app.reading import open_slide
    from bedside_dx.app.scanning import ScanReader, is_scan

    if is_scan(args.slide):
        with ScanReader() as reader:
            study = reader.open(args.slide)
        if args.json:
            print_json(study_document(study))
        else:
            print("\n".join(study_lines(study, t)))
        return int(Exit.DONE)
    with open_slide(args.slide, spacing=args.spacing) as slide:
        facts = slide.facts()
        if args.json:
            print_json(_document(facts, slide))
            return int(Exit.DONE)
        print("\n  ".join(_lines(facts, slide, t)))
    return int(Exit.DONE)


def _document(facts: SlideFacts, slide: Slide) -> dict[str, object]:
    spacing, reading = facts.spacing, slide.reading
    return {
        "file": facts.path.name,
        "format": facts.format,
        "width_px": facts.size.width,
        "height_px": facts.size.height,
        "spacing_um_px": spacing.um_per_px if spacing else None,
        "spacing_source": spacing.source if spacing else None,
        "spacing_detail": spacing.detail if spacing else None,
        "downsamples": list(slide.downsamples),
        "associated_images": list(slide.associated),
        "reading": reading.name,
        "direct_levels": list(reading.levels),
        "not_direct_because": reading.why_not,
        "sha256": facts.fingerprint,
    }


def _lines(facts: SlideFacts, slide: Slide, t: Texts) -> list[str]:
    size = facts.size
    levels = ", ".join(_level(downsample) for downsample in slide.downsamples)
    return [
        facts.path.name,
        t("Format: {format}", format=facts.format),
        t("Size: {width:count} × {height:count} px", width=size.width, height=size.height),
        t("Scale: {scale}", scale=spacing_words(facts.spacing, t)),
        t("Levels: {levels}", levels=levels),
        *_way_lines(slide, t),
        t("Further images: {names}", names=", ".join(slide.associated) or "–"),
        f"sha256 {facts.fingerprint}",
    ]


def _way_lines(slide: Slide, t: Texts) -> list[str]:
    reading, downsamples = slide.reading, slide.downsamples
    lines = [t("Pixels decoded by: {way}", way=reading_words(reading, t))]
    others = [_level(d) for i, d in enumerate(downsamples) if i not in reading.levels]
    if reading.levels and others:
        lines.append(t("Through OpenSlide: {levels}", levels=", ".join(others)))
    return lines


def _level(downsample: float) -> str:
    return f"1:{downsample:g}"
