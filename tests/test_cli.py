"""The command line: what it asks the compiler for, how it prints, and one clear message for each mistake."""
from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import types
from pathlib import Path

import pytest

from s2sad import cache, cli
from s2sad.errors import Location, UnsupportedError
from s2sad.frontend.annotations import parse_types
from s2sad.version import __version__

ROOT = Path(__file__).parents[1]
MODEL = '''\
import numpy as np

print("the user's own output")


class Net:
    def loss(self, x: "f64[:]"):
        return np.sum(x)


def loss(w, b, x):
    return np.sum((x @ w + b) ** 2)


def _private(x):
    return x


table = [1, 2]
'''


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path / "model.py"


class Asked(list):
    def __init__(self):
        super().__init__()
        self.outputs = []


@pytest.fixture
def asked(monkeypatch):
    """A compiler that only notes what it is asked for; ``outputs`` apart."""
    calls = Asked()
    left = calls.outputs

    def generate(fun, mode, argnums=None, types=None, outputs=None, backend="numpy", equal_lengths=True):
        calls.append((fun, mode, argnums, types))
        left.append(outputs)
        return f"def {fun.__name__}_{mode}():  # ∂\n    return None\n"

    fake = types.ModuleType("s2sad.without_arguments")
    fake.generate = generate
    monkeypatch.setitem(sys.modules, "s2sad.without_arguments", fake)
    return calls


def mistake(capsys, *arguments) -> str:
    """The message of a command that fails."""
    status = cli.main(list(arguments))
    out, err = capsys.readouterr()
    err = err.replace("the user's own output\n", "")
    assert (status, out) == (2, "")
    assert err.startswith("s2sad: ") and "Traceback" not in err and "defect" not in err
    return err


# -- what is asked for ----------------------------------------------------------------------------


def test_grad(model, asked, capsys):
    assert cli.main(["grad", "model.py:loss"]) == 0
    out, err = capsys.readouterr()
    assert out == "def loss_grad():  # ∂\n    return None\n"
    assert err == "the user's own output\n"
    [(fun, mode, argnums, kinds)] = asked
    assert fun.__name__ == "loss" and fun.__module__ == "model"
    assert fun.__code__.co_filename == str(model)
    assert (mode, argnums, kinds) == ("grad", None, None)


def test_outputs(model, asked, capsys):
    assert cli.main(["vjp", "model.py:loss", "--outputs", "w"]) == 0
    assert asked.outputs == ["w"]
    capsys.readouterr()
    assert "no parameter `q`" in mistake(capsys, "vjp", "model.py:loss", "--outputs", "q")


@pytest.mark.parametrize(
    ("arguments", "mode"),
    [(["grad"], "grad"), (["grad", "--value"], "value_and_grad"), (["vjp"], "vjp"), (["ir"], "ir")],
)
def test_modes(model, asked, arguments, mode):
    assert cli.main([*arguments, "model.py:loss"]) == 0
    assert asked[0][1] == mode


def test_any_lengths(tmp_path, monkeypatch, capsys):
    (tmp_path / "slices.py").write_text("def f(z, n):\n    return (z[:n] * z[n:]).sum()\n")
    monkeypatch.chdir(tmp_path)
    command = ["grad", "slices.py:f", "--types", "z: f64[:], n: int"]
    assert cli.main(command) == 0
    assert "_same_length(" in capsys.readouterr().out
    assert cli.main([*command, "--any-lengths"]) == 0
    text = capsys.readouterr().out
    assert "_same_length(" not in text and "_unbroadcast(" in text


@pytest.mark.parametrize(
    ("text", "argnums"),
    [("w", "w"), ("w,b", ("w", "b")), (" w , b ", ("w", "b")), ("0,2", (0, 2)), ("-1,x", (-1, "x"))],
)
def test_argnums(model, asked, text, argnums):
    assert cli.main(["grad", "model.py:loss", f"--argnums={text}"]) == 0
    assert asked[0][2] == argnums


