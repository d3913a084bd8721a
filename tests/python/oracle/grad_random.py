"""Gradients of random functions and nets; arguments: result file, first seed, count."""
import json
import sys

import mindspore as ms
import numpy as np
from mindspore import Parameter, Tensor, nn, ops

ms.set_context(mode=ms.PYNATIVE_MODE)
UNARY = [ops.tanh, ops.sigmoid, ops.sin, ops.cos, ops.relu, ops.exp, ops.square, ops.abs, ops.neg,
         lambda t: ops.sqrt(ops.abs(t) + 1), lambda t: ops.log(ops.abs(t) + 1), lambda t: t * 0.5 + 1.5,
         lambda t: 1 / (t * t + 2), lambda t: ops.stop_gradient(t) * t, lambda t: ops.transpose(t, (1, 0)),
         lambda t: ops.reshape(t, (-1, 3)), lambda t: ops.softmax(t, -1),
         lambda t: ops.broadcast_to(ops.ReduceSum(True)(t, 1), (3, 3))]
BINARY = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (b * b + 1), ops.maximum,
          ops.minimum, lambda a, b: a + ops.ReduceSum()(b, 0), lambda a, b: a * ops.ReduceMean(True)(b, 1)]


def random_function(rng, steps):
    """A fixed random expression of three square matrices."""
    program = []
    for step in range(steps):
        count = 3 + step
        if rng.random() < 0.5:
            program.append((UNARY[rng.integers(len(UNARY))], [rng.integers(count)]))
        elif rng.random() < 0.8:
            program.append((BINARY[rng.integers(len(BINARY))], rng.integers(count, size=2).tolist()))
        else:
            program.append((ops.matmul, rng.integers(count, size=2).tolist()))

    def fn(a, b, c):
        values = [a, b, c]
        for op, places in program:
            values.append(ops.tanh(op(*(values[place] for place in places))))
        return values[-1] + values[-2] * 0.5

    return fn


# MindSpore's second derivatives are right for these; mixed ones, and those of matmul(x, x), transpose, ..., are not.
SMOOTH = [ops.tanh, ops.sigmoid, ops.sin, ops.cos, ops.square, lambda t: t * 0.5 + 1.5, lambda t: 1 / (t * t + 2)]


def random_chain(rng, other, steps):
    """A fixed random function of one matrix, each step of it made of the one before and `other`."""
    picked = [(SMOOTH[rng.integers(len(SMOOTH))], BINARY[rng.integers(4)]) for _ in range(steps)]

    def fn(a):
        for smooth, binary in picked:
            a = ops.tanh(binary(smooth(a), other))
        return a

    return fn


class RandomNet(nn.Cell):
    """Dense layers with random activations, widths and shared weights; one parameter is frozen."""

    def __init__(self, rng):
        super().__init__()
        sizes = [4, *rng.integers(2, 6, size=rng.integers(1, 4)).tolist(), 3]
        kinds = [nn.Tanh, nn.Sigmoid, nn.ReLU, nn.Softmax]
        self.layers = nn.SequentialCell()
        for a, b in zip(sizes, sizes[1:]):
            self.layers.append(nn.Dense(a, b))
            self.layers.append(kinds[rng.integers(len(kinds))]())
        self.scale = Parameter(Tensor(np.float32(1.5)), name="scale", requires_grad=bool(rng.random() < 0.5))
        for parameter in self.get_parameters():
            if parameter.name != "scale":
                parameter.set_data(Tensor(rng.normal(size=parameter.shape).astype(np.float32)))

    def construct(self, x):
        return self.layers(x) * self.scale, x


def listed(value):
    if isinstance(value, Tensor):
        return value.asnumpy().astype(float).tolist()
    return [listed(item) for item in value]


def of_seed(seed):
    rng = np.random.default_rng(seed)
    matrices = [Tensor(rng.normal(size=(3, 3))) for _ in range(3)]  # MindSpore rounds float32 functions coarsely
    direction = Tensor(rng.normal(size=(3, 3)))
    fn = random_function(rng, int(rng.integers(2, 9)))
    chain = random_chain(rng, matrices[1], int(rng.integers(2, 6)))
    second = ms.grad(lambda a: ms.grad(chain)(a) * a)
    net = RandomNet(rng)
    x = Tensor(rng.normal(size=(2, 4)).astype(np.float32))
    weights = list(net.get_parameters())
    with_weights = ops.GradOperation(get_all=True, get_by_list=True)
    calls = {
        "value and grad": lambda: ms.value_and_grad(fn, (0, 1, 2))(*matrices),
        "sens": lambda: ops.GradOperation(get_all=True, sens_param=True)(fn)(*matrices, direction),
        "vjp": lambda: ops.vjp(fn, *matrices)[1](direction),
        "second": lambda: second(matrices[0]),
        "net": lambda: with_weights(net, weights)(x),
        "net, first output": lambda: ms.grad(net, 0, weights, has_aux=True)(x),
        "net, second": lambda: ms.grad(lambda t: with_weights(net, weights[:1])(t)[1][0])(x),
    }
    return {name: result_of(call) for name, call in calls.items()}


def result_of(call):
    """None where MindSpore itself breaks down, as it does on some second derivatives."""
    try:
        return listed(call())
    except RuntimeError:
        return None


first, count = map(int, sys.argv[2:4])
with open(sys.argv[1], "w") as file:
    json.dump({seed: of_seed(seed) for seed in range(first, first + count)}, file)
