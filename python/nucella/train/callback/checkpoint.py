"""ModelCheckpoint: saves a net as it trains."""

import os
import pathlib
import re
import time

from nucella.common.checks import check_bool, check_int, check_str, check_type
from nucella.nn import Cell
from nucella.train.callback.base import Callback
from nucella.train.callback.plateau import Watch
from nucella.train.serialization import save_checkpoint
from nucella.train.training_state import state_of

__all__ = ["CheckpointConfig", "CheckpointManager", "ModelCheckpoint", "unused_prefix"]

_WHO = "CheckpointConfig"
_STATE = "training_state"


class CheckpointConfig:
    """When ModelCheckpoint saves, what, and which files it keeps.

    Args:
        save_checkpoint_steps (int): Steps from one file to the next; 0 or None: not by steps. Default: 1.
        save_checkpoint_seconds (int): Seconds from one file to the next, when it is not by steps. Default: 0.
        keep_checkpoint_max (int): Files to keep, the newest; 0: by the next argument. Default: 5.
        keep_checkpoint_per_n_minutes (int): Keeps one file for each so many minutes; 0: keeps all. Default: 0.
        integrated_save (bool): Of no effect on one device. Default: True.
        async_save (bool, str): See :func:`nucella.save_checkpoint`. Default: False.
        saved_network (Cell): What to save instead of the training network with its optimizer. Default: None.
        append_info (list): Also saves "epoch_num", "step_num", "training_state" (position in the data and random
            state, for `resume_from` of :meth:`Model.train`), or the entries of a dict. Default: None.
        enc_key (bytes): See :func:`nucella.save_checkpoint`. Default: None.
        enc_mode (str): See :func:`nucella.save_checkpoint`. Default: "AES-GCM".
        exception_save (bool): Saves too when an exception ends the training; the name ends with "_breakpoint".
            Default: False.
        crc_check (bool): Adds a checksum. Default: False.
        remove_redundancy (bool): Of no effect on one device. Default: False.
        format (str): "ckpt" or "safetensors". Default: "ckpt".
        best_monitor (str): Also keeps `prefix-best`, the file of the best epoch by this value: see `monitor` of
            :class:`EarlyStopping`. None: no such file. Default: None.
        best_mode (str): "min", "max" or "auto", which goes by the name. Default: "auto".
        kwargs: Other settings of MindSpore, of no effect.

    Raises:
        TypeError, ValueError: An argument is of another type or out of range.

    Examples:
        >>> config = nucella.train.CheckpointConfig(save_checkpoint_steps=100, keep_checkpoint_max=2)
        >>> config.save_checkpoint_steps, config.keep_checkpoint_max
        (100, 2)
    """

    def __init__(
        self,
        save_checkpoint_steps=1,
        save_checkpoint_seconds=0,
        keep_checkpoint_max=5,
        keep_checkpoint_per_n_minutes=0,
        integrated_save=True,
        async_save=False,
        saved_network=None,
        append_info=None,
        enc_key=None,
        enc_mode="AES-GCM",
        exception_save=False,
        crc_check=False,
        remove_redundancy=False,
        format="ckpt",
        best_monitor=None,
        best_mode="auto",
        **kwargs,
    ):
        steps = _count("save_checkpoint_steps", save_checkpoint_steps)
        seconds = _count("save_checkpoint_seconds", save_checkpoint_seconds)
        most = _count("keep_checkpoint_max", keep_checkpoint_max)
        minutes = _count("keep_checkpoint_per_n_minutes", keep_checkpoint_per_n_minutes)
        if not (steps or seconds or most or minutes):
            raise ValueError(f"{_WHO}: at least one of the numbers must be greater than 0")
        self._save_checkpoint_steps = steps
        self._save_checkpoint_seconds = None if steps else seconds
        self._keep_checkpoint_max = most
        self._keep_checkpoint_per_n_minutes = None if most else minutes
        self._integrated_save = check_bool(_WHO, "integrated_save", integrated_save)
        self._async_save = _checked_async_save(async_save)
        self._saved_network = check_type(_WHO, "saved_network", saved_network, (Cell, type(None)))
        self._append_dict = _checked_info(append_info)
        self._enc_key = _value_of_type("enc_key", enc_key, (bytes, type(None)))
        self._enc_mode = _value_of_type("enc_mode", enc_mode, str)
        self.exception_save = check_bool(_WHO, "exception_save", exception_save)
        self._crc_check = _value_of_type("crc_check", crc_check, bool)
        self._remove_redundancy = _value_of_type("remove_redundancy", remove_redundancy, bool)
        self._format = _value_of_type("format", format, str)
        self._best = None if best_monitor is None else Watch(_WHO, best_monitor, best_mode, 0, argument="best_monitor")

    save_checkpoint_steps = property(lambda self: self._save_checkpoint_steps, doc="Steps between files, or None.")
    save_checkpoint_seconds = property(lambda self: self._save_checkpoint_seconds, doc="Seconds between files.")
    keep_checkpoint_max = property(lambda self: self._keep_checkpoint_max, doc="Files to keep.")
    keep_checkpoint_per_n_minutes = property(
        lambda self: self._keep_checkpoint_per_n_minutes, doc="Keeps one file for each so many minutes."
    )
    integrated_save = property(lambda self: self._integrated_save, doc="As given.")
    async_save = property(lambda self: self._async_save, doc="As given.")
    saved_network = property(lambda self: self._saved_network, doc="What to save, or None.")
    append_dict = property(lambda self: self._append_dict, doc="What to save besides: a dict, or None.")
    enc_key = property(lambda self: self._enc_key, doc="As given.")
    enc_mode = property(lambda self: self._enc_mode, doc="As given.")
    crc_check = property(lambda self: self._crc_check, doc="As given.")
    remove_redundancy = property(lambda self: self._remove_redundancy, doc="As given.")
    format = property(lambda self: self._format, doc="As given.")

    def get_checkpoint_policy(self):
        """The settings about when to save and what to keep, as a dict."""
        return {
            "save_checkpoint_steps": self._save_checkpoint_steps,
            "save_checkpoint_seconds": self._save_checkpoint_seconds,
            "keep_checkpoint_max": self._keep_checkpoint_max,
            "keep_checkpoint_per_n_minutes": self._keep_checkpoint_per_n_minutes,
            "saved_network": self._saved_network,
        }