def test_types(model, asked):
    assert cli.main(["grad", "model.py:loss", "--types", "w: f64[:,:], b: Net(k=float)"]) == 0
    assert asked[0][3] == parse_types("w: f64[:,:], b: Net(k=float)", asked[0][0].__globals__)


def test_method(model, asked):
    assert cli.main(["grad", "model.py:Net.loss"]) == 0
    assert asked[0][0].__qualname__ == "Net.loss"


def test_module(model, asked, monkeypatch):
    package = model.parent / "package_of_test_cli"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("from . import __name__ as above\ndef f(x):\n    return x\n")
    assert cli.main(["vjp", "package_of_test_cli.inner:f"]) == 0
    assert asked[0][0].__module__ == "package_of_test_cli.inner"


def test_builtin_function(model, asked):
    assert cli.main(["grad", "math:sin", "--argnums", "0"]) == 0


def test_other_folder(model, asked, monkeypatch, tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "uses.py").write_text("import beside_of_test_cli\nf = lambda x: x\n")
    (tmp_path / "inner" / "beside_of_test_cli.py").write_text("")
    assert cli.main(["grad", "inner/uses.py:f"]) == 0
    assert cli.main(["grad", f"{tmp_path}/inner/uses.py:f"]) == 0


def test_changed_file_is_read_again(model, asked):
    assert cli.main(["grad", "model.py:loss"]) == 0
    model.write_text(MODEL.replace("def loss", "def lozz"))
    assert cli.main(["grad", "model.py:lozz"]) == 0
    assert not (model.parent / "__pycache__").exists()


def test_file_called_as_a_module_in_use(model, asked):
    (model.parent / "types.py").write_text("def f(x):\n    return x\n")
    assert cli.main(["grad", "types.py:f"]) == 0
    assert sys.modules["types"] is types


# -- output ---------------------------------------------------------------------------------------


def test_output_file(model, asked, capsys):
    previous = os.umask(0o027)
    try:
        assert cli.main(["grad", "model.py:loss", "-o", "out.py"]) == 0
    finally:
        os.umask(previous)
    assert capsys.readouterr().out == ""
    out = model.parent / "out.py"
    assert out.read_text(encoding="utf-8") == "def loss_grad():  # ∂\n    return None\n"
    assert sys.platform == "win32" or stat.S_IMODE(out.stat().st_mode) == 0o640
    out.chmod(0o604)
    assert cli.main(["vjp", "model.py:loss", "-o", "out.py"]) == 0
    assert "loss_vjp" in out.read_text(encoding="utf-8")
    assert sys.platform == "win32" or stat.S_IMODE(out.stat().st_mode) == 0o604
    assert sorted(os.listdir(model.parent)) == ["model.py", "out.py"]


def test_output_through_a_link(model, asked):
    (model.parent / "real.py").write_text("")
    (model.parent / "link.py").symlink_to("real.py")
    assert cli.main(["grad", "model.py:loss", "-o", "link.py"]) == 0
    assert (model.parent / "link.py").is_symlink()
    assert "loss_grad" in (model.parent / "real.py").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="a device of Unix")
def test_output_to_a_device(model, asked, capsys):
    assert cli.main(["grad", "model.py:loss", "-o", "/dev/null"]) == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_output_that_fails_leaves_nothing(model, asked, capsys, monkeypatch):
    (model.parent / "out.py").write_text("before")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    message = mistake(capsys, "grad", "model.py:loss", "-o", "out.py")
    assert "-o out.py: cannot write: No space left" in message
    assert sorted(os.listdir(model.parent)) == ["model.py", "out.py"]
    assert (model.parent / "out.py").read_text() == "before"


def test_compile_error_writes_nothing(model, asked, capsys, monkeypatch):
    def refuse(*arguments, **keywords):
        raise UnsupportedError("no", Location("model.py", 12, 4, 10, "    return foo"), "write bar")

    monkeypatch.setattr(sys.modules["s2sad.without_arguments"], "generate", refuse)
    message = mistake(capsys, "grad", "model.py:loss", "-o", "out.py")
    assert message == "s2sad: model.py:12:5: no\n    return foo\n    ^^^^^^\n  write bar\n"
    assert os.listdir(model.parent) == ["model.py"]


