"""Times the training steps of bench_step from Python: python_step.py lenet|mlp [--threads N] [--steps K] [--mindspore].

The same program for nucella and, with --mindspore, for the real MindSpore in PYNATIVE_MODE.
"""

import argparse
import importlib
import os
import statistics
import sys
import time

import numpy as np

WARM_UP = 20


def build_lenet(nn):
    """The net of nucella/models/lenet.h."""

    class LeNet5(nn.Cell):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5, has_bias=True)
            self.conv2 = nn.Conv2d(6, 16, 5, pad_mode="valid", has_bias=True)
            self.pool = nn.MaxPool2d(2, stride=2)
            self.flatten = nn.Flatten()
            self.relu = nn.ReLU()
            self.fc1 = nn.Dense(400, 120)
            self.fc2 = nn.Dense(120, 84)
            self.fc3 = nn.Dense(84, 10)

        def construct(self, x):
            x = self.pool(self.relu(self.conv1(x)))
            x = self.pool(self.relu(self.conv2(x)))
            x = self.relu(self.fc1(self.flatten(x)))
            return self.fc3(self.relu(self.fc2(x)))

    return LeNet5(), np.full((32, 1, 28, 28), 0.5, np.float32)


def build_mlp(nn):
    """The net of nucella/models/mlp.h."""
    net = nn.SequentialCell(nn.Dense(784, 512), nn.ReLU(), nn.Dense(512, 512), nn.ReLU(), nn.Dense(512, 10))
    return net, np.full((64, 784), 0.5, np.float32)


def main():
    """Prints the median milliseconds of a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=["lenet", "mlp"])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--mindspore", action="store_true")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    os.environ.setdefault("GLOG_v", "3")
    ms = importlib.import_module("mindspore" if options.mindspore else "nucella")
    nn = importlib.import_module(ms.__name__ + ".nn")
    ms.set_context(mode=ms.PYNATIVE_MODE)
    net, images = {"lenet": build_lenet, "mlp": build_mlp}[options.net](nn)
    optimizer = {
        "lenet": lambda p: nn.Momentum(p, learning_rate=0.01, momentum=0.9),
        "mlp": lambda p: nn.Adam(p, learning_rate=1e-3),
    }[options.net](net.trainable_params())
    loss_fn = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    step = ms.value_and_grad(lambda x, y: loss_fn(net(x), y), None, optimizer.parameters)
    x = ms.Tensor(images)
    y = ms.Tensor((np.arange(len(images)) % 10).astype(np.int32))
    times = []
    for i in range(-WARM_UP, options.steps):
        start = time.perf_counter()
        loss, gradients = step(x, y)
        optimizer(gradients)
        loss.asnumpy()  # waits for what runs behind
        if i >= 0:
            times.append(time.perf_counter() - start)
    print(f"{statistics.median(times) * 1e3:.4f}")


if __name__ == "__main__":
    sys.exit(main())
