"""Installed models, written as other programs read them."""
