"""Layers and functions against MindSpore 2.10: results, gradients, state (tests/golden/layers.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor, mint, nn, ops

CASES = json.loads((Path(__file__).parents[1] / "golden" / "layers.json").read_text())


def values(shape, step):
    """As in make_layers.py."""
    count = int(np.prod(shape))
    return np.array([((37 * i + 11 * step) % 101 - 50) / 32 for i in range(count)], np.float32).reshape(shape)


def make_input(text, step):
    kind, _, extents = text.rpartition(": ")
    shape = tuple(int(e) for e in extents.split(","))
    if kind in ("p", "q"):
        return np.abs(values(shape, step)) / 2
    if kind in ("b", "s"):
        bits = (np.arange(int(np.prod(shape))) * 5 % 3 % 2).astype(np.float32).reshape(shape)
        return bits if kind == "b" else 1 - 2 * bits
    if kind.startswith("i"):
        return (np.arange(int(np.prod(shape))) * 5 % int(kind[1:])).astype(np.int32).reshape(shape)
    return values(shape, step)


def close(got, want):
    np.testing.assert_allclose(got.asnumpy().astype(np.float64).ravel(), want, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", CASES)
def test_as_mindspore(name):
    case = CASES[name]
    names = {"nn": nn, "ops": ops, "mint": mint, "Tensor": Tensor, "ms": ms, "np": np}
    call = eval(case["expression"], {**names, "W": lambda *shape: Tensor(values(shape, 3))})
    parameters = []
    if isinstance(call, nn.Cell):
        call.set_train(case["train"])
        parameters = list(call.trainable_params())
    inputs = [Tensor(make_input(text, step)) for step, text in enumerate(case["inputs"])]
    places = tuple(i for i, text in enumerate(case["inputs"]) if text[0] not in "ibsq")
    weight = Tensor(values(tuple(case["shape"]), 7))

    def loss(*args):
        out = call(*args)
        return (out * weight).sum(), out

    (_, out), grads = ms.value_and_grad(loss, places or None, parameters or None, has_aux=True)(*inputs)
    by_input, by_parameter = grads if parameters and places else (grads, ()) if places else ((), grads)
    assert out.shape == tuple(case["shape"])
    close(out, case["out"])
    for got, want in zip(by_input if isinstance(by_input, tuple) else (by_input,), case["input_grads"], strict=True):
        close(got, want)
    for got, want in zip(by_parameter, case["parameter_grads"], strict=True):
        close(got, want)
    state = call.parameters_dict() if isinstance(call, nn.Cell) else {}
    assert list(state) == list(case["state"])
    for key, want in case["state"].items():
        close(state[key], want)
