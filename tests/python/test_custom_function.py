"""_Function: computations that bring their own derivative; and InsertGradientOf."""
import gc
import weakref

import numpy as np
import pytest

import nucella
from nucella import Tensor, _Function, grad
from nucella.ops.composite import GradOperation
from nucella.ops.operations.gradient_ops import HookBackward, InsertGradientOf

X = Tensor(np.array([2, 2], np.float32))
Y = Tensor(np.array([3, 3], np.float32))
all_grads = GradOperation(get_all=True)


def listed(value):
    return value.asnumpy().tolist() if isinstance(value, Tensor) else tuple(map(listed, value))


def make(forward, backward, **methods):
    members = {"forward": staticmethod(forward), "backward": staticmethod(backward), **methods}
    return type("Made", (_Function,), members)


def test_backward_replaces_the_derivative():
    fn = make(lambda ctx, x, y: x * x + y, lambda ctx, g: (g * 3, g * 4))
    assert listed(fn.apply(X, Y)) == [7, 7]
    assert listed(all_grads(fn.apply)(X, Y)) == ([3, 3], [4, 4])


def test_it_works_inside_other_functions():
    twice = make(lambda ctx, x: x * 1, lambda ctx, g: g * 2)
    assert listed(grad(lambda x: twice.apply(x * x) * 5)(X)) == [40, 40]


def test_the_context_carries_what_it_is_given():
    def forward(ctx, x):
        ctx.factor = 7
        ctx.save_for_backward(x, x * x)
        return x * x

    def backward(ctx, g):
        x, square = ctx.saved_tensors
        assert x is X and listed(square) == [4, 4]
        return g * ctx.factor

    assert listed(grad(make(forward, backward).apply)(X)) == [7, 7]


def test_setup_context():
    def setup_context(ctx, inputs, output):
        ctx.inputs = inputs
        ctx.save_for_backward(output)

    def backward(ctx, g):
        assert ctx.inputs[1] == 3
        return g * ctx.saved_tensors[0], None

    fn = make(lambda x, n=3: x * n, backward, setup_context=staticmethod(setup_context))
    assert listed(grad(fn.apply)(X)) == [6, 6]


def test_needs_input_grad():
    seen = []

    def forward(ctx, *args):
        seen.append(ctx.needs_input_grad)
        return args[0] * 2

    fn = make(forward, lambda ctx, g: (g, None, None))
    grad(lambda x: fn.apply(x, Y, 3))(X)
    fn.apply(X, Y, 3)
    assert seen == [(True, False, False), (False, False, False)]


def test_outputs_that_are_no_tensors():
    def backward(ctx, first, number, last):
        assert number is None
        return first + last * 10

    fn = make(lambda ctx, x: (x * 2, 4, x * 3), backward)
    assert fn.apply(X)[1] == 4
    assert listed(grad(fn.apply)(X)) == [11, 11]


@pytest.mark.parametrize("materialize", [True, False])
def test_materialize_grads(materialize):
    def forward(ctx, x):
        ctx.set_materialize_grads(materialize)
        return x * 2, x * 3

    def backward(ctx, first, second):
        assert (second is None) is not materialize
        return first

    fn = make(forward, backward)
    assert listed(grad(lambda x: fn.apply(x)[0])(X)) == [1, 1]


def test_non_differentiable_outputs():
    def forward(ctx, x):
        ctx.mark_non_differentiable(x)
        return x

    assert listed(grad(make(forward, lambda ctx, g: g).apply)(X)) == [0, 0]


def test_an_output_that_is_an_input():
    assert listed(grad(make(lambda ctx, x: x, lambda ctx, g: g * 2).apply)(X)) == [2, 2]


def test_gradients_are_cast_and_summed():
    wide = Tensor(np.ones((3, 2), np.float32))
    given = Tensor(np.array([[1, 1], [1, 1], [2, 2]]), nucella.int64)
    grads = all_grads(make(lambda ctx, x, y: x + y, lambda ctx, g: (given, given)).apply)(X, wide)
    assert [g.dtype for g in grads] == [nucella.float32, nucella.float32]
    assert listed(grads) == ([4, 4], [[1, 1], [1, 1], [2, 2]])


@pytest.mark.parametrize("result, args, text", [
    (X, (X, Y), "wrong number of gradients"),
    ((X, X), (X, 3), "Input is not tensor, but gradient is not none"),
    ((X, 4), (X, Y), "Gradient should be none or tensor"),
    (Tensor([1.0, 2.0, 3.0]), (X,), "should be broadcast to"),
])
def test_wrong_gradients(result, args, text):
    with pytest.raises(RuntimeError, match=text):
        all_grads(make(lambda ctx, x, *rest: x * 2, lambda ctx, g: result).apply)(*args)


def test_exceptions_pass_through():
    def failing(ctx, *args):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        grad(make(failing, failing).apply)(X)
    with pytest.raises(KeyError, match="mine"):
        grad(make(lambda ctx, x: x * 2, failing).apply)(X)
    with pytest.raises(TypeError):
        grad(make(lambda ctx, x: (x, x), lambda ctx, g: g).apply)(X)
    with pytest.raises(NotImplementedError):
        _Function.apply(X)


def test_dirty_tensors_must_be_outputs():
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x * 2

    with pytest.raises(RuntimeError, match="dirty tensors must all be outputs"):
        grad(make(forward, lambda ctx, g: g).apply)(X)


def test_second_derivative():
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * x * x * 3

    cube = make(forward, backward).apply
    assert listed(grad(grad(cube))(X)) == [12, 12]


def test_nothing_is_kept_after_the_backward_pass():
    contexts = []

    def forward(ctx, x):
        ctx.save_for_backward(x)
        contexts.append(weakref.ref(ctx))
        return x * 2

    grad(make(forward, lambda ctx, g: g).apply)(X)
    gc.collect()
    assert contexts[0]() is None


class TestGradientVisitors:
    def test_a_hook_sees_all_gradients_and_may_replace_them(self):
        seen = []

        def hook(grads):
            seen.append(listed(grads))
            return grads[0] * 2, grads[1] * 5

        visit = HookBackward(hook)

        def fn(a, b):
            a, b = visit(a, b)
            return a * b

        assert listed(all_grads(fn)(X, Y)) == ([6, 6], [10, 10])
        assert seen == [([3, 3], [2, 2])]
        assert listed(all_grads(lambda a, b: visit(a, b)[0])(X, Y)) == ([2, 2], [0, 0])

    @pytest.mark.parametrize("kind", [lambda fn: HookBackward(lambda grads: fn(grads[0])), InsertGradientOf])
    def test_one_gradient(self, kind):
        def through(fn):
            visit = kind(fn)
            return grad(lambda x: visit(x) * 3)(X)

        assert listed(through(lambda g: None)) == [3, 3]
        assert listed(through(lambda g: g * 2)) == [6, 6]
        assert listed(through(lambda g: (g * 2,))) == [6, 6]
        with pytest.raises(ValueError):
            through(lambda g: Tensor([1.0, 2.0, 3.0]))
        for wrong in (3.0, "text", (X, X)):
            with pytest.raises(TypeError):
                through(lambda g, wrong=wrong: wrong)

    def test_what_is_no_tensor(self):
        assert InsertGradientOf(None)(3) == 3
        with pytest.raises(TypeError):
            HookBackward(lambda g: g)(3)
        with pytest.raises(TypeError):
            HookBackward(3)
