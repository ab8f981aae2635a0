"""What the table has to show, checked on what was measured."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.measure import Measured
from benchmarks.table import geometric_mean, number

Figure = Callable[[Measured], float | None]


@dataclass(frozen=True)
class Goal:
    """A bound on a figure: of every row for which ``rows`` holds, or of their geometric mean.

    ``above`` says that the figure has to be at least the bound.
    """

    says: str
    figure: Figure
    bound: float
    rows: Callable[[Measured], bool] = lambda result: True
    mean: bool = False
    above: bool = False

    def report(self, results: Sequence[Measured]) -> str:
        figures = {r.row.name: self.figure(r) for r in results if self.rows(r)}
        known = {name: figure for name, figure in figures.items() if figure is not None}
        if not known:
            return f"–     {self.says}: not measured"
        if self.mean:
            mean = geometric_mean(known.values()) or 0.0
            return f"{self.word(mean)}  {self.says}: {number(mean)}"
        worst = sorted(known.items(), key=lambda item: item[1], reverse=not self.above)
        missed = [f"{name} {number(figure)}" for name, figure in worst if self.word(figure) == "miss"]
        name, figure = worst[0]
        return f"{self.word(figure)}  {self.says}: {', '.join(missed) or f'worst is {name} {number(figure)}'}"

    def word(self, figure: float) -> str:
        return "pass" if (figure >= self.bound if self.above else figure <= self.bound) else "miss"


def ratio(one: str, two: str) -> Figure:
    return lambda result: result.ratio(one, two)


def better_against(peer: str) -> Figure:
    """The time of the better backend over that of a peer."""
    def figure(result: Measured) -> float | None:
        known = [r for r in (result.ratio(name, peer) for name in ("s2sad", "s2sad_numba")) if r is not None]
        return min(known) if known else None

    return figure


def loops(result: Measured) -> bool:
    return result.row.loops


def scalars(result: Measured) -> bool:
    return result.row.scalars


GOALS = (
    Goal("1. s2sad / hand, geometric mean at most 1.05", ratio("s2sad", "hand"), 1.05, mean=True),
    Goal("1. s2sad / hand, each row at most 1.25", ratio("s2sad", "hand"), 1.25),
    Goal("1. peak memory, s2sad / hand, at most 1.1", lambda result: result.memory("s2sad", "hand"), 1.1),
    Goal("2. scalars and element loops, s2sad / hand, at most 1.2", ratio("s2sad", "hand"), 1.2, scalars),
    Goal("3. loops, s2sad Numba / hand Numba, at most 1.3", ratio("s2sad_numba", "hand_numba"), 1.3, loops),
    Goal("3. loops, s2sad Numba / hand C, at most 1.5", ratio("s2sad_numba", "hand_c"), 1.5, loops),
    Goal("3. s2sad Numba / primal Numba, at most 4", ratio("s2sad_numba", "primal_numba"), 4.0),
    Goal("4. better backend beats autograd", better_against("autograd"), 1.0),
    Goal("4. better backend beats JAX jit", better_against("jax"), 1.0),
    Goal("4. better backend beats PyTorch, sines excepted", better_against("torch"), 1.0,
         lambda result: result.row.name != "sines"),
    Goal("4. scalars and element loops, autograd / s2sad, at least 100", ratio("autograd", "s2sad"), 100.0, scalars,
         above=True),
    Goal("4. scalars and element loops, PyTorch / s2sad, at least 100", ratio("torch", "s2sad"), 100.0, scalars,
         above=True),
)
