"""Inference engines; each is one file with the only import of its library."""
