"""The slide on the screen: a gigapixel image that pans and zooms like a sheet of paper."""

from bedside_dx.ui.viewer.slide_viewer import SlideViewer

__all__ = ["SlideViewer"]