def _count(argument, value):
    return value if value is None else check_int(_WHO, argument, value, 0)


def _value_of_type(argument, value, types):
    """As check_type(), with the ValueError that MindSpore raises here."""
    try:
        return check_type(_WHO, argument, value, types)
    except TypeError as error:
        raise ValueError(str(error)) from None


def _checked_async_save(value):
    check_type(_WHO, "async_save", value, (bool, str))
    if isinstance(value, str) and value not in ("process", "thread"):
        raise ValueError(f"{_WHO}: 'async_save' must be a bool, 'process' or 'thread', got {value!r}")
    return value


def _checked_info(append_info):
    if append_info is None:
        return None
    info = {}
    for element in check_type(_WHO, "append_info", append_info, list):
        check_type(_WHO, "append_info", element, (str, dict))
        if isinstance(element, str):
            check_str(_WHO, "append_info", element, ("epoch_num", "step_num", _STATE))
            info[element] = 0
            continue
        for key, value in element.items():
            check_type(_WHO, "append_info", key, str)
            check_type(_WHO, "append_info", value, (int, float, bool, str))
        info.update(element)
    if sum(isinstance(element, dict) for element in append_info) > 1:
        raise TypeError(f"{_WHO}: 'append_info' must have at most one dict")
    return info


class CheckpointManager:
    """The files that one ModelCheckpoint has written, oldest first."""

    def __init__(self):
        self._files = []
        self._period_begin = time.monotonic()

    @property
    def ckpt_filelist(self):
        """Their paths."""
        return list(self._files)

    @property
    def ckpt_num(self):
        """How many there are."""
        return len(self._files)

    def add(self, path, config):
        """Takes up a file just written and removes what `config` does not keep."""
        if path in self._files:
            self._files.remove(path)
        self._files.append(path)
        if config.keep_checkpoint_max:
            while len(self._files) > config.keep_checkpoint_max:
                _remove(self._files.pop(0))
        elif config.keep_checkpoint_per_n_minutes:
            self._keep_one(config.keep_checkpoint_per_n_minutes * 60)

    def _keep_one(self, seconds):
        for path in self._files[:-1]:
            _remove(path)
        if time.monotonic() - self._period_begin >= seconds:
            self._period_begin = time.monotonic()
            self._files.clear()
        else:
            del self._files[:-1]


def _remove(path):
    pathlib.Path(path).unlink(missing_ok=True)


def unused_prefix(directory, prefix):
    """`prefix`, or prefix_1, prefix_2, ... when earlier runs have left checkpoints of that name in the folder."""
    own = re.compile(re.escape(prefix) + r"(?:_(\d+))?-\d+_\d+(?:_breakpoint)?\.(?:ckpt|safetensors)")
    matches = [own.fullmatch(name) for name in os.listdir(directory)]
    used = [int(match[1] or 0) for match in matches if match]
    return f"{prefix}_{max(used) + 1}" if used else prefix


