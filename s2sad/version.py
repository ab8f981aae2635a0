"""The version, in the one place from which the package, the command line and the cache's keys read it."""

__version__ = "0.1.0"
