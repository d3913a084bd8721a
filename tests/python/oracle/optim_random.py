"""Optimizers, schedules and their errors under whoever is `mindspore`; arguments: result file, seed.

Left out is what MindSpore cannot do on the processor (gradients without their means, Lamb, LARS) or gets wrong there:
Adagrad's update_slots, FTRL's l1, and where RMSProp adds an epsilon that matters (which depends on the vector's end).
"""

import json
import sys

import mindspore as ms
import numpy as np
from mindspore import Parameter, Tensor, nn

ms.set_context(mode=ms.PYNATIVE_MODE)
rng = np.random.default_rng(int(sys.argv[2]))
STEPS = 20
SHAPES = {"conv.weight": (4, 6, 3), "fc.weight": (5, 7), "norm.gamma": (4,), "fc.bias": (33,)}
START = {name: rng.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()}
GRADIENTS = [{name: rng.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()} for _ in range(STEPS)]


class Decay(nn.Cell):
    def construct(self, global_step):
        return 0.1 / (1.0 + global_step.astype(ms.float32).reshape(()))


def params():
    return [Parameter(Tensor(value), name=name) for name, value in START.items()]


def groups(table=False):
    p = params()
    return [
        {"params": p[:1], "weight_decay": 0.05},
        {"params": p[1:3], "lr": [0.01 * i for i in range(STEPS)] if table else 0.02},
        {"params": p[3:]},
        {"order_params": p[::-1]},
    ]


OPTIMIZERS = """
nn.Adagrad(params())
nn.Adagrad(groups(), 0.3, 0.1, weight_decay=0.1, loss_scale=8.0)
nn.Adagrad(params(), learning_rate=[0.1 / (i + 1) for i in range(STEPS)])
nn.RMSProp(params())
nn.RMSProp(groups(True), 0.01, 0.7, 0.3, loss_scale=2.0)
nn.RMSProp(params(), 0.01, 0.7, 0.3, 1e-2, centered=True, weight_decay=0.1)
nn.RMSProp(params(), nn.WarmUpLR(0.01, 5), weight_decay=Decay())
nn.Adadelta(params())
nn.Adadelta(groups(), 0.5, 0.7, 1e-4, weight_decay=0.1)
nn.AdaMax(params())
nn.AdaMax(groups(True), 0.01, 0.7, 0.9, 1e-6, weight_decay=0.1, loss_scale=4.0)
nn.ASGD(params())
nn.ASGD(groups(), 0.05, 0.01, 0.6, 4.0, weight_decay=0.1)
nn.Rprop(params())
nn.Rprop(groups(), 0.02, (0.3, 1.4), (1e-3, 0.2))
nn.FTRL(params())
nn.FTRL(params(), 0.2, 0.1, -0.4, 0.0, 0.02, loss_scale=2.0, weight_decay=0.1)
nn.FTRL(params(), 0.2, 0.1, -0.5, 0.0, 0.02)
nn.ProximalAdagrad(params())
nn.ProximalAdagrad(groups(), 0.2, 0.1, 0.05, 0.1, weight_decay=0.1)
nn.AdaFactor(params())
nn.AdaFactor(params(), beta1=0.0, weight_decay=0.1)
nn.AdaFactor(params(), 0.05, (1e-20, 0.01), 0.7, 0.6, 0.5, 0.1, False, False)
nn.AdaFactor(params(), nn.WarmUpLR(0.01, 5), relative_step=False)
nn.Adam(params(), 0.01, 0.8, 0.9, 1e-6, use_amsgrad=True, weight_decay=0.1)
nn.Adam(groups(True), 0.01, use_nesterov=True, loss_scale=4.0)
nn.Adam(params(), nn.PolynomialDecayLR(0.1, 0.01, 10, 0.5), weight_decay=Decay(), loss_scale=4.0)
nn.Momentum(groups(), nn.ExponentialDecayLR(0.1, 0.9, 4), 0.9, weight_decay=Decay())
nn.SGD(groups(True), 0.1, 0.9, 0.1, 0.01)
""".strip().splitlines()

