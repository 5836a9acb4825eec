"""Options that several verbs share."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bedside_dx.core.settings import AUTO, ENGINES, PRECISIONS, PROVIDERS, Settings

if TYPE_CHECKING:
    import argparse

    from bedside_dx.text import Texts


def add_engine_options(parser: argparse.ArgumentParser, t: Texts) -> None:
    """Add where, on what and how precisely a model runs."""
    add_place_options(parser, t)
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default=AUTO,
        help=t("what runs the model; auto: what models tune found fastest"),
    )
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=AUTO,
        help=t(
            "auto: what models tune found fastest, else fp32 (32 bits); bf16 and int8 only where"
            " the model states how well its decisions agree"
        ),
    )


def add_place_options(parser: argparse.ArgumentParser, t: Texts) -> None:
    """Add where and how wide a model runs."""
    parser.add_argument(
        "--provider",
        choices=PROVIDERS,
        default="cpu",
        help=t("where the model runs; no silent fallback"),
    )
    parser.add_argument(
        "--threads",
        type=partial(thread_count, t=t),
        default=0,
        metavar="N",
        help=t("worker threads; 0: one for each core"),
    )


def add_spacing(parser: argparse.ArgumentParser, t: Texts) -> None:
    """Add the scale that a person states."""
    parser.add_argument(
        "--spacing",
        type=partial(decimal_number, t=t),
        metavar="UM",
        help=t("µm per pixel of the full resolution, if the file does not say"),
    )


def decimal_number(text: str, t: Texts) -> float:
    """Read a number with a decimal point or a decimal comma."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ArgumentTypeError(t("“{text}” is not a number", text=text)) from None


def thread_count(text: str, t: Texts) -> int:
    """Read a number of threads."""
    if not text.isdecimal():
        raise ArgumentTypeError(t("“{text}” is not a whole number from 0 on", text=text))
    return int(text)


def calendar_day(text: str, t: Texts) -> date:
    """Read a date as ISO 8601 writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = t("“{text}” is not a date such as 1961-02-03", text=text)
        raise ArgumentTypeError(words) from None


def settings_from(args: argparse.Namespace) -> Settings:
    """Choices of this run."""
    return Settings(
        language=args.language,
        provider=getattr(args, "provider", "cpu"),
        engine=getattr(args, "engine", AUTO),
        precision=getattr(args, "precision", AUTO),
        threads=getattr(args, "threads", 0),
        icc=getattr(args, "icc", False),
    )
