"""Gradients from Python: GradOperation, grad, value_and_grad, vjp, jvp and what is made of them."""
import gc
import traceback
import weakref

import numpy as np
import pytest

import nucella
from nucella import Parameter, ParameterTuple, Tensor, nn, ops
from nucella.ops.composite import GradOperation
from nucella.ops.function.grad import get_grad, grad, jacfwd, jacrev, jvp, linearize, value_and_grad, vjp


def vec(*numbers):
    return Tensor(np.array(numbers, np.float32))


def listed(value):
    """Tensors as lists of numbers, in tuples, lists and dicts."""
    if isinstance(value, Tensor):
        return value.asnumpy().tolist()
    if isinstance(value, (tuple, list)):
        return type(value)(map(listed, value))
    if isinstance(value, dict):
        return {key: listed(item) for key, item in value.items()}
    return value


def central_difference(fn, at, step=1e-6):
    """The gradient of the sum of fn's elements, element by element."""
    out = np.zeros(at.shape)
    for place in np.ndindex(*at.shape):
        values = []
        for sign in (1, -1):
            moved = at.asnumpy().copy()
            moved[place] += sign * step
            values.append(fn(Tensor(moved)).asnumpy().sum())
        out[place] = (values[0] - values[1]) / (2 * step)
    return out


X, Y = vec(5, 7), vec(1, 2)


def product(a, b):
    return a * b


class Line(nn.Cell):
    def __init__(self):
        super().__init__()
        self.w = Parameter(vec(2, 3), name="w")
        self.b = Parameter(vec(1, 1), name="b")
        self.unused = Parameter(vec(0, 0), name="unused")
        self.frozen = Parameter(vec(4, 4), name="frozen", requires_grad=False)
        self.calls = 0

    def construct(self, x, scale=1):
        self.calls += 1
        return self.b + self.w * x * self.frozen * scale


class TestGradOperation:
    def test_the_first_input_is_bare_and_all_are_a_tuple(self):
        assert listed(GradOperation()(product)(X, Y)) == [1, 2]
        assert listed(GradOperation(get_all=True)(product)(X, Y)) == ([1, 2], [5, 7])
        assert listed(GradOperation(get_all=True)(product)(X, 3)) == ([3, 3],)
        assert GradOperation()(product)(3, X) == ()
        assert GradOperation(get_all=True)(lambda: X)() == ()

    def test_weights_are_given_or_those_that_are_used(self):
        net = Line()
        by_list = GradOperation(get_by_list=True)
        assert listed(by_list(net, [net.w, net.unused])(X)) == ([20, 28], [0, 0])
        assert listed(by_list(net, ParameterTuple([net.w]))(X)) == ([20, 28],)
        assert listed(by_list(net, net.w)(X)) == [20, 28]
        assert listed(by_list(net, [])(X)) == ()
        assert listed(by_list(net)(X)) == ([20, 28], [1, 1])
        assert listed(by_list(lambda x: net(x) * net.w, None)(X)) == ([81, 169], [2, 3])

    def test_frozen_parameters_have_zeros(self):
        net = Line()
        assert listed(GradOperation(get_by_list=True)(net, [net.frozen])(X)) == ([0, 0],)
        assert listed(grad(product)(net.frozen, X)) == [0, 0]

    def test_inputs_and_weights_are_a_pair(self):
        net = Line()
        both = GradOperation(get_all=True, get_by_list=True)
        assert listed(both(net, [net.b])(X)) == (([8, 12],), ([1, 1],))
        assert listed(both(net, net.b)(3)) == ((), [1, 1])

    def test_sens_is_the_last_argument_or_a_keyword(self):
        op = GradOperation(get_all=True, sens_param=True)
        assert listed(op(product)(X, Y, vec(10, 1))) == ([10, 2], [50, 7])
        assert listed(op(product)(X, Y, sens=vec(10, 1))) == ([10, 2], [50, 7])
        assert listed(op(lambda a: (a * a, a))(X, (vec(1, 0), vec(0, 1)))) == ([10, 1],)
        with pytest.raises(IndexError):
            op(product)()
        with pytest.raises(RuntimeError):
            op(lambda a: (a, a))(X, X)
        with pytest.raises(ValueError):
            op(product)(X, Y, vec(1))
        with pytest.raises(TypeError):
            op(product)(X, Y, Tensor([1, 2]))

    def test_flags_must_be_bools_and_the_function_callable(self):
        for flags in ({"get_all": 1}, {"get_by_list": None}, {"sens_param": "x"}):
            with pytest.raises(TypeError):
                GradOperation(**flags)
        with pytest.raises(TypeError, match="callable"):
            GradOperation()(3)(X)
        with pytest.raises(TypeError):
            GradOperation(get_by_list=True)(product, 3)(X, Y)

    def test_can_be_subclassed_and_used_in_a_cell(self):
        class Doubling(GradOperation):
            def __call__(self, fn, weights=None):
                gradient = super().__call__(fn, weights)
                return lambda *args: gradient(*args) * 2

        class Wrapped(nn.Cell):
            def __init__(self, net):
                super().__init__()
                self.net = net
                self.grad = Doubling()

            def construct(self, x):
                return self.grad(self.net)(x)

        assert listed(Wrapped(Line())(X)) == [16, 24]


