"""A small net and its data for the tests of training."""

import numpy as np

import nucella
from nucella import nn
from nucella.train import Callback, Model
from nucella.train.callback.base import CallbackParams, RunContext

X = np.random.RandomState(0).randn(20, 4).astype(np.float32)
LABELS = (X.sum(1) > 0).astype(np.int32)
EVENTS = [name for name in vars(Callback) if name.startswith("on_")]


def batches(size=4):
    return [(X[i : i + size], LABELS[i : i + size]) for i in range(0, len(X), size)]


def make_model(metrics=frozenset({"acc", "loss"}), learning_rate=0.1, **options):
    """A model that learns LABELS: the same each time."""
    nucella.set_seed(1)
    net = nn.Dense(4, 2)
    loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    optimizer = nn.Momentum(net.trainable_params(), learning_rate, 0.9)
    return Model(net, loss, optimizer, metrics=set(metrics), **options)


def context(**entries):
    params = CallbackParams(cur_epoch_num=1, cur_step_num=1, batch_num=4, epoch_num=1, **entries)
    return RunContext(params)


class Recorder(Callback):
    """Writes down what is called; `stop_at` asks for the end there."""

    def __init__(self, stop_at=None):
        self.events = []
        self.stop_at = stop_at
        self.params = None

    def _record(self, name, run_context):
        self.events.append(name)
        self.params = run_context.original_args()
        if name == self.stop_at:
            run_context.request_stop()


for _name in EVENTS:
    setattr(Recorder, _name, lambda self, run_context, name=_name: self._record(name, run_context))
