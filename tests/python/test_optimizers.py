"""Optimizers, learning rates and loss scales as scripts call them."""

import numpy as np
import pytest

import nucella
from nucella import Parameter, ParameterTuple, Tensor, nn


def parameters():
    return [
        Parameter(Tensor(np.linspace(-1, 1, 6, dtype=np.float32).reshape(3, 2)), name="w"),
        Parameter(Tensor(np.ones(2, np.float32)), name="bias"),
    ]


def gradients(params, step=0):
    return tuple(Tensor(np.full(p.shape, 0.25 * (step + 1), np.float32)) for p in params)


@pytest.mark.parametrize(
    "make",
    [
        nn.Adagrad,
        nn.RMSProp,
        lambda p: nn.RMSProp(p, centered=True),
        nn.Adadelta,
        nn.AdaMax,
        nn.AdaFactor,
        nn.ASGD,
        nn.Rprop,
        nn.ProximalAdagrad,
        nn.LazyAdam,
        nn.AdamOffload,
        lambda p: nn.Adam(p, use_amsgrad=True),
        lambda p: nn.Adam(p, use_lazy=True),
        lambda p: nn.Lamb(p, 0.01),
        lambda p: nn.LARS(nn.Momentum(p, 0.1, 0.9)),
    ],
)
def test_every_optimizer_goes_down(make):
    params = parameters()
    optimizer = make(params)
    before = [p.asnumpy().copy() for p in params]
    for step in range(3):
        optimizer(gradients(params, step))
    for p, old in zip(params, before):
        assert (p.asnumpy() < old).all()


def test_in_float16():
    params = [Parameter(Tensor(np.ones(5, np.float16)), name="w")]
    nn.RMSProp(params, 0.1)((Tensor(np.ones(5, np.float16)),))
    assert params[0].dtype == nucella.float16 and params[0].asnumpy()[0] == pytest.approx(0.9, abs=1e-3)


def test_rates_of_groups():
    w, bias = parameters()
    optimizer = nn.RMSProp([{"params": [w], "lr": 0.5}, {"params": [bias]}], 0.1)
    assert [float(lr.asnumpy()) for lr in optimizer.get_lr()] == pytest.approx([0.5, 0.1])
    assert isinstance(optimizer.learning_rate, ParameterTuple)
    assert [p.name for p in optimizer.learning_rate] == ["learning_rate_group_0", "learning_rate"]
    assert optimizer.get_lr_parameter(w).name == "learning_rate_group_0"
    assert [p.name for p in optimizer.get_lr_parameter([bias, w])] == ["learning_rate", "learning_rate_group_0"]
    with pytest.raises(ValueError, match="is not one of the optimizer's"):
        optimizer.get_lr_parameter(Parameter(Tensor(1.0), name="other"))
    with pytest.raises(TypeError, match="'param' must be a Parameter"):
        optimizer.get_lr_parameter("w")


def test_tables_of_groups():
    w, bias = parameters()
    optimizer = nn.SGD([{"params": [w], "lr": [0.5, 0.25]}, {"params": [bias], "lr": 0.1}], 0.2)
    assert isinstance(optimizer.learning_rate, nn.CellList)
    np.testing.assert_allclose(optimizer.learning_rate[0].learning_rate.asnumpy(), [0.5, 0.25])
    assert optimizer.dynamic_lr


def test_weight_decays():
    w, bias = parameters()
    optimizer = nn.SGD([{"params": [w], "weight_decay": 0.5}, {"params": [bias]}], 0.1)
    assert [float(d.asnumpy()) for d in optimizer.weight_decay] == [0.5, 0.0]
    assert optimizer.decay_flags == (True, False)
    assert nn.SGD([w], 0.1, weight_decay=0.25).weight_decay.asnumpy() == 0.25


