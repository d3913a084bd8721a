"""The Python examples run, and README shows the real one."""

import ast
import importlib.util
import json
import pathlib
import subprocess
import sys

import numpy as np

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


def test_sentence_embeddings_are_those_of_transformers(monkeypatch):
    """With a tiny BERT of random weights; tools/check_minilm.py tries the pretrained one."""
    spec = importlib.util.spec_from_file_location("sentence_embeddings", ROOT / "examples/sentence_embeddings.py")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    sizes = {"LAYERS": 2, "HIDDEN": 16, "HEADS": 4, "INTERMEDIATE": 32, "VOCABULARY": 108, "POSITIONS": 24}
    for name, value in sizes.items():
        monkeypatch.setattr(example, name, value)
    embed = example.Embedder(ROOT / "tests/golden/bert")
    for case in json.loads((ROOT / "tests/golden/bert/embeddings.json").read_text()):
        assert embed(case["text"]) @ np.array(case["embedding"]) > 0.999999, case["text"]
