"""Everything public is documented, and the examples print what they say."""

import doctest
import importlib
import inspect

import numpy
import pytest

import nucella
from nucella import Parameter, Tensor, nn, ops

NAMESPACES = [
    "nucella", "nucella.amp", "nucella.common", "nucella.common.initializer", "nucella.common.parameter",
    "nucella.common.seed", "nucella.common.tensor", "nucella.communication", "nucella.context", "nucella.dataset",
    "nucella.dataset.text", "nucella.dataset.transforms", "nucella.dataset.vision", "nucella.device_manager",
    "nucella.hal", "nucella.log", "nucella.mint", "nucella.mint.nn.functional", "nucella.nn", "nucella.nn.utils",
    "nucella.ops", "nucella.runtime", "nucella.train",
]
NAMES = {"nucella": nucella, "numpy": numpy, "nn": nn, "ops": ops, "Tensor": Tensor, "Parameter": Parameter}
# Classes whose every method has an example, as in MindSpore's documents.
WITH_EXAMPLES = (nn.Cell, Parameter, nucella.ParameterTuple)


def public_objects():
    """Functions and classes by one of their names."""
    found = {}
    for namespace in NAMESPACES:
        module = importlib.import_module(namespace)
        for name in getattr(module, "__all__", None) or [n for n in dir(module) if n[0] != "_"]:
            value = getattr(module, name)
            if callable(value) and (getattr(value, "__module__", None) or "nucella").startswith("nucella"):
                found.setdefault(id(value), (f"{namespace}.{name}", value))
    return dict(found.values())


def public_methods(owner):
    """What the class itself adds, by name; properties too."""
    return {name: value for name, value in vars(owner).items()
            if name[0] != "_" and (callable(value) or isinstance(value, property))}


OBJECTS = public_objects()
METHODS = {f"{path}.{name}": method for path, value in OBJECTS.items() if inspect.isclass(value) and value is not Tensor
           for name, method in public_methods(value).items()}
DOCS = {path: value.__doc__ or "" for path, value in {**OBJECTS, **METHODS}.items()}


def overrides(path):
    """Whether the method is documented where a base class declares it."""
    owner, _, name = path.rpartition(".")
    return any(getattr(vars(base).get(name), "__doc__", None) for base in OBJECTS[owner].__mro__[1:])


def needs_example(path):
    owner = path.rpartition(".")[0]
    return path in OBJECTS or (OBJECTS[owner] in WITH_EXAMPLES and callable(METHODS[path]))


def test_the_namespaces_hold_what_they_should():
    assert len(OBJECTS) > 500 and len(METHODS) > 200


def test_everything_public_is_documented():
    assert [path for path, doc in DOCS.items() if len(doc) < 6 and not (path in METHODS and overrides(path))] == []


def test_everything_public_has_an_example():
    assert [path for path, doc in DOCS.items() if needs_example(path) and ">>>" not in doc] == []


@pytest.mark.parametrize("path", [path for path, doc in DOCS.items() if ">>>" in doc])
def test_examples(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    value = OBJECTS.get(path) or METHODS[path]
    module = importlib.import_module(value.__module__) if getattr(value, "__module__", None) else nucella
    test = doctest.DocTestParser().get_doctest(DOCS[path], {**vars(module), **NAMES}, path, None, None)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    output = []
    runner.run(test, out=output.append)
    assert runner.tries > 0 and runner.failures == 0, "".join(output)


MODULES = [
    "nucella.dataset.sources", "nucella.dataset.text", "nucella.dataset.transforms", "nucella.dataset.vision",
    "nucella.train.dataset_helper", "nucella.train.model",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_modules_and_methods(name):
    failed, tried = doctest.testmod(importlib.import_module(name), extraglobs=NAMES)
    assert tried > 0 and failed == 0
