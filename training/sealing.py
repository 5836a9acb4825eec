"""What every change of a package ends with: its hashes written, and the whole put in place."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path


def seal(folder: Path) -> None:
    """Write SHA256SUMS over every other file of the package."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def put(folder: Path, place: Path) -> None:
    """Replace a package by a finished one, at once for those who read it."""
    fresh, old = place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(folder, fresh)
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def with_section(card: str, heading: str, text: str) -> str:
    """Put a section in place of the one of that heading, or before "How it was made"."""
    parts = card.split("\n## ")
    kept = [p for i, p in enumerate(parts) if i == 0 or f"## {p.splitlines()[0]}" != heading]
    last = next((i for i, p in enumerate(kept) if p.startswith("Known failures")), len(kept))
    kept.insert(last, text.removeprefix("## ").strip() + "\n")
    return "\n## ".join(part if i == len(kept) - 1 else part.rstrip("\n") + "\n"
                        for i, part in enumerate(kept)).rstrip("\n") + "\n"  # fmt: skip
