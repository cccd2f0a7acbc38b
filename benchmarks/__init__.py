"""Measurements: how fast, and how fair."""
