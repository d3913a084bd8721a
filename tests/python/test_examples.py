"""The Python examples run, and README shows the real one."""

import ast
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(example, folder, *args):
    """Standard output of an example, run in `folder`."""
    command = [sys.executable, str(ROOT / "examples" / example), *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_no_init_parameters_shows_a_declared_parameter_and_equal_results(tmp_path):
    assert run("no_init_parameters.py", tmp_path).split() == ["True", "True"]


def test_quickstart_trains_saves_and_evaluates(tmp_path):
    lines = run("quickstart.py", tmp_path, "19200").strip().splitlines()
    assert (tmp_path / "lenet5.ckpt").exists()
    assert 0.6 < ast.literal_eval(lines[-1])["accuracy"] <= 1.0


def test_readme_shows_the_example_as_it_is():
    readme = (ROOT / "README.md").read_text()
    shown = readme.split("```python\n", 1)[1].split("```", 1)[0]
    assert shown in (ROOT / "examples" / "no_init_parameters.py").read_text()
