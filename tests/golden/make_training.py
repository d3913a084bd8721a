"""Writes training.json with MindSpore 2.10: default weights of layers, 20 steps of the optimizers, LeNet-5's first losses.

usage: GLOG_v=3 python make_training.py > training.json
"""
import json
import sys

import numpy as np
import mindspore as ms
from mindspore import Parameter, Tensor, nn

STEPS = 20


def values(count, step):
    """Numbers that float32 holds exactly; the test makes the same."""
    return np.array([((7 * i + 13 * step) % 11 - 5) / 8 for i in range(count)], np.float32)


def fresh():
    return [Parameter(Tensor(values(6, 100).reshape(3, 2)), name="w"),
            Parameter(Tensor(values(2, 200)), name="norm.gamma")]


def run(make):
    params = fresh()
    optimizer = make(params)
    for step in range(STEPS):
        optimizer(tuple(Tensor(values(p.size, step).reshape(p.shape)) for p in params))
    return {"parameters": [p.name for p in optimizer.get_parameters()],
            "w": params[0].asnumpy().ravel().tolist(), "gamma": params[1].asnumpy().tolist()}


OPTIMIZERS = {
    "sgd": lambda p: nn.SGD(p, 0.1),
    "sgd_momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9, dampening=0.25, weight_decay=0.01),
    "sgd_nesterov": lambda p: nn.SGD(p, 0.1, momentum=0.5, nesterov=True),
    "momentum": lambda p: nn.Momentum(p, 0.1, 0.9),
    "momentum_decay": lambda p: nn.Momentum(p, 0.1, 0.9, weight_decay=0.01, loss_scale=4.0),
    "momentum_table": lambda p: nn.Momentum(p, [0.1 / (1 + i) for i in range(STEPS)], 0.9),
    "adam": lambda p: nn.Adam(p),
    "adam_nesterov": lambda p: nn.Adam(p, 0.01, beta1=0.8, beta2=0.99, eps=1e-6, use_nesterov=True, weight_decay=0.1),
    "adam_weight_decay": lambda p: nn.AdamWeightDecay(p, 0.01, beta1=0.8, beta2=0.99, weight_decay=0.1),
}


class LeNet5(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, has_bias=True)
        self.conv2 = nn.Conv2d(6, 16, 5, pad_mode="valid", has_bias=True)
        self.pool = nn.MaxPool2d(2, 2)
        self.flatten = nn.Flatten()
        self.relu = nn.ReLU()
        self.fc1 = nn.Dense(400, 120)
        self.fc2 = nn.Dense(120, 84)
        self.fc3 = nn.Dense(84, 10)

    def construct(self, x):
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        return self.fc3(self.relu(self.fc2(self.relu(self.fc1(self.flatten(x))))))


def lenet():
    ms.set_seed(1)
    net = LeNet5()
    first = {p.name: p.asnumpy().ravel()[:3].tolist() for p in net.get_parameters()}
    loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    step = nn.TrainOneStepCell(nn.WithLossCell(net, loss), nn.Momentum(net.trainable_params(), 0.01, 0.9))
    images = Tensor(values(4 * 28 * 28, 3).reshape(4, 1, 28, 28))
    labels = Tensor(np.array([3, 1, 4, 1], np.int32))
    return {"first": first, "losses": [float(step(images, labels).asnumpy()) for _ in range(STEPS)]}


def main():
    ms.set_device("CPU")
    json.dump({"optimizers": {k: run(v) for k, v in OPTIMIZERS.items()}, "lenet": lenet()}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
