"""Qt, the inspector's second page: stage, prognosis and course, and the board beside it.

Loaded when the page is first shown: the window's start does not wait for it.
"""
