"""Tests of the sprint and stride physics."""
