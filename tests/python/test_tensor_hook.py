"""Tensor.register_hook."""
import numpy as np
import pytest

import nucella
from nucella import Parameter, Tensor, grad


def vec(*numbers):
    return Tensor(np.array(numbers, np.float32))


def listed(t):
    return t.asnumpy().tolist()


X = vec(2, 3)


def through(hook):
    """The gradient of 3 x^2 at X with a hook on x^2."""
    def fn(x):
        y = x * x
        y.register_hook(hook)
        return y * 3

    return grad(fn)(X)


def test_a_hook_sees_the_gradient_and_may_replace_it():
    seen = []
    assert listed(through(lambda g: seen.append(listed(g)))) == [12, 18]
    assert seen == [[3, 3]]
    assert listed(through(lambda g: g * 2)) == [24, 36]
    assert through(lambda g: nucella.ops.cast(g, nucella.float16)).dtype == nucella.float32


def test_the_gradient_is_complete_when_the_hook_sees_it():
    seen = []

    def fn(x):
        y = x * 1
        y.register_hook(lambda g: seen.append(listed(g)))
        return y * 2 + y * 5

    grad(fn)(X)
    assert seen == [[7, 7]]


def test_hooks_run_in_order_until_they_are_removed():
    x = vec(1, 1)
    first, second = (lambda g: g + 1), (lambda g: g * 10)
    handles = [x.register_hook(first), x.register_hook(second)]
    assert x.hooks() == [first, second]
    assert listed(grad(lambda a: a * 2)(x)) == [30, 30]
    handles[0].remove()
    handles[0].remove()
    assert listed(grad(lambda a: a * 2)(x)) == [20, 20]
    handles[1].remove()
    assert listed(grad(lambda a: a * 2)(x)) == [2, 2]
    assert x.hooks() == []


def test_a_hook_of_a_parameter():
    p = Parameter(vec(1, 1), name="p")
    handle = p.register_hook(lambda g: g * 2)
    assert listed(grad(lambda a: a * p, None, p)(X)) == [4, 6]
    handle.remove()
    assert listed(grad(lambda a: a * p, None, p)(X)) == [2, 3]
    with pytest.raises(RuntimeError):
        Parameter(vec(1), name="q", requires_grad=False).register_hook(lambda g: g)


def test_what_is_refused():
    for wrong in (3, None, "text"):
        with pytest.raises(TypeError):
            vec(1).register_hook(wrong)
    for wrong in (3.0, "text", (X,)):
        with pytest.raises(RuntimeError):
            through(lambda g, wrong=wrong: wrong)
    with pytest.raises(ValueError):
        through(lambda g: vec(1, 2, 3))


def test_an_exception_in_a_hook_reaches_the_caller():
    def failing(g):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        through(failing)
    assert listed(grad(lambda a: a * a)(X)) == [4, 6]
