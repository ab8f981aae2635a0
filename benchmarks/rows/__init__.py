"""The rows of the table, a module each."""
from __future__ import annotations

from importlib import import_module

from benchmarks.row import Row

MODULES = (
    "sines", "network", "equilibrium", "rk4", "heat", "gauss_seidel", "mixture", "lstm", "gaussian_process",
    "gather", "ratings", "flight", "bodies",
)
ROWS: tuple[Row, ...] = tuple(import_module(f"{__name__}.{module}").ROW for module in MODULES)
