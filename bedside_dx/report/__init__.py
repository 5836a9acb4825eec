"""Findings become documents: for a clinician, for another program, for QuPath.

Nothing here opens a slide: the pictures come with the `core.results.Report`.
"""
