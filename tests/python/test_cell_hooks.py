"""Hooks of a Cell: forward, backward, and what they may do."""

import gc
import weakref

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, nn, ops

REGISTER = [
    "register_forward_pre_hook",
    "register_forward_hook",
    "register_backward_pre_hook",
    "register_backward_hook",
]


class Scale(nn.Cell):
    """y = 3 x + 1, with parameters."""

    def __init__(self):
        super().__init__()
        self.w, self.b = Parameter(f32(3)), Parameter(f32(1))

    def construct(self, x):
        return self.w * x + self.b


class Net(nn.Cell):
    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def construct(self, *args):
        return self.cell(*args)


def gradients(net, *inputs):
    """By the inputs and by the weights of a net."""
    return ops.GradOperation(get_all=True, get_by_list=True)(net, list(net.trainable_params()))(*inputs)


def numbers(gradient):
    return [None if g is None else g.asnumpy().tolist() for g in gradient]


# --- registration --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", REGISTER)
@pytest.mark.parametrize("wrong", [3, "text", None, [], f32(1)])
def test_only_what_can_be_called_is_a_hook(register, wrong):
    with pytest.raises(TypeError, match=f"{register}.*hook_fn.*got"):
        getattr(nn.ReLU(), register)(wrong)


@pytest.mark.parametrize("register", REGISTER)
def test_functions_methods_and_callables_are_hooks(register):
    class Callable:
        def __call__(self, *args):
            return None

        def method(self, *args):
            return None

    net = Net(Scale())
    for hook in (lambda *args: None, Callable(), Callable().method):
        getattr(net.cell, register)(hook)
    assert numbers(gradients(net, f32(2))[0]) == [[3]]


@pytest.mark.parametrize("register", REGISTER)
def test_a_handle_removes_its_hook_once_and_for_all(register):
    calls = []
    net = Net(Scale())
    first = getattr(net.cell, register)(lambda *args: calls.append(1))
    second = getattr(net.cell, register)(lambda *args: calls.append(2))
    gradients(net, f32(2))
    first.remove()
    first.remove()
    gradients(net, f32(2))
    second.remove()
    gradients(net, f32(2))
    assert calls == [1, 2, 2]


@pytest.mark.parametrize("register", REGISTER)
def test_in_graph_mode_nothing_is_registered(register):
    calls = []
    net = Net(Scale())
    ms.set_context(mode=ms.GRAPH_MODE)
    handle = getattr(net.cell, register)(lambda *args: calls.append(1))
    gradients(net, f32(2))
    ms.set_context(mode=ms.PYNATIVE_MODE)
    gradients(net, f32(2))
    handle.remove()
    assert calls == []


def test_the_order_of_one_step():
    log = []
    net = Net(Scale())
    for i in (1, 2):
        net.cell.register_forward_pre_hook(lambda cell, inputs, i=i: log.append(f"pre{i}"))
        net.cell.register_forward_hook(lambda cell, inputs, out, i=i: log.append(f"fwd{i}"))
        net.cell.register_backward_pre_hook(lambda cell, go, i=i: log.append(f"bpre{i}"))
        net.cell.register_backward_hook(lambda cell, gi, go, i=i: log.append(f"bwd{i}"))
    gradients(net, f32(2))
    assert log == ["pre1", "pre2", "fwd1", "fwd2", "bpre1", "bpre2", "bwd1", "bwd2"]


def test_prepend_puts_a_hook_first():
    log = []
    cell = nn.ReLU()
    cell.register_forward_hook(lambda *args: log.append("second"))
    cell.register_forward_hook(lambda *args: log.append("first"), prepend=True)
    cell.register_forward_pre_hook(lambda *args: log.append("pre2"))
    cell.register_forward_pre_hook(lambda *args: log.append("pre1"), prepend=True)
    cell(f32(1))
    assert log == ["pre1", "pre2", "first", "second"]


# --- forward -------------------------------------------------------------------------------------------------


def test_forward_hooks_see_the_cell_its_inputs_and_output():
    seen = []
    cell = Scale()
    cell.register_forward_pre_hook(lambda c, inputs: seen.append((c, inputs)))
    cell.register_forward_hook(lambda c, inputs, out: seen.append((c, inputs, out)))
    cell(f32(2))
    (pre_cell, pre_inputs), (cell_, inputs, out) = seen
    assert pre_cell is cell and cell_ is cell
    assert isinstance(pre_inputs, tuple) and isinstance(inputs, tuple)
    assert (numbers(pre_inputs), numbers(inputs), out.asnumpy().tolist()) == ([[2]], [[2]], [7])


@pytest.mark.parametrize(
    "returned, expected", [(None, 7), (f32(5), 16), ((f32(5),), 16), (5, 16)], ids=["None", "Tensor", "tuple", "int"]
)
def test_what_a_forward_pre_hook_returns_replaces_the_inputs(returned, expected):
    cell = Scale()
    cell.register_forward_pre_hook(lambda c, inputs: returned)
    assert cell(f32(2)).asnumpy().tolist() == [expected]


