"""The window. Qt, and nothing but Qt, lives in this room."""

from bedside_dx.ui.application import run

__all__ = ["run"]