class ModelCheckpoint(Callback):
    """Saves the net as it trains, as `prefix-epoch_step.ckpt`.

    With files of an earlier run in the folder, the prefix becomes `prefix_1`, and so on.

    Args:
        prefix (str, function): Beginning of the names, without "/"; or a function of the :class:`CallbackParams` that
            gives the whole name. Default: "CKP".
        directory (str, function): The folder, made if missing, or a function that gives it; None: the working folder.
            Default: None.
        config (CheckpointConfig): When to save, and what to keep. Default: None, which is CheckpointConfig().

    Raises:
        ValueError: `prefix` is neither a function nor a str without "/".
        TypeError: `directory` or `config` is of another type.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> saver = nucella.train.ModelCheckpoint("net", ".", nucella.train.CheckpointConfig(save_checkpoint_steps=2))
        >>> model.train(1, data, saver)
        >>> saver.latest_ckpt_file_name.endswith("net-1_2.ckpt")
        True
    """

    def __init__(self, prefix="CKP", directory=None, config=None):
        if not callable(prefix) and (not isinstance(prefix, str) or "/" in prefix):
            raise ValueError(f"ModelCheckpoint: 'prefix' must be a function or a str without '/', got {prefix!r}")
        if not callable(directory):
            check_type("ModelCheckpoint", "directory", directory, (str, os.PathLike, type(None)))
        self._prefix = prefix
        self._directory = os.getcwd() if directory is None else directory
        if not callable(self._directory):
            os.makedirs(self._directory, exist_ok=True)
        self._config = check_type("ModelCheckpoint", "config", config or CheckpointConfig(), CheckpointConfig)
        self._manager = CheckpointManager()
        self._latest = ""
        self._last_time = time.monotonic()
        self._last_step = 0
        self._params = None
        self._started = False

    @property
    def latest_ckpt_file_name(self):
        """The whole path of the file written last, or an empty str."""
        return self._latest

    def begin(self, run_context):
        """A run begins."""
        self._last_time = time.monotonic()
        self._last_step = 0
        self._params = run_context.original_args()

    def step_end(self, run_context):
        """Saves, if it is time."""
        params = run_context.original_args()
        if self._is_due(params):
            self._save(params)

    def on_train_epoch_end(self, run_context):
        """Saves the best so far, if the epoch was the best."""
        self.epoch_end(run_context)
        params = run_context.original_args()
        watch = self._config._best
        value = None if watch is None else watch.read(params)
        if value is not None and watch.better(value, watch.best):
            watch.best = value
            self._write(params, self._path(params, best=True))

    def end(self, run_context):
        """Saves what was not saved yet, if files are written at all."""
        params = run_context.original_args()
        often = self._config.save_checkpoint_steps or self._config.save_checkpoint_seconds
        if often and params.get("cur_step_num", 0) > self._last_step:
            self._save(params)

    def on_eval_begin(self, run_context):
        """Nothing: there is nothing new to save."""

    on_eval_step_end = on_eval_end = on_eval_begin

    def __exit__(self, *err):
        """Saves what an exception has left, with `exception_save`."""
        if err[0] is not None and self._config.exception_save and self._params is not None:
            self._save(self._params, "_breakpoint")

    def _is_due(self, params):
        if self._config.save_checkpoint_steps:
            return params.cur_step_num >= self._last_step + self._config.save_checkpoint_steps
        seconds = self._config.save_checkpoint_seconds
        return bool(seconds) and time.monotonic() - self._last_time >= seconds

    def _save(self, params, ending=""):
        path = self._path(params, ending)
        self._write(params, path)
        self._latest = os.path.realpath(path)
        self._last_time = time.monotonic()
        self._last_step = params.cur_step_num
        self._manager.add(self._latest, self._config)

    def _write(self, params, path):
        config = self._config
        network = config.saved_network or params.train_network
        save_checkpoint(
            network,
            path,
            config.integrated_save,
            config.async_save,
            self._info(params),
            config.enc_key,
            config.enc_mode,
            crc_check=config.crc_check,
            format=config.format,
        )

    def _path(self, params, ending="", best=False):
        directory = self._directory(params) if callable(self._directory) else self._directory
        os.makedirs(directory, exist_ok=True)  # a function may give another one each time
        if callable(self._prefix):
            name = self._prefix(params)
        else:
            if not self._started:
                self._prefix = unused_prefix(directory, self._prefix)
                self._started = True
            step = (params.cur_step_num - 1) % params.batch_num + 1
            name = f"{self._prefix}-best" if best else f"{self._prefix}-{params.cur_epoch_num}_{step}"
        return os.path.join(directory, f"{name}{ending}.{self._config.format}")

    def _info(self, params):
        if self._config.append_dict is None:
            return None
        info = dict(self._config.append_dict)
        for name, value in (("epoch_num", params.cur_epoch_num), ("step_num", params.cur_step_num)):
            if name in info:
                info[name] = value
        if info.pop(_STATE, None) is not None:
            info.update(state_of(params))
        return info
