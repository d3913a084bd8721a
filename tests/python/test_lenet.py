"""The whole way from Python: LeNet-5 on a part of Fashion-MNIST, trained, saved, loaded and judged."""

import re

import pytest

import nucella
from nucella import dataset as ds
from nucella import nn
from nucella.dataset import transforms, vision
from nucella.train import CheckpointConfig, LossMonitor, Model, ModelCheckpoint


class LeNet5(nn.Cell):
    """LeNet-5 (LeCun et al. 1998) with ReLU and max pooling, for images (N, 1, 28, 28)."""

    def __init__(self):
        super().__init__()
        self.features = nn.SequentialCell(
            nn.Conv2d(1, 6, 5, pad_mode="same"),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(6, 16, 5, pad_mode="valid"),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
        )
        self.flatten = nn.Flatten()
        self.fc1 = nn.Dense(400, 120, activation="relu")
        self.fc2 = nn.Dense(120, 84, activation="relu")
        self.fc3 = nn.Dense(84, 10)

    def construct(self, image):
        return self.fc3(self.fc2(self.fc1(self.flatten(self.features(image)))))


def images(usage, count):
    return (
        ds.FashionMnistDataset(usage=usage, shuffle=False)
        .take(count)
        .map([vision.Rescale(1 / 255, 0), vision.Normalize([0.2860], [0.3530]), vision.HWC2CHW()], "image")
        .map(transforms.TypeCast(nucella.int32), "label")
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The model after two epochs of 4,000 images, and its last checkpoint."""
    nucella.set_seed(1)
    net = LeNet5()
    loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    optimizer = nn.Momentum(net.trainable_params(), 0.02, 0.9)
    model = Model(net, loss, optimizer, metrics={"accuracy", "loss"})
    folder = tmp_path_factory.mktemp("checkpoints")
    checkpoint = ModelCheckpoint("lenet", str(folder), CheckpointConfig(save_checkpoint_steps=50))
    model.train(2, images("train", 4000).shuffle(4000).batch(32), [LossMonitor(25), checkpoint])
    return model, checkpoint.latest_ckpt_file_name


def test_it_learns(trained):
    metrics = trained[0].eval(images("test", 1000).batch(100))
    assert metrics["accuracy"] > 0.72 and metrics["loss"] < 0.75


def test_the_checkpoint_gives_the_same_net_without_initialising_one(trained):
    model, path = trained
    assert re.search(r"lenet-2_125\.ckpt$", path)
    with nn.utils.no_init_parameters():
        net = LeNet5()
    nucella.load_checkpoint(path, net)
    image = next(iter(images("test", 50).batch(50)))[0]
    assert net(image).asnumpy().tolist() == model.predict(image).asnumpy().tolist()


def test_the_loader_of_the_core_gives_the_same_images(trained):
    core = ds.DataLoader(ds.load_images(usage="test").first(100), 100, shuffle=False)
    (image, label), (mine, my_label) = next(iter(core)), next(iter(images("test", 100).batch(100)))
    assert abs(image.asnumpy() - mine.asnumpy()).max() < 1e-5
    assert label.asnumpy().tolist() == my_label.asnumpy().tolist()
    assert trained[0].eval([(image, label)])["accuracy"] > 0.6