class TestGrad:
    def test_positions(self):
        assert listed(grad(product, 1)(X, Y)) == [5, 7]
        assert listed(grad(product, (1,))(X, Y)) == [5, 7]
        assert listed(grad(product, (1, 0))(X, Y)) == ([5, 7], [1, 2])
        assert listed(grad(product, (0, 1))(3, X)) == [3, 3]
        assert grad(product, 0)(3, X) == ()
        assert grad(product)(1, 2) == ()

    def test_keyword_arguments_follow(self):
        assert listed(grad(product, (0, 1))(X, b=Y)) == ([1, 2], [5, 7])
        assert listed(grad(Line(), 0)(X, scale=2)) == [16, 24]

    def test_wrong_positions(self):
        for position, error in ((1.5, TypeError), ([0], TypeError), (("a",), TypeError), ((0, 0), ValueError),
                                (-1, ValueError), (2, RuntimeError), ((), RuntimeError)):
            with pytest.raises(error):
                grad(product, position)(X, Y)
        with pytest.raises(ValueError):
            grad(product, None)

    def test_weights(self):
        net = Line()
        assert listed(grad(net, None, net.w)(X)) == [20, 28]
        assert listed(grad(net, None, [net.w, net.b])(X)) == ([20, 28], [1, 1])
        assert listed(grad(net, 0, [net.b])(X)) == ([8, 12], ([1, 1],))

    def test_ids(self):
        net = Line()
        grads = grad(net, 0, [net.w, net.b], return_ids=True)(X)
        assert listed(grads) == ((0, [8, 12]), (("w", [20, 28]), ("b", [1, 1])))
        assert listed(get_grad(grads, 0)) == [8, 12]
        assert listed(get_grad(grads, net.b)) == [1, 1]
        assert listed(grad(product, (0, 1), return_ids=True)(X, Y)) == ((0, [1, 2]), (1, [5, 7]))
        assert listed(grad(net, 0, net.w, return_ids=True)(X)) == ((0, [8, 12]), ("w", [20, 28]))
        with pytest.raises(RuntimeError):
            get_grad(grads, net.unused)
        with pytest.raises(TypeError):
            get_grad(grads, "w")

    def test_aux(self):
        def fn(a):
            return a * a, a, "label"

        assert listed(grad(fn, has_aux=True)(X)) == ([10, 14], ([5, 7], "label"))
        assert listed(value_and_grad(fn, has_aux=True)(X)) == (([25, 49], [5, 7], "label"), [10, 14])
        for few in (lambda a: a, lambda a: (a,), lambda a: [a, a]):
            with pytest.raises(ValueError):
                grad(few, has_aux=True)(X)

    def test_all_tensors_of_the_output_count(self):
        assert listed(grad(lambda a: {"k": (a * 2, [a, 3, None])})(X)) == [3, 3]
        assert listed(grad(lambda a: "text")(X)) == [0, 0]
        assert listed(grad(lambda a: Y)(X)) == [0, 0]

    def test_value_and_grad_returns_the_very_result(self):
        kept = []

        def fn(a):
            kept.append([a * a, {"a": a}])
            return kept[0]

        value, gradient = value_and_grad(fn)(X)
        assert value is kept[0]
        assert listed(gradient) == [11, 15]

    def test_containers_take_no_part_as_arguments(self):
        assert grad(lambda pair: pair[0] * pair[1])((X, Y)) == ()
        assert listed(grad(lambda pair, b: pair[0] * b, (0, 1))((X, Y), Y)) == [5, 7]

    def test_arguments_reach_the_function_as_they_are(self):
        x = vec(1, 2)
        x.note = "mine"

        def fn(a, options):
            assert a is x and a.note == "mine"
            return a * options["factor"]

        assert listed(grad(fn)(x, {"factor": 3})) == [3, 3]

    def test_other_dtypes(self):
        assert grad(lambda a: a * a)(Tensor([1, 2], nucella.int32)).dtype == nucella.int32
        assert grad(lambda a: a * a)(Tensor([1, 2], nucella.float16)).dtype == nucella.float16

    def test_methods_and_partial_functions(self):
        class Model:
            def loss(self, a):
                return a * 3

        assert listed(grad(Model().loss)(X)) == [3, 3]

    @pytest.mark.parametrize("order", [1, 2, 3, 4])
    def test_any_order(self, order):
        fn = lambda a: a * a * a  # noqa: E731
        for _ in range(order):
            fn = grad(fn)
        expected = {1: [75, 147], 2: [30, 42], 3: [6, 6], 4: [0, 0]}
        assert listed(fn(X)) == expected[order]

    @pytest.mark.parametrize("seed", range(6))
    def test_higher_orders_are_central_differences(self, seed):
        rng = np.random.default_rng(seed)
        a, b = (Tensor(rng.normal(size=(3, 3))) for _ in range(2))
        steps = [ops.tanh, ops.sigmoid, ops.sin, lambda t: ops.matmul(t, t), lambda t: ops.matmul(b, t),
                 lambda t: ops.softmax(t, -1), lambda t: t / (t * t + 1), lambda t: ops.transpose(t, (1, 0)) * t]
        picked = [steps[i] for i in rng.integers(len(steps), size=4)]

        def fn(t):
            for step in picked:
                t = step(t)
            return t

        first = lambda t: grad(fn)(t) * t  # noqa: E731
        second = grad(first)
        assert np.allclose(second(a).asnumpy(), central_difference(first, a), atol=1e-6)
        assert np.allclose(grad(second)(a).asnumpy(), central_difference(second, a), rtol=1e-5, atol=1e-5)

    def test_by_weights_then_by_inputs(self):
        net = Line()
        first = GradOperation(get_by_list=True)
        second = grad(lambda x: first(net, [net.w])(x)[0] * x)
        assert listed(second(X)) == [40, 56]


