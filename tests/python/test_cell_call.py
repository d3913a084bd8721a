"""Calling a Cell: arguments, results, modes, errors, threads."""

import gc
import threading
import types
import weakref
from collections import namedtuple

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, Tensor, nn
from nucella.nn.utils import no_init_parameters


class Identity(nn.Cell):
    def construct(self, *args, **kwargs):
        return args if not kwargs else (args, kwargs)


def with_hook(cell):
    """The same cell with a hook, so that its call takes the way through C++."""
    cell.register_forward_hook(lambda *args: None)
    return cell


def wrapped(cell):
    """The cell inside a container of C++."""
    return nn.SequentialCell(cell)


# --- arguments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prepare", [lambda c: c, with_hook], ids=["plain", "with hook"])
def test_any_python_value_goes_in_and_comes_out(prepare):
    class Echo(nn.Cell):
        def construct(self, x):
            return x

    echo = prepare(Echo())
    Point = namedtuple("Point", "x y")
    for value in (
        1, 2**70, 1.5, True, None, "text", ms.float16, (), [], {}, (1, (2, [3, {"k": (4,)}])), {"a": [1]}, {1: 2},
        Point(1, 2), {1, 2}, object, print, 1j, slice(1, 2), np.float32(2), range(3), b"bytes",
    ):
        out = echo(value)
        assert out == value and type(out) is type(value)
    array = np.ones(3)
    assert echo(array) is array
    tensor = f32(1, 2)
    assert echo(tensor).asnumpy().tolist() == [1, 2]
    nested = echo({"a": (tensor, [tensor])})
    assert nested["a"][1][0].asnumpy().tolist() == [1, 2]


def test_positional_keyword_default_and_star_arguments():
    class Net(nn.Cell):
        def construct(self, a, b=2, *rest, c, d=4, **others):
            return a, b, rest, c, d, others

    for net in (Net(), with_hook(Net())):
        assert net(1, c=3) == (1, 2, (), 3, 4, {})
        assert net(1, 5, 6, 7, c=3, e=8) == (1, 5, (6, 7), 3, 4, {"e": 8})
        assert net(a=1, c=3) == (1, 2, (), 3, 4, {})


@pytest.mark.parametrize("call", [lambda n: n(), lambda n: n(1, 2), lambda n: n(1, y=2)])
def test_wrong_arguments_give_pythons_own_error(call):
    class Net(nn.Cell):
        def construct(self, x):
            return x

    for net in (Net(), with_hook(Net())):
        with pytest.raises(TypeError, match="construct"):
            call(net)


def test_layers_of_cpp_check_their_arguments():
    dense = nn.Dense(2, 2)
    for args in ((), (f32(1, 2), f32(1, 2))):
        with pytest.raises(TypeError, match="Dense.construct: expected 1 argument"):
            dense(*args)
    with pytest.raises(TypeError, match="Dense"):
        dense(np.ones((1, 2), np.float32))
    with pytest.raises(TypeError, match="y"):
        dense(f32(1, 2), y=1)


def test_without_construct_a_call_is_refused():
    with pytest.raises(AttributeError, match="construct"):
        nn.Cell()(f32(1))


def test_construct_may_be_replaced_on_the_object():
    class Net(nn.Cell):
        def construct(self, x):
            return x

    net = Net()
    net.construct = types.MethodType(lambda self, x: (self is net, x), net)
    assert net(3) == (True, 3)
    del net.construct
    assert net(3) == 3


def test_subclasses_of_layers_may_call_the_layers_construct():
    class Doubled(nn.Dense):
        def __init__(self):
            super().__init__(2, 2, weight_init="ones", bias_init="zeros")
            self.factor = 2

        def construct(self, x):
            return self.factor * super().construct(x)

    assert Doubled()(f32([1, 2])).asnumpy().tolist() == [[6, 6]]
    assert wrapped(Doubled())(f32([1, 2])).asnumpy().tolist() == [[6, 6]]
    assert repr(Doubled()) == "Doubled(input_channels=2, output_channels=2, has_bias=True)"


