"""Pixels in: slides, plain images and their tiles, each in one colour space and one scale."""