class Boom(Exception):
    pass


class TestErrors:
    def test_an_exception_comes_out_with_its_traceback_and_leaves_nothing(self):
        def inner(x):
            raise Boom("inside")

        with pytest.raises(Boom, match="inside") as caught:
            grad(lambda x: inner(x * 2))(X)
        assert "inner" in [frame.name for frame in traceback.extract_tb(caught.tb)]
        assert listed(grad(product)(X, Y)) == [1, 2]
        assert listed(X * 2) == [10, 14]

    def test_an_exception_in_bprop(self):
        class Failing(nn.Cell):
            def construct(self, x):
                return x * 2

            def bprop(self, x, out, dout):
                raise Boom("backward")

        with pytest.raises(Boom, match="backward"):
            grad(Failing())(X)
        assert listed(grad(product)(X, Y)) == [1, 2]

    def test_wrong_arguments_of_the_function(self):
        with pytest.raises(TypeError):
            grad(product)(X)


class TestNoGrad:
    def test_a_block_and_a_decorator(self):
        @nucella._no_grad()
        def hidden(a):
            return a * 100

        def fn(a):
            with nucella._no_grad():
                b = a * a
            return a + b + hidden(a)

        assert listed(grad(fn)(X)) == [1, 1]

    def test_gradients_are_refused_inside(self):
        with nucella._no_grad(), pytest.raises(RuntimeError, match="no_grad"):
            grad(product)(X, Y)
        assert listed(grad(product)(X, Y)) == [1, 2]

    def test_an_exception_inside_ends_it(self):
        with pytest.raises(Boom), nucella._no_grad():
            raise Boom
        assert listed(grad(product)(X, Y)) == [1, 2]


class TestVjp:
    def test_can_be_called_again(self):
        value, vjp_fn = vjp(product, X, Y)
        assert listed(value) == [5, 14]
        assert listed(vjp_fn(vec(1, 0))) == ([1, 0], [5, 0])
        assert listed(vjp_fn(vec(0, 1))) == ([0, 2], [0, 7])

    def test_several_outputs_weights_and_aux(self):
        net = Line()
        _, vjp_fn = vjp(lambda a: (a * a, a), X)
        assert listed(vjp_fn(vec(1, 1), vec(1, 1))) == ([11, 15],)
        assert listed(vjp_fn((vec(1, 1), vec(1, 1)))) == ([11, 15],)
        _, vjp_fn = vjp(net, X, weights=[net.b])
        assert listed(vjp_fn(vec(1, 1))) == (([8, 12],), ([1, 1],))
        value, vjp_fn, aux = vjp(lambda a: (a * 2, a), X, has_aux=True)
        assert listed((value, vjp_fn(vec(1, 1)), aux)) == ([10, 14], ([2, 2],), [5, 7])

    def test_wrong_arguments(self):
        with pytest.raises(TypeError):
            vjp(product, 3, X)
        with pytest.raises(TypeError):
            vjp(product, X, Y)[1](3)
        with pytest.raises(TypeError):
            vjp(product, X, Y, has_aux=1)
        with pytest.raises(RuntimeError):
            vjp(lambda a: (a, a), X)[1](X)
        with pytest.raises(ValueError):
            vjp(product, X, Y, has_aux=True)


