"""Writes optimizers.json with MindSpore 2.10: 20 steps of the adaptive optimizers, and what schedules give.

usage: GLOG_v=3 python make_optimizers.py > optimizers.json

Left out is what MindSpore's kernels for the processor get wrong: Adagrad adds to its sums whatever `update_slots` says,
and FTRL adds l1 to the size of weights that are to become positive. It has none for Lamb and LARS.
"""
import json
import sys

import numpy as np
import mindspore as ms
from mindspore import Parameter, Tensor, nn

STEPS = 20


def values(count, step):
    """Numbers that float32 holds exactly; the test makes the same."""
    return np.array([((7 * i + 13 * step) % 11 - 5) / 8 for i in range(count)], np.float32)


def fresh():
    return [Parameter(Tensor(values(6, 100).reshape(3, 2)), name="w"),
            Parameter(Tensor(values(2, 200)), name="norm.gamma")]


def run(make):
    params = fresh()
    optimizer = make(params)
    for step in range(STEPS):
        optimizer(tuple(Tensor(values(p.size, step).reshape(p.shape)) for p in params))
    return {"parameters": [p.name for p in optimizer.get_parameters()],
            "w": params[0].asnumpy().ravel().tolist(), "gamma": params[1].asnumpy().tolist()}


class Decay(nn.Cell):
    def construct(self, global_step):
        return 0.1 / (1.0 + global_step.astype(ms.float32).reshape(()))


def groups(params):
    return [{"params": [params[0]], "lr": 0.05, "weight_decay": 0.1}, {"params": [params[1]]},
            {"order_params": params}]


OPTIMIZERS = {
    "adagrad": lambda p: nn.Adagrad(p),
    "adagrad_decay": lambda p: nn.Adagrad(p, 0.5, 0.1, loss_scale=4.0, weight_decay=0.1),
    "rms_prop": lambda p: nn.RMSProp(p),
    "rms_prop_momentum": lambda p: nn.RMSProp(p, 0.01, 0.8, 0.5, 1e-3, weight_decay=0.1, loss_scale=2.0),
    "rms_prop_centered": lambda p: nn.RMSProp(p, 0.01, 0.8, 0.5, 1e-3, centered=True, weight_decay=0.1),
    "rms_prop_groups": lambda p: nn.RMSProp(groups(p), 0.01),
    "adadelta": lambda p: nn.Adadelta(p),
    "adadelta_decay": lambda p: nn.Adadelta(p, 0.5, 0.8, 1e-3, loss_scale=2.0, weight_decay=0.1),
    "adamax": lambda p: nn.AdaMax(p),
    "adamax_decay": lambda p: nn.AdaMax(p, 0.01, 0.8, 0.99, 1e-6, weight_decay=0.1, loss_scale=2.0),
    "asgd": lambda p: nn.ASGD(p),
    "asgd_averaged": lambda p: nn.ASGD(p, 0.05, 0.1, 0.5, 5.0, weight_decay=0.1),
    "asgd_groups": lambda p: nn.ASGD(groups(p), 0.01, 0.1, 0.5, 5.0),
    "rprop": lambda p: nn.Rprop(p),
    "rprop_limits": lambda p: nn.Rprop(p, 0.05, (0.4, 1.5), (0.01, 0.1), weight_decay=0.1),
    "ftrl": lambda p: nn.FTRL(p),
    "ftrl_regularised": lambda p: nn.FTRL(p, 0.2, 0.1, -0.3, 0.0, 0.02, loss_scale=2.0, weight_decay=0.1),
    "ftrl_root": lambda p: nn.FTRL(p, 0.2, 0.1, -0.5, 0.0, 0.02),
    "proximal_adagrad": lambda p: nn.ProximalAdagrad(p),
    "proximal_adagrad_l1": lambda p: nn.ProximalAdagrad(p, 0.2, 0.1, 0.05, 0.1, loss_scale=2.0, weight_decay=0.1),
    "adafactor": lambda p: nn.AdaFactor(p),
    "adafactor_fixed": lambda p: nn.AdaFactor(p, 0.05, (1e-20, 0.01), 0.5, 0.7, 0.0, 0.1, False, False),
    "adafactor_warmup": lambda p: nn.AdaFactor(p, beta1=0.5, warmup_init=True, weight_decay=0.1),
    "adam_amsgrad": lambda p: nn.Adam(p, 0.01, 0.8, 0.9, 1e-6, weight_decay=0.1, use_amsgrad=True),
    "adam_lazy": lambda p: nn.Adam(p, 0.01, use_lazy=True, weight_decay=0.1),
    "adam_offload": lambda p: nn.Adam(p, 0.01, use_offload=True, weight_decay=0.1),
    "adam_offload_cell": lambda p: nn.AdamOffload(p, 0.01, weight_decay=0.1),
    "lazy_adam": lambda p: nn.LazyAdam(p, 0.01, weight_decay=0.1),
    "momentum_decaying_decay": lambda p: nn.Momentum(p, 0.1, 0.9, weight_decay=Decay(), loss_scale=2.0),
    "momentum_group_decay": lambda p: nn.Momentum(
        [{"params": [p[0]], "weight_decay": Decay()}, {"params": [p[1]], "weight_decay": 0.1}], 0.1, 0.9),
}

