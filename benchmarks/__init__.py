"""Measurements: generated code against code written by hand, and what generating it costs."""