def test_call_may_be_overridden():
    class Net(nn.Cell):
        def __call__(self, *args):
            return ["called", super().__call__(*args)]

        def construct(self, x):
            return x

    assert Net()(1) == ["called", 1]


def test_results_of_several_kinds():
    class Net(nn.Cell):
        def construct(self, x):
            return x, [x + 1, {"k": x + 2}], "text", None

    for net in (Net(), with_hook(Net()), wrapped(Net())):
        first, (second, third), text, none = net(f32(1))
        assert (first.asnumpy(), second.asnumpy(), third["k"].asnumpy(), text, none) == (1, 2, 3, "text", None)


def test_cells_of_python_in_cells_of_cpp_and_back():
    class Inner(nn.Cell):
        def __init__(self):
            super().__init__()
            self.dense = nn.Dense(2, 2, weight_init="ones", bias_init="ones")

        def construct(self, x):
            return self.dense(x)

    class Outer(nn.Cell):
        def __init__(self):
            super().__init__()
            self.chain = nn.SequentialCell(Inner(), nn.ReLU(), Inner())

        def construct(self, x):
            return self.chain(x)

    net = Outer()
    assert net(f32([1, 2])).asnumpy().tolist() == [[9, 9]]
    assert [p.name for p in net.get_parameters()][:2] == ["chain.0.dense.weight", "chain.0.dense.bias"]
    loss = nn.WithLossCell(net, nn.MSELoss())
    assert loss(f32([1, 2]), f32([9, 9])).asnumpy() == 0
    assert loss.backbone_network is net


def test_a_parameter_goes_through_as_itself():
    class Net(nn.Cell):
        def construct(self, p):
            return p

    parameter = Parameter(f32(1), name="p")
    for net in (Net(), with_hook(Net()), wrapped(Net())):
        assert net(parameter) is parameter


def test_run_construct_passes_one_tuple():
    class Net(nn.Cell):
        def construct(self, x, y=None):
            return x, y

    assert Net().run_construct((1, 2), {"y": 3}) == ((1, 2), 3)


# --- the first call ------------------------------------------------------------------------------------------


def test_equal_names_are_made_different_by_the_first_call():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.w, self.v = Parameter(f32(1), name="z"), Parameter(f32(2), name="z")

        def construct(self):
            return self.w + self.v

    net = Net()
    with pytest.raises(ValueError, match="'z'"):
        net.check_names()
    net()
    assert [p.name for p in net.get_parameters()] == ["w", "v"]
    net.check_names()


def test_the_first_call_fills_the_whole_net():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.used, self.unused = nn.Dense(2, 2), nn.Dense(2, 2)

        def construct(self, x):
            return self.used(x)

    with no_init_parameters():
        net = Net()
    assert all(p.has_init for p in net.get_parameters())
    net(f32([1, 2]))
    assert not any(p.has_init for p in net.get_parameters())


def test_parameters_added_later_are_filled_as_well():
    net = Identity()
    net(1)
    with no_init_parameters():
        net.late = nn.Dense(2, 2)
    net(1)
    assert not net.late.weight.has_init


# --- errors --------------------------------------------------------------------------------------------------


class Failing(nn.Cell):
    def construct(self, x):
        raise LookupError("from construct")


@pytest.mark.parametrize("prepare", [lambda c: c, with_hook, wrapped, lambda c: wrapped(with_hook(wrapped(c)))])
def test_an_exception_reaches_the_caller_with_its_traceback(prepare):
    net = prepare(Failing())
    with pytest.raises(LookupError, match="from construct") as caught:
        net(1)
    assert caught.traceback[-1].name == "construct"
    with pytest.raises(LookupError):
        net(1)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, StopIteration, GeneratorExit, MemoryError])
def test_exceptions_of_every_kind_pass(error):
    class Net(nn.Cell):
        def construct(self):
            raise error

    for net in (Net(), with_hook(Net())):
        with pytest.raises(error):
            net()
    with pytest.raises(error):
        with_hook(nn.SequentialCell(Identity(), with_hook(Failing2(error))))(1)