def test_a_wrong_number_of_inputs_is_pythons_error():
    cell = Scale()
    cell.register_forward_pre_hook(lambda c, inputs: (1, 2))
    with pytest.raises(TypeError, match="construct"):
        cell(f32(2))


@pytest.mark.parametrize("returned", [f32(5), (1, 2, 3), 5, "text", [f32(1)]])
def test_what_a_forward_hook_returns_replaces_the_output(returned):
    cell = Scale()
    cell.register_forward_hook(lambda c, inputs, out: returned)
    out = cell(f32(2))
    assert type(out) is type(returned)
    if not isinstance(returned, (ms.Tensor, list)):
        assert out == returned


def test_later_hooks_see_what_earlier_ones_made():
    seen = []
    cell = Scale()
    cell.register_forward_pre_hook(lambda c, inputs: (inputs[0] + 1,))
    cell.register_forward_pre_hook(lambda c, inputs: seen.append(numbers(inputs)))
    cell.register_forward_hook(lambda c, inputs, out: out * 10)
    cell.register_forward_hook(lambda c, inputs, out: seen.append((numbers(inputs), out.asnumpy().tolist())))
    cell(f32(2))
    assert seen == [[[3]], ([[3]], [100])]


def test_keyword_arguments_are_seen_with_kwargs_only():
    class Keywords(nn.Cell):
        def construct(self, x, factor=1):
            return x * factor

    seen = []
    cell = Keywords()
    cell.register_forward_pre_hook(lambda c, inputs: seen.append(inputs))
    cell.register_forward_pre_hook(
        lambda c, args, kwargs: (args, {**kwargs, "factor": kwargs["factor"] + 1}), with_kwargs=True
    )
    cell.register_forward_hook(lambda c, inputs, out: seen.append(len(inputs)))
    cell.register_forward_hook(lambda c, args, kwargs, out: seen.append(kwargs), with_kwargs=True)
    assert cell(x=f32(2), factor=2).asnumpy().tolist() == [6]
    assert seen[0] == () and seen[1] == 0 and seen[2]["factor"] == 3
    for wrong in (3, (1,), (1, 2, 3), [1, {}]):
        other = Keywords()
        other.register_forward_pre_hook(lambda c, args, kwargs, wrong=wrong: wrong, with_kwargs=True)
        with pytest.raises(RuntimeError, match="kwargs"):
            other(f32(1), factor=1)


def test_hooks_of_layers_of_cpp_and_of_containers():
    seen = []
    net = nn.SequentialCell(nn.Dense(2, 2), nn.ReLU())
    net[0].register_forward_hook(lambda c, inputs, out: seen.append(type(c).__name__))
    net.register_forward_hook(lambda c, inputs, out: seen.append(c is net))
    net(f32([1, 2]))
    assert seen == ["Dense", True]


# --- backward ------------------------------------------------------------------------------------------------


def test_backward_hooks_see_one_gradient_per_output_and_input():
    seen = []
    net = Net(Scale())
    net.cell.register_backward_pre_hook(lambda c, go: seen.append((c is net.cell, type(go), numbers(go))))
    net.cell.register_backward_hook(lambda c, gi, go: seen.append((c is net.cell, numbers(gi), numbers(go))))
    gradients(net, f32(2))
    assert seen == [(True, tuple, [[1]]), (True, [[3]], [[1]])]


def test_the_chain_of_replaced_gradients():
    seen = []
    net = Net(Scale())
    net.cell.register_backward_pre_hook(lambda c, go: (go[0] * 2,))
    net.cell.register_backward_hook(lambda c, gi, go: seen.append((numbers(gi), numbers(go))))
    by_inputs, by_weights = gradients(net, f32(2))
    assert seen == [([[6]], [[2]])]
    assert numbers(by_inputs) == [[6]] and numbers(by_weights) == [[4], [2]]
    net.cell.register_backward_hook(lambda c, gi, go: f32(100))
    by_inputs, by_weights = gradients(net, f32(2))
    assert numbers(by_inputs) == [[100]] and numbers(by_weights) == [[4], [2]]


@pytest.mark.parametrize("register", ["register_backward_pre_hook", "register_backward_hook"])
def test_wrong_gradients_are_refused(register):
    for wrong, error in (((), TypeError), ((f32(1), f32(1)), TypeError), (3, TypeError), ("text", TypeError),
                         (f32(1, 2), ValueError)):
        net = Net(Scale())
        getattr(net.cell, register)(lambda *args, wrong=wrong: wrong)
        with pytest.raises(error):
            gradients(net, f32(2))


def test_numbers_among_the_inputs_are_not_counted():
    class Power(nn.Cell):
        def construct(self, x, factor, y):
            return x * factor + y

    seen = []
    net = Net(Power())
    net.cell.register_backward_hook(lambda c, gi, go: seen.append(numbers(gi)))
    ops.GradOperation(get_all=True)(net)(f32(2), 3, f32(1))
    assert seen == [[[3], [1]]]