class Terminal:
    """Makes stdout a terminal."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(
    ("terminal", "option", "environment", "colored"),
    [
        (True, [], {}, True),
        (True, [], {"NO_COLOR": "1"}, False),
        (True, [], {"NO_COLOR": ""}, True),
        (True, [], {"TERM": "dumb"}, False),
        (True, ["--color", "never"], {}, False),
        (False, [], {}, False),
        (False, ["--color", "always"], {"NO_COLOR": "1"}, True),
    ],
)
def test_color(model, asked, capsys, monkeypatch, terminal, option, environment, colored):
    if terminal:
        Terminal(monkeypatch)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["grad", "model.py:loss", *option]) == 0
    assert ("\x1b[" in capsys.readouterr().out) == colored


# -- mistakes -------------------------------------------------------------------------------------


def test_no_such_file(model, capsys):
    assert "cannot read nothing.py: No such file" in mistake(capsys, "grad", "nothing.py:f")
    assert "cannot read no/thing: No such file" in mistake(capsys, "grad", "no/thing:f")


def test_no_such_module(model, capsys):
    assert "there is no module `nothing_here`" in mistake(capsys, "grad", "nothing_here:f")
    assert "there is no module `json.nothing`" in mistake(capsys, "grad", "json.nothing:f")


def test_no_such_function(model, capsys):
    message = mistake(capsys, "grad", "model.py:los")
    assert message == "s2sad: there is no `los` in model.py\n  did you mean `loss`? it has Net.loss, loss\n"
    assert "it has Net.loss, loss\n" in mistake(capsys, "grad", "model.py:qqq")
    assert "there is no `Net.qqq`" in mistake(capsys, "grad", "model.py:Net.qqq")


def test_target_without_a_function(model, capsys):
    for target in ("model.py", "model.py:"):
        message = mistake(capsys, "grad", target)
        assert "names no function: write model.py:FUNCTION" in message and "it has Net.loss, loss" in message
    assert "should be FILE.py:FUNCTION" in mistake(capsys, "grad", "loss")
    assert "should be FILE.py:FUNCTION" in mistake(capsys, "grad", ":loss")


def test_target_that_is_no_function(model, capsys):
    message = mistake(capsys, "grad", "model.py:Net")
    assert "`Net` is a class: name one of its methods" in message and "Net.loss" in message
    assert "`table` is no function but of type list" in mistake(capsys, "grad", "model.py:table")


def test_unknown_parameter(model, asked, capsys):
    for option in (["--argnums", "w,v"], ["--types", "v: float"]):
        message = mistake(capsys, "grad", "model.py:loss", *option)
        assert message == f"s2sad: {option[0]}: there is no parameter `v`\n  the parameters are w, b, x\n"
    assert "there is no parameter 3" in mistake(capsys, "grad", "model.py:loss", "--argnums", "3")
    assert "names no parameter" in mistake(capsys, "grad", "model.py:loss", "--argnums", ",")
    assert asked == []


def test_wrong_type(model, asked, capsys):
    message = mistake(capsys, "grad", "model.py:loss", "--types", "w: f65[:]")
    assert "`f65[:]` is not a type" in message and message.count("\n") == 1


def test_output_into_no_folder(model, asked, capsys):
    message = mistake(capsys, "grad", "model.py:loss", "-o", "nowhere/out.py")
    assert message == "s2sad: -o nowhere/out.py: there is no folder nowhere\n"
    assert "this is a folder" in mistake(capsys, "grad", "model.py:loss", "-o", ".")
    assert asked == []


IMPORT_FAILURES = {
    "syntax": ("x = 1\ndef f(:\n    pass\n", "model.py:2:7: SyntaxError", "def f(:\n          ^"),
    "indentation": ("def f():\npass\n", "model.py:2:1: IndentationError", "    pass"),
    "null": ("x = '\0'\n", "model.py:1:1: ", "null bytes"),
    "encoding": ("# coding: nothing\n", "SyntaxError", "nothing"),
    "missing import": ("import os\nimport nothing_here\n", "model.py:2:", "No module named 'nothing_here'"),
    "missing name": ("from os import nothing\n", "model.py:1:", "cannot import name 'nothing'"),
    "exception": ("x = 1\n\ny = x / 0\n", "model.py:3:", "division by zero\n    y = x / 0\n"),
    "exception elsewhere": ("import json\njson.loads('{')\n", "model.py:2:", "JSONDecodeError"),
    "exception in a function": ("def g():\n    1 / 0\ng()\n", "model.py:2:", "division by zero\n    1 / 0\n"),
    "exit": ("import sys\nsys.exit()\n", "model.py:2:", 'under `if __name__ == "__main__":`'),
    "relative": ("from . import x\n", "model.py:1:", "package.module:function"),
    "recursion": ("def g():\n    g()\ng()\n", "model.py:2:", "RecursionError"),
}


@pytest.mark.parametrize("case", IMPORT_FAILURES)
def test_file_that_cannot_be_imported(model, capsys, case):
    text, place, what = IMPORT_FAILURES[case]
    model.write_text(text)
    message = mistake(capsys, "grad", "model.py:f")
    assert place in message and what in message
    assert message.count("\n") <= 4
    assert "model" not in sys.modules or sys.modules["model"].__file__ != str(model)


@pytest.mark.parametrize("case", ["syntax", "missing import", "exception", "exit"])
def test_module_that_cannot_be_imported(model, capsys, case):
    text, place, what = IMPORT_FAILURES[case]
    name = f"broken_{case.replace(' ', '_')}_of_test_cli"
    (model.parent / f"{name}.py").write_text(text)
    message = mistake(capsys, "grad", f"{name}:f")
    assert place.replace("model", name) in message and what in message


def test_traceback_on_request(model, capsys):
    model.write_text("1 / 0\n")
    assert cli.main(["grad", "model.py:f", "--traceback"]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_defect(model, asked, capsys, monkeypatch):
    monkeypatch.setattr(sys.modules["s2sad.without_arguments"], "generate", lambda *a, **k: {}["x"])
    assert cli.main(["grad", "model.py:loss"]) == 2
    err = capsys.readouterr().err
    assert "KeyError" in err and "defect of s2sad" in err and "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [[], ["grad"], ["cache"], ["cache", "show"], ["ir", "a:b", "--value"], ["ir", "a:b", "--color=x"]],
)
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: s2sad" in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"s2sad {__version__}\n"


# -- cache ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("S2SAD_CACHE", raising=False)
    return tmp_path / "cache"


def test_cache_commands(folder, capsys):
    first = cache.store("ab" * 32, "loss_grad", "x = 1\n", {})
    cache.store("ac" * 32, "f", "y = 2\n", {})
    assert cli.main(["cache", "list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[1] == f"{'ab' * 8}  loss_grad  {first}" and len(listed) == 2
    for key in ("ab", "loss_grad", "ab" * 32):
        assert cli.main(["cache", "show", key]) == 0
        assert capsys.readouterr().out == "x = 1\n"
    assert cli.main(["cache", "show", "f", "--color=always"]) == 0
    assert "\x1b[" in capsys.readouterr().out
    assert cli.main(["cache", "dir"]) == 0
    assert capsys.readouterr().out == f"{folder}\n"
    assert "can mean 2 entries" in mistake(capsys, "cache", "show", "a")
    assert "no entry `q`" in mistake(capsys, "cache", "show", "q")
    assert "no entry ``" in mistake(capsys, "cache", "show", "")
    assert cli.main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == "removed 2 entries\n"
    assert cli.main(["cache", "list"]) == 0
    assert capsys.readouterr().out == ""


def test_cache_that_does_nothing(folder, capsys, monkeypatch):
    cache.store("ab" * 32, "loss_grad", "x = 1\n", {})
    if sys.platform != "win32":
        folder.chmod(0o777)
        assert cli.main(["cache", "list"]) == 0
        out, err = capsys.readouterr()
        assert out == "" and f"the entries of {folder} are ignored: other users can write" in err
    monkeypatch.setenv("S2SAD_CACHE", "off")
    for command in ("list", "dir", "clear"):
        assert cli.main(["cache", command]) == 0
        assert "the disk cache is off" in capsys.readouterr().err


# -- processes ------------------------------------------------------------------------------------


def run(*arguments, **keywords):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "S2SAD_CACHE": "off"}
    command = [sys.executable, "-m", "s2sad", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, **keywords)


def test_readme_example():
    done = run("grad", "generated_examples/relax.py:relax", cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    compile(done.stdout, "relax_grad", "exec")
    assert "math.cos" in done.stdout and "\x1b" not in done.stdout


def test_same_text_in_every_process():
    outputs = {run("grad", "generated_examples/relax.py:relax", cwd=ROOT).stdout for _ in range(3)}
    assert len(outputs) == 1 and outputs != {""}


def test_generated_file_computes(model, tmp_path):
    model.write_text("import numpy as np\ndef f(x):\n    return np.sum(x * x)\n")
    done = run("grad", "model.py:f", "--types", "x: f64[:]", "-o", "f_grad.py", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    namespace: dict = {}
    exec((tmp_path / "f_grad.py").read_text(encoding="utf-8"), namespace)
    [gradient] = [value for name, value in namespace.items() if name.startswith("f_grad")]
    assert gradient(np_array([1.0, 2.0])).tolist() == [2.0, 4.0]


def np_array(values):
    import numpy as np

    return np.array(values)


def test_unsupported_construct(model, tmp_path):
    model.write_text("def f(x: float):\n    y = (yield x)\n    return y * x\n")
    done = run("grad", "model.py:f", "-o", "out.py", cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert f"{model}:" in done.stderr and "Traceback" not in done.stderr and "^" in done.stderr
    assert os.listdir(tmp_path) == ["model.py"]


def test_parameter_of_unknown_type(model, tmp_path):
    model.write_text("def f(x):\n    return x * x\n")
    done = run("grad", "model.py:f", cwd=tmp_path)
    assert done.returncode == 2 and "--types" in done.stderr and "Traceback" not in done.stderr


def test_types_that_are_asked_for_can_be_given_as_suggested(model, tmp_path):
    model.write_text(
        "import numpy as np\n"
        "def f(u, A, w, k, steps):\n"
        "    for t in range(steps):\n"
        "        u[1:-1] += k * (u[2:] - u[:-2])\n"
        "        for factor in w:\n"
        "            u *= factor\n"
        "    return np.sum(u) * A[0, 1]\n"
    )
    done = run("grad", "model.py:f", cwd=tmp_path)
    asked = re.search(r'--types "(.*)"', done.stderr)
    assert asked is not None and asked[1] == "u: f64[:], A: f64[:, :], w: f64[:], k: float, steps: int"
    done = run("grad", "model.py:f", "--types", asked[1], cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_intermediate_form():
    done = run("ir", "generated_examples/relax.py:relax", cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "") and "relax" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes as on Unix")
def test_reader_that_has_gone(tmp_path):
    environment = {**os.environ, "S2SAD_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    script = (
        "from s2sad import cache, cli; import sys\n"
        "cache.store('ab' * 32, 'f', 'x = 1\\n' * 100_000, {})\n"
        "sys.exit(cli.main(['cache', 'show', 'f']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_full_disk_behind_stdout(tmp_path):
    environment = {**os.environ, "S2SAD_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "s2sad", "cache", "dir"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
    assert done.returncode == 2
    assert done.stderr == "s2sad: cannot write the output: No space left on device\n"
