"""Ctrl-C and exceptions in the middle of a training: they come out, and everything is as it was."""

import itertools
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import nucella as ms
from nucella import Parameter, Tensor, nn, ops, train
from nucella.dataset import GeneratorDataset

PRELUDE = """
import numpy as np
import nucella as ms
from nucella import Tensor, nn, ops, train
from nucella.dataset import GeneratorDataset

net = nn.SequentialCell(nn.Dense(64, 256), nn.ReLU(), nn.Dense(256, 10))
loss, optimizer = nn.MSELoss(), nn.Momentum(net.trainable_params(), 1e-3, 0.9)
x, y = np.ones((32, 64), np.float32), np.zeros((32, 10), np.float32)

def rows():
    while True:
        yield x, y

def check():
    step = nn.TrainOneStepCell(nn.WithLossCell(net, loss), optimizer)
    assert np.isfinite(step(Tensor(x), Tensor(y)).asnumpy())
    assert ops.GradOperation()(lambda t: t * t)(Tensor([3.0])).asnumpy().tolist() == [6]
    assert all(np.isfinite(p.asnumpy()).all() for p in net.get_parameters())
    print("usable", flush=True)
"""
LOOPS = {
    "loop": """
step = nn.TrainOneStepCell(nn.WithLossCell(net, loss), optimizer)
print("running", flush=True)
while True:
    step(Tensor(x), Tensor(y))
""",
    "gradients": """
gradient = ms.value_and_grad(nn.WithLossCell(net, loss), None, optimizer.parameters)
print("running", flush=True)
while True:
    optimizer(gradient(Tensor(x), Tensor(y))[1])
""",
    "model": """
class Tell(train.Callback):
    def on_train_step_end(self, run_context):
        if run_context.original_args().cur_step_num == 3:
            print("running", flush=True)

data = GeneratorDataset(rows, ["x", "y"])
data.get_dataset_size = lambda: 10**9
train.Model(net, loss, optimizer).train(1, data, Tell())
""",
    "large": """
a = Tensor(np.ones((900, 900), np.float32))
print("running", flush=True)
while True:
    a = ops.matmul(a, a) * 0
""",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_ctrl_c_ends_a_training_and_the_net_can_go_on(loop):
    body = "".join(f"    {line}\n" for line in loop.strip().splitlines())
    script = f"{PRELUDE}\ntry:\n{body}except KeyboardInterrupt:\n    check()\n"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout.readline() == "running\n", process.stderr.read()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "usable\n"), err


def state(net):
    return {
        "flags": [(c.training, c.requires_grad, c.phase, c.get_flags()) for _, c in net.cells_and_names()],
        "parameters": {p.name: p.asnumpy().tolist() for p in net.get_parameters()},
        "trainable": [p.name for p in net.trainable_params()],
        "mode": ms.get_context("mode"),
    }


class Mine(Exception):
    pass


def failing_rows(good):
    for _ in range(good):
        yield np.ones(4, np.float32), np.ones(1, np.float32)
    raise Mine


def test_an_exception_of_an_iterator_ends_the_training_after_the_steps_before_it():
    net = nn.Dense(4, 1)
    model = train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.0))
    before = state(net)
    data = GeneratorDataset(lambda: failing_rows(2), ["x", "y"]).batch(1)
    data.get_dataset_size = lambda: 5
    with pytest.raises(Mine):
        model.train(1, data)
    assert {**state(net), "flags": before["flags"]} == before
    model.train(1, GeneratorDataset(lambda: itertools.islice(failing_rows(2), 2), ["x", "y"]).batch(1))


@pytest.mark.parametrize("where", ["construct", "forward", "backward", "bprop", "optimizer"])
def test_an_exception_in_a_training_step_leaves_everything_as_it_was(where):
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.first = nn.Dense(2, 2)
            self.own = Parameter(Tensor([1.0]))
            self.fails = False

        def construct(self, x):
            y = self.first(x) * self.own
            if self.fails and where == "construct":
                raise Mine
            return y

    class Doubled(nn.Cell):
        def construct(self, x):
            return 2 * x

        def bprop(self, x, out, dout):
            if net.fails and where == "bprop":
                raise Mine
            return (2 * dout,)

    class Optimizer(nn.SGD):
        def construct(self, gradients):
            if net.fails and where == "optimizer":
                raise Mine
            return super().construct(gradients)

    def hook(kind):
        def call(*args):
            if net.fails and where == kind:
                raise Mine

        return call

    net = Net()
    whole = nn.SequentialCell(net, Doubled())
    net.first.register_forward_hook(hook("forward"))
    net.first.register_backward_hook(hook("backward"))
    whole.set_train()
    step = nn.TrainOneStepCell(nn.WithLossCell(whole, nn.MSELoss()), Optimizer(whole.trainable_params(), 0.1))
    x = Tensor([[1.0, 2.0]])
    step(x, x)
    before, references = state(step), sys.getrefcount(x)
    net.fails = True
    for _ in range(3):
        with pytest.raises(Mine):
            step(x, x)
    assert state(step) == before and sys.getrefcount(x) == references
    net.fails = False
    expected = ops.GradOperation()(lambda t: t * t)(Tensor([3.0]))
    assert expected.asnumpy().tolist() == [6]
    step(x, x)
    assert state(step) != before
