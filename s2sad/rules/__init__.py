"""Derivative rules: data, one line a primitive wherever one line can say it."""