@pytest.mark.parametrize(
    "make, names",
    [
        (nn.Adam, ["moment1", "moment2"]),
        (lambda p: nn.Adam(p, use_amsgrad=True), ["moment1", "moment2", "vhat"]),
        (nn.AdamWeightDecay, ["moments1", "moments2"]),
        (nn.AdaMax, ["moment1", "moment2"]),
        (nn.Adadelta, ["accum", "accum_update"]),
        (nn.Adagrad, ["accum"]),
        (nn.ASGD, ["mu", "eta", "ax"]),
        (nn.FTRL, ["moments", "linear"]),
        (lambda p: nn.Lamb(p, 0.01), ["moments1", "moments2"]),
        (lambda p: nn.Momentum(p, 0.1, 0.9), ["moments"]),
        (lambda p: nn.RMSProp(p, centered=True), ["mg", "ms", "moment"]),
        (nn.Rprop, ["prev", "step_size"]),
        (nn.SGD, ["accum", "stat"]),
        (nn.AdaFactor, ["exp_avg_sq", "exp_avg_sq_col", "exp_avg_sq_row"]),
    ],
)
def test_state_under_the_names_of_mindspore(make, names):
    optimizer = make(parameters())
    registered = {id(p) for p in optimizer.get_parameters()}
    for name in names:
        state = getattr(optimizer, name)
        assert isinstance(state, ParameterTuple) and len(state) == 2
        assert all(id(p) in registered for p in state)
    with pytest.raises(AttributeError, match="no attribute 'moment9'"):
        _ = optimizer.moment9


class Halves(nn.Cell):
    def construct(self, global_step):
        return 0.5 ** (global_step + 1)


def test_a_weight_decay_that_follows_the_step():
    w = Parameter(Tensor(np.ones(1, np.float32)), name="w")
    optimizer = nn.SGD([w], 1.0, weight_decay=Halves())
    assert optimizer.dynamic_weight_decay
    optimizer((Tensor(np.zeros(1, np.float32)),))
    assert w.asnumpy() == 0.5
    optimizer((Tensor(np.zeros(1, np.float32)),))
    assert w.asnumpy() == 0.375
    decoupled = nn.AdamWeightDecay([w], 1.0, weight_decay=Halves())
    decoupled((Tensor(np.zeros(1, np.float32)),))
    assert w.asnumpy() == 0.1875


class SignDescent(nn.Optimizer):
    """An optimizer of the user's own."""

    def construct(self, gradients):
        gradients = self.scale_grad(self.gradients_centralization(self.decay_weight(gradients)))
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.set_data(parameter - self.get_lr() * nucella.ops.sign(gradient))
        return True


def test_an_optimizer_of_ones_own():
    w = Parameter(Tensor(np.array([1.0, -2.0], np.float32)), name="w")
    optimizer = SignDescent(0.5, [w], weight_decay=0.1, loss_scale=4.0)
    decayed = optimizer.decay_weight((Tensor(np.zeros(2, np.float32)),))[0]
    np.testing.assert_allclose(decayed.asnumpy(), [0.4, -0.8])
    np.testing.assert_allclose(optimizer.scale_grad((decayed,))[0].asnumpy(), [0.1, -0.2])
    optimizer((Tensor(np.zeros(2, np.float32)),))
    np.testing.assert_allclose(w.asnumpy(), [0.5, -1.5])


class TwoPhases(nn.LearningRateSchedule):
    """A schedule of the user's own around two of the library's."""

    def __init__(self):
        super().__init__()
        self.first, self.then = nn.WarmUpLR(0.4, 4), nn.PolynomialDecayLR(0.4, 0.0, 8, 1.0)

    def construct(self, global_step):
        return nucella.ops.where(global_step < 4, self.first(global_step), self.then(global_step))


def test_a_schedule_of_ones_own():
    w = Parameter(Tensor(np.ones(1, np.float32)), name="w")
    optimizer = nn.Momentum([w], TwoPhases(), 0.0)
    seen = []
    for _ in range(6):
        seen.append(float(optimizer.get_lr().asnumpy()))
        optimizer((Tensor(np.zeros(1, np.float32)),))
    np.testing.assert_allclose(seen, [0, 0.1, 0.2, 0.3, 0.2, 0.15], rtol=1e-6)


