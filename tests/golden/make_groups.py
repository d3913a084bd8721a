"""Writes groups.json with MindSpore 2.10: 20 steps of optimizers whose parameters are in groups.

usage: GLOG_v=3 python make_groups.py > groups.json
"""
import json
import sys

import numpy as np
import mindspore as ms
from mindspore import Parameter, Tensor, nn

STEPS = 20
TABLE = [0.1 / (1 + i) for i in range(STEPS)]


def values(count, step):
    """Numbers that float32 holds exactly; the test makes the same."""
    return np.array([((7 * i + 13 * step) % 11 - 5) / 8 for i in range(count)], np.float32)


def fresh():
    return (Parameter(Tensor(values(32, 300).reshape(2, 16)), name="conv.weight"),
            Parameter(Tensor(values(6, 100).reshape(3, 2)), name="fc.weight"),
            Parameter(Tensor(values(2, 200)), name="norm.gamma"))


class Hyperbola(nn.learning_rate_schedule.LearningRateSchedule):
    def construct(self, global_step):
        return 0.1 / (1.0 + global_step.astype(ms.float32).reshape(()))


def groups(conv, fc, gamma):
    return {
        "rates": [{"params": [fc, gamma]}, {"params": [conv], "lr": 0.05}, {"order_params": [conv, fc, gamma]}],
        "decay": [{"params": [gamma, conv], "weight_decay": 0.02}, {"params": [fc]}],
        "both": [{"params": [fc], "lr": 0.02, "weight_decay": 0.0}, {"params": [conv, gamma], "lr": 0.2}],
        "tables": [{"params": [conv], "lr": TABLE}, {"params": [fc, gamma]}],
        "default_table": [{"params": [conv], "lr": 0.05}, {"params": [gamma]},
                          {"order_params": [fc, conv, gamma]}, {"params": [fc], "lr": TABLE[::-1]}],
        "schedule": [{"params": [conv], "lr": Hyperbola()}, {"params": [fc, gamma]}],
    }


OPTIMIZERS = {
    "sgd": lambda p, lr: nn.SGD(p, lr, momentum=0.9, dampening=0.25, weight_decay=0.01),
    "momentum": lambda p, lr: nn.Momentum(p, lr, 0.9, weight_decay=0.01, loss_scale=4.0),
    "adam": lambda p, lr: nn.Adam(p, lr, beta1=0.8, beta2=0.99, eps=1e-6, weight_decay=0.1),
}


def run(make, kind):
    params = fresh()
    optimizer = make(groups(*params)[kind], TABLE if kind == "default_table" else 0.1)
    for step in range(STEPS):
        optimizer(tuple(Tensor(values(p.size, step).reshape(p.shape)) for p in optimizer.parameters))
    return {"parameters": [p.name for p in optimizer.get_parameters()],
            "flags": [optimizer.is_group, optimizer.is_group_lr, optimizer.is_group_params_ordered, optimizer.dynamic_lr],
            "decay_flags": list(optimizer.decay_flags),
            "rates": [optimizer.get_lr_parameter(p).name if kind != "schedule" else "" for p in params],
            "values": {p.name: p.asnumpy().ravel().tolist() for p in params}}


def main():
    ms.set_device("CPU")
    kinds = list(groups(*fresh()))
    json.dump({name: {kind: run(make, kind) for kind in kinds} for name, make in OPTIMIZERS.items()}, sys.stdout,
              indent=1)
    print()


if __name__ == "__main__":
    main()