SCHEDULES = {
    "exponential": lambda: nn.ExponentialDecayLR(0.1, 0.9, 4),
    "exponential_stair": lambda: nn.ExponentialDecayLR(0.1, 0.9, 4, True),
    "natural": lambda: nn.NaturalExpDecayLR(0.1, 0.9, 4),
    "natural_stair": lambda: nn.NaturalExpDecayLR(0.1, 0.9, 4, True),
    "inverse": lambda: nn.InverseDecayLR(0.1, 0.9, 4),
    "inverse_stair": lambda: nn.InverseDecayLR(0.1, 0.9, 4, True),
    "cosine": lambda: nn.CosineDecayLR(0.01, 0.1, 7),
    "polynomial": lambda: nn.PolynomialDecayLR(0.1, 0.01, 7, 0.5),
    "polynomial_update": lambda: nn.PolynomialDecayLR(0.1, 0.01, 7, 2.0, True),
    "warm_up": lambda: nn.WarmUpLR(0.1, 7),
}

TABLES = {
    "piecewise_constant": lambda: nn.piecewise_constant_lr([2, 5, 10], [0.1, 0.05, 0.01]),
    "exponential": lambda: nn.exponential_decay_lr(0.1, 0.9, 12, 2, 2),
    "exponential_stair": lambda: nn.exponential_decay_lr(0.1, 0.9, 12, 2, 2, True),
    "natural": lambda: nn.natural_exp_decay_lr(0.1, 0.9, 12, 2, 2),
    "natural_stair": lambda: nn.natural_exp_decay_lr(0.1, 0.9, 12, 2, 2, True),
    "inverse": lambda: nn.inverse_decay_lr(0.1, 0.9, 12, 2, 2),
    "inverse_stair": lambda: nn.inverse_decay_lr(0.1, 0.9, 12, 2, 2, True),
    "cosine": lambda: nn.cosine_decay_lr(0.01, 0.1, 12, 2, 4),
    "polynomial": lambda: nn.polynomial_decay_lr(0.1, 0.01, 12, 2, 4, 0.5),
    "polynomial_update": lambda: nn.polynomial_decay_lr(0.1, 0.01, 12, 2, 2, 0.5, True),
    "warmup": lambda: nn.warmup_lr(0.1, 12, 2, 4),
}


def rates(schedule):
    return [float(schedule(Tensor([step], ms.int32)).asnumpy().item()) for step in range(STEPS)]


def main():
    ms.set_device("CPU")
    out = {"optimizers": {}, "schedules": {k: rates(v()) for k, v in SCHEDULES.items()},
           "tables": {k: v() for k, v in TABLES.items()}}
    for name, make in OPTIMIZERS.items():
        out["optimizers"][name] = run(make)
    json.dump(out, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