class Failing2(nn.Cell):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def construct(self, x):
        raise self.error


def test_an_exception_leaves_everything_as_it_was():
    net = with_hook(nn.SequentialCell(nn.Dense(2, 2), Failing()))
    net.set_train()
    before = [p.asnumpy().copy() for p in net.get_parameters()]
    with pytest.raises(LookupError):
        net(f32([1, 2]))
    assert net.training and net.phase == "train" and ms.get_context("mode") == ms.PYNATIVE_MODE
    assert all((p.asnumpy() == b).all() for p, b in zip(net.get_parameters(), before))


def test_endless_recursion_is_an_error():
    class Net(nn.Cell):
        def construct(self, x):
            return self(x)

    with pytest.raises(RecursionError):
        Net()(1)
    with pytest.raises(RecursionError):
        with_hook(Net())(1)
    loop = nn.SequentialCell(nn.ReLU())
    loop.append(loop)
    with pytest.raises(RuntimeError, match="contain itself"):
        loop(f32(1))
    for walk in (repr, lambda c: c.state_dict(), lambda c: c.apply(lambda cell: None)):
        with pytest.raises(RuntimeError, match="contain itself"):
            walk(loop)
    assert len(list(loop.cells_and_names())) == 2


# --- threads -------------------------------------------------------------------------------------------------


def in_threads(count, work):
    """Runs work(i) in as many threads at once and gives their errors."""
    errors, barrier = [], threading.Barrier(count)

    def run(i):
        barrier.wait()
        try:
            work(i)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_threads_may_call_a_net_that_is_not_filled_yet():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.chain = nn.SequentialCell(nn.Dense(8, 8), Identity1(), nn.Dense(8, 1))

        def construct(self, x):
            return self.chain(x)

    for _ in range(20):
        with no_init_parameters():
            net = with_hook(Net())
        results = {}

        def work(i, net=net, results=results):
            results[i] = net(f32([1] * 8)).asnumpy()[0, 0]

        assert in_threads(4, work) == []
        assert len(set(results.values())) == 1


class Identity1(nn.Cell):
    def construct(self, x):
        return x


def test_python_goes_on_while_a_layer_computes():
    dense = nn.Dense(1500, 1500)
    x = Tensor(np.ones((1500, 1500), np.float32))
    dense(x)
    ticks, done = [], threading.Event()

    def count():
        while not done.is_set():
            ticks.append(1)

    thread = threading.Thread(target=count)
    thread.start()
    before = len(ticks)
    dense(x)
    gained = len(ticks) - before
    done.set()
    thread.join()
    assert gained > 100


def test_threads_have_hooks_and_errors_of_their_own():
    net = with_hook(nn.SequentialCell(Identity1(), Picky()))

    def work(i):
        for _ in range(50):
            if i % 2:
                with pytest.raises(LookupError):
                    net(i)
            else:
                assert net(i) == i

    assert in_threads(4, work) == []


class Picky(nn.Cell):
    def construct(self, x):
        if x % 2:
            raise LookupError(x)
        return x


# --- life ----------------------------------------------------------------------------------------------------


def test_a_call_keeps_nothing_alive(collected):
    class Thing:
        pass

    net = with_hook(wrapped(Identity1()))
    thing = Thing()
    seen = weakref.ref(thing)
    assert net(thing) is thing
    del thing
    assert collected(seen)


def test_a_child_outlives_its_parent():
    def child():
        net = nn.SequentialCell(nn.Dense(2, 2, weight_init="ones", bias_init="zeros"))
        return net[0]

    dense = child()
    gc.collect()
    assert dense(f32([1, 2])).asnumpy().tolist() == [[3, 3]]


def test_a_cell_may_be_dropped_while_it_runs():
    class Net(nn.Cell):
        def construct(self, x):
            holder.clear()
            gc.collect()
            return x

    holder = [with_hook(Net())]
    assert holder[0](3) == 3
    assert holder == []
