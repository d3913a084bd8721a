"""Optimizers written in Python, and hooks on optimizers, in training steps."""

import numpy as np
import pytest
from training import batches, make_model

from nucella import Tensor, nn, ops


class Plain(nn.Optimizer):
    """w -= lr * g"""

    def __init__(self, params, learning_rate):
        super().__init__(learning_rate, params)
        self.seen = []

    def construct(self, gradients):
        self.seen.append([g.shape for g in gradients])
        for parameter, gradient in zip(self.parameters, gradients):
            ops.assign_sub(parameter, self.get_lr() * gradient)
        return True


def net_and_data():
    net = nn.Dense(2, 1, weight_init="ones", bias_init="zeros")
    return net, Tensor([[1.0, 2.0]]), Tensor([[5.0]])


def trained(make, steps=3):
    net, x, y = net_and_data()
    step = nn.TrainOneStepCell(nn.WithLossCell(net, nn.MSELoss()), make(net.trainable_params()))
    losses = [float(step(x, y)) for _ in range(steps)]
    return losses, net.weight.asnumpy().tolist()


def test_an_optimizer_of_ones_own_trains_as_sgd_does():
    made = []
    mine = trained(lambda params: made.append(Plain(params, 0.05)) or made[0])
    assert mine == trained(lambda params: nn.SGD(params, 0.05))
    assert made[0].seen == [[(1, 2), (1,)]] * 3


def test_a_subclass_of_a_layer_of_cpp_may_change_the_gradients_first():
    class Clipped(nn.SGD):
        def construct(self, gradients):
            return super().construct(tuple(ops.minimum(ops.maximum(g, -1.0), 1.0) for g in gradients))

    class Halved(nn.Momentum):
        def construct(self, gradients):
            return super().construct(tuple(g / 2 for g in gradients))

    losses, weight = trained(lambda params: Clipped(params, 0.5), 1)
    assert losses == [4] and weight == [[1.5, 1.5]]
    assert trained(lambda params: Halved(params, 0.1, 0.9)) == trained(lambda params: nn.Momentum(params, 0.05, 0.9))


def test_hooks_on_an_optimizer_run_in_a_training_step():
    net, x, y = net_and_data()
    optimizer = nn.SGD(net.trainable_params(), 0.05)
    seen = []
    optimizer.register_forward_pre_hook(lambda cell, inputs: seen.append((cell, len(inputs[0]))))
    optimizer.register_forward_hook(lambda cell, inputs, output: seen.append("after"))
    nn.TrainOneStepCell(nn.WithLossCell(net, nn.MSELoss()), optimizer)(x, y)
    assert seen == [(optimizer, 2), "after"]


def test_a_model_trains_with_an_optimizer_of_ones_own():
    model = make_model()
    net = model.train_network.network.backbone_network
    mine = type(model)(net, nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean"),
                       Plain(net.trainable_params(), 0.1), metrics={"acc"})
    before = net.weight.asnumpy().copy()
    mine.train(2, batches())
    assert len(mine.train_network.optimizer.seen) == 10 and (net.weight.asnumpy() != before).all()


def test_an_exception_of_the_optimizer_reaches_the_caller():
    class Failing(Plain):
        def construct(self, gradients):
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        trained(lambda params: Failing(params, 0.1))
    with pytest.raises(NotImplementedError, match="construct"):
        trained(lambda params: nn.Optimizer(0.1, params))
    assert np.isfinite(trained(lambda params: Plain(params, 0.1))[0]).all()
