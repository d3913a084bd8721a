"""TensorBoardCallback: curves of a run for TensorBoard."""

import os

import numpy

from nucella import _core
from nucella.common.checks import check_int, check_type
from nucella.train.callback.base import Callback
from nucella.train.callback.monitors import loss_of

__all__ = ["TensorBoardCallback"]


class TensorBoardCallback(Callback):
    """Writes the curves "train/loss", "train/learning_rate" and, after evaluations, "eval/..." of each metric.

    `tensorboard --logdir log_dir` shows them; each run writes a file of its own. The axis of all curves is the number
    of steps made in the run.

    Args:
        log_dir (str): The folder, made when the run begins.
        write_steps (int): Steps from one point to the next, at least 1. Default: 1.

    Raises:
        TypeError, ValueError: An argument is of another type or out of range.
        OSError: While running: the file cannot be written.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(1, data, nucella.train.TensorBoardCallback("logs"))
        >>> import os
        >>> len(os.listdir("logs"))
        1
    """

    def __init__(self, log_dir, write_steps=1):
        self._log_dir = os.fspath(check_type("TensorBoardCallback", "log_dir", log_dir, (str, os.PathLike)))
        self._write_steps = check_int("TensorBoardCallback", "write_steps", write_steps, 1)
        self._file = None
        self._step = 0

    @property
    def path(self):
        """The file of the last run, or None."""
        return None if self._file is None else self._file.path

    def on_train_begin(self, run_context):
        """Begins a file."""
        self._file = _core.EventFile(self._log_dir)

    def on_train_step_end(self, run_context):
        """Writes loss and learning rate, if it is time."""
        params = run_context.original_args()
        self._step = params.cur_step_num
        if self._step % self._write_steps:
            return
        self._add("train/loss", loss_of(params.net_outputs))
        if params.get("optimizer") is not None:
            self._add("train/learning_rate", float(params.optimizer.get_lr().asnumpy()))

    def on_train_epoch_end(self, run_context):
        """Everything so far is on disk."""
        self._file.flush()

    def on_eval_begin(self, run_context):
        """Begins a file, unless the evaluation is part of fit()."""
        if run_context.original_args().get("train_network") is None:
            self._file, self._step = _core.EventFile(self._log_dir), 0

    def on_eval_end(self, run_context):
        """Writes the metrics."""
        for name, value in (run_context.original_args().get("metrics") or {}).items():
            self._add(f"eval/{name}", value)
        self._file.flush()

    def __exit__(self, *err):
        """Everything so far is on disk, whatever ended the run."""
        if self._file is not None:
            self._file.flush()

    def _add(self, tag, value):
        if isinstance(value, (int, float, numpy.number)):
            self._file.add_scalar(tag, float(value), self._step)
