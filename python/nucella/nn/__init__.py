"""Cells: networks, layers, containers, losses and optimizers."""

from nucella import _core
from nucella._core import (
    SGD,
    Adam,
    AvgPool2d,
    Cell,
    CellDict,
    CellList,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Identity,
    LearningRateSchedule,
    MatMul,
    MaxPool2d,
    Momentum,
    MSELoss,
    Optimizer,
    ReLU,
    SequentialCell,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropyWithLogits,
    Tanh,
    TrainOneStepCell,
    WithEvalCell,
    WithLossCell,
)
from nucella.common.parameter import Buffer
from nucella.nn import loss, utils
from nucella.nn.wrap.grad_cells import ForwardValueAndGrad, WithGradCell

__all__ = [
    "TrainOneStepCell",
    "SGD",
    "Optimizer",
    "Momentum",
    "LearningRateSchedule",
    "Adam",
    "AvgPool2d",
    "Buffer",
    "Cell",
    "CellDict",
    "CellList",
    "Conv2d",
    "Dense",
    "Dropout",
    "Flatten",
    "ForwardValueAndGrad",
    "Identity",
    "MSELoss",
    "MatMul",
    "MaxPool2d",
    "ReLU",
    "SequentialCell",
    "Sigmoid",
    "Softmax",
    "SoftmaxCrossEntropyWithLogits",
    "Tanh",
    "WithEvalCell",
    "WithGradCell",
    "WithLossCell",
    "loss",
    "utils",
]


def __getattr__(name):
    raise AttributeError(f"nucella.nn has no '{name}'")