def test_tables_are_lists():
    assert nn.piecewise_constant_lr([1, 3], [0.1, 0.05]) == [0.1, 0.05, 0.05]
    assert nn.warmup_lr(0.4, 4, 1, 2) == [0.0, 0.2, 0.4, 0.4]
    assert nn.dynamic_lr.cosine_decay_lr is nn.cosine_decay_lr
    assert nn.learning_rate_schedule.WarmUpLR is nn.WarmUpLR


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: nn.SGD(None), ValueError, "'params' must not be None"),
        (lambda: nn.Adagrad([]), ValueError, "the argument parameters must not be empty"),
        (lambda: nn.Adagrad(parameters(), accum=1), TypeError, "'accum' must be a float, got int"),
        (lambda: nn.RMSProp(parameters(), decay=-0.5), ValueError, "'decay' must not be negative"),
        (lambda: nn.RMSProp(parameters(), centered=1), TypeError, "'centered' must be a bool"),
        (lambda: nn.AdaMax(parameters(), beta1=1.0), ValueError, "'beta1' must be in"),
        (lambda: nn.FTRL(parameters(), learning_rate=[0.1, 0.2]), ValueError, "must be one number"),
        (lambda: nn.Rprop(parameters(), etas=[0.5, 1.2]), TypeError, "'etas' must be a tuple"),
        (lambda: nn.Rprop(parameters(), step_sizes=(1.0,)), ValueError, "'step_sizes' must have 2 elements"),
        (lambda: nn.AdaFactor(parameters(), 0.1), ValueError, "must be None with 'relative_step'"),
        (lambda: nn.LARS(1), TypeError, "'optimizer' must be an Optimizer"),
        (lambda: nn.Adam(parameters(), use_lazy=True, use_offload=True), ValueError, "can not both be True"),
        (lambda: nn.Adam(parameters(), use_lazy=1), TypeError, "'use_lazy' must be a bool"),
        (lambda: nn.Adam(parameters(), other=True), KeyError, "no argument 'other'"),
        (lambda: nn.Momentum(parameters(), 0.1, 0.9, weight_decay="1"), TypeError, "'weight_decay' must be a float"),
        (lambda: nn.WarmUpLR(1, 4), TypeError, "'learning_rate' must be a float"),
        (lambda: nn.WarmUpLR(0.1, 4.0), TypeError, "'warmup_steps' must be an int"),
        (lambda: nn.CosineDecayLR(0.2, 0.1, 4), ValueError, "'max_lr' must be greater"),
        (lambda: nn.exponential_decay_lr(0.1, 0.9, 2, 1, 1, 1), TypeError, "'is_stair' must be a bool"),
        (lambda: nn.piecewise_constant_lr(1, [0.1]), TypeError, "'milestone' must be a tuple or list"),
        (lambda: nn.TrainOneStepWithLossScaleCell(nn.ReLU(), nn.SGD(parameters()), 8.0), TypeError, "Cell or Tensor"),
    ],
)
def test_errors(make, error, text):
    with pytest.raises(error, match=text):
        make()


def linear_step(scale):
    net = nn.Dense(2, 1, weight_init="ones", has_bias=False)
    loss = nn.WithLossCell(net, nn.MSELoss())
    return net, nn.TrainOneStepWithLossScaleCell(loss, nn.SGD(net.trainable_params(), 0.5), scale)


def test_a_training_step_with_a_scale():
    net, step = linear_step(nn.DynamicLossScaleUpdateCell(8, 2, 2))
    x, label = Tensor(np.ones((1, 2), np.float32)), Tensor(np.zeros((1, 1), np.float32))
    loss, overflow, scale = step(x, label)
    assert loss.asnumpy() == 4 and not overflow.asnumpy() and scale.asnumpy() == 8
    np.testing.assert_allclose(net.weight.asnumpy(), [[-1, -1]])
    loss, overflow, scale = step(Tensor(np.full((1, 2), np.inf, np.float32)), label)
    assert overflow.asnumpy() and scale.asnumpy() == 4
    np.testing.assert_allclose(net.weight.asnumpy(), [[-1, -1]])
    step.set_sense_scale(Tensor(2.0))
    assert step.scale_sense.asnumpy() == 2


class ClippedStep(nn.TrainOneStepWithLossScaleCell):
    """A training step of the user's own."""

    def construct(self, x, label):
        loss = self.network(x, label)
        status, scale = self.start_overflow_check(None, self.scale_sense)
        grads = nucella.grad(self.network, None, self.weights)(x, label)
        grads = tuple(nucella.ops.clamp(g, -1.0, 1.0) for g in grads)
        overflow = self.process_loss_scale(self.get_overflow_status(status, grads))
        if not overflow.asnumpy():
            self.optimizer(grads)
        return loss, overflow, scale


def test_a_training_step_of_ones_own():
    net = nn.Dense(2, 1, weight_init="ones", has_bias=False)
    loss = nn.WithLossCell(net, nn.MSELoss())
    step = ClippedStep(loss, nn.SGD(net.trainable_params(), 0.5), nn.FixedLossScaleUpdateCell(8))
    step(Tensor(np.ones((1, 2), np.float32)), Tensor(np.zeros((1, 1), np.float32)))
    np.testing.assert_allclose(net.weight.asnumpy(), [[0.5, 0.5]])
