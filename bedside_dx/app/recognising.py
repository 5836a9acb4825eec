"""Whether a path is a scan or a slide. It loads nothing else: the window asks before all."""

from bedside_dx.imaging.dicom.recognising import is_scan

__all__ = ["is_scan"]