def test_gradients_that_do_not_flow_are_none():
    class Two(nn.Cell):
        def construct(self, x):
            return x * 2, x * 3

    class First(nn.Cell):
        def __init__(self):
            super().__init__()
            self.two = Two()

        def construct(self, x):
            return self.two(x)[0]

    seen = []
    net = First()
    net.two.register_backward_pre_hook(lambda c, go: seen.append(numbers(go)))
    net.two.register_backward_hook(lambda c, gi, go: seen.append((numbers(gi), numbers(go))))
    assert numbers(ops.GradOperation(get_all=True)(net)(f32(1))) == [[2]]
    assert seen == [[[1], None], ([[2]], [[1], None])]


def test_hooks_fire_for_gradients_by_weights_alone_and_on_the_outermost_cell():
    seen = []
    net = Scale()
    net.register_backward_hook(lambda c, gi, go: seen.append(numbers(go)))
    grad = ops.GradOperation(get_by_list=True)(net, list(net.trainable_params()))(f32(2))
    assert numbers(grad) == [[2], [1]]
    assert seen == [[[1]]]


def test_without_a_gradient_backward_hooks_do_not_run():
    calls = []
    cell = Scale()
    cell.register_backward_hook(lambda *args: calls.append(1))
    cell.register_backward_pre_hook(lambda *args: calls.append(1))
    assert cell(f32(2)).asnumpy().tolist() == [7]
    assert calls == []


def test_backward_hooks_join_a_custom_bprop():
    class Custom(nn.Cell):
        def construct(self, x):
            return x * x

        def bprop(self, x, out, dout):
            return (x * 0 + 50,)

    seen = []
    net = Net(Custom())
    net.cell.register_backward_hook(lambda c, gi, go: seen.append(numbers(gi)))
    assert numbers(ops.GradOperation(get_all=True)(net)(f32(2))) == [[50]]
    assert seen == [[[50]]]


# --- changing hooks while they run -----------------------------------------------------------------------------


@pytest.mark.parametrize("register", REGISTER)
def test_a_hook_may_remove_itself(register):
    calls = []
    net = Net(Scale())

    def once(*args):
        calls.append(1)
        handle.remove()

    handle = getattr(net.cell, register)(once)
    for _ in range(3):
        gradients(net, f32(2))
    assert calls == [1]


@pytest.mark.parametrize("register", REGISTER)
def test_a_hook_may_add_hooks_which_run_from_the_next_time_on(register):
    calls = []
    net = Net(Scale())

    def add(*args):
        getattr(net.cell, register)(lambda *args: calls.append(1))

    getattr(net.cell, register)(add)
    counts = []
    for _ in range(3):
        gradients(net, f32(2))
        counts.append(len(calls))
    assert counts == [0, 1, 3]


def test_registering_in_construct_adds_one_per_run():
    class Registering(nn.Cell):
        def construct(self, x):
            self.register_forward_hook(lambda *args: calls.append(1))
            return x

    calls = []
    net = Registering()
    for _ in range(3):
        net(f32(1))
    assert len(calls) == 6


# --- errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", REGISTER)
def test_an_exception_in_a_hook_passes_with_its_traceback_and_changes_nothing(register):
    def failing(*args):
        raise LookupError("from the hook")

    net = Net(Scale())
    handle = getattr(net.cell, register)(failing)
    with pytest.raises(LookupError, match="from the hook") as caught:
        gradients(net, f32(2))
    assert caught.traceback[-1].name == "failing"
    handle.remove()
    assert numbers(gradients(net, f32(2))[0]) == [[3]]


@pytest.mark.parametrize("register", REGISTER)
def test_keyboard_interrupt_in_a_hook_passes(register):
    def interrupted(*args):
        raise KeyboardInterrupt

    net = Net(Scale())
    getattr(net.cell, register)(interrupted)
    with pytest.raises(KeyboardInterrupt):
        gradients(net, f32(2))


# --- life ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", REGISTER)
def test_cycles_through_hooks_are_collected(register, collected):
    net = Net(Scale())

    def hook(*args):
        assert hook.net is not None  # noqa: F821

    hook.net = net
    net.handle = getattr(net.cell, register)(hook)
    seen = weakref.ref(net), weakref.ref(net.cell), weakref.ref(hook)
    gradients(net, f32(2))
    del net, hook
    assert all(collected(s) for s in seen)


def test_a_removed_hook_is_freed(collected):
    cell = nn.ReLU()

    def hook(*args):
        return None

    handle = cell.register_forward_hook(hook)
    seen = weakref.ref(hook)
    del hook
    handle.remove()
    assert collected(seen)


def test_a_handle_outlives_its_cell():
    handle = nn.ReLU().register_forward_hook(lambda *args: None)
    gc.collect()
    handle.remove()


def test_the_number_of_a_gradient_is_right_after_many_hooks():
    net = Net(Scale())
    handles = [net.cell.register_backward_hook(lambda c, gi, go: (gi[0] + 1,)) for _ in range(50)]
    assert numbers(gradients(net, f32(2))[0]) == [[53]]
    for handle in handles:
        handle.remove()
    np.testing.assert_array_equal(gradients(net, f32(2))[0][0].asnumpy(), [3])
