"""Train LeNet-5 on Fashion-MNIST, save it, build it again without initialising, load, evaluate."""

import sys

import numpy as np

import nucella as ms
from nucella import nn
from nucella.nn.utils import no_init_parameters
from nucella.train import Accuracy, LossMonitor, Model


class LeNet5(nn.Cell):
    """(N, 1, 28, 28) to (N, 10)."""

    def __init__(self):
        """Two convolutions with pools, three dense layers."""
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, has_bias=True)
        self.conv2 = nn.Conv2d(6, 16, 5, pad_mode="valid", has_bias=True)
        self.pool = nn.MaxPool2d(2, stride=2)
        self.flatten = nn.Flatten()
        self.relu = nn.ReLU()
        self.fc1 = nn.Dense(16 * 5 * 5, 120)
        self.fc2 = nn.Dense(120, 84)
        self.fc3 = nn.Dense(84, 10)

    def construct(self, x):
        """The logits of the ten classes."""
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        x = self.relu(self.fc1(self.flatten(x)))
        return self.fc3(self.relu(self.fc2(x)))


def read(usage):
    """The images of Fashion-MNIST as (1, 28, 28) of [0, 1], and their classes."""
    data = ms.dataset.FashionMnistDataset(usage=usage)
    data = data.map(lambda image: image.transpose(2, 0, 1).astype(np.float32) / 255, "image")
    return data.map(lambda label: label.astype(np.int32), "label")


def main(images):
    """Trains on that many images."""
    ms.set_seed(1)
    train = read("train").take(images).shuffle(images).batch(64)
    test = read("test").batch(250)
    net = LeNet5()
    loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    optimizer = nn.Momentum(net.trainable_params(), learning_rate=0.02, momentum=0.9)
    Model(net, loss, optimizer).train(1, train, callbacks=[LossMonitor(200)])
    ms.save_checkpoint(net, "lenet5.ckpt")

    with no_init_parameters():
        again = LeNet5()
    ms.load_checkpoint("lenet5.ckpt", net=again)
    print(Model(again, loss, metrics={"accuracy": Accuracy()}).eval(test))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60000)
