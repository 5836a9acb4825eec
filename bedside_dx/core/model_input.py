"""What a model is fed. It stands apart from the card: the window asks it before there is one."""

from __future__ import annotations

from enum import StrEnum


class ModelInput(StrEnum):
    """What a model is fed: patches of a slide at a spacing, or one whole image."""

    PATCHES = "patches"
    WHOLE_IMAGE = "whole-image"
