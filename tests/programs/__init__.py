"""Tiny programs named by idiom; ``program`` is differentiated by ``wrt`` at each of ``inputs``."""
