"""Recurrent layers, attention and Transformers against MindSpore 2.10 (tests/golden/sequences.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor, nn, ops

CASES = json.loads((Path(__file__).parents[1] / "golden" / "sequences.json").read_text())


def values(shape, step):
    """As in make_sequences.py."""
    count = int(np.prod(shape))
    return np.array([((37 * i + 11 * step) % 101 - 50) / 32 for i in range(count)], np.float32).reshape(shape)


def flat(result):
    return [t for part in result for t in flat(part)] if isinstance(result, tuple) else [result]


def close(got, want):
    np.testing.assert_allclose(got.asnumpy().astype(np.float64).ravel(), want, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", CASES)
def test_as_mindspore(name):
    case = CASES[name]
    names = {"nn": nn, "ops": ops, "Tensor": Tensor, "ms": ms, "np": np}
    net = eval(case["cell"], names)
    parameters = list(net.trainable_params())
    for step, p in enumerate(parameters):
        p.set_data(Tensor(values(p.shape, step) / 2))
    inputs = [Tensor(values(tuple(int(e) for e in text.split(",")), k)) for k, text in enumerate(case["inputs"])]
    weights = [Tensor(values(tuple(shape), 7 + k)) for k, shape in enumerate(case["shapes"])]

    def outputs(*args):
        return flat(eval(case["call"], {**names, "net": net, **dict(zip("xyz", args, strict=False))}))

    def loss(*args):
        return sum((out * weight).sum() for out, weight in zip(outputs(*args), weights, strict=True))

    for got, want in zip(outputs(*inputs), case["out"], strict=True):
        close(got, want)
    by_input, by_parameter = ms.grad(loss, tuple(range(len(inputs))), parameters)(*inputs)
    for got, want in zip(by_input if isinstance(by_input, tuple) else (by_input,), case["input_grads"], strict=True):
        close(got, want)
    assert [p.name for p in parameters] == list(case["parameter_grads"])
    for got, (key, want) in zip(by_parameter, case["parameter_grads"].items(), strict=True):
        np.testing.assert_allclose(got.asnumpy().ravel(), want, rtol=2e-5, atol=2e-5, err_msg=key)