class TestJvp:
    def test_along_one_or_several_directions(self):
        assert listed(jvp(lambda a: a * a * a, X, Y)) == ([125, 343], [75, 294])
        assert listed(jvp(product, (X, Y), (Y, X))) == ([5, 14], [26, 53])
        assert listed(jvp(lambda a, b: (a * b, b), [X, Y], [Y, X])) == (([5, 14], [1, 2]), ([26, 53], [5, 7]))

    def test_aux(self):
        assert listed(jvp(lambda a: (a * a, a), X, Y, has_aux=True)) == ([25, 49], [10, 28], [5, 7])
        assert listed(jvp(lambda a: (a * a, a, 3), X, Y, has_aux=True)) == ([25, 49], [10, 28], ([5, 7], 3))

    def test_of_any_order(self):
        second = lambda x: jvp(grad(lambda a: a * a * a), x, vec(1, 1))[1]  # noqa: E731
        assert listed(second(X)) == [30, 42]
        assert listed(grad(second)(X)) == [6, 6]

    def test_wrong_arguments(self):
        for inputs, v, error in ((3, X, TypeError), (X, 3, TypeError), ((X, Y), X, ValueError),
                                 (X, vec(1), ValueError), (X, Tensor([1, 2]), TypeError)):
            with pytest.raises(error):
                jvp(lambda *a: a[0] * 2, inputs, v)

    def test_linearize(self):
        value, derivative = linearize(product, (X, Y))
        assert listed(value) == [5, 14]
        assert listed(derivative((Y, X))) == [26, 53]
        assert listed(derivative((X, Y))) == [10, 28]

    def test_cells(self):
        from nucella.nn.grad import Jvp, Vjp

        assert listed(Jvp(product)(X, Y, (Y, X))) == ([5, 14], [26, 53])
        assert listed(Vjp(lambda a: a * a)(X, Y)) == ([25, 49], [10, 28])
        assert listed(Vjp(product)(X, Y, Y)) == ([5, 14], ([1, 4], [5, 14]))
        for wrong in ((X, (Y, Y)), (X, (Y,)), (X, X, Y), ((X, X), (Y, Y))):
            with pytest.raises(TypeError):
                Jvp(lambda *a: a[0])(*wrong)


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
class TestJacobian:
    def test_one_block(self, jacobian):
        assert listed(jacobian(lambda a: a * a)(X)) == [[10, 0], [0, 14]]
        assert listed(jacobian(product, 1)(X, Y)) == [[5, 0], [0, 7]]

    def test_several_blocks(self, jacobian):
        blocks = jacobian(lambda a, b: (a * b, a), (0, 1))(X, Y)
        assert listed(blocks) == (([[1, 0], [0, 2]], [[5, 0], [0, 7]]), ([[1, 0], [0, 1]], [[0, 0], [0, 0]]))

    def test_shapes(self, jacobian):
        a = Tensor(np.arange(6, dtype=np.float32).reshape(2, 3))
        assert jacobian(lambda a: a[0] * 2)(a).shape == (3, 2, 3)

    def test_aux(self, jacobian):
        assert listed(jacobian(lambda a: (a * a, a), has_aux=True)(X)) == ([[10, 0], [0, 14]], [5, 7])


class TestWrappers:
    def test_forward_value_and_grad_runs_once(self):
        net = Line()
        value, grads = nn.ForwardValueAndGrad(net, [net.w, net.b], get_by_list=True)(X)
        assert listed(value) == [41, 85]
        assert listed(grads) == ([20, 28], [1, 1])
        assert net.calls == 1
        assert listed(nn.ForwardValueAndGrad(product, get_all=True)(X, Y)[1]) == ([1, 2], [5, 7])
        assert listed(nn.ForwardValueAndGrad(product, sens_param=True)(X, Y, Y)[1]) == [1, 4]
        for wrong in ({"network": 3}, {"network": net, "get_all": 1}, {"network": net, "get_by_list": True}):
            with pytest.raises(TypeError):
                nn.ForwardValueAndGrad(**wrong)

    def test_with_grad_cell(self):
        net = Line()
        assert listed(nn.WithGradCell(net)(X)) == ([20, 28], [1, 1], [0, 0])
        assert listed(nn.WithGradCell(net, sens=vec(2, 2))(X)) == ([40, 56], [2, 2], [0, 0])


class TestMemory:
    def test_a_gradient_function_does_not_keep_its_net_alive(self):
        net = Line()
        net.gradient = grad(net)
        net.gradient(X)
        gone = weakref.ref(net)
        del net
        gc.collect()
        assert gone() is None

    def test_results_do_not_keep_the_run(self):
        class Payload:
            pass

        payload = Payload()
        gone = weakref.ref(payload)

        def fn(a, extra):
            return a * 2

        result = value_and_grad(fn)(X, payload)
        del payload
        gc.collect()
        assert gone() is None
        assert listed(result[1]) == [2, 2]
