"""Qt, the inspector's third page: options, the dose, the plan and trials, and their boards.

Loaded when the page is first shown: the window's start does not wait for it.
"""