ERRORS = """
nn.Adagrad(None)
nn.Adagrad([])
nn.Adagrad(params(), accum=1)
nn.Adagrad(params(), accum=-0.1)
nn.Adagrad(params(), learning_rate=-0.1)
nn.Adagrad(params(), weight_decay=-0.1)
nn.Adagrad(params(), weight_decay="0.1")
nn.Adagrad(params(), loss_scale=0.0)
nn.Adagrad([{"params": params(), "other": 1}])
nn.Adagrad([{"params": []}])
nn.RMSProp(params(), momentum=-0.1)
nn.RMSProp(params(), epsilon=0.0)
nn.RMSProp(params(), epsilon=1)
nn.RMSProp(params(), centered=1)
nn.RMSProp(params(), use_locking=1)
nn.Adadelta(params(), rho=1.1)
nn.Adadelta(params(), epsilon=-1e-3)
nn.AdaMax(params(), beta1=1.0)
nn.AdaMax(params(), eps=0.0)
nn.ASGD(params(), lambd=1)
nn.ASGD(params(), t0=1)
nn.Rprop(params(), etas=[0.5, 1.2])
nn.Rprop(params(), etas=(0.5,))
nn.Rprop(params(), etas=(0.5, 1.0))
nn.Rprop(params(), etas=(1.5, 1.2))
nn.Rprop(params(), step_sizes=(1.0, 0.5))
nn.FTRL(params(), lr_power=0.1)
nn.FTRL(params(), learning_rate=0.0)
nn.FTRL(params(), learning_rate=[0.1, 0.2])
nn.FTRL(groups())
nn.AdaFactor(params(), 0.1)
nn.AdaFactor(params(), relative_step=False)
nn.AdaFactor(params(), 0.1, relative_step=False, warmup_init=True)
nn.AdaFactor(params(), eps=(1e-3,))
nn.AdaFactor(params(), decay_rate=1.0)
nn.AdaFactor(params(), beta1=-0.1)
nn.Adam(params(), use_lazy=True, use_offload=True)
nn.Adam(params(), use_lazy=True, use_amsgrad=True)
nn.Adam(params(), other=True)
nn.Adam(params(), beta1=1)
nn.Lamb(params(), 0.1, eps=0.0)
nn.ExponentialDecayLR(1, 0.9, 4)
nn.ExponentialDecayLR(0.1, 0.9, 4.0)
nn.ExponentialDecayLR(0.1, 0.0, 4)
nn.ExponentialDecayLR(0.1, 0.9, 4, 1)
nn.CosineDecayLR(0.1, 0.1, 4)
nn.CosineDecayLR(0, 0.1, 4)
nn.PolynomialDecayLR(0.1, 0.01, 4, 1)
nn.WarmUpLR(0.1, 0)
nn.WarmUpLR(0.1, True)
nn.piecewise_constant_lr([2, 1], [0.1, 0.2])
nn.piecewise_constant_lr([2], [0.1, 0.2])
nn.piecewise_constant_lr([2.0], [0.1])
nn.piecewise_constant_lr([2], [1])
nn.piecewise_constant_lr(2, [0.1])
nn.exponential_decay_lr(0.1, 0.9, 0, 1, 1)
nn.exponential_decay_lr(0.1, 0.9, 2.0, 1, 1)
nn.cosine_decay_lr(0.2, 0.1, 2, 1, 1)
nn.polynomial_decay_lr(0.1, -0.1, 2, 1, 1, 1.0)
nn.warmup_lr(1, 2, 1, 1)
""".strip().splitlines()


def run(make):
    optimizer = eval(make)
    for gradients in GRADIENTS:
        optimizer(tuple(Tensor(gradients[p.name]) for p in optimizer.parameters))
    return {p.name: p.asnumpy().ravel().tolist() for p in optimizer.get_parameters() if p.name in SHAPES}


def raised(call):
    try:
        eval(call)
    except Exception as error:
        return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
    return None


with open(sys.argv[1], "w") as file:
    json.dump({"steps": {make: run(make) for make in OPTIMIZERS}, "errors": {c: raised(c) for c in ERRORS}}, file)
