"""Twenty steps of every optimizer on random nets: losses and parameters, as whoever is `mindspore` computes them."""

import json
import sys

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops
from mindspore.common.initializer import HeUniform, Normal, XavierUniform

ms.set_context(mode=ms.PYNATIVE_MODE)
STEPS = 20


class Residual(nn.Cell):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def construct(self, x):
        return x + 0.1 * self.inner(x)


def random_net(rng):
    """Images (N, 2, 6, 6) to (N, 3)."""
    kernel, channels, width = int(rng.randint(1, 4)), int(rng.randint(1, 5)), int(rng.randint(2, 7))
    init = [None, "normal", XavierUniform(), HeUniform(0.5), Normal(0.3)][rng.randint(5)]
    activation = [nn.ReLU, nn.Tanh, nn.Sigmoid][rng.randint(3)]
    front = nn.Conv2d(2, channels, kernel, pad_mode=["same", "valid"][rng.randint(2)], weight_init=init,
                      has_bias=bool(rng.randint(2)))
    pool = [nn.MaxPool2d(2, 2), nn.AvgPool2d(2, 1)][rng.randint(2)]
    features = nn.SequentialCell(front, activation(), pool, nn.Flatten())
    size = features(Tensor(np.zeros((1, 2, 6, 6), np.float32))).shape[1]
    tail = [nn.Dense(size, width), activation()]
    for _ in range(rng.randint(3)):
        tail.append(Residual(nn.Dense(width, width, activation="tanh")))
    return nn.SequentialCell(*[features, *tail, nn.Dense(width, 3)])


def groups(net, rng):
    params = net.trainable_params()
    cut = int(rng.randint(1, len(params)))
    return [
        {"params": params[:cut], "weight_decay": 0.02, "lr": 0.01}, {"params": params[cut:]},
        {"order_params": params},
    ]


def optimizers(net, rng):
    params, rates = net.trainable_params(), [0.05 / (i + 1) for i in range(STEPS)]
    return {
        "SGD": lambda: nn.SGD(params, 0.05),
        "SGD momentum": lambda: nn.SGD(params, 0.05, momentum=0.9, dampening=0.1, weight_decay=0.01),
        "SGD nesterov": lambda: nn.SGD(params, rates, momentum=0.9, nesterov=True),
        "SGD groups": lambda: nn.SGD(groups(net, rng), 0.05, momentum=0.5),
        "Momentum": lambda: nn.Momentum(params, 0.05, 0.9),
        # without use_nesterov, which the CPU kernel of MindSpore 2.10 leaves out
        "Momentum rates": lambda: nn.Momentum(params, rates, 0.8, weight_decay=0.01),
        "Momentum scaled": lambda: nn.Momentum(params, 0.05, 0.9, loss_scale=8.0),
        "Momentum groups": lambda: nn.Momentum(groups(net, rng), 0.05, 0.9, weight_decay=0.01),
        "Adam": lambda: nn.Adam(params, 0.01),
        "Adam nesterov": lambda: nn.Adam(params, rates, 0.8, 0.95, use_nesterov=True, weight_decay=0.01),
        "Adam groups": lambda: nn.Adam(groups(net, rng), 0.02, eps=1e-6),
    }


def trained(seed, name):
    rng = np.random.RandomState(seed)
    ms.set_seed(seed)
    net = random_net(rng)
    loss = [nn.MSELoss(), nn.SoftmaxCrossEntropyWithLogits(reduction="mean")][rng.randint(2)]
    optimizer = optimizers(net, rng)[name]()
    joined = nn.WithLossCell(net, loss)
    gradient = ms.value_and_grad(joined, None, optimizer.parameters)
    net.set_train()
    losses = []
    for _ in range(STEPS):
        images = Tensor(rng.randn(4, 2, 6, 6).astype(np.float32))
        labels = Tensor(np.eye(3, dtype=np.float32)[rng.randint(3, size=4)])
        value, gradients = gradient(images, labels)
        optimizer(ops.mul(gradients[0], 1) if isinstance(gradients, Tensor) else gradients)
        losses.append(float(value.asnumpy()))
    return {
        "names": [[path, p.name] for path, p in optimizer.parameters_and_names()],
        "losses": losses,
        "parameters": {p.name: p.asnumpy().tolist() for p in net.get_parameters()},
    }


NAMES = list(optimizers(nn.Dense(1, 1), np.random.RandomState(0)))
first, count = map(int, sys.argv[2:])
with open(sys.argv[1], "w") as file:
    json.dump({f"{seed} {name}": trained(seed, name) for seed in range(first, first + count) for name in NAMES}, file)
