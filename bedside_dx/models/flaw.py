"""What is wrong with a package, before it is known which package it is."""

from __future__ import annotations


class Flaw(ValueError):
    """A part of a package is not as it must be.

    Its text names the place and the fault ("manifest.toml: version is missing"). It never
    leaves the room: `bedside_dx.models.package` turns it into a ModelError.
    """
