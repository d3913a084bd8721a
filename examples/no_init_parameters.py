"""Build a net without filling its parameters, and load a checkpoint into it: no initializer runs."""

import nucella as ms
from nucella import nn, ops
from nucella.common.initializer import initializer
from nucella.nn.utils import no_init_parameters


class Net(nn.Cell):
    """x @ weight + bias."""

    def __init__(self, in_channels, out_channels):
        """Declares two parameters."""
        super().__init__()
        self.weight = ms.Parameter(initializer("normal", [in_channels, out_channels], ms.float32))
        self.bias = ms.Parameter(initializer("normal", [out_channels], ms.float32))
        self.matmul = ops.MatMul()
        self.add = ops.Add()

    def construct(self, x):
        """(N, in_channels) to (N, out_channels)."""
        return self.add(self.matmul(x, self.weight), self.bias)


trained = Net(28 * 28, 64)
ms.save_checkpoint(trained, "test_net.ckpt")

with no_init_parameters():
    net = Net(28 * 28, 64)  # takes no memory and draws no numbers
print(net.weight.has_init)  # True: declared, not filled

ms.load_checkpoint("test_net.ckpt", net=net)  # or net.init_parameters_data(); or just call the net
x = ms.ops.ones((2, 28 * 28), ms.float32)
print((net(x) == trained(x)).all())  # True
