"""Write the golden files and the generated examples anew, or check that they are current.

    python tools/update.py           writes what is stale
    python tools/update.py --check   writes nothing; prints what differs, exit status 1 if anything does
"""
from __future__ import annotations

import argparse
import difflib
import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from s2sad import pipeline, target  # noqa: E402
from s2sad.ir.of_values import kind_of  # noqa: E402
from s2sad.primal import Primal  # noqa: E402
from s2sad.request import Request  # noqa: E402
from s2sad.without_arguments import generate  # noqa: E402

GOLDEN = ROOT / "tests" / "golden"
EXAMPLES = ROOT / "generated_examples"

# Programs of tests/programs whose generated text is kept, and how they are differentiated.
PROGRAMS = {
    "value_and_grad": (
        "assignment_chained", "assignment_starred", "broadcast_row_with_column", "closure_late_binding_in_loop",
        "comprehension_calls_function", "comprehension_dict", "dataclass_parameter", "for_itertools",
        "function_chosen_at_run_time", "if_elif_else", "inplace_array_element_write",
        "inplace_array_written_through_view", "inplace_list_append", "inplace_list_item_store",
        "list_slice_and_concatenation", "loop_else_nested", "loop_exits_mixed", "model_kalman_filter",
        "model_lstm_cell", "model_mlp_layers", "model_rk4_tuple", "numpy_where_infinite_partial",
        "object_constructed_inside", "object_inheritance", "object_nested", "recursion_self",
        "return_in_loop", "ternary", "walrus_in_while", "while_true_break",
    ),
    "grad": ("model_mlp_layers", "ternary"),
    "vjp": ("dataclass_result", "model_lstm_cell", "while_true_break"),
}


# Programs of tests/test_parallel.py whose text is kept, as Numba compiles it for several threads.
PARALLEL_GOLDEN = GOLDEN / "parallel"
PARALLEL = ("rows_with_weights", "while_loop_inside", "stencil")


@dataclass(frozen=True)
class Example:
    """A function of ``generated_examples/SOURCE.py`` and the file that holds its derivative."""

    source: str
    function: str
    mode: str
    argnums: str | None = None

    @property
    def file(self) -> str:
        return f"{self.source}_{self.mode}.py"

    def command(self) -> str:
        """What writes the file, typed in the folder of the examples."""
        mode = "vjp" if self.mode == "vjp" else "grad"
        options = [f"--argnums {self.argnums}"] if self.argnums else []
        options += ["--value"] if self.mode == "value_and_grad" else []
        return " ".join(["s2sad", mode, f"{self.source}.py:{self.function}", *options, "-o", self.file])


EXAMPLE_LIST = (
    Example("sines", "total", "grad"),
    Example("sines", "total", "value_and_grad"),
    Example("network", "loss", "value_and_grad"),
    Example("doubling", "doubled", "vjp"),
    Example("relax", "relax", "value_and_grad"),
    Example("kepler", "position", "value_and_grad", "mean_anomaly,eccentricity"),
    Example("heat", "energy", "grad", "u0"),
    Example("heat", "energy", "value_and_grad", "u0,k"),
)


def golden_files() -> dict[Path, str]:
    return {GOLDEN / f"{name}.{mode}.py": golden_text(name, mode) for mode, names in PROGRAMS.items()
            for name in names}


def golden_text(name: str, mode: str) -> str:
    """The generated module for the first inputs of a program."""
    module = importlib.import_module(f"tests.programs.{name}")
    primal = Primal(module.program)
    arguments = primal.bind(module.inputs[0], {}).arguments
    wrt = tuple(primal.names[place] for place in module.wrt)
    kinds = {key: kind_of(value, key) for key, value in arguments.items()}
    return pipeline.generate(Request(primal.function, mode, kinds, wrt, len(wrt) == 1)).text


def parallel_files() -> dict[Path, str]:
    """The texts for several threads; none where Numba is not installed."""
    if importlib.util.find_spec("numba") is None:
        return {}
    from tests import test_parallel

    cases = {program.__name__: (program, arguments) for program, arguments, _ in test_parallel.PARALLEL}
    return {PARALLEL_GOLDEN / f"{name}.py": test_parallel.text_of(*cases[name]) for name in PARALLEL}


def example_files() -> dict[Path, str]:
    return {EXAMPLES / example.file: example_text(example) for example in EXAMPLE_LIST}


def example_text(example: Example) -> str:
    function = target.resolve(f"{EXAMPLES / example.source}.py:{example.function}")
    argnums = None if example.argnums is None else tuple(example.argnums.split(","))
    if argnums is not None and len(argnums) == 1:
        argnums = argnums[0]  # type: ignore[assignment]
    return generate(function, example.mode, argnums=argnums)


def difference(path: Path, text: str) -> str:
    """What is stale in a file, as a unified diff; empty if nothing is."""
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(kept.splitlines(True), text.splitlines(True), f"{path.name} (kept)", "(generated now)")
    return "".join(lines)


def left_over(current: dict[Path, str]) -> list[Path]:
    """Golden files of programs that are no longer listed."""
    return sorted(path for path in GOLDEN.glob("*.py") if path not in current)


def main() -> int:
    parser = argparse.ArgumentParser(description="Update the golden files and the generated examples.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if anything is stale")
    check = parser.parse_args().check
    current = {**golden_files(), **parallel_files(), **example_files()}
    stale = {path: text for path, text in current.items() if difference(path, text)}
    gone = left_over(current)
    for path, text in stale.items():
        print(difference(path, text) if check else f"wrote {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in gone:
        print(f"{path.relative_to(ROOT)} belongs to no program" if check else f"removed {path.relative_to(ROOT)}")
        if not check:
            path.unlink()
    if check and (stale or gone):
        print("stale: run python tools/update.py and look at what changed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
