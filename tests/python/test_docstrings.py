"""The examples in docstrings."""

import doctest
import importlib

import numpy
import pytest

import nucella
from nucella import nn

MODULES = [
    "nucella.amp",
    "nucella.dataset.sources",
    "nucella.dataset.transforms",
    "nucella.dataset.vision",
    "nucella.train.dataset_helper",
    "nucella.train.metrics",
    "nucella.train.metrics.accuracy",
    "nucella.train.metrics.confusion_matrix",
    "nucella.train.metrics.error",
    "nucella.train.metrics.loss",
    "nucella.train.metrics.precision",
    "nucella.train.metrics.roc",
    "nucella.train.metrics.similarity",
    "nucella.train.metrics.text",
    "nucella.train.metrics.topk",
    "nucella.train.model",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    names = {"numpy": numpy, "nucella": nucella, "nn": nn}
    failed, tried = doctest.testmod(module, extraglobs=names)
    assert tried > 0 and failed == 0
