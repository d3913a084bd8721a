"""The documentation of ops and of Tensor's methods: it is there, and its examples print what they say."""

import doctest
import importlib.util
import pathlib

import numpy
import pytest

import nucella
from nucella import Parameter, Tensor, ops
from nucella.ops import functional

NAMES = {"nucella": nucella, "numpy": numpy, "ops": ops, "Tensor": Tensor, "Parameter": Parameter}


def documented(owner, names):
    return {name: getattr(owner, name).__doc__ for name in names if callable(getattr(owner, name))}


DOCS = {
    **{f"ops.{n}": d for n, d in documented(functional, functional.__all__).items()},
    **{f"ops.{n}": d for n, d in documented(ops.operations, dir(ops.operations)).items() if n[0].isupper()},
    **{f"Tensor.{n}": d for n, d in documented(Tensor, dir(Tensor)).items() if n[0] != "_"},
}


@pytest.mark.parametrize("name", DOCS)
def test_everything_is_documented(name):
    assert DOCS[name] and len(DOCS[name]) > 15


@pytest.mark.parametrize("name", [name for name, doc in DOCS.items() if ">>>" in doc])
def test_examples(name):
    test = doctest.DocTestParser().get_doctest(DOCS[name], dict(NAMES), name, None, None)
    runner = doctest.DocTestRunner()
    output = []
    runner.run(test, out=output.append)
    assert runner.tries > 0 and runner.failures == 0, "".join(output)


def test_most_have_an_example():
    assert sum(">>>" in doc for doc in DOCS.values()) > 0.8 * len(DOCS)


def test_the_table_of_ops_is_up_to_date():
    path = pathlib.Path(__file__).parents[2] / "tools" / "op_docs.py"
    spec = importlib.util.spec_from_file_location("op_docs", path)
    op_docs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(op_docs)
    assert op_docs.FILE.read_text(encoding="utf-8") == op_docs.text(), "run: make ops-table"
