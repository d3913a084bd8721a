"""Callbacks that act when a value stops getting better."""

import math

import numpy

from nucella.common.checks import check_bool, check_int, check_number, check_str, check_type
from nucella.common.parameter import Parameter
from nucella.common.tensor import Tensor
from nucella.train.callback.base import Callback
from nucella.train.callback.monitors import loss_of

__all__ = ["EarlyStopping", "LearningRateScheduler", "ReduceLROnPlateau"]

_SMALLER_IS_BETTER = {
    "eval_loss",
    "hausdorff_distance",
    "loss",
    "mae",
    "mean_surface_distance",
    "mse",
    "perplexity",
    "root_mean_square_distance",
}


class Watch:
    """The best value so far of "loss" (of the last step) or of a result of the evaluation."""

    def __init__(self, who, monitor, mode, min_delta, argument="monitor"):
        self.name = check_str(who, argument, monitor)
        check_str(who, "mode", mode, ("auto", "min", "max"))
        self._smaller = monitor in _SMALLER_IS_BETTER if mode == "auto" else mode == "min"
        self._min_delta = abs(check_number(who, "min_delta", min_delta))
        self.reset()

    def reset(self):
        """Nothing was seen yet."""
        self.best = math.inf if self._smaller else -math.inf

    def read(self, params):
        """The value as a float; None when it is not there."""
        value = loss_of(params.get("net_outputs") if self.name == "loss" else self._result(params))
        return None if value is None else float(numpy.mean(value))

    def _result(self, params):
        return (params.get("eval_results") or {}).get(self.name)

    def better(self, value, than):
        """Whether `value` is better by more than min_delta."""
        return value < than - self._min_delta if self._smaller else value > than + self._min_delta


class EarlyStopping(Callback):
    """Ends the training when a value has not become better for some epochs.

    Args:
        monitor (str): "loss" for that of the last step, or a result of the evaluation in fit(): the name of a metric,
            or "eval_loss". Default: "eval_loss".
        min_delta (int, float): Only changes of more than abs(min_delta) count. Default: 0.
        patience (int): Epochs to wait. Default: 0.
        verbose (bool): Prints when it ends the training. Default: False.
        mode (str): "min", "max" or "auto", which goes by the name. Default: "auto".
        baseline (float): Values not better than this are no improvement. Default: None.
        restore_best_weights (bool): Goes back to the weights of the best epoch. Default: False.

    Raises:
        TypeError, ValueError: An argument is of another type or out of range.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> stop = nucella.train.EarlyStopping("loss", patience=1, min_delta=10.0)
        >>> history = nucella.train.History()
        >>> model.train(10, data, [history, stop])
        >>> history.epoch["epoch"]
        [1, 2]
    """

    def __init__(
        self,
        monitor="eval_loss",
        min_delta=0,
        patience=0,
        verbose=False,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
    ):
        who = "EarlyStopping"
        self._watch = Watch(who, monitor, mode, min_delta)
        self.monitor = monitor
        self.patience = check_int(who, "patience", patience, 0)
        self.verbose = check_bool(who, "verbose", verbose)
        self.baseline = baseline if baseline is None else check_number(who, "baseline", baseline)
        self.restore_best_weights = check_bool(who, "restore_best_weights", restore_best_weights)
        self._start()

    def _start(self):
        self.wait = 0
        self.stopped_epoch = 0
        self._best_weights = None
        self._watch.reset()

    def on_train_begin(self, run_context):
        """Forgets the last run."""
        self._start()

    def on_train_epoch_end(self, run_context):
        """Looks at the value, and asks for the end when it is time."""
        params = run_context.original_args()
        value = self._watch.read(params)
        if value is None:
            return
        self.wait += 1
        better = self._watch.better(value, self._watch.best)
        if self.restore_best_weights and (better or self._best_weights is None):
            self._best_weights = _copy_weights(params.train_network)
        if better:
            self._watch.best = value
            if self.baseline is None or self._watch.better(value, self.baseline):
                self.wait = 0
        if self.wait >= self.patience:
            self.stopped_epoch = params.cur_epoch_num
            run_context.request_stop()
            self._restore(params.train_network if self.restore_best_weights else None)

    def on_train_end(self, run_context):
        """Prints the epoch after which the training ended."""
        if self.verbose and self.stopped_epoch:
            print(f"Epoch {self.stopped_epoch:05d}: early stopping", flush=True)

    def _restore(self, network):
        if network is None:
            return
        if self.verbose:
            print("Restoring model weights from the end of the best epoch.", flush=True)
        for parameter, value in zip(network.get_parameters(), self._best_weights):
            parameter.set_data(value)


