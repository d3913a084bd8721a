"""Callbacks that keep or pass on what happens."""

from nucella.train.callback.base import Callback
from nucella.train.callback.monitors import loss_of

__all__ = ["History", "LambdaCallback"]


class History(Callback):
    """Keeps the last loss of each epoch and the metrics of each evaluation.

    Attributes:
        epoch (dict): Under "epoch" the numbers of the epochs of the last run.
        history (dict): Under "net_output" the loss, under the name of each metric its values; of all runs.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> history = nucella.train.History()
        >>> model.train(3, data, history)
        >>> len(history.history["net_output"]), history.epoch
        (3, {'epoch': [1, 2, 3]})
    """

    def __init__(self):
        self.history = {}
        self.epoch = None

    def begin(self, run_context):
        """Starts the list of epochs."""
        self.epoch = {"epoch": []}

    def epoch_end(self, run_context):
        """Adds to the lists."""
        params = run_context.original_args()
        self.epoch["epoch"].append(params.get("cur_epoch_num", 1))
        self._add("net_output", loss_of(params.get("net_outputs")))
        for name, value in (params.get("metrics") or {}).items():
            self._add(name, value)

    def _add(self, name, value):
        self.history.setdefault(name, []).append(value)


class LambdaCallback(Callback):
    """A callback made of functions of a :class:`RunContext`.

    Args:
        on_train_epoch_begin, on_train_epoch_end, on_train_step_begin, on_train_step_end, on_train_begin, on_train_end,
        on_eval_epoch_begin, on_eval_epoch_end, on_eval_step_begin, on_eval_step_end, on_eval_begin, on_eval_end
        (function): See :class:`Callback`. Default: None.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1))
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(2, data, nucella.train.LambdaCallback(
        ...     on_train_epoch_end=lambda run_context: print(run_context.original_args().cur_epoch_num)))
        1
        2
    """

    def __init__(
        self,
        on_train_epoch_begin=None,
        on_train_epoch_end=None,
        on_train_step_begin=None,
        on_train_step_end=None,
        on_train_begin=None,
        on_train_end=None,
        on_eval_epoch_begin=None,
        on_eval_epoch_end=None,
        on_eval_step_begin=None,
        on_eval_step_end=None,
        on_eval_begin=None,
        on_eval_end=None,
    ):
        functions = dict(locals())
        for name in [name for name in functions if name.startswith("on_")]:
            setattr(self, name, functions[name] or _nothing)


def _nothing(run_context):
    pass
