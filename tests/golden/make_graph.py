"""Writes mindspore_mlp.mindir with MindSpore 2.10 and prints what its net gives: python make_graph.py"""
import os
import pathlib

import mindspore as ms
import numpy as np
from mindspore import nn

PATH = pathlib.Path(__file__).resolve().parent / "mindspore_mlp.mindir"


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.Dense(4, 8, activation="relu")
        self.b = nn.Dense(8, 3)

    def construct(self, x):
        y = self.b(self.a(x))
        return ms.ops.softmax(y, -1), y.reshape(-1) + 0.5


ms.set_seed(0)
net = Net()
x = ms.Tensor(np.arange(8).reshape(2, 4).astype(np.float32) / 8)
PATH.unlink(missing_ok=True)
ms.export(net, x, file_name=str(PATH), file_format="MINDIR")
os.chmod(PATH, 0o644)
print([result.asnumpy().reshape(-1).tolist() for result in net(x)])
