"""Callbacks that print losses and times."""

import time

import numpy

from nucella.common.checks import check_bool, check_int
from nucella.common.tensor import Tensor
from nucella.train.callback.base import Callback

__all__ = ["LossMonitor", "TimeMonitor", "loss_of"]


def loss_of(outputs):
    """The loss among the outputs of a step: the first of several, as a float; what is no Tensor as it is."""
    if isinstance(outputs, (tuple, list)) and outputs and isinstance(outputs[0], (Tensor, numpy.ndarray)):
        outputs = outputs[0]
    if isinstance(outputs, Tensor):
        outputs = outputs.asnumpy()
    return float(outputs.mean()) if isinstance(outputs, numpy.ndarray) and outputs.size else outputs


class LossMonitor(Callback):
    """Prints the loss every so many steps, and the metrics after an evaluation of fit().

    Args:
        per_print_times (int): Steps from one line to the next; 0: none. Default: 1.

    Raises:
        TypeError: `per_print_times` is no int.
        ValueError: `per_print_times` is negative; in training: the loss is not finite.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(1, data, nucella.train.LossMonitor(2))
        epoch: 1 step: 2, loss is ...
    """

    def __init__(self, per_print_times=1):
        self._per_print_times = check_int("LossMonitor", "per_print_times", per_print_times, 0)
        self._last_step = 0

    def step_end(self, run_context):
        """Prints the epoch, the step within it, and the loss."""
        params = run_context.original_args()
        loss = loss_of(params.net_outputs)
        step = (params.cur_step_num - 1) % params.batch_num + 1
        epoch = params.get("cur_epoch_num", 1)  # an evaluation alone has none
        if isinstance(loss, float) and not numpy.isfinite(loss):
            raise ValueError(f"LossMonitor: the loss is {loss} in step {step} of epoch {epoch}")
        if params.cur_step_num <= self._last_step:  # another run
            self._last_step = 0
        if self._per_print_times and params.cur_step_num - self._last_step >= self._per_print_times:
            self._last_step = params.cur_step_num
            print(f"epoch: {epoch} step: {step}, loss is {loss}", flush=True)

    def on_train_epoch_end(self, run_context):
        """Prints the metrics, if there was an evaluation."""
        params = run_context.original_args()
        if params.get("metrics"):
            print(f"Eval result: epoch {params.cur_epoch_num}, metrics: {params.metrics}", flush=True)


class TimeMonitor(Callback):
    """Prints how many milliseconds each epoch took, and each step of it on average.

    Args:
        data_size (int): Steps of an epoch; None: those of the data set. Default: None.
        data_time (bool): Also prints how long an average step waited for its data. Default: False.

    Raises:
        TypeError: `data_time` is no bool.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(1, data, nucella.train.TimeMonitor())
        Train epoch time: ... ms, per step time: ... ms
    """

    def __init__(self, data_size=None, data_time=False):
        self._data_size = data_size
        self._data_time = check_bool("TimeMonitor", "data_time", data_time)
        self._waiting_since = 0.0
        self._waited = 0.0
        self._epoch_begin = 0.0

    def epoch_begin(self, run_context):
        """Starts the clock."""
        self._epoch_begin = self._waiting_since = time.perf_counter()
        self._waited = 0.0

    def step_begin(self, run_context):
        """The data is there."""
        self._waited += time.perf_counter() - self._waiting_since

    def step_end(self, run_context):
        """Waits for the next data."""
        self._waiting_since = time.perf_counter()

    def epoch_end(self, run_context):
        """Prints the times."""
        milliseconds = (time.perf_counter() - self._epoch_begin) * 1e3
        params = run_context.original_args()
        steps = self._data_size or params.batch_num
        mode = params.get("mode", "train").title()
        text = f"{mode} epoch time: {milliseconds:5.3f} ms, per step time: {milliseconds / steps:5.3f} ms"
        if self._data_time:
            text += f" (data time: {self._waited * 1e3 / steps:5.3f} ms)"
        print(text, flush=True)

    on_eval_epoch_begin = epoch_begin
    on_eval_step_begin = step_begin
    on_eval_step_end = step_end
    on_eval_epoch_end = epoch_end
