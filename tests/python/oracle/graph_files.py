"""Exports a net, or runs the graph of the other framework: graph_files.py result.json save|load folder"""

import json
import sys

import mindspore as ms
import numpy as np
from mindspore import nn, ops


class Net(nn.Cell):
    """Ops that take the same arguments in both."""

    def __init__(self):
        super().__init__()
        self.a = nn.Dense(4, 8, activation="relu")
        self.b = nn.Dense(8, 3)
        self.scale = ms.Parameter(np.float32([1, 2, 3]), name="scale")

    def construct(self, x):
        y = self.b(self.a(x)) * self.scale
        return ops.softmax(y, -1), y.reshape(-1), ops.exp(y) / (y * y + 1.5), ops.tanh(y) - ops.sigmoid(y)


def main(result, action, folder):
    """Writes into `result` what the net or its graph gives for fixed inputs."""
    path = f"{folder}/net.mindir"
    x = ms.Tensor(np.arange(8).reshape(2, 4).astype(np.float32) / 8)
    net = Net() if action == "save" else nn.GraphCell(ms.load(path))
    if action == "save":
        ms.export(net, x, file_name=path, file_format="MINDIR")
    with open(result, "w", encoding="utf-8") as file:
        json.dump([output.asnumpy().tolist() for output in net(x)], file)


main(*sys.argv[1:])
