"""Model: trains, evaluates and uses a net."""

import collections
import itertools

from nucella.common.checks import check_bool, check_int, check_type
from nucella.common.tensor import Tensor
from nucella.nn import Cell, Optimizer, WithEvalCell
from nucella.train.amp import build_train_network, check_options
from nucella.train.callback.base import CallbackManager, CallbackParams, RunContext, as_list, check_callbacks_of_fit
from nucella.train.dataset_helper import DatasetHelper
from nucella.train.metrics import Loss, get_metrics
from nucella.train.training_state import random_state, resume, set_random_state

__all__ = ["Model"]

_INPUTS = (Tensor, type(None), int, float, str)
_FULL_PRECISION = ("O0", "O1")


class Model:
    """A net with what it needs to be trained and judged.

    Args:
        network (Cell): The net. Without `loss_fn` its result is the loss.
        loss_fn (Cell): Takes the net's result and the label. Default: None.
        optimizer (Optimizer): None: train() runs the net and changes nothing. Default: None.
        metrics (dict, set): See :func:`nucella.train.metrics.get_metrics`. Default: None.
        eval_network (Cell): What evaluation runs; None: the net and `loss_fn`. Default: None.
        eval_indexes (list): Where loss, predicted value and label stand among the results of `eval_network`; None: each
            metric gets all of them. Default: None.
        amp_level (str): See :func:`nucella.amp.auto_mixed_precision`. Default: "O0".
        boost_level (str): Only "O0" is here. Default: "O0".
        kwargs: `loss_scale_manager`, `keep_batchnorm_fp32`: see :func:`nucella.amp.build_train_network`.

    Raises:
        TypeError, ValueError: An argument is of another type or value, or metrics have nothing to be computed from.
        KeyError: A metric is unknown.

    Examples:
        >>> net = nn.Dense(4, 2)
        >>> model = Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> data = [(numpy.ones((8, 4), "float32"), numpy.zeros((8, 2), "float32"))]
        >>> model.train(10, data)
        >>> sorted(model.eval(data))
        ['mae']
    """

    def __init__(
        self,
        network,
        loss_fn=None,
        optimizer=None,
        metrics=None,
        eval_network=None,
        eval_indexes=None,
        amp_level="O0",
        boost_level="O0",
        **kwargs,
    ):
        self._network = check_type("Model", "network", network, Cell)
        self._loss_fn = check_type("Model", "loss_fn", loss_fn, (Cell, type(None)))
        self._optimizer = check_type("Model", "optimizer", optimizer, (Optimizer, type(None)))
        check_options("Model", amp_level, boost_level, kwargs)
        self._metrics = get_metrics(metrics)
        self._train_network = self._network
        if optimizer is not None:
            self._train_network = build_train_network(network, optimizer, loss_fn, amp_level, boost_level, **kwargs)
        self._set_eval_network(eval_network, eval_indexes, amp_level)

    def _set_eval_network(self, eval_network, eval_indexes, amp_level):
        self._eval_network = check_type("Model", "eval_network", eval_network, (Cell, type(None)))
        self._eval_indexes = eval_indexes
        if eval_network is not None:
            if eval_indexes is not None and not (isinstance(eval_indexes, list) and len(eval_indexes) == 3):
                raise ValueError(f"Model: 'eval_indexes' must be None or a list of three ints, got {eval_indexes!r}")
        elif self._loss_fn is not None:
            self._eval_network = WithEvalCell(self._network, self._loss_fn, amp_level not in _FULL_PRECISION)
            self._eval_indexes = [0, 1, 2]
        elif self._metrics:
            raise ValueError("Model: 'metrics' need 'eval_network' or 'loss_fn'")

    @property
    def train_network(self):
        """The cell that makes a step: net, loss and optimizer."""
        return self._train_network

    @property
    def predict_network(self):
        """The net."""
        return self._network

    @property
    def eval_network(self):
        """The cell that gives loss, predicted value and label; None without one."""
        return self._eval_network

    def train(
        self,
        epoch,
        train_dataset,
        callbacks=None,
        dataset_sink_mode=False,
        sink_size=-1,
        initial_epoch=0,
        resume_from=None,
    ):
        """Makes one step with each batch, so many times.

        Args:
            epoch (int): Number of the last epoch.
            train_dataset (iterable): See :class:`DatasetHelper`.
            callbacks (Callback, list[Callback]): What is called as it goes on. Default: None.
            dataset_sink_mode (bool): Of no effect here. Default: False.
            sink_size (int): -1 or positive; of no effect here. Default: -1.
            initial_epoch (int): Epochs made before, which are left out of the count. Default: 0.
            resume_from (str): A checkpoint with the state of a run (`append_info=["training_state"]` of
                :class:`CheckpointConfig`): goes on from there bit for bit. Default: None.

        Raises:
            TypeError, ValueError: An argument is of another type or out of range, or with `loss_fn` a batch does not
                have two elements.
        """
        _check_epochs("Model.train", epoch, initial_epoch)
        self._check_data("Model.train", dataset_sink_mode, sink_size)
        self._run(epoch, train_dataset, callbacks, dataset_sink_mode, initial_epoch, resume_from=resume_from)

    def fit(
        self,
        epoch,
        train_dataset,
        valid_dataset=None,
        valid_frequency=1,
        callbacks=None,
        dataset_sink_mode=False,
        valid_dataset_sink_mode=False,
        sink_size=-1,
        initial_epoch=0,
        resume_from=None,
    ):
        """As train(), and evaluates in between.

        Args:
            epoch (int): Number of the last epoch.
            train_dataset (iterable): See :class:`DatasetHelper`.
            valid_dataset (iterable): Is evaluated; None: nothing is. Default: None.
            valid_frequency (int, list): Evaluates after every so many epochs, or after those listed. Default: 1.
            callbacks (Callback, list[Callback]): As for train(); classes of the user's need the methods whose names
                begin with "on_". Default: None.
            dataset_sink_mode (bool): Of no effect here. Default: False.
            valid_dataset_sink_mode (bool): Of no effect here. Default: False.
            sink_size (int): -1 or positive; of no effect here. Default: -1.
            initial_epoch (int): Epochs made before, which are left out of the count. Default: 0.
            resume_from (str): As for train(). Default: None.

        Raises:
            TypeError, ValueError: An argument is of another type or out of range, or there are no metrics.
        """
        _check_epochs("Model.fit", epoch, initial_epoch)
        self._check_data("Model.fit", dataset_sink_mode, sink_size)
        check_bool("Model.fit", "valid_dataset_sink_mode", valid_dataset_sink_mode)
        if not isinstance(valid_frequency, list):
            check_int("Model.fit", "valid_frequency", valid_frequency)
            if valid_frequency == 0:
                raise ZeroDivisionError("Model.fit: 'valid_frequency' must not be 0")
        if valid_dataset is not None and not self._metrics:
            raise ValueError("Model.fit: with 'valid_dataset' the model needs 'metrics'")
        check_callbacks_of_fit(callbacks)
        self._run(
            epoch,
            train_dataset,
            callbacks,
            dataset_sink_mode,
            initial_epoch,
            valid_dataset,
            valid_frequency,
            resume_from,
        )

    def eval(self, valid_dataset, callbacks=None, dataset_sink_mode=False):
        """The metrics over a data set.

        Args:
            valid_dataset (iterable): See :class:`DatasetHelper`.
            callbacks (Callback, list[Callback]): What is called as it goes on. Default: None.
            dataset_sink_mode (bool): Of no effect here. Default: False.

        Returns:
            A dict from the names of the metrics to their values.

        Raises:
            ValueError: There are no metrics.
            RuntimeError: There is no data.
        """
        check_bool("Model.eval", "dataset_sink_mode", dataset_sink_mode)
        if not self._metrics:
            raise ValueError("Model.eval: the model needs 'metrics'")
        params = CallbackParams(dataset_sink_mode=False, network=self._network)
        with CallbackManager(callbacks) as manager:
            params.list_callback = as_list(callbacks)
            return self._evaluate(valid_dataset, manager, params)

    def predict(self, *predict_data, backend=None, config=None):
        """The net's result, in evaluation mode.

        Args:
            predict_data (Tensor, None, number, str, tuple, list, dict): The net's inputs.
            backend (str): None or "lite", which gives the same. Default: None.
            config (dict): Of no effect here. Default: None.

        Raises:
            ValueError: `backend` is another.
            TypeError: An input is of another type.
        """
        if backend not in (None, "lite"):
            raise ValueError(f"Model.predict: 'backend' must be None or 'lite', got {backend!r}")
        for data in predict_data:
            _check_input(data)
        self._network.set_train(False)
        return self._network(*predict_data)

    def build(self, train_dataset=None, valid_dataset=None, sink_size=-1, epoch=1, sink_mode=True):
        """Fills parameters that are still declared, so that the first step need not.

        Args:
            train_dataset (iterable): Is not read. Default: None.
            valid_dataset (iterable): Is not read. Default: None.
            sink_size (int): -1 or positive; of no effect here. Default: -1.
            epoch (int): At least 1; of no effect here. Default: 1.
            sink_mode (bool): Of no effect here. Default: True.

        Raises:
            TypeError, ValueError: An argument is of another type or out of range.
        """
        check_int("Model.build", "epoch", epoch, 1)
        self._check_data("Model.build", sink_mode, sink_size)
        for cell in (self._train_network, self._eval_network):
            if cell is not None:
                cell.init_parameters_data()

    def infer_train_layout(self, train_dataset, dataset_sink_mode=True, sink_size=-1):
        """Needs several processes. RuntimeError."""
        raise RuntimeError("Model.infer_train_layout: there is one process, whose parameters are whole")

    def infer_predict_layout(self, *predict_data, skip_backend_compile=False):
        """Needs several processes. RuntimeError."""
        raise RuntimeError("Model.infer_predict_layout: there is one process, whose parameters are whole")

    @staticmethod
    def _check_data(who, sink_mode, sink_size):
        check_bool(who, "dataset_sink_mode", sink_mode)
        check_int(who, "sink_size", sink_size)
        if sink_size < -1 or sink_size == 0:
            raise ValueError(f"{who}: 'sink_size' must be -1 or positive, got {sink_size}")

    def _run(
        self,
        epochs,
        dataset,
        callbacks,
        sink_mode,
        initial_epoch,
        valid_dataset=None,
        valid_frequency=1,
        resume_from=None,
    ):
        helper = DatasetHelper(dataset, sink_mode, -1, epochs - initial_epoch)
        params = CallbackParams(
            train_network=self._train_network,
            network=self._network,
            loss_fn=self._loss_fn,
            optimizer=self._optimizer,
            train_dataset=dataset,
            epoch_num=epochs - initial_epoch,
            batch_num=helper.size,
            cur_step_num=0,
            mode="train",
            parallel_mode="stand_alone",
            device_number=1,
            dataset_sink_mode=sink_mode,
        )
        if resume_from is not None:
            resume(params, resume_from, "safetensors" if str(resume_from).endswith("safetensors") else "ckpt")
        context = RunContext(params)
        with CallbackManager(callbacks) as manager:
            params.list_callback = as_list(callbacks)
            manager.within_fit = True
            manager.on_train_begin(context)
            made = 0
            if "resumed" in params:
                made = params.resumed.epoch
                helper.set_passes(params.resumed.passes)
            for epoch in range(max(initial_epoch, made) + 1, epochs + 1):
                params.cur_epoch_num = epoch
                self._run_epoch(helper, manager, context)
                if valid_dataset is not None and _is_due(epoch, valid_frequency):
                    self._evaluate_between(valid_dataset, manager, params)
                manager.on_train_epoch_end(context)
                if context.get_stop_requested():
                    break
            manager.on_train_end(context)

    def _run_epoch(self, helper, manager, context):
        params = context.original_args()
        params.pop("metrics", None)
        params.pop("eval_results", None)
        self._train_network.set_train(True)
        manager.on_train_epoch_begin(context)
        for batch in self._rest_of_epoch(helper, params):
            if self._loss_fn is not None and len(batch) != 2:
                raise ValueError(f"Model.train: with 'loss_fn' a batch must have two elements, got {len(batch)}")
            params.cur_step_num += 1
            if helper.size is None:
                params.batch_num = max(params.batch_num or 0, params.epoch_step + 1)
            params.train_dataset_element = batch
            manager.on_train_step_begin(context)
            params.net_outputs = self._train_network(*batch)
            params.epoch_step += 1
            manager.on_train_step_end(context)
            if context.get_stop_requested():
                break

    def _rest_of_epoch(self, helper, params):
        """The batches of an epoch; of one that is resumed those that were not trained with yet."""
        resumed = params.pop("resumed", None)
        params.epoch_step = 0
        if resumed is not None:
            params.epoch_step = resumed.step
            set_random_state(resumed.epoch_random)
        params.epoch_passes = helper.passes()
        params.epoch_random = random_state()
        batches = iter(helper)
        if resumed is not None:
            collections.deque(itertools.islice(batches, resumed.step), maxlen=0)
            set_random_state(resumed.random)
        return batches

    def _evaluate_between(self, dataset, manager, params):
        """Evaluates within training, whose own entries are put back afterwards."""
        kept = {name: params[name] for name in ("cur_step_num", "batch_num", "mode", "net_outputs") if name in params}
        self._evaluate(dataset, manager, params)
        params.update(kept)

    def _evaluate(self, dataset, manager, params):
        helper = DatasetHelper(dataset, False)
        params.update(
            eval_network=self._eval_network, valid_dataset=dataset, batch_num=helper.size, mode="eval", cur_step_num=0
        )
        context = RunContext(params)
        losses = Loss()
        for metric in self._metrics.values():
            metric.clear()
        self._eval_network.set_train(False)
        manager.on_eval_begin(context)
        manager.on_eval_epoch_begin(context)
        for batch in helper:
            params.cur_step_num += 1
            if helper.size is None:
                params.batch_num = params.cur_step_num
            params.eval_dataset_element = batch
            manager.on_eval_step_begin(context)
            params.net_outputs = self._eval_network(*batch)
            manager.on_eval_step_end(context)
            self._update_metrics(params.net_outputs, losses)
            if context.get_stop_requested():
                break
        params.metrics = {name: metric.eval() for name, metric in self._metrics.items()}
        params.eval_results = dict(params.metrics)
        if self._eval_indexes is not None:
            params.eval_results["eval_loss"] = losses.eval()
        manager.on_eval_epoch_end(context)
        manager.on_eval_end(context)
        return dict(params.metrics)

    def _update_metrics(self, outputs, losses):
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        if self._eval_indexes is not None:
            losses.update(outputs[self._eval_indexes[0]])
        for metric in self._metrics.values():
            if self._eval_indexes is None or metric.indexes is not None:
                metric.update(*outputs)
            elif isinstance(metric, Loss):
                metric.update(outputs[self._eval_indexes[0]])
            else:
                metric.update(outputs[self._eval_indexes[1]], outputs[self._eval_indexes[2]])


def _check_epochs(who, epoch, initial_epoch):
    check_int(who, "epoch", epoch, 1)
    check_int(who, "initial_epoch", initial_epoch, 0)
    if initial_epoch >= epoch:
        raise ValueError(f"{who}: 'epoch' must be greater than 'initial_epoch', got {epoch} and {initial_epoch}")


def _check_input(data):
    elements = data if isinstance(data, (tuple, list)) else data.values() if isinstance(data, dict) else (data,)
    for element in elements:
        if not isinstance(element, _INPUTS):
            raise TypeError(
                "Model.predict: inputs must be Tensors, None, numbers, str, or tuples, lists or dicts of these, "
                f"got {type(element).__name__}"
            )


def _is_due(epoch, frequency):
    return epoch in frequency if isinstance(frequency, list) else epoch % frequency == 0
