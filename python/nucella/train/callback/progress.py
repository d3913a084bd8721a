"""ProgressBar: shows a run as it goes."""

import sys
import time

from nucella.common.checks import check_int
from nucella.train.callback.base import Callback
from nucella.train.callback.monitors import loss_of

__all__ = ["ProgressBar"]

_WIDTH = 20
_REDRAW_SECONDS = 0.1


class ProgressBar(Callback):
    """A live bar on a terminal; elsewhere a line now and then. Metrics follow after an evaluation.

    Args:
        lines_per_epoch (int): How many lines an epoch gets where there is no terminal, at least 1. Default: 5.
        out (file): Where it is written; None: sys.stdout. Default: None.

    Raises:
        TypeError: `lines_per_epoch` is no int.
        ValueError: It is less than 1.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1))
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(1, data, nucella.train.ProgressBar(lines_per_epoch=1))
        epoch 1/1  step 2/2  loss ...
    """

    def __init__(self, lines_per_epoch=5, out=None):
        self._lines = check_int("ProgressBar", "lines_per_epoch", lines_per_epoch, 1)
        self._given_out = out
        self._drawn = 0
        self._last_draw = 0.0
        self._sum = 0.0
        self._steps = 0
        self._begin = 0.0
        self._last_epoch = None

    def on_train_begin(self, run_context):
        """Starts the clock."""
        self._begin = time.perf_counter()
        self._last_epoch = None
        self._last_draw = 0.0

    def on_train_epoch_begin(self, run_context):
        """Starts the mean of the loss."""
        params = run_context.original_args()
        if self._last_epoch is None:
            self._last_epoch = params.cur_epoch_num + params.epoch_num - 1
        self._sum = 0.0
        self._steps = 0

    def on_train_step_end(self, run_context):
        """Shows the step, if it is time."""
        params = run_context.original_args()
        loss = loss_of(params.net_outputs)
        self._sum += loss if isinstance(loss, float) else float("nan")
        self._steps += 1
        if self._out.isatty():
            self._draw(params)
        elif self._lines * self._steps // params.batch_num > self._lines * (self._steps - 1) // params.batch_num:
            print(self._text(params), file=self._out, flush=True)

    def on_train_epoch_end(self, run_context):
        """Ends the line, and shows metrics."""
        params = run_context.original_args()
        self._finish()
        if params.get("metrics"):
            values = "  ".join(f"{name} {_short(value)}" for name, value in params.metrics.items())
            print(f"epoch {params.cur_epoch_num}  {values}", file=self._out, flush=True)

    def __exit__(self, *err):
        """Ends the line, whatever ended the run."""
        self._finish()

    @property
    def _out(self):
        return sys.stdout if self._given_out is None else self._given_out

    def _draw(self, params):
        now = time.perf_counter()
        if self._steps < params.batch_num and now - self._last_draw < _REDRAW_SECONDS:
            return
        self._last_draw = now
        filled = min(self._steps * _WIDTH // params.batch_num, _WIDTH)
        bar = ("=" * filled + ">" * (filled < _WIDTH)).ljust(_WIDTH)
        text = f"[{bar}] {self._text(params)}"
        self._out.write("\r" + text.ljust(self._drawn))
        self._out.flush()
        self._drawn = len(text)

    def _finish(self):
        if self._drawn:
            self._out.write("\n")
            self._out.flush()
            self._drawn = 0

    def _text(self, params):
        speed = params.cur_step_num / max(time.perf_counter() - self._begin, 1e-9)
        left = (params.epoch_num * params.batch_num - params.cur_step_num) / speed
        return (
            f"epoch {params.cur_epoch_num}/{self._last_epoch}  step {self._steps}/{params.batch_num}"
            f"  loss {self._sum / self._steps:.4f}  {speed:.1f} steps/s  {_clock(left)} left"
        )


def _short(value):
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _clock(seconds):
    """As "0:12", "12:05" or "1:02:03"."""
    minutes, rest = divmod(int(max(seconds, 0) + 0.999), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
