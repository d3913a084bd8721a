"""Callback: what is called as training goes on, and what it is told."""

import contextlib

from nucella.common.checks import check_type

__all__ = ["Callback", "CallbackManager", "CallbackParams", "RunContext"]

_OLD_NAMES = ("begin", "epoch_begin", "step_begin", "step_end", "epoch_end", "end")
_LIBRARY = __name__.rpartition(".")[0]


class Callback:
    """Base of callbacks: override what you want to hear of.

    Every method takes a :class:`RunContext`. The methods `on_train_...` are called in training, `on_eval_...` in
    evaluation; where they are not overridden, the short names (`begin`, `epoch_begin`, `step_begin`, `step_end`,
    `epoch_end`, `end`) are called in both. A callback is entered as a context manager before the first call and left
    after the last one, also when an exception ends the run.

    Examples:
        >>> class Steps(Callback):
        ...     def on_train_step_end(self, run_context):
        ...         print(run_context.original_args().cur_step_num)
    """

    def __enter__(self):
        """The callback itself."""
        return self

    def __exit__(self, *err):
        """Nothing; an exception goes on."""

    def begin(self, run_context):
        """Before the first epoch."""

    def epoch_begin(self, run_context):
        """Before an epoch."""

    def step_begin(self, run_context):
        """Before a step."""

    def step_end(self, run_context):
        """After a step."""

    def epoch_end(self, run_context):
        """After an epoch."""

    def end(self, run_context):
        """After the last epoch."""

    def on_train_begin(self, run_context):
        """Before the first epoch of training."""
        self.begin(run_context)

    def on_train_epoch_begin(self, run_context):
        """Before an epoch of training."""
        self.epoch_begin(run_context)

    def on_train_step_begin(self, run_context):
        """Before a step of training."""
        self.step_begin(run_context)

    def on_train_step_end(self, run_context):
        """After a step of training."""
        self.step_end(run_context)

    def on_train_epoch_end(self, run_context):
        """After an epoch of training and the evaluation that belongs to it."""
        self.epoch_end(run_context)

    def on_train_end(self, run_context):
        """After the last epoch of training."""
        self.end(run_context)

    def on_eval_begin(self, run_context):
        """Before an evaluation."""
        self.begin(run_context)

    def on_eval_epoch_begin(self, run_context):
        """Before the data of an evaluation."""
        self.epoch_begin(run_context)

    def on_eval_step_begin(self, run_context):
        """Before a batch of an evaluation."""
        self.step_begin(run_context)

    def on_eval_step_end(self, run_context):
        """After a batch of an evaluation."""
        self.step_end(run_context)

    def on_eval_epoch_end(self, run_context):
        """After the data of an evaluation; the metrics are known."""
        self.epoch_end(run_context)

    def on_eval_end(self, run_context):
        """After an evaluation."""
        self.end(run_context)


class CallbackParams(dict):
    """What a run knows, as attributes and as a dict.

    In training: `train_network`, `network`, `loss_fn`, `optimizer`, `train_dataset`, `train_dataset_element` (the
    batch, a list), `epoch_num`, `cur_epoch_num` (from 1), `batch_num` (steps of an epoch), `cur_step_num` (from 1, over
    all epochs), `net_outputs` (of the last step), `mode`, `dataset_sink_mode`, `list_callback`, `parallel_mode`,
    `device_number`. In evaluation: `eval_network`, `valid_dataset`, `eval_dataset_element`. After one: `metrics`, and
    `eval_results`, which has "eval_loss" too.
    """

    def __getattr__(self, name):
        """KeyError for what is not known."""
        return self[name]

    def __setattr__(self, name, value):
        self[name] = value


class RunContext:
    """What a callback gets: the state of the run, and a way to end it.

    Args:
        original_args (dict): The :class:`CallbackParams`.

    Raises:
        TypeError: `original_args` is no dict.

    Examples:
        >>> context = nucella.train.RunContext({"cur_epoch_num": 3})
        >>> context.request_stop()
        >>> context.get_stop_requested(), context.original_args()["cur_epoch_num"]
        (True, 3)
    """

    def __init__(self, original_args):
        self._original_args = check_type("RunContext", "original_args", original_args, dict)
        self._stop_requested = False

    def original_args(self):
        """The :class:`CallbackParams`; what a callback writes there, others see."""
        return self._original_args

    def request_stop(self):
        """Ends the run after this step; the ends of the epoch and of the run are still called."""
        self._stop_requested = True

    def get_stop_requested(self):
        """Whether request_stop() was called."""
        return self._stop_requested


class CallbackManager(Callback):
    """Calls each of several callbacks in their order.

    Args:
        callbacks (None, Callback, list[Callback]): The callbacks.

    Raises:
        TypeError: `callbacks` is something else.
    """

    def __init__(self, callbacks):
        self._callbacks = as_list(callbacks)
        self._stack = None
        self.within_fit = False

    def __enter__(self):
        """Enters all; when one fails, those entered before are left."""
        with contextlib.ExitStack() as stack:
            self._callbacks = [stack.enter_context(callback) for callback in self._callbacks]
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *err):
        """Leaves all in the opposite order."""
        return self._stack.__exit__(*err)


def as_list(callbacks):
    """A list of the callbacks given; TypeError unless they are None, a Callback or a list of these."""
    if callbacks is None:
        return []
    if isinstance(callbacks, Callback):
        return [callbacks]
    if not isinstance(callbacks, list):
        raise TypeError(f"callbacks: expected a Callback or a list of Callbacks, got {type(callbacks).__name__}")
    for callback in callbacks:
        check_type("callbacks", "element", callback, Callback)
    return list(callbacks)


def check_callbacks_of_fit(callbacks):
    """ValueError when a class of the user's has one of the short names: fit() has both training and evaluation."""
    for callback in as_list(callbacks):
        own = {name for kind in type(callback).__mro__ if _is_users(kind) for name in vars(kind)}
        short = sorted(own.intersection(_OLD_NAMES))
        if short:
            raise ValueError(
                f"Model.fit: {type(callback).__name__} has the methods {short}, which do not tell training from "
                "evaluation; use those that begin with 'on_train' or 'on_eval'"
            )


def _is_users(kind):
    return kind is not object and not kind.__module__.startswith(_LIBRARY)


def _forward(name):
    default = getattr(Callback, name)
    skipped_within_fit = name.startswith("on_eval")

    def call(self, run_context):
        for callback in self._callbacks:
            method = getattr(callback, name)
            if not (skipped_within_fit and self.within_fit and getattr(method, "__func__", None) is default):
                method(run_context)

    call.__name__ = name
    call.__doc__ = default.__doc__
    return call


for _name in [name for name in vars(Callback) if not name.startswith("_")]:
    setattr(CallbackManager, _name, _forward(_name))
