"""Objects that go through C++ come back as the very same, and initializers of Python may fill in any thread."""

import sys
import threading

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, Tensor, nn, ops
from nucella.common.initializer import Initializer, initializer
from nucella.nn.utils import no_init_parameters


class Same(nn.Cell):
    def construct(self, *args, **kwargs):
        return args if args else kwargs


def hooked():
    cell = nn.Identity()
    cell.register_forward_hook(lambda cell, inputs, output: None)
    return cell


@pytest.mark.parametrize(
    "make",
    [nn.Identity, hooked, lambda: nn.SequentialCell(nn.Identity(), hooked()), lambda: nn.Dropout().set_train(False)],
)
def test_a_tensor_comes_back_as_itself(make):
    x = f32(1, 2)
    x.note = "mine"
    net = make()
    assert net(x) is x and net(x).note == "mine"
    assert ops.GradOperation()(lambda t: net(t) * 2)(x).asnumpy().tolist() == [2, 2]


def test_hooks_and_construct_see_the_objects_of_the_caller():
    seen = []
    net = Same()
    net.register_forward_pre_hook(lambda cell, inputs: seen.append(inputs))
    net.register_forward_hook(lambda cell, inputs, output: seen.append(inputs))
    x, y = f32(1), f32(2)
    out = net(x, y)
    assert out[0] is x and out[1] is y
    assert all(inputs[0] is x and inputs[1] is y for inputs in seen) and len(seen) == 2
    named = net(a=x)
    assert named["a"] is x


def test_objects_of_derived_types_come_back_as_what_they_are():
    class Marked(Tensor):
        pass

    x = Marked([1.0])
    assert nn.Identity()(x) is x
    parameter = Parameter(f32(1))
    assert nn.Identity()(parameter) is parameter


def test_results_are_objects_of_their_own():
    x = f32(1, -2)
    y = nn.ReLU()(x)
    assert y is not x and nn.SequentialCell(nn.ReLU(), nn.Identity())(x) is not x
    assert sys.getrefcount(x) == 2


def test_a_call_leaves_no_reference_behind_when_it_fails():
    class Failing(nn.Cell):
        def construct(self, x):
            raise LookupError

    x = f32(1)
    net = nn.SequentialCell(nn.Identity(), Failing())
    for _ in range(3):
        with pytest.raises(LookupError):
            net(x)
    assert sys.getrefcount(x) == 2 and nn.Identity()(x) is x


class Slow(Initializer):
    """Lets other threads run while it fills."""

    def __init__(self):
        super().__init__()
        self.started = threading.Event()
        self.calls = 0

    def _initialize(self, arr):
        self.calls += 1
        self.started.set()
        for _ in range(50):
            threading.Event().wait(0.001)
        arr[:] = 3


USES = {
    "asnumpy": lambda p: p.asnumpy(), "add": lambda p: p + 0, "has_init": lambda p: p.has_init or p.asnumpy(),
    "set_data": lambda p: p.set_data(ms.Tensor(np.full((100,), 3, np.float32))), "clone": lambda p: p.clone(),
    "init_data": lambda p: p.init_data(), "dtype": lambda p: p.set_dtype(ms.float32), "repr": repr,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_threads_wait_for_an_initializer_of_python_without_blocking_it(use):
    slow = Slow()
    with no_init_parameters():
        parameter = Parameter(initializer(slow, [100]))
    filler = threading.Thread(target=parameter.asnumpy, daemon=True)
    filler.start()
    assert slow.started.wait(10)
    user = threading.Thread(target=use, args=(parameter,), daemon=True)
    user.start()
    filler.join(10)
    user.join(10)
    assert not filler.is_alive() and not user.is_alive()
    assert parameter.asnumpy().tolist() == [3] * 100 and slow.calls == 1


def test_threads_that_call_one_declared_net_fill_it_once():
    slow = [Slow(), Slow()]
    with no_init_parameters():
        net = nn.SequentialCell(nn.Dense(10, 10, weight_init=slow[0]), nn.Dense(10, 10, weight_init=slow[1]))
    x = Tensor(np.ones((1, 10), np.float32))
    results = []
    threads = [threading.Thread(target=lambda: results.append(net(x).shape), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == [(1, 10)] * 4 and [s.calls for s in slow] == [1, 1]
