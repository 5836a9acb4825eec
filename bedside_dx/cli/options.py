"""Options that several verbs share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.settings import PROVIDERS, Settings

if TYPE_CHECKING:
    import argparse

    from bedside_dx.text import Texts


def add_engine_options(parser: argparse.ArgumentParser, t: Texts) -> None:
    """Add where and how wide a model runs."""
    parser.add_argument(
        "--provider",
        choices=PROVIDERS,
        default="cpu",
        help=t("where the model runs; no silent fallback"),
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=0,
        metavar="N",
        help=t("worker threads; 0: one for each core"),
    )


def add_spacing(parser: argparse.ArgumentParser, t: Texts) -> None:
    """Add the scale that a person states."""
    parser.add_argument(
        "--spacing",
        type=float,
        metavar="UM",
        help=t("µm per pixel of the full resolution, if the file does not say"),
    )


def settings_from(args: argparse.Namespace) -> Settings:
    """Choices of this run."""
    return Settings(
        language=args.language,
        provider=getattr(args, "provider", "cpu"),
        threads=getattr(args, "threads", 0),
        icc=getattr(args, "icc", False),
    )
