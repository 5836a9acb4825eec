"""Qt, scans on the stage: series, their slices and reformats, and what lies over them.

Loaded with the first scan: the window's start does not wait for it.
"""