def _copy_weights(network):
    return [Tensor(parameter.asnumpy().copy(), parameter.dtype) for parameter in network.get_parameters()]


def _learning_rate(who, optimizer):
    rate = optimizer.learning_rate
    if not isinstance(rate, Parameter):
        raise ValueError(f"{who}: the learning rate must be one number, not a list, schedule or one per group")
    return rate


class ReduceLROnPlateau(Callback):
    """Makes the learning rate smaller when a value has not become better for some epochs.

    Args:
        monitor (str): As for :class:`EarlyStopping`. Default: "eval_loss".
        factor (float): What the rate is multiplied by, between 0 and 1. Default: 0.1.
        patience (int): Epochs to wait. Default: 10.
        verbose (bool): Prints each new rate. Default: False.
        mode (str): As for :class:`EarlyStopping`. Default: "auto".
        min_delta (float): Only changes of more than this count. Default: 1e-4.
        cooldown (int): Epochs after a change in which nothing is counted. Default: 0.
        min_lr (float): The smallest rate. Default: 0.

    Raises:
        TypeError, ValueError: An argument is of another type or out of range; in training: the learning rate is a list,
            a schedule or one per group.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(3, data, nucella.train.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=10.0))
        >>> round(float(model.train_network.optimizer.get_lr()), 4)
        0.025
    """

    def __init__(
        self,
        monitor="eval_loss",
        factor=0.1,
        patience=10,
        verbose=False,
        mode="auto",
        min_delta=1e-4,
        cooldown=0,
        min_lr=0,
    ):
        who = "ReduceLROnPlateau"
        self._watch = Watch(who, monitor, mode, min_delta)
        self.monitor = monitor
        self.factor = check_type(who, "factor", factor, float)
        if not 0 < factor < 1:
            raise ValueError(f"{who}: 'factor' must be between 0 and 1, got {factor}")
        self.patience = check_int(who, "patience", patience, 0)
        self.verbose = check_bool(who, "verbose", verbose)
        self.cooldown = check_int(who, "cooldown", cooldown, 0)
        self.min_lr = check_number(who, "min_lr", min_lr)
        self._start()

    def _start(self):
        self.cooldown_counter = 0
        self.wait = 0
        self._watch.reset()

    def on_train_begin(self, run_context):
        """Forgets the last run."""
        _learning_rate("ReduceLROnPlateau", run_context.original_args().optimizer)
        self._start()

    def on_train_epoch_end(self, run_context):
        """Looks at the value, and reduces the rate when it is time."""
        params = run_context.original_args()
        rate = _learning_rate("ReduceLROnPlateau", params.optimizer)
        value = self._watch.read(params)
        if value is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        if self._watch.better(value, self._watch.best):
            self._watch.best = value
            self.wait = 0
        elif self.cooldown_counter == 0:
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(rate, params.cur_epoch_num)

    def _reduce(self, rate, epoch):
        old, smallest = numpy.float32(rate.asnumpy()), numpy.float32(self.min_lr)
        if old <= smallest:
            return
        new = max(old * numpy.float32(self.factor), smallest)
        rate.set_data(Tensor(new))
        self.cooldown_counter = self.cooldown
        self.wait = 0
        if self.verbose:
            print(f"Epoch {epoch:05d}: ReduceLROnPlateau reducing learning rate to {new!s}.", flush=True)


class LearningRateScheduler(Callback):
    """Sets the learning rate after each step to what a function says.

    Args:
        learning_rate_function (function): Of the rate so far (float) and the number of steps made; gives the next rate.

    Raises:
        ValueError: In training: the learning rate is a list, a schedule or one per group.
        TypeError: In training: the function gives no number.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1))
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> halve = nucella.train.LearningRateScheduler(lambda lr, step: lr * 0.5 if step == 2 else lr)
        >>> model.train(2, data, halve)
        >>> round(float(model.train_network.optimizer.get_lr()), 4)
        0.05
    """

    def __init__(self, learning_rate_function):
        self.learning_rate_function = learning_rate_function

    def step_end(self, run_context):
        """Sets the rate."""
        params = run_context.original_args()
        rate = _learning_rate("LearningRateScheduler", params.optimizer)
        old = float(rate.asnumpy())
        new = float(self.learning_rate_function(old, params.cur_step_num))
        if new != old:
            rate.set_data(Tensor(numpy.float32(new)))

    def on_eval_step_end(self, run_context):
        """Nothing: the rate belongs to training."""
