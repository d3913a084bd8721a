"""Callbacks for runs that are interrupted: leave in good order, and go on later."""

import os
import signal

from nucella.common.checks import check_bool, check_int, check_type
from nucella.train.callback.base import Callback
from nucella.train.serialization import load_checkpoint, load_param_into_net, save_checkpoint

__all__ = ["BackupAndRestore", "OnRequestExit"]


class OnRequestExit(Callback):
    """Ends the run after the step in which a signal comes, and saves the net.

    Args:
        save_ckpt (bool): Saves `directory/file_name_train.ckpt` or `directory/file_name_eval.ckpt`. Default: True.
        save_mindir (bool): Also exports the net; not here yet. Default: True, which counts as False.
        file_name (str): Beginning of the name. Default: "Net".
        directory (str): The folder, made if missing. Default: "./".
        config_file (str): Only None is here yet.
        sig (int): The signal, not SIGKILL or SIGSTOP. Default: signal.SIGTERM.

    Raises:
        ValueError: An argument is of another type, or the signal cannot be handled.
        NotImplementedError: With `config_file`.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(1, data, nucella.train.OnRequestExit(file_name="net"))
    """

    def __init__(
        self, save_ckpt=True, save_mindir=True, file_name="Net", directory="./", config_file=None, sig=signal.SIGTERM
    ):
        for name, value, kind in (
            ("save_ckpt", save_ckpt, bool),
            ("save_mindir", save_mindir, bool),
            ("sig", sig, int),
        ):
            if not isinstance(value, kind):
                raise ValueError(f"OnRequestExit: '{name}' must be {kind.__name__}, got {type(value).__name__}")
        if sig in (signal.SIGKILL, signal.SIGSTOP):
            raise ValueError(f"OnRequestExit: {signal.Signals(sig).name} cannot be handled")
        if config_file is not None:
            raise NotImplementedError("OnRequestExit: 'config_file' is not here yet")
        self.save_ckpt = save_ckpt
        self.sig = sig
        self.exit = False
        self._path = os.path.join(os.fspath(directory), file_name)
        self._old_handler = None

    def on_train_begin(self, run_context):
        """Begins to listen."""
        self._listen()

    def on_train_step_end(self, run_context):
        """Ends the run, if the signal has come."""
        if self.exit:
            run_context.request_stop()

    def on_train_epoch_end(self, run_context):
        """As after a step."""
        self.on_train_step_end(run_context)

    def on_train_end(self, run_context):
        """Saves, if the signal has come, and listens no more."""
        self._leave(run_context.original_args().get("train_network"), "_train.ckpt")

    def on_eval_begin(self, run_context):
        """As in training."""
        self._listen()

    def on_eval_step_end(self, run_context):
        """As in training."""
        self.on_train_step_end(run_context)

    def on_eval_end(self, run_context):
        """As in training, when the evaluation is not part of fit()."""
        params = run_context.original_args()
        if params.get("train_network") is None:
            self._leave(params.get("eval_network"), "_eval.ckpt")

    def __exit__(self, *err):
        """Listens no more, whatever ended the run."""
        self._stop_listening()

    def _listen(self):
        if self._old_handler is None:
            self._old_handler = signal.signal(self.sig, self._on_signal)

    def _stop_listening(self):
        if self._old_handler is not None:
            signal.signal(self.sig, self._old_handler)
            self._old_handler = None

    def _on_signal(self, number, frame):
        self.exit = True

    def _leave(self, network, ending):
        self._stop_listening()
        if self.exit and self.save_ckpt and network is not None:
            os.makedirs(os.path.dirname(self._path) or ".", exist_ok=True)
            save_checkpoint(network, self._path + ending)


class BackupAndRestore(Callback):
    """Saves the net as it trains, and goes on from there when training begins again.

    Args:
        backup_dir (str): The folder, made if missing, for `backup.ckpt`.
        save_freq (int, str): Epochs from one backup to the next, or "epoch". Default: "epoch".
        delete_checkpoint (bool): Removes the file when the training has come to its end. Default: True.

    Raises:
        TypeError: `backup_dir` is no path, `save_freq` neither int nor "epoch", or `delete_checkpoint` no bool.
        ValueError: `save_freq` is less than 1.

    Examples:
        >>> net = nn.Dense(2, 1, weight_init="zeros")
        >>> model = nucella.train.Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
        >>> rows = numpy.ones((4, 2), "float32"), numpy.ones((4, 1), "float32")
        >>> data = nucella.dataset.NumpySlicesDataset(rows, ["x", "y"]).batch(2)
        >>> model.train(2, data, nucella.train.BackupAndRestore("backups"))
    """

    def __init__(self, backup_dir, save_freq="epoch", delete_checkpoint=True):
        who = "BackupAndRestore"
        check_type(who, "backup_dir", backup_dir, (str, os.PathLike))
        self.save_freq = 1 if save_freq == "epoch" else check_int(who, "save_freq", save_freq, 1)
        self.delete_checkpoint = check_bool(who, "delete_checkpoint", delete_checkpoint)
        self.backup_file = os.path.join(os.path.realpath(backup_dir), "backup.ckpt")

    def on_train_begin(self, run_context):
        """Takes up the backup, if there is one."""
        if os.path.exists(self.backup_file):
            load_param_into_net(run_context.original_args().train_network, load_checkpoint(self.backup_file))

    def on_train_epoch_end(self, run_context):
        """Saves, if it is time."""
        params = run_context.original_args()
        if params.cur_epoch_num % self.save_freq == 0:
            os.makedirs(os.path.dirname(self.backup_file), exist_ok=True)
            save_checkpoint(params.train_network, self.backup_file)

    def on_train_end(self, run_context):
        """Removes the file."""
        if self.delete_checkpoint and os.path.exists(self.backup_file):
            os.remove(self.backup_file)
